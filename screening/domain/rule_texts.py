"""Check the texts of a rule version: their length, their line breaks, and places that nobody would fill in."""

import re
from collections.abc import Iterator, Mapping
from typing import Final

from screening.domain.rules import Rules

LONGEST_TEXT: Final = 4000
_PLACE: Final = re.compile(r"[{}]")
_FIXED_PLACES: Final = ("{EMERGENCY}", "{URGENT}", "{PHONE}")


def problems_of_texts(rules: Rules) -> Iterator[str]:
    """Yield what is wrong with texts; those of messages are looked at where rules are parsed."""
    for where, text in _all_texts(rules):
        if len(text) > LONGEST_TEXT:
            yield f"{where} is longer than {LONGEST_TEXT} letters."
        if _PLACE.search(text):
            yield f"{where} has a placeholder, which nobody fills in there."
    for where, text in _lines(rules):
        if "\n" in text or "\r" in text:
            yield f"{where} must stand on one line."
    fixed = rules.extra.refuse_without_message.text
    for place in _FIXED_PLACES:
        fixed = fixed.replace(place, "")
    if _PLACE.search(fixed):
        yield f"The fixed text of a refusal has a placeholder other than {', '.join(_FIXED_PLACES)}."


def _all_texts(rules: Rules) -> Iterator[tuple[str, str]]:
    for code, row in rules.rows.items():
        for column in ("position_note", "therapist_note", "client_advice", "article_item", "category", "sources"):
            yield f"Row {code!r}: {column}", str(getattr(row, column))
    yield from _lines(rules)
    for limit in rules.extra.answer_limits:
        yield f"The answer_limits entry for {limit.code!r}: why", limit.why
    yield "The question of the day", rules.extra.arrival_question.text


def _lines(rules: Rules) -> Iterator[tuple[str, str]]:
    for code, row in rules.rows.items():
        yield f"Row {code!r}: label", row.label
        yield f"Row {code!r}: follow_up_question", row.follow_up_question
        for option in row.options:
            yield f"Row {code!r}: the answer {option.answer[:40]!r}", option.answer
    for group in rules.screen.groups:
        yield f"The title of the group {group.id!r}", group.title
    named: Mapping[str, Mapping[str, str]] = {
        "short_labels": rules.screen.short_labels,
        "body_map_prompts": rules.extra.body_map_prompts,
        "date_questions": rules.extra.date_questions,
    }
    for name, texts in named.items():
        for key, text in texts.items():
            yield f"{name} of {key!r}", text
    for report in rules.extra.after_session:
        yield f"The report {report.kind.value!r}: words", report.words
    for wait in (*rules.extra.deferrals, *rules.extra.refuse_rescreens):
        yield f"The wait of {wait.code!r}, {wait.answer[:40]!r}: ends_when", wait.ends_when

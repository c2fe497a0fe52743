"""One condition as a form shows it: the row of the table with everything that hangs on it in the other files."""

from dataclasses import dataclass, replace
from typing import Any, Final

from screening.domain.enums import Outcome, Pressure
from screening.domain.rule_types import ANY_ANSWER, NOT_SURE, AnswerOption, Row
from screening.rulework.book import Book, kept_order, kept_text, replace_entries, set_or_drop

_TEXTS: Final = (
    "label", "article_item", "category", "position_note", "therapist_note", "client_advice", "sources",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class AnswerEdit:
    """One answer and what follows from it. `was` is its wording before, empty for a new one.

    `areas` and `techniques` are None where the row's own count.
    """

    answer: str
    outcome: str
    was: str = ""
    wait_days: int | None = None
    count_from: str = "answer"
    ends_when: str = ""
    after_wait: str = "ask_again"
    message: str = ""
    pressure: str = ""
    areas: tuple[str, ...] | None = None
    techniques: tuple[str, ...] | None = None
    why: str = ""

    @property
    def has_limits(self) -> bool:
        return bool(self.pressure) or self.areas is not None or self.techniques is not None


@dataclass(frozen=True, slots=True)
class RowEdit:
    """Everything about one condition. `letter_days` is None where the ordinary lifetime counts."""

    code: str
    label: str
    category: str
    default_outcome: str
    max_pressure: str
    position_note: str
    therapist_note: str
    client_advice: str
    valid_for_days: int
    confidence: str
    sources: str
    article_item: str = ""
    short_label: str = ""
    question: str = ""
    answers: tuple[AnswerEdit, ...] = ()
    areas: tuple[str, ...] = ()
    techniques: tuple[str, ...] = ()
    letter_days: int | None = None
    site_prompt: str = ""
    own_advice: bool = False
    tick_message: str = ""


# --- Out of the files -------------------------------------------------------


def row_edit(book: Book, code: str) -> RowEdit | None:
    """Return a row as the form shows it."""
    row = book.row(code)
    if row is None:
        return None
    extra = book.extra
    return RowEdit(
        **{column: getattr(row, column) for column in (*_TEXTS, "code", "valid_for_days", "confidence")},
        default_outcome=row.default_outcome.value,
        max_pressure=row.max_pressure.value,
        question=row.follow_up_question,
        short_label=book.screen["short_labels"].get(code, ""),
        answers=tuple(_answer_edit(book, row, option) for option in row.options),
        areas=row.avoid_areas,
        techniques=row.avoid_techniques,
        letter_days=extra["clearance_valid_days"].get(code),
        site_prompt=extra["body_map_prompts"].get(code, ""),
        own_advice=code in extra["refuse_without_message"]["own_advice_codes"],
        tick_message=_entry(extra["message_triggers"], code, ANY_ANSWER).get("message", ""),
    )


def _answer_edit(book: Book, row: Row, option: AnswerOption) -> AnswerEdit:
    extra = book.extra
    waits = extra["refuse_rescreens"] if option.outcome is Outcome.REFUSE else extra["deferrals"]
    wait = _entry(waits, row.code, option.answer)
    limit = _entry(extra["answer_limits"], row.code, option.answer)
    return AnswerEdit(
        answer=option.answer,
        was=option.answer,
        outcome=option.outcome.value,
        wait_days=wait.get("rescreen_after_days"),
        count_from=wait.get("count_from", "answer"),
        ends_when=wait.get("ends_when", ""),
        after_wait=wait.get("after_wait", "ask_again"),
        message=_entry(extra["message_triggers"], row.code, option.answer).get("message", ""),
        pressure=limit.get("pressure", ""),
        areas=tuple(limit["areas"]) if "areas" in limit else None,
        techniques=tuple(limit["techniques"]) if "techniques" in limit else None,
        why=limit.get("why", ""),
    )


def _entry(entries: list[dict[str, Any]], code: str, answer: str) -> dict[str, Any]:
    return next((entry for entry in entries if (entry["code"], entry["answer"]) == (code, answer)), {})


# --- Into the files ---------------------------------------------------------


def with_row(book: Book, edit: RowEdit) -> Book:
    """Return the book with one of its rows as the form has it now. A reworded answer is followed everywhere."""
    old = book.row(edit.code)
    assert old is not None
    rows = [_row(book, edit, old) if row.code == edit.code else row for row in book.rows]
    return book.edited(lambda after: _hang(after, edit), rows=rows)


def with_new_row(book: Book, edit: RowEdit, *, group: str) -> Book:
    """Return the book with a row more: last in the table and last in its group."""

    def change(after: Book) -> None:
        place = next(entry for entry in after.screen["groups"] if entry["id"] == group)
        place["codes"].append(edit.code)
        if set(place["codes"]) - {edit.code} == set(after.extra["booking_ahead"]["ask_within_codes"]):
            ask_today(after, [edit.code])
        _hang(after, edit)

    return book.edited(change, rows=(*book.rows, _row(book, edit, None)))


def ask_today(after: Book, codes: list[str]) -> None:
    """Make rows part of the questions about today, which are asked of everybody on the day too."""
    extra = after.extra
    extra["arrival_only_if_ticked"] = [code for code in extra["arrival_only_if_ticked"] if code not in codes]
    for listed in (extra["booking_ahead"]["ask_within_codes"], extra["arrival_check_codes"]):
        listed += [code for code in codes if code not in listed]


def _row(book: Book, edit: RowEdit, old: Row | None) -> Row:
    was = old or Row(**{**dict.fromkeys(Row.__dataclass_fields__, ""), "avoid_areas": (), "avoid_techniques": ()})  # type: ignore[arg-type]
    texts = {column: kept_text(getattr(was, column), getattr(edit, column)) for column in _TEXTS}
    return replace(
        was,
        **texts,
        code=edit.code,
        default_outcome=Outcome(edit.default_outcome),
        follow_up_question=kept_text(was.follow_up_question, edit.question),
        options=tuple(AnswerOption(_wording(answer), Outcome(answer.outcome)) for answer in edit.answers),
        max_pressure=Pressure(edit.max_pressure),
        avoid_areas=tuple(kept_order(was.avoid_areas, edit.areas, book.extra["areas"])),
        avoid_techniques=tuple(kept_order(was.avoid_techniques, edit.techniques, book.extra["techniques"])),
        valid_for_days=edit.valid_for_days,
        confidence=edit.confidence,
    )


def _wording(answer: AnswerEdit) -> str:
    return kept_text(answer.was, answer.answer)


def _hang(after: Book, edit: RowEdit) -> None:
    """Write what hangs on a row into the other files."""
    extra, code = after.extra, edit.code
    set_or_drop(after.screen["short_labels"], code, edit.short_label)
    set_or_drop(extra["clearance_valid_days"], code, edit.letter_days)
    set_or_drop(extra["body_map_prompts"], code, edit.site_prompt)
    _list(extra["site_specific_codes"], code, bool(edit.site_prompt))
    _list(extra["refuse_without_message"]["own_advice_codes"], code, edit.own_advice)
    waits = [(answer, _wait(code, answer)) for answer in edit.answers if answer.wait_days is not None]
    for name, outcome in (("deferrals", Outcome.DEFER), ("refuse_rescreens", Outcome.REFUSE)):
        wanted = [(answer.was, wait) for answer, wait in waits if answer.outcome == outcome]
        extra[name] = replace_entries(extra[name], code, wanted)
    triggers = [
        (answer.was, {"code": code, "answer": _wording(answer), "message": answer.message})
        for answer in edit.answers
        if answer.message
    ]
    if edit.tick_message:
        triggers.append((ANY_ANSWER, {"code": code, "answer": ANY_ANSWER, "message": edit.tick_message}))
    extra["message_triggers"] = replace_entries(extra["message_triggers"], code, triggers)
    # A limit counts only while the row is live with that answer.
    limits = [
        (answer.was, _limit(code, answer))
        for answer in edit.answers
        if answer.has_limits and Outcome(answer.outcome).is_live
    ]
    extra["answer_limits"] = replace_entries(extra["answer_limits"], code, limits)
    _follow_rewording(after, edit)


def _list(codes: list[str], code: str, belongs: bool) -> None:
    if belongs and code not in codes:
        codes.append(code)
    if not belongs and code in codes:
        codes.remove(code)


def _wait(code: str, answer: AnswerEdit) -> dict[str, Any]:
    return {
        "code": code,
        "answer": _wording(answer),
        "rescreen_after_days": answer.wait_days,
        "count_from": answer.count_from,
        "ends_when": answer.ends_when,
        "after_wait": answer.after_wait,
    }


def _limit(code: str, answer: AnswerEdit) -> dict[str, Any]:
    entry: dict[str, Any] = {"code": code, "answer": _wording(answer)}
    if answer.pressure:
        entry["pressure"] = answer.pressure
    if answer.areas is not None:
        entry["areas"] = list(answer.areas)
    if answer.techniques is not None:
        entry["techniques"] = list(answer.techniques)
    return {**entry, "why": answer.why}


def _follow_rewording(after: Book, edit: RowEdit) -> None:
    """Carry a new wording of an answer into the age rules and the example clients that name it."""
    reworded = {answer.was: _wording(answer) for answer in edit.answers if answer.was and answer.was != NOT_SURE}
    for rule in after.extra["age_rules"]:
        if rule.get("code") == edit.code and rule.get("answer") in reworded:
            rule["answer"] = reworded[rule["answer"]]
    for case in after.golden:
        ticks = case["input"].get("ticks")
        if isinstance(ticks, dict) and ticks.get(edit.code) in reworded:
            ticks[edit.code] = reworded[ticks[edit.code]]

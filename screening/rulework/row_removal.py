"""Taking a condition away, with everything that hangs on it."""

from collections.abc import Iterator
from typing import Final

from screening.rulework import afterwards
from screening.rulework.book import Book

# Lists of row codes in rules_extra.json, from which a removed row must go.
_CODE_LISTS: Final = (
    ("site_specific_codes",),
    ("arrival_check_codes",),
    ("arrival_only_if_ticked",),
    ("arrival_question", "reasks"),
    ("booking_ahead", "ask_within_codes"),
    ("booking_ahead", "never_held_codes"),
    ("refuse_without_message", "own_advice_codes"),
)


def needed_by(book: Book, code: str) -> Iterator[str]:
    """Yield why a row cannot be taken away."""
    for rule in book.extra["age_rules"]:
        if rule.get("code") == code:
            yield f"The age rule {rule['id']} is about one of its answers: take that rule away first."
        if f"tick {code} " in rule.get("effect", ""):
            yield f"The age rule {rule['id']} is about it."
    if book.extra["prenatal_only_if"] == code:
        yield "The pregnancy massage is offered only with it."
    if set(book.extra["booking_ahead"]["ask_within_codes"]) == {code}:
        yield "It is the only question about today."


def without_row(book: Book, code: str) -> Book:
    """Return the book without a row and all that hangs on it. Example clients that tick it stay: the bench names them.

    Rows that were shown under it take its place on the screen.
    """

    def change(after: Book) -> None:
        extra, screen = after.extra, after.screen
        for name in ("deferrals", "refuse_rescreens", "message_triggers", "answer_limits"):
            extra[name] = [entry for entry in extra[name] if entry["code"] != code]
        for *path, last in _CODE_LISTS:
            owner = extra
            for key in path:
                owner = owner[key]
            owner[last] = [other for other in owner[last] if other != code]
        afterwards.without_code(extra, code)
        for name in ("clearance_valid_days", "body_map_prompts", "date_questions"):
            extra[name].pop(code, None)
        screen["short_labels"].pop(code, None)
        screen["shown_only_with"].pop(code, None)
        children = [child for child, parent in screen["shown_only_with"].items() if parent == code]
        for child in children:
            del screen["shown_only_with"][child]
        for group in screen["groups"]:
            if code in group["codes"]:
                place = group["codes"].index(code)
                group["codes"][place : place + 1] = children
        screen["groups"] = [group for group in screen["groups"] if group["codes"]]

    return book.edited(change, rows=[row for row in book.rows if row.code != code])

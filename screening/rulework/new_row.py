"""A condition that a version adds, told whole: whoever signs must read it without opening the form."""

from collections.abc import Iterator

from massage_booking.core.wording import area_names, technique_names
from screening.domain.enums import Pressure
from screening.domain.rule_types import ANY_ANSWER, AnswerOption, Row
from screening.domain.rules import Rules
from screening.rulework.row_diff import Change, limit_of, limit_words, message_of, wait_of, wait_words


def new_row(rules: Rules, code: str) -> Iterator[Change]:
    """Yield everything about a row that the version before did not have."""
    row = rules.rows[code]
    yield Change(f"A new condition; {row.default_outcome.value} until it is answered.", new=row.label)
    message = message_of(rules, code, ANY_ANSWER)
    if message:
        yield Change(f"The tick itself shows the message {message}.")
    if row.has_question:
        yield Change("It asks:", new=row.follow_up_question)
    for option in row.options:
        yield Change(_answer(rules, code, option))
    yield Change(_limits(row))
    if code in rules.extra.body_map_prompts:
        yield Change("The body map asks:", new=rules.extra.body_map_prompts[code])
    yield Change("Advice for the client:", new=row.client_advice)
    yield Change("Note for the therapist:", new=row.therapist_note)
    yield Change("Note on position:", new=row.position_note)
    lifetimes = rules.extra.clearance_valid_days
    letters = lifetimes.get(code, lifetimes["default"])
    yield Change(f"Answers count for {_days(row.valid_for_days)}, a letter for {_days(letters)}.")


def _answer(rules: Rules, code: str, option: AnswerOption) -> str:
    parts = [option.outcome.value]
    message, wait = message_of(rules, code, option.answer), wait_of(rules, code, option.answer)
    limit = limit_of(rules, code, option.answer)
    if message:
        parts.append(f"message {message}")
    if wait is not None:
        parts.append(f"wait {wait_words(wait)}")
    if limit is not None:
        parts.append(f"limits of its own: {limit_words(limit)}")
    return f"“{option.answer}”: {'; '.join(parts)}."


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number} days"


def _limits(row: Row) -> str:
    parts = ["no pressure" if row.max_pressure is Pressure.NONE else f"{row.max_pressure.value} pressure at most"]
    if row.avoid_areas:
        parts.append(f"{area_names(row.avoid_areas).lower()} left alone")
    if row.avoid_techniques:
        parts.append(f"without {technique_names(row.avoid_techniques)}")
    return f"With limits: {'; '.join(parts)}."

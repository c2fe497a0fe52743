"""Weeks of pregnancy and after birth, counted from the due date or the birth (guide, section 4)."""

from datetime import date

from screening.domain.days import shift
from screening.domain.enums import Outcome
from screening.domain.rules import Rules

PREGNANCY_CODE = "pregnancy"
BIRTH_CODE = "postpartum"
WEEKS_AT_TERM = 40
WEEKS_AFTER_BIRTH = 12
# The first completed week of each later stage, at which the row must be asked again.
STAGE_WEEKS = (13, 37)
# The answers that say nothing but the stage. The others (unconfirmed, high risk, a warning sign) do not change by week.
STAGE_ANSWERS = ("Up to 12 weeks", "13 to 36 weeks, no complications", "37 weeks or more")


def weeks_on(due_on: date, day: date) -> int:
    """Return the completed weeks of pregnancy on a day."""
    return (WEEKS_AT_TERM * 7 - (due_on - day).days) // 7


def boundaries(due_on: date) -> tuple[date, ...]:
    """List the days on which a later stage begins."""
    return tuple(shift(due_on, -7 * (WEEKS_AT_TERM - week)) for week in STAGE_WEEKS)


def passed_boundary(due_on: date, answered_on: date, day: date) -> bool:
    """Tell whether a boundary lies between an answer and a day (section 5, trigger 4)."""
    return any(answered_on < boundary <= day for boundary in boundaries(due_on))


def next_boundary(due_on: date, after: date) -> date | None:
    """Return the first boundary after a day, where a letter ends (section 2)."""
    return min((boundary for boundary in boundaries(due_on) if boundary > after), default=None)


def stage_answer(rules: Rules, answer: str | None, answered_on: date, due_on: date, day: date) -> str | None:
    """Return the answer that the weeks make true on a day.

    A stage moves on by itself only from an answer that agreed with the due date when it was given; where the two
    disagree, the stricter of both counts until the row is asked again.
    """
    row = rules.rows[PREGNANCY_CODE]
    outcomes = {stage: row.outcome_of(stage) for stage in STAGE_ANSWERS}
    # A rule version with other words keeps the answer as given; the boundaries still have it asked again.
    if answer is None or answer not in outcomes or None in outcomes.values():
        return answer
    now = STAGE_ANSWERS[_stage(due_on, day)]
    if STAGE_ANSWERS[_stage(due_on, answered_on)] == answer:
        return now
    given, due = outcomes[answer], outcomes[now]
    return now if given is not None and due is not None and due > given else answer


def _stage(due_on: date, day: date) -> int:
    weeks = weeks_on(due_on, day)
    return sum(weeks >= first for first in STAGE_WEEKS)


def after_birth(rules: Rules, answer: str | None, born_on: date, day: date) -> bool:
    """Tell whether the row of the first weeks has run out; a complication or a warning never does so by itself."""
    if rules.effect_of(BIRTH_CODE, answer).outcome > Outcome.MODIFY:
        return False
    return day >= after_birth_from(born_on)


def after_birth_from(born_on: date) -> date:
    """Return the first day after the weeks that follow a birth."""
    return shift(born_on, 7 * WEEKS_AFTER_BIRTH + 1)

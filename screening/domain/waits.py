"""When waits end (guide, section 6)."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from screening.domain.dated import DatedAnswer, DatedAnswers
from screening.domain.days import shift
from screening.domain.enums import AfterWait, CountFrom, Level, Outcome
from screening.domain.rule_types import Deferral
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict

# No statement shortens these: what they wait for is not something a doctor's note can end.
NOT_ENDED_BY_STATEMENT = ("alcohol_drugs_today", "fever_infection")


@dataclass(frozen=True, slots=True)
class Wait:
    """The wait of one deferring row. `ends_on` is the first day on which the row may be asked again.

    `ends_on` is None while symptoms still run, or while the deferring row is not answered. `may_hold` is False where
    no slot is kept for it (section 5, rule c).
    """

    code: str
    answer: str | None
    days: int
    ends_on: date | None
    running: bool
    may_hold: bool
    then_clearance: bool
    ends_when: str


def waits_of(rules: Rules, dated: DatedAnswers, verdict: Verdict) -> tuple[Wait, ...]:
    """List the waits of all rows that defer in a verdict, in the order of the table."""
    return tuple(_waits(rules, dated, verdict))


def last_end(waits: tuple[Wait, ...]) -> date | None:
    """Return the day on which the last wait ends, None when there is none or one has no known end (rule 11)."""
    ends = [wait.ends_on for wait in waits]
    known = [end for end in ends if end is not None]
    return max(known) if known and len(known) == len(ends) else None


def running_days(waits: tuple[Wait, ...]) -> int | None:
    """Return the days to wait once all symptoms are over, None where none still run."""
    return max((wait.days for wait in waits if wait.running), default=None)


def not_until(waits: tuple[Wait, ...], today: date) -> date | None:
    """Return the last end that is known, where it comes after that of symptoms which ended today (rule 11)."""
    days = running_days(waits)
    known = max((wait.ends_on for wait in waits if wait.ends_on is not None), default=None)
    return known if days is not None and known is not None and known > shift(today, days) else None


def ends_on(wait: Deferral, given: DatedAnswer, *, statement_counts: bool = False) -> date | None:
    """Count a wait from its event, the end of symptoms or the answer; None while symptoms still run.

    A date that the client could not give counts as the day of the answer. With `statement_counts` a doctor's statement
    since the answer ends it at once: the row is asked again, and the new answer decides.
    """
    start: date | None = given.answered_on
    if wait.count_from is CountFrom.SYMPTOM_END:
        start = None if given.still_running else given.event_on or given.answered_on
    elif wait.count_from is CountFrom.EVENT:
        start = given.event_on or given.due_or_birth_on or given.answered_on
    end = None if start is None else shift(start, wait.rescreen_after_days)
    stated = given.statement_on if statement_counts else None
    if stated is None or stated < given.answered_on:
        return end
    return stated if end is None else min(stated, end)


def ask_again_on(rules: Rules, dated: DatedAnswers, verdict: Verdict) -> date | None:
    """Return the day from which a refusal that ends with time may be asked again, None when one of them never does."""
    found = []
    for row in verdict.rows_that(Outcome.REFUSE):
        given = dated.answers.get(row.code)
        day = refusal_ends_on(rules, row.code, given) if given else None
        if day is None:
            return None
        found.append(day)
    return max(found, default=None)


def refusal_ends_on(rules: Rules, code: str, given: DatedAnswer) -> date | None:
    """Return the day from which a refused row may be asked again, None for one that does not end with time."""
    rescreen = rules.refuse_rescreens.get((code, given.answer))
    return ends_on(rescreen, given) if rescreen else None


def wait_ends_on(rules: Rules, code: str, given: DatedAnswer) -> date | None:
    """Return the day from which a deferring row may be asked again, None while that is not known.

    A statement that should never have been recorded for an answer ends nothing.
    """
    wait = rules.effect_of(code, given.answer).wait
    if wait is None:
        return None
    return ends_on(wait, given, statement_counts=statement_may_end(rules, code, wait.answer))


def statement_may_end(rules: Rules, code: str, answer: str) -> bool:
    """Tell whether a doctor's dated statement may end this answer's wait early, so that the row is asked at once."""
    effect = rules.effect_of(code, answer)
    if effect.wait is None or effect.wait.count_from is CountFrom.EVENT or code in NOT_ENDED_BY_STATEMENT:
        return False
    return effect.message is None or effect.message.level is not Level.EMERGENCY


def _waits(rules: Rules, dated: DatedAnswers, verdict: Verdict) -> Iterator[Wait]:
    for row in verdict.rows_that(Outcome.DEFER):
        wait = row.wait
        if wait is None:
            # Not answered yet: the default defers, and there is nothing to count from.
            yield Wait(row.code, row.answer, 0, None, running=False, may_hold=False, then_clearance=False, ends_when="")
            continue
        end = wait_ends_on(rules, row.code, dated.answers[row.code])
        yield Wait(
            code=row.code,
            answer=row.answer,
            days=wait.rescreen_after_days,
            ends_on=end,
            running=end is None,
            may_hold=row.message is None and row.code not in rules.extra.booking_ahead.never_held_codes,
            then_clearance=wait.after_wait is AfterWait.CLEARANCE,
            ends_when=wait.ends_when,
        )

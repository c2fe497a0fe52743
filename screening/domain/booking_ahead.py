"""May a session be booked ahead although answers grow old before it? (guide, section 5, "Booking ahead")

The evaluator stays strict; these are the three timing rules of the layer that knows today's date and the session's.
"""

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from screening.domain.answers import ClientAnswers
from screening.domain.dated import DatedAnswers, as_of, birthday
from screening.domain.enums import Outcome
from screening.domain.evaluate import evaluate
from screening.domain.rules import Rules
from screening.domain.verdict import Verdict
from screening.domain.waits import Wait, ask_again_on, last_end, not_until, running_days, waits_of
from screening.domain.wording import Dates

# The whole form is asked again after a year, or after half a year without a visit (section 5).
WHOLE_FORM_DAYS = 365
WITHOUT_VISIT_DAYS = 180
# Trigger 7: the guardian no longer needs to be in the room, or to agree at all.
FORM_BIRTHDAYS = (8, 16, 18)


class Block(StrEnum):
    """What stands against booking, weightiest first."""

    STOPPED = "stopped"
    REFUSED = "refused"
    WAIT = "wait"
    INCOMPLETE = "incomplete"
    OUT_OF_DATE = "out_of_date"
    TODAYS_ROWS = "todays_rows"
    WHOLE_FORM = "whole_form"
    GUARDIAN_CONSENT = "guardian_consent"
    CLEARANCE = "clearance"


@dataclass(frozen=True, slots=True)
class BookingAhead:
    """Whether a session may be booked, and what must happen before it.

    `verdict` is that of the session's day, `verdict_today` the same with the age of each answer counted to today.
    `reask_codes` are to be asked again before the session, `held_codes` among them when the last wait ends
    (`held_until`). `ask_now_codes` must be answered before anything can be booked. `waits` are those of the deferring
    rows; `earliest_on` is the first day from today on after all of them, and `ask_again_on` the first from today on
    after which a refusal that ends with time may be asked again; None where that is not known. While symptoms run,
    `not_until` is the end of a longer wait beside them.
    """

    verdict: Verdict
    verdict_today: Verdict
    blocks: tuple[Block, ...]
    reask_codes: tuple[str, ...]
    ask_now_codes: tuple[str, ...]
    held_codes: tuple[str, ...]
    held_until: date | None
    waits: tuple[Wait, ...]
    earliest_on: date | None
    not_until: date | None
    ask_again_on: date | None
    todays_rows_needed: bool
    whole_form_due: bool
    whole_form_due_by_then: bool

    @property
    def may_book(self) -> bool:
        return not self.blocks

    @property
    def re_ask_due(self) -> bool:
        """Tell whether the booking would be marked so, and no hands-on work starts until it is answered (rule b)."""
        return self.may_book and bool(self.reask_codes or self.whole_form_due_by_then)

    @property
    def is_held(self) -> bool:
        """Tell whether the slot would only be held until a wait ends in time (rule c)."""
        return self.may_book and bool(self.held_codes)

    def dates(self, held_days: int | None = None) -> Dates:
        """Return what the wording of this verdict needs to know."""
        return Dates(
            wait_ends_on=self.earliest_on,
            running_days=running_days(self.waits),
            not_until=self.not_until,
            ask_again_on=self.ask_again_on,
            held_days=held_days,
        )


def book_ahead(rules: Rules, dated: DatedAnswers, *, today: date, session_on: date, hours_until: float) -> BookingAhead:
    """Judge a session on `session_on` that starts in `hours_until` hours, seen from `today` (the studio's dates)."""
    near = hours_until <= rules.extra.booking_ahead.ask_within_hours
    verdict = evaluate(rules, as_of(rules, dated, session_on))
    verdict_today = verdict
    if session_on != today or not near:
        seen_today = as_of(rules, dated, session_on, counted_to=today)
        verdict_today = evaluate(rules, seen_today if near else _without_todays_rows(rules, seen_today))
    waits = waits_of(rules, dated, verdict)
    over = [wait.code for wait in waits if wait.ends_on is not None and wait.ends_on <= today]
    open_waits = [wait for wait in waits if wait.code not in over]
    outlasting = [wait for wait in open_waits if not _ends_in_time(wait, session_on)]
    todays_rows_needed = near and _todays_rows_are_old(rules, dated, today)
    whole_form_due = whole_form_is_due(dated, today)
    ask_now = _in_table_order(rules, {*over, *verdict_today.expired, *dated.pending})
    held = tuple(wait.code for wait in open_waits) if not outlasting else ()
    blocks = {
        Block.STOPPED: dated.stopped,
        Block.REFUSED: verdict.headline is Outcome.REFUSE,
        Block.WAIT: bool(outlasting),
        Block.INCOMPLETE: bool(verdict.incomplete),
        Block.OUT_OF_DATE: bool(ask_now),
        Block.TODAYS_ROWS: todays_rows_needed,
        Block.WHOLE_FORM: whole_form_due,
        Block.GUARDIAN_CONSENT: verdict.guardian_consent_required and not dated.guardian_consent,
        Block.CLEARANCE: bool(verdict.missing_clearance),
    }
    return BookingAhead(
        verdict=verdict,
        verdict_today=verdict_today,
        blocks=tuple(block for block, stands in blocks.items() if stands),
        reask_codes=_in_table_order(rules, {*held, *verdict.expired}),
        ask_now_codes=ask_now,
        held_codes=held,
        held_until=last_end(tuple(open_waits)) if held else None,
        waits=waits,
        earliest_on=_from_today(last_end(waits), today),
        not_until=not_until(waits, today),
        ask_again_on=_from_today(ask_again_on(rules, dated, verdict), today),
        todays_rows_needed=todays_rows_needed,
        whole_form_due=whole_form_due,
        whole_form_due_by_then=whole_form_is_due(dated, session_on),
    )


def whole_form_is_due(dated: DatedAnswers, day: date) -> bool:
    """Tell whether the whole form must be gone through again by a day; never for a form whose day is not known.

    A birthday that changes the rules ends also what was not ticked, so that nothing less than the whole form will do.
    """
    if dated.form_on is None:
        return False
    if any(dated.form_on < birthday(dated.date_of_birth, age) <= day for age in FORM_BIRTHDAYS):
        return True
    last_seen = max(dated.form_on, dated.last_visit_on or dated.form_on)
    return (day - dated.form_on).days > WHOLE_FORM_DAYS or (day - last_seen).days > WITHOUT_VISIT_DAYS


def _without_todays_rows(rules: Rules, answers: ClientAnswers) -> ClientAnswers:
    """Take the age from the rows about today: for a session further off they are first asked shortly before it."""
    # A refusal stays blocked until it is answered again, so that its age must go on showing.
    codes = {
        code
        for code in rules.extra.booking_ahead.ask_within_codes
        if code in answers.ticks and rules.effect_of(code, answers.ticks[code]).outcome is not Outcome.REFUSE
    }
    ages = {code: days for code, days in answers.answer_age_days.items() if code not in codes}
    return replace(answers, answer_age_days=ages, out_of_date=answers.out_of_date - codes)


def _todays_rows_are_old(rules: Rules, dated: DatedAnswers, today: date) -> bool:
    if dated.today_asked_on is None:
        return True
    valid = min(rules.rows[code].valid_for_days for code in rules.extra.booking_ahead.ask_within_codes)
    return (today - dated.today_asked_on).days > valid


def _ends_in_time(wait: Wait, session_on: date) -> bool:
    return wait.may_hold and wait.ends_on is not None and wait.ends_on <= session_on


def _from_today(day: date | None, today: date) -> date | None:
    return None if day is None else max(day, today)


def _in_table_order(rules: Rules, codes: set[str]) -> tuple[str, ...]:
    return tuple(code for code in rules.rows if code in codes)

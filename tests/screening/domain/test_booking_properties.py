"""What must hold for any session booked ahead by anybody (guide, section 5), each judged on thousands of clients."""

from dataclasses import replace
from datetime import date
from random import Random

from screening.domain.booking_ahead import Block, BookingAhead, book_ahead
from screening.domain.dated import DatedAnswers, DatedLetter
from screening.domain.enums import CountFrom, Outcome, Pressure
from screening.domain.triggers import Trigger
from tests.screening.domain.clients import CODES, RULES
from tests.screening.domain.dated_clients import TODAY, days, random_dated_client
from tests.screening.domain.properties import for_thousands


def a_day(dice: Random) -> date:
    return days(dice.choice((0, 1, 2, 14, 40, 200)))


def ahead_of(known: DatedAnswers, day: date) -> BookingAhead:
    return book_ahead(RULES, known, today=TODAY, session_on=day, hours_until=24 * (day - TODAY).days)


def booked(dice: Random) -> tuple[DatedAnswers, date, BookingAhead]:
    """Draw clients until one may book; most of those who could not are spared what only other tests look at."""
    while True:
        known, day = random_dated_client(dice), a_day(dice)
        if dice.random() < 0.8:
            known = replace(
                known, pending={}, stopped=False, guardian_consent=True, today_asked_on=TODAY, form_on=TODAY
            )
        ahead = ahead_of(known, day)
        if ahead.may_book:
            return known, day, ahead


@for_thousands
def test_a_row_that_must_be_asked_again_at_once_always_blocks(dice: Random) -> None:
    known, code = random_dated_client(dice), dice.choice(CODES)
    known = replace(known, pending={**known.pending, code: dice.choice(list(Trigger))})

    ahead = ahead_of(known, a_day(dice))

    assert Block.OUT_OF_DATE in ahead.blocks
    assert code in ahead.ask_now_codes
    assert not (ahead.may_book or ahead.re_ask_due or ahead.is_held)


@for_thousands
def test_a_stop_always_blocks_and_comes_first(dice: Random) -> None:
    ahead = ahead_of(replace(random_dated_client(dice), stopped=True), a_day(dice))

    assert ahead.blocks[0] is Block.STOPPED
    assert not ahead.may_book


@for_thousands
def test_a_statement_never_ends_what_it_may_not(dice: Random) -> None:
    known, day = random_dated_client(dice), a_day(dice)
    without = {code: replace(answer, statement_on=None) for code, answer in known.answers.items()}
    stated = {code: replace(answer, statement_on=answer.answered_on) for code, answer in without.items()}
    before, after = (ahead_of(replace(known, answers=answers), day) for answers in (without, stated))

    assert after.verdict == before.verdict
    for wait, earlier in zip(after.waits, before.waits, strict=True):
        rule = next(
            (rule for rule in RULES.extra.deferrals if (rule.code, rule.answer) == (wait.code, wait.answer)), None
        )
        runs_its_course = wait.code in ("alcohol_drugs_today", "fever_infection")
        if rule is None or rule.count_from is CountFrom.EVENT or runs_its_course:
            assert wait == earlier
        elif wait.ends_on != earlier.ends_on:
            assert wait.ends_on == stated[wait.code].answered_on
    if Block.REFUSED in before.blocks:
        assert Block.REFUSED in after.blocks
        assert after.ask_again_on == before.ask_again_on


@for_thousands
def test_a_letter_never_moves_a_wait_or_a_refusal(dice: Random) -> None:
    known, day = random_dated_client(dice), a_day(dice)
    allowing = DatedLetter(
        frozenset(CODES),
        signed_on=TODAY,
        pressure=Pressure.FIRM,
        allow_areas=frozenset(RULES.extra.areas),
        allow_techniques=frozenset(RULES.extra.techniques),
    )
    before, after = ahead_of(replace(known, letters=()), day), ahead_of(replace(known, letters=(allowing,)), day)

    assert after.waits == before.waits
    assert (Block.WAIT in after.blocks) is (Block.WAIT in before.blocks)
    if any(row.outcome is Outcome.REFUSE for row in before.verdict.rows):
        assert Block.REFUSED in after.blocks


@for_thousands
def test_a_booking_is_never_softer_than_the_answers_of_today(dice: Random) -> None:
    known, day, ahead = booked(dice)
    before = repr(known)

    assert ahead_of(known, day) == ahead
    assert repr(known) == before
    assert not ahead.verdict.missing_clearance
    assert known.guardian_consent or not ahead.verdict.guardian_consent_required
    assert not known.stopped and not known.pending and not ahead.whole_form_due
    # Nothing was out of date already today, and near the session today's questions have been gone through.
    assert not ahead.verdict_today.expired
    assert known.today_asked_on == TODAY or day > days(2)
    assert not ahead.verdict.incomplete
    assert ahead.verdict.headline is not Outcome.REFUSE
    # What defers is held only by a wait that ends by the day, without a message, and is asked again.
    for wait in ahead.waits:
        assert wait.may_hold and wait.ends_on is not None and TODAY < wait.ends_on <= day
        assert wait.code in ahead.reask_codes
    # What is out of date by the day stands among what is asked again.
    assert set(ahead.verdict.expired) <= set(ahead.reask_codes)

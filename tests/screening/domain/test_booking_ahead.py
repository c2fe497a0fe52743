"""Booking weeks ahead although answers age in days (guide, section 5, "Booking ahead")."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from screening.domain.booking_ahead import Block, BookingAhead, book_ahead, whole_form_is_due
from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter
from screening.domain.enums import Outcome, Status
from screening.domain.triggers import Trigger
from tests.screening.domain.clients import RULES

TODAY = date(2026, 3, 10)
ADULT = DatedAnswers(date(1990, 6, 1), today_asked_on=TODAY)
FAR = 14
COLD = "No fever for 48 hours, only a mild sniffle or leftover cough"


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def given(answer: str | None, ago: int = 0, **dates) -> DatedAnswer:
    return DatedAnswer(answer, days(-ago), **dates)


def ahead_of(known: DatedAnswers | None = None, *, in_days: int = FAR, **answers: DatedAnswer) -> BookingAhead:
    known = replace(known or ADULT, answers=answers)
    return book_ahead(RULES, known, today=TODAY, session_on=days(in_days), hours_until=24 * in_days)


def test_nothing_ticked_is_simply_bookable() -> None:
    ahead = ahead_of()

    assert (ahead.may_book, ahead.re_ask_due, ahead.is_held, ahead.blocks) == (True, False, False, ())
    assert ahead.verdict == ahead.verdict_today


class TestTodaysRows:
    """Rule (a)."""

    @pytest.mark.parametrize(("hours", "needed"), [(48.0, True), (48.01, False)])
    def test_they_are_asked_while_booking_only_within_48_hours(self, hours: float, needed: bool) -> None:
        never_asked = replace(ADULT, today_asked_on=None)

        ahead = book_ahead(RULES, never_asked, today=TODAY, session_on=days(2), hours_until=hours)

        assert ahead.todays_rows_needed is needed
        assert ahead.blocks == ((Block.TODAYS_ROWS,) if needed else ())

    @pytest.mark.parametrize(("ago", "needed"), [(0, False), (1, False), (2, True)])
    def test_they_are_good_for_a_day(self, ago: int, needed: bool) -> None:
        ahead = ahead_of(replace(ADULT, today_asked_on=days(-ago)), in_days=1)

        assert ahead.todays_rows_needed is needed

    def test_an_old_answer_about_a_day_long_past_does_not_block_a_session_far_off(self) -> None:
        ahead = ahead_of(fever_infection=given(COLD, ago=10))

        assert (ahead.may_book, ahead.re_ask_due) == (True, True)
        assert ahead.reask_codes == ("fever_infection",)

    def test_an_old_refusal_about_such_a_day_must_be_answered_again(self) -> None:
        ahead = ahead_of(fever_infection=given("Fever with severe back pain, stiff neck, confusion or a rash", ago=10))

        assert (ahead.blocks, ahead.ask_now_codes) == ((Block.REFUSED, Block.OUT_OF_DATE), ("fever_infection",))

    def test_close_to_the_session_it_does(self) -> None:
        ahead = ahead_of(in_days=1, fever_infection=given(COLD, ago=10))

        assert ahead.blocks == (Block.OUT_OF_DATE,)
        assert ahead.ask_now_codes == ("fever_infection",)


class TestReAskDue:
    """Rule (b)."""

    def test_an_answer_that_will_be_old_by_then_is_asked_again_and_does_not_block(self) -> None:
        ahead = ahead_of(in_days=40, kidney_liver=given("Mild and stable, and my doctor sets no limits"))

        assert ahead.verdict.status is Status.RESCREEN_REQUIRED
        assert ahead.verdict_today.status is Status.BOOKABLE_WITH_RESTRICTIONS
        assert (ahead.may_book, ahead.re_ask_due, ahead.is_held) == (True, True, False)
        assert ahead.reask_codes == ("kidney_liver",)
        assert ahead.ask_now_codes == ()

    def test_an_answer_that_is_old_already_today_blocks(self) -> None:
        ahead = ahead_of(kidney_liver=given("Mild and stable, and my doctor sets no limits", ago=31))

        assert (ahead.blocks, ahead.ask_now_codes) == ((Block.OUT_OF_DATE,), ("kidney_liver",))
        assert not ahead.re_ask_due

    def test_on_the_very_day_there_is_nothing_to_put_off(self) -> None:
        assert ahead_of(in_days=0, kidney_liver=given("Not sure", ago=31)).blocks == (
            Block.OUT_OF_DATE,
            Block.CLEARANCE,
        )

    def test_a_missing_answer_or_mark_still_blocks(self) -> None:
        assert ahead_of(heartburn=given(None)).blocks == (Block.INCOMPLETE,)
        assert ahead_of(nerve_damage=given("Long-standing, unchanged and already checked")).blocks == (
            Block.INCOMPLETE,
        )

    def test_a_letter_that_is_missing_comes_first(self) -> None:
        ahead = ahead_of(in_days=100, epilepsy=given("Within the last 12 months"))

        assert (ahead.verdict.status, ahead.verdict_today.status) == (
            Status.RESCREEN_REQUIRED,
            Status.AWAITING_CLEARANCE,
        )
        assert ahead.blocks == (Block.CLEARANCE,)

    def test_a_letter_must_last_until_the_session(self) -> None:
        signed = DatedLetter(frozenset({"epilepsy"}), signed_on=days(-100))
        known = replace(ADULT, letters=(signed,))

        assert ahead_of(known, in_days=79, epilepsy=given("Within the last 12 months")).may_book
        assert ahead_of(known, in_days=80, epilepsy=given("Within the last 12 months")).blocks == (Block.CLEARANCE,)

    def test_a_guardians_consent_that_is_missing_comes_first(self) -> None:
        child = replace(ADULT, date_of_birth=date(2012, 1, 1))

        assert ahead_of(child).blocks == (Block.GUARDIAN_CONSENT,)
        assert ahead_of(replace(child, guardian_consent=True)).may_book

    def test_a_child_who_is_of_age_by_then_needs_no_consent(self) -> None:
        nearly = replace(ADULT, date_of_birth=days(FAR).replace(year=days(FAR).year - 18))

        assert ahead_of(nearly).may_book
        assert ahead_of(nearly, in_days=FAR - 1).blocks == (Block.GUARDIAN_CONSENT,)

    def test_a_pregnancy_can_be_booked_into_its_next_stage(self) -> None:
        due_on = days(28 * 7)

        ahead = ahead_of(pregnancy=given("Up to 12 weeks", due_or_birth_on=due_on))

        assert (ahead.may_book, ahead.re_ask_due, ahead.reask_codes) == (True, True, ("pregnancy",))
        assert ahead.verdict.headline is Outcome.MODIFY

    def test_refuse_is_never_softened(self) -> None:
        ahead = ahead_of(in_days=100, cancer=given("Cancer has spread to my bones or spine", ago=10))

        assert (ahead.blocks, ahead.may_book) == ((Block.REFUSED,), False)


class TestWaitsThatEndInTime:
    """Rule (c)."""

    @pytest.mark.parametrize(("in_days", "held"), [(9, False), (10, True), (11, True)])
    def test_the_slot_is_held_when_the_wait_ends_on_or_before_the_session(self, in_days: int, held: bool) -> None:
        flare = given("A flare-up or chest infection in the last 2 weeks", event_on=days(-4))

        ahead = ahead_of(in_days=in_days, lung_disease=flare)

        assert (ahead.may_book, ahead.is_held) == (held, held)
        assert ahead.blocks == (() if held else (Block.WAIT,))
        assert ahead.earliest_on == days(10)
        assert ahead.held_until == (days(10) if held else None)
        assert ahead.reask_codes == (("lung_disease",) if held else ())

    def test_all_waits_must_end_in_time(self) -> None:
        ahead = ahead_of(
            in_days=5,
            migraine=given("Yes", event_on=TODAY),
            lung_disease=given("A flare-up or chest infection in the last 2 weeks", event_on=TODAY),
        )

        assert (ahead.blocks, ahead.held_codes, ahead.earliest_on) == ((Block.WAIT,), (), days(14))

    def test_while_symptoms_run_no_slot_is_held_and_no_date_is_known(self) -> None:
        ahead = ahead_of(migraine=given("Yes", still_running=True))

        assert (ahead.blocks, ahead.earliest_on) == ((Block.WAIT,), None)
        assert (ahead.dates().running_days, ahead.dates().not_until) == (1, None)

    @pytest.mark.parametrize(("event_ago", "not_until"), [(13, None), (12, days(2)), (0, days(14))])
    def test_a_longer_wait_beside_symptoms_that_run_is_not_forgotten(self, event_ago, not_until) -> None:
        ahead = ahead_of(
            migraine=given("Yes", still_running=True),
            lung_disease=given("A flare-up or chest infection in the last 2 weeks", event_on=days(-event_ago)),
        )

        assert (ahead.dates().running_days, ahead.dates().not_until) == (1, not_until)

    @pytest.mark.parametrize(
        "answers",
        [
            {"severe_pain": given("Not sure")},
            {"high_blood_pressure": given("180/110 or higher, feeling well")},
            {"varicose_veins": given("Yes, a skin ulcer or bleeding")},
        ],
        ids=["severe pain", "an urgent message", "a message for soon"],
    )
    def test_severe_pain_and_answers_with_a_message_are_never_held(self, answers) -> None:
        ahead = ahead_of(in_days=60, **answers)

        assert Block.WAIT in ahead.blocks
        assert not ahead.is_held

    def test_a_wait_that_is_over_must_be_answered_again_before_anything_is_booked(self) -> None:
        ahead = ahead_of(migraine=given("Yes", ago=1))

        assert (ahead.blocks, ahead.ask_now_codes) == ((Block.OUT_OF_DATE,), ("migraine",))
        assert ahead.earliest_on == TODAY

    def test_other_obstacles_stand_beside_a_wait_that_ends_in_time(self) -> None:
        migraine = given("Yes")

        assert ahead_of(migraine=migraine, epilepsy=given("Not sure")).blocks == (Block.CLEARANCE,)
        assert ahead_of(migraine=migraine, heartburn=given(None)).blocks == (Block.INCOMPLETE,)
        assert ahead_of(migraine=migraine, heartburn=given("No", ago=181)).blocks == (Block.OUT_OF_DATE,)

    def test_rows_that_will_be_old_are_asked_again_beside_those_that_waited(self) -> None:
        ahead = ahead_of(in_days=40, migraine=given("Yes"), kidney_stones=given("I have a known stone but no symptoms"))

        assert (ahead.is_held, ahead.held_codes) == (True, ("migraine",))
        assert ahead.reask_codes == ("kidney_stones", "migraine")

    def test_a_wait_that_leads_to_clearance_is_held_and_says_so(self) -> None:
        ahead = ahead_of(epilepsy=given("Within the last 14 days, or my medicine has just changed"))

        assert ahead.is_held
        assert [wait.then_clearance for wait in ahead.waits] == [True]

    def test_a_feverish_day_does_not_block_a_session_after_it(self) -> None:
        feverish = given("Feverish, heavy cold or cough, sick or unwell", ago=1, event_on=TODAY)

        ahead = ahead_of(fever_infection=feverish)

        assert (ahead.is_held, ahead.held_until) == (True, days(2))

    def test_an_unanswered_row_that_defers_is_incomplete_and_waits_without_end(self) -> None:
        ahead = ahead_of(recent_fracture=given(None))

        assert (ahead.blocks, ahead.earliest_on) == ((Block.WAIT, Block.INCOMPLETE), None)


def test_a_refusal_that_ends_with_time_says_from_when_it_may_be_asked_again() -> None:
    clot = given("A clot in the last 6 months", event_on=days(-84))

    ahead = ahead_of(in_days=120, dvt_calf_swelling=clot)

    assert (ahead.blocks, ahead.ask_again_on) == ((Block.REFUSED,), days(100))


class TestWholeForm:
    @pytest.mark.parametrize(
        ("form_ago", "visit_ago", "due"),
        [(180, None, False), (181, None, True), (365, 10, False), (366, 10, True), (300, 181, True), (300, 180, False)],
    )
    def test_it_is_due_after_a_year_or_half_a_year_without_a_visit(self, form_ago, visit_ago, due) -> None:
        visit = None if visit_ago is None else days(-visit_ago)

        assert whole_form_is_due(replace(ADULT, form_on=days(-form_ago), last_visit_on=visit), TODAY) is due

    @pytest.mark.parametrize("age", [8, 16, 18])
    def test_it_is_due_after_a_birthday_that_changes_the_rules(self, age: int) -> None:
        nobody = replace(ADULT, date_of_birth=TODAY.replace(year=TODAY.year - age), guardian_consent=True)

        assert whole_form_is_due(replace(nobody, form_on=days(-1)), TODAY)
        assert not whole_form_is_due(replace(nobody, form_on=days(-1)), days(-1))
        assert not whole_form_is_due(replace(nobody, form_on=TODAY), TODAY)

    def test_before_such_a_birthday_a_session_after_it_can_be_booked_and_the_form_is_asked_by_then(self) -> None:
        child = replace(ADULT, date_of_birth=days(7).replace(year=2010), guardian_consent=True, form_on=TODAY)

        ahead = ahead_of(child)

        assert (ahead.may_book, ahead.re_ask_due, ahead.whole_form_due_by_then) == (True, True, True)

    def test_due_today_it_blocks_and_due_by_then_it_is_asked_again(self) -> None:
        assert ahead_of(replace(ADULT, form_on=days(-181))).blocks == (Block.WHOLE_FORM,)
        by_then = ahead_of(replace(ADULT, form_on=days(-170)))
        assert (by_then.may_book, by_then.re_ask_due, by_then.whole_form_due_by_then) == (True, True, True)


class TestWhatEndsAnswersBeforeTheirTime:
    """Section 5, the triggers."""

    @pytest.mark.parametrize("trigger", list(Trigger))
    @pytest.mark.parametrize("code", ["heartburn", "cancer"], ids=["ticked", "not ticked"])
    def test_a_row_that_must_be_asked_at_once_blocks_until_it_is(self, trigger: Trigger, code: str) -> None:
        ahead = ahead_of(replace(ADULT, pending={code: trigger}), heartburn=given("No"))

        assert (ahead.blocks, ahead.ask_now_codes) == ((Block.OUT_OF_DATE,), (code,))

    def test_a_stop_blocks_whatever_the_answers(self) -> None:
        assert ahead_of(replace(ADULT, stopped=True)).blocks == (Block.STOPPED,)

    def test_a_letter_that_ends_before_the_session_has_its_row_asked_again(self) -> None:
        ends = replace(ADULT, letters=(DatedLetter(frozenset({"epilepsy"}), TODAY, expires_on=days(10)),))
        seizure = given("Within the last 12 months")

        ahead = ahead_of(ends, in_days=20, epilepsy=seizure)

        assert (ahead.blocks, ahead.reask_codes) == ((Block.CLEARANCE,), ("epilepsy",))
        assert ahead_of(ends, in_days=9, epilepsy=seizure).reask_codes == ()

    def test_a_letter_that_has_ended_has_its_row_asked_again_now(self) -> None:
        ended = replace(ADULT, letters=(DatedLetter(frozenset({"epilepsy"}), days(-30), expires_on=TODAY),))

        ahead = ahead_of(ended, epilepsy=given("Within the last 12 months", ago=5))

        assert (ahead.blocks, ahead.ask_now_codes) == ((Block.OUT_OF_DATE, Block.CLEARANCE), ("epilepsy",))

    def test_a_birthday_before_the_session_has_the_answers_asked_again(self) -> None:
        day = days(FAR)
        child = replace(ADULT, date_of_birth=day.replace(year=day.year - 16), guardian_consent=True)

        assert ahead_of(child, heartburn=given("No")).reask_codes == ("heartburn",)
        assert ahead_of(child, in_days=FAR - 1, heartburn=given("No")).reask_codes == ()

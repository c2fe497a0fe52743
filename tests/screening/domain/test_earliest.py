"""The second question: from which day, and what must be asked or brought by then (guide, sections 2 to 6)."""

from dataclasses import replace
from datetime import date, timedelta
from random import Random

import pytest

from screening.domain.booking_ahead import book_ahead
from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter
from screening.domain.earliest import Because, Earliest, Why, earliest
from screening.domain.eligibility import fits
from screening.domain.enums import Pressure
from screening.domain.triggers import Trigger
from tests.screening.domain.clients import RULES, answers_of
from tests.screening.domain.dated_clients import LENGTHS, TODAY, days, on_the_day, random_dated_client
from tests.screening.domain.properties import for_thousands

ADULT = DatedAnswers(date(1990, 6, 1), today_asked_on=TODAY)
FLARE = "A flare-up or chest infection in the last 2 weeks"
SEIZURE = "Within the last 14 days, or my medicine has just changed"
HEART_ATTACK = "Heart attack, stroke, mini-stroke, stent or heart surgery in the last 3 months"
CLOT = "A clot in the last 6 months"


def given(answer: str | None, ago: int = 0, **more) -> DatedAnswer:
    return DatedAnswer(answer, days(-ago), **more)


def first_day(known: DatedAnswers = ADULT, technique: str = "swedish", minutes: int = 60, **answers: DatedAnswer):
    known = replace(known, answers=answers) if answers else known
    return earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY)


def said(found: Earliest) -> list[tuple[str, tuple[str, ...], date | None]]:
    return [(because.why.value, because.codes, because.until) for because in found.reasons]


def of_age_in(number: int, age: int, **more) -> DatedAnswers:
    """Return somebody who turns an age in so many days."""
    day = days(number)
    return DatedAnswers(day.replace(year=day.year - age), guardian_consent=True, today_asked_on=TODAY, **more)


def test_who_has_nothing_can_come_today() -> None:
    found = first_day()

    assert (found.day, found.reasons, found.reask_codes) == (TODAY, (Because(Why.NOW),), ())


class TestWaits:
    def test_a_wait_that_ends_opens_the_day_and_its_row_is_asked_again(self) -> None:
        found = first_day(lung_disease=given(FLARE, event_on=days(-4)))

        assert found.day == days(10)
        assert said(found) == [("wait", ("lung_disease",), days(10))]
        assert found.reask_codes == ("lung_disease",)
        assert [wait.code for wait in found.waits] == ["lung_disease"]

    def test_the_last_of_several_waits_counts_and_each_is_named(self) -> None:
        found = first_day(lung_disease=given(FLARE), migraine=given("Yes"))

        assert found.day == days(14)
        assert said(found) == [("wait", ("migraine",), days(1)), ("wait", ("lung_disease",), days(14))]
        assert found.reask_codes == ("migraine", "lung_disease")

    def test_a_wait_that_is_over_already_only_has_to_be_asked_again(self) -> None:
        found = first_day(migraine=given("Yes", ago=3))

        assert (found.day, found.reask_codes, found.waits) == (TODAY, ("migraine",), ())

    def test_a_wait_may_lead_to_a_letter(self) -> None:
        found = first_day(epilepsy=given(SEIZURE))

        assert (found.day, found.bring_codes) == (days(14), ("epilepsy",))
        assert said(found) == [("wait", ("epilepsy",), days(14)), ("clearance", ("epilepsy",), None)]

    def test_a_letter_may_be_brought_in_the_meantime(self) -> None:
        known = replace(ADULT, letters=(DatedLetter(frozenset({"epilepsy"}), signed_on=TODAY),))

        assert first_day(known, epilepsy=given(SEIZURE)).bring_codes == ()

    def test_while_symptoms_run_no_day_is_known(self) -> None:
        found = first_day(rheumatoid_arthritis=given("Flare-up now", still_running=True))

        assert (found.day, found.running_days) == (None, 7)
        assert said(found) == [("running", ("rheumatoid_arthritis",), None)]

    def test_symptoms_that_run_do_not_hide_a_longer_wait(self) -> None:
        found = first_day(
            migraine=given("Yes", still_running=True), cardiovascular_disease=given(HEART_ATTACK, event_on=TODAY)
        )

        assert (found.day, found.running_days, found.not_until) == (None, 1, days(92))

    def test_a_doctors_statement_ends_a_wait_for_symptoms(self) -> None:
        running = given("Flare-up now", ago=2, still_running=True, statement_on=days(-1))

        assert first_day(rheumatoid_arthritis=running).day == TODAY

    def test_no_day_is_named_beside_a_message_until_the_row_is_answered_again(self) -> None:
        found = first_day(high_blood_pressure=given("180/110 or higher, feeling well"))

        assert (found.day, found.reask_codes) == (None, ("high_blood_pressure",))
        assert said(found) == [("answer_first", ("high_blood_pressure",), None)]

    def test_severe_pain_keeps_no_place_but_has_a_day(self) -> None:
        assert first_day(severe_pain=given("Not sure")).day == days(1)

    def test_an_open_answer_that_may_defer_leaves_the_day_open(self) -> None:
        found = first_day(recent_fracture=given(None))

        assert (found.day, found.reask_codes) == (None, ("recent_fracture",))
        assert said(found) == [("unanswered", ("recent_fracture",), None)]

    def test_a_wait_beyond_the_horizon_has_no_day_but_says_when_it_ends(self) -> None:
        known = replace(ADULT, answers={"spinal_cord_injury": given("Within the last 12 months")})

        found = earliest(RULES, known, technique="swedish", minutes=60, today=TODAY, horizon_days=100)

        assert (found.day, found.reasons[0].until) == (None, days(365))


class TestRefusals:
    def test_a_clot_can_be_asked_about_again_after_184_days_and_then_needs_a_letter(self) -> None:
        found = first_day(dvt_calf_swelling=given(CLOT, event_on=days(-84)))

        assert (found.day, found.reask_codes, found.bring_codes) == (
            days(100),
            ("dvt_calf_swelling",),
            ("dvt_calf_swelling",),
        )
        assert found.reasons[0] == Because(Why.REFUSED_UNTIL, ("dvt_calf_swelling",), days(100))

    @pytest.mark.parametrize(
        "answers",
        [
            {"cancer": given("Cancer has spread to my bones or spine")},
            {"lung_disease": given("Struggling for breath now")},
            {"emergency_symptoms_now": given(None)},
        ],
    )
    def test_other_refusals_never_end_by_themselves(self, answers) -> None:
        found = first_day(**answers, migraine=given("Yes"))

        assert found.day is None
        assert found.reasons[0].why is Why.REFUSED

    def test_nobody_comes_while_bookings_are_stopped(self) -> None:
        found = first_day(replace(ADULT, stopped=True))

        assert (found.day, found.reasons) == (None, (Because(Why.STOPPED),))

    def test_where_the_body_map_leaves_no_back_time_changes_nothing(self) -> None:
        back = frozenset(RULES.extra.back_areas)

        found = first_day(nerve_damage=given("Long-standing, unchanged and already checked", sites=back))

        assert (found.day, found.codes_why[0]) == (None, Why.NOTHING_LEFT)


class TestTechniques:
    def test_one_that_the_answers_rule_out_has_no_day(self) -> None:
        found = first_day(technique="hot_stone", migraine=given("No, I am between attacks"))

        assert (found.day, found.reasons) == (None, (Because(Why.TECHNIQUE, ("migraine",)),))

    def test_one_that_needs_more_pressure_names_the_row_that_holds_it_down(self) -> None:
        found = first_day(
            technique="deep_tissue", minutes=60, low_bp_fainting=given("I have fainted and the cause is known")
        )

        assert found.reasons == (Because(Why.TECHNIQUE, ("low_bp_fainting",)),)
        held_down = first_day(technique="sports", sleep_apnea=given("Not sure"), fever_infection=given("Not sure"))
        assert held_down.day == days(2)

    def test_what_follows_a_wait_may_still_rule_it_out(self) -> None:
        # After a heart attack there is a letter, and no deep tissue.
        found = first_day(technique="deep_tissue", cardiovascular_disease=given(HEART_ATTACK, event_on=TODAY))

        assert found.day is None
        assert [because.why for because in found.reasons] == [Why.WAIT, Why.TECHNIQUE]
        assert first_day(cardiovascular_disease=given(HEART_ATTACK, event_on=TODAY)).day == days(92)

    def test_the_weeks_after_a_birth_run_out_by_themselves(self) -> None:
        found = first_day(
            technique="deep_tissue", postpartum=given("Well, after a vaginal birth", due_or_birth_on=days(-60))
        )

        assert (found.day, found.reask_codes) == (days(25), ())
        assert said(found) == [("technique", ("postpartum",), days(25))]

    def test_pregnancy_massage_needs_a_pregnancy(self) -> None:
        assert first_day(technique="prenatal").reasons == (Because(Why.TECHNIQUE),)


class TestAges:
    def test_a_longer_session_opens_with_a_birthday(self) -> None:
        found = first_day(of_age_in(40, 16), minutes=60)

        assert found.day == days(40)
        assert said(found) == [("too_long", ("A2",), days(40))]
        assert (found.needs_guardian, first_day(of_age_in(40, 16), minutes=30).day) == (False, TODAY)

    def test_firm_pressure_opens_with_another(self) -> None:
        found = first_day(of_age_in(40, 18), technique="deep_tissue")

        assert (found.day, found.reasons) == (days(40), (Because(Why.TECHNIQUE, ("A3",), days(40)),))

    def test_a_child_is_told_the_birthday_from_which_they_may_come(self) -> None:
        child = replace(of_age_in(40, 8), guardian_consent=False)

        found = first_day(child, minutes=30)

        assert (found.day, found.needs_guardian) == (days(40), True)
        assert said(found) == [("too_young", ("child_under_8",), days(40)), ("guardian", (), None)]

    def test_a_birthday_ends_the_answers_given_before_it(self) -> None:
        known = of_age_in(40, 16, answers={"heartburn": given("No")})

        assert first_day(known, minutes=60).reask_codes == ("heartburn",)
        assert first_day(known, minutes=30).reask_codes == ()

    def test_back_pain_under_16_needs_a_letter_until_the_birthday(self) -> None:
        known = of_age_in(40, 16, reason_back_pain=True)

        assert first_day(known, minutes=30).bring_codes == ("age_under_16_back_pain",)
        assert first_day(known, minutes=60).bring_codes == ()


class TestLetters:
    EPILEPSY = {"epilepsy": given("Within the last 12 months"), "lung_disease": given(FLARE)}

    @pytest.mark.parametrize(("signed_ago", "bring"), [(165, ()), (166, ("epilepsy",))])
    def test_a_letter_that_ends_before_the_day_must_be_brought_anew(self, signed_ago, bring) -> None:
        letters = (DatedLetter(frozenset({"epilepsy"}), signed_on=days(-signed_ago)),)

        found = first_day(replace(ADULT, letters=letters), **self.EPILEPSY)

        assert (found.day, found.bring_codes) == (days(14), bring)

    def test_what_only_a_letter_could_open_is_not_promised(self) -> None:
        found = first_day(technique="chair", epilepsy=given("Within the last 12 months"))

        assert (found.day, found.bring_codes) == (None, ("epilepsy",))

    def test_a_letter_that_allows_it_opens_it_while_it_lasts(self) -> None:
        allowing = DatedLetter(frozenset({"epilepsy"}), TODAY, allow_techniques=frozenset({"chair"}))

        assert first_day(replace(ADULT, letters=(allowing,)), "chair", epilepsy=self.EPILEPSY["epilepsy"]).day == TODAY

    def test_a_letter_that_wants_less_holds_it_back_while_it_lasts(self) -> None:
        light = DatedLetter(frozenset({"epilepsy"}), days(-170), pressure=Pressure.LIGHT)

        found = first_day(replace(ADULT, letters=(light,)), "deep_tissue", epilepsy=self.EPILEPSY["epilepsy"])

        assert (found.day, found.bring_codes) == (days(10), ("epilepsy",))


class TestPregnancy:
    def test_the_stage_of_the_day_counts_and_is_asked_at_its_boundary(self) -> None:
        # Twelve weeks today; after the flare the second stage has begun, which needs no letter.
        pregnant = given("Up to 12 weeks", due_or_birth_on=days(28 * 7))

        assert first_day(technique="prenatal", pregnancy=pregnant).bring_codes == ("pregnancy",)
        found = first_day(technique="prenatal", pregnancy=pregnant, lung_disease=given(FLARE))
        assert (found.day, found.bring_codes, found.reask_codes) == (days(14), (), ("pregnancy", "lung_disease"))


def test_what_is_out_of_date_pending_or_unfinished_is_asked_by_the_day() -> None:
    known = replace(
        ADULT,
        answers={
            "heartburn": given("No", ago=181),
            "diabetes": given(None),
            "arthritis": given("Not sure"),
            "nerve_damage": given("Long-standing, unchanged and already checked"),
        },
        pending={"arthritis": Trigger.TODAY, "cancer": Trigger.DIAGNOSIS},
        form_on=days(-200),
    )

    found = first_day(known)

    assert (found.day, found.whole_form) == (TODAY, True)
    assert found.reask_codes == ("arthritis", "cancer", "diabetes", "heartburn", "nerve_damage")


def test_no_day_before_a_given_one_is_looked_at() -> None:
    found = earliest(RULES, ADULT, technique="swedish", minutes=60, today=TODAY, not_before=days(30))

    assert found.day == days(30)


@pytest.mark.parametrize("born", [date.min, date.max, date(2008, 2, 29)])
def test_dates_at_the_end_of_the_calendar_do_no_harm(born: date) -> None:
    wild = {
        "pregnancy": given("Up to 12 weeks", due_or_birth_on=date.max),
        "lung_disease": given(FLARE, event_on=date.max),
    }

    assert first_day(replace(ADULT, date_of_birth=born, answers=wild)).day is None


# --- What must hold for any client ------------------------------------------


def allows(known: DatedAnswers, day: date, technique: str, minutes: int) -> bool:
    ahead = on_the_day(known, day)
    return ahead.may_book and not fits(ahead.verdict, technique, minutes)


def a_wish(dice: Random) -> tuple[str, int]:
    return dice.choice((*RULES.extra.techniques, *("swedish",) * 10)), dice.choice(LENGTHS)


@for_thousands
def test_the_day_keeps_what_it_promises_and_no_earlier_one_would(dice: Random) -> None:
    known, (technique, minutes) = random_dated_client(dice), a_wish(dice)
    found = earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY)
    told = f"{technique}, {minutes}, {known}, {found}"

    if found.day is not None:
        assert TODAY <= found.day <= days(400), told
        assert allows(known, found.day, technique, minutes), told
    last = (found.day or days(401)) - timedelta(days=1)
    for day in {last, days(dice.choice((0, dice.randint(0, 400))))}:
        if TODAY <= day <= last:
            assert not allows(known, day, technique, minutes), f"{day}: {told}"


def test_day_by_day_the_same_comes_out() -> None:
    for number in range(15):
        dice = Random(number)
        known, (technique, minutes) = random_dated_client(dice), a_wish(dice)
        found = earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY)

        all_days = (days(ahead) for ahead in range(401))
        assert found.day == next((day for day in all_days if allows(known, day, technique, minutes)), None), known


@for_thousands
def test_what_is_to_be_done_by_the_day_is_all_that_is_missing(dice: Random) -> None:
    known, (technique, minutes) = random_dated_client(dice), a_wish(dice)
    before = repr(known)
    found = earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY)
    assert repr(known) == before
    assert earliest(RULES, known, technique=technique, minutes=minutes, today=TODAY) == found
    if found.day is None:
        return
    as_given = book_ahead(RULES, known, today=found.day, session_on=found.day, hours_until=1)

    assert set(as_given.ask_now_codes) | set(as_given.verdict.incomplete) <= set(found.reask_codes), known
    assert set(as_given.verdict.missing_clearance) <= set(found.bring_codes) | set(found.reask_codes), known
    assert found.needs_guardian is ("guardian_consent" in as_given.blocks)
    assert found.whole_form is as_given.whole_form_due


@pytest.mark.parametrize("code", [code for code in RULES.rows if code not in RULES.set_by_age])
def test_every_answer_of_every_row_has_a_day_or_a_reason_for_none(code: str) -> None:
    for answer in answers_of(code):
        found = first_day(**{code: given(answer, sites=frozenset())})

        assert found.reasons
        assert (found.day is None) is (found.codes_why[0] in {Why.REFUSED, Why.ANSWER_FIRST, Why.TECHNIQUE})

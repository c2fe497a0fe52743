"""Two sets of answers of what may be one person: the later day counts, and what either asks for (section 2)."""

from dataclasses import replace
from datetime import date
from random import Random

from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter
from screening.domain.earliest import Because, Earliest, Why, earliest
from screening.domain.earliest_together import earliest_together
from tests.screening.domain.clients import RULES
from tests.screening.domain.dated_clients import TODAY, days, random_dated_client

ADULT = DatedAnswers(date(1990, 6, 1))
FLARE = DatedAnswer("A flare-up or chest infection in the last 2 weeks", TODAY)
SEIZURE = DatedAnswer("Within the last 12 months", TODAY)


def together(*several: DatedAnswers, technique: str = "swedish", minutes: int = 60) -> Earliest:
    return earliest_together(RULES, several, technique=technique, minutes=minutes, today=TODAY)


def person(**answers: DatedAnswer) -> DatedAnswers:
    return replace(ADULT, answers=answers)


def test_one_set_alone_is_simply_asked() -> None:
    known = person(lung_disease=FLARE)

    assert together(known) == earliest(RULES, known, technique="swedish", minutes=60, today=TODAY)


def test_two_that_allow_today_allow_today() -> None:
    assert together(ADULT, person(heartburn=DatedAnswer("Yes", TODAY))).reasons == (Because(Why.NOW),)


def test_the_later_day_counts_with_what_each_asks_for() -> None:
    found = together(person(lung_disease=FLARE), person(migraine=DatedAnswer("Yes", TODAY), epilepsy=SEIZURE))

    assert (found.day, found.bring_codes) == (days(14), ("epilepsy",))
    assert found.reask_codes == ("migraine", "lung_disease")
    assert [because.why for because in found.reasons] == [Why.WAIT, Why.WAIT, Why.CLEARANCE]
    assert {wait.code for wait in found.waits} == {"migraine", "lung_disease"}


def test_without_a_day_for_one_there_is_none() -> None:
    found = together(person(lung_disease=FLARE), person(lung_disease=DatedAnswer("Struggling for breath now", TODAY)))

    assert (found.day, found.codes_why) == (None, (Why.REFUSED, Why.WAIT))


def test_the_later_day_of_one_is_looked_at_for_the_other_too() -> None:
    # Until its letter ends the first may sit in the chair; by the time the other's wait is over, no longer.
    allowing = DatedLetter(frozenset({"epilepsy"}), days(-175), allow_techniques=frozenset({"chair"}))
    first = replace(person(epilepsy=SEIZURE), letters=(allowing,))

    assert together(first, technique="chair").day == TODAY
    assert together(first, person(lung_disease=FLARE), technique="chair").day is None
    assert together(first, person(migraine=DatedAnswer("Yes", TODAY)), technique="chair").day == days(1)


def test_together_they_may_leave_no_back_where_each_leaves_some() -> None:
    steady = "Long-standing, unchanged and already checked"
    upper = person(nerve_damage=DatedAnswer(steady, TODAY, sites=frozenset({"upper_back", "mid_back"})))
    lower = person(nerve_damage=DatedAnswer(steady, TODAY, sites=frozenset({"lower_back"})))

    found = together(upper, lower)

    assert (found.day, found.reasons) == (None, (Because(Why.NOTHING_LEFT),))
    assert together(lower, lower).day == TODAY


def test_symptoms_of_one_do_not_hide_the_longer_wait_of_the_other() -> None:
    ill = person(migraine=DatedAnswer("Yes", TODAY, still_running=True))

    found = together(ill, person(lung_disease=FLARE))

    assert (found.day, found.running_days, found.not_until) == (None, 1, days(14))


def test_it_never_comes_before_the_day_of_any_one_and_the_order_does_not_matter() -> None:
    for number in range(300):
        dice = Random(number)
        first, second = random_dated_client(dice), random_dated_client(dice)
        alone = [together(each).day for each in (first, second)]
        found = together(first, second)

        assert found.day == together(second, first).day
        if None in alone:
            assert found.day is None
        elif found.day is not None:
            assert all(day is not None and day <= found.day for day in alone)

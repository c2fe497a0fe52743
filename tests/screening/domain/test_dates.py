"""From dated answers to what the evaluator sees on a day (guide, sections 2, 4 and 5)."""

from datetime import date, timedelta

import pytest

from screening.domain.dated import DatedAnswer, DatedAnswers, DatedLetter, age_on, as_of, birthday
from screening.domain.enums import Pressure
from screening.domain.evaluate import evaluate
from screening.domain.stages import weeks_on
from screening.domain.triggers import Trigger
from tests.screening.domain.clients import RULES

TODAY = date(2026, 3, 10)
BORN = date(1990, 6, 1)


def days(number: int) -> date:
    return TODAY + timedelta(days=number)


def person(**known) -> DatedAnswers:
    return DatedAnswers(**{"date_of_birth": BORN, **known})


@pytest.mark.parametrize(
    ("born", "day", "age"),
    [
        (date(2010, 3, 10), date(2026, 3, 9), 15),
        (date(2010, 3, 10), date(2026, 3, 10), 16),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2024, 2, 29), 16),
        (date(2027, 1, 1), date(2026, 1, 1), 0),
    ],
)
def test_a_birthday_counts_on_its_day_and_the_leap_day_on_the_first_of_march(born: date, day: date, age: int) -> None:
    assert age_on(born, day) == age


@pytest.mark.parametrize("born", [date(2010, 3, 10), date(2008, 2, 29), date(2000, 12, 31)])
@pytest.mark.parametrize("age", [8, 16, 18])
def test_a_birthday_is_the_first_day_of_an_age(born: date, age: int) -> None:
    first = birthday(born, age)

    assert (age_on(born, first), age_on(born, first - timedelta(days=1))) == (age, age - 1)


def test_a_birthday_beyond_the_calendar_never_comes() -> None:
    assert birthday(date.max, 8) == date.max


def test_what_must_be_asked_at_once_is_out_of_date() -> None:
    known = person(
        answers={"heartburn": DatedAnswer("No", TODAY), "diabetes": DatedAnswer("Not sure", TODAY)},
        pending={"diabetes": Trigger.MEDICINE, "cancer": Trigger.DIAGNOSIS},
    )

    assert as_of(RULES, known, TODAY).out_of_date == {"diabetes"}


def test_answers_age_to_the_session_or_to_another_day_and_never_below_nothing() -> None:
    known = person(answers={"diabetes": DatedAnswer("Not sure", days(-5)), "heartburn": DatedAnswer("No", days(2))})

    assert as_of(RULES, known, days(30)).answer_age_days == {"diabetes": 35, "heartburn": 28}
    assert as_of(RULES, known, days(30), counted_to=TODAY).answer_age_days == {"diabetes": 5, "heartburn": 0}


def test_age_and_letters_are_those_of_the_session_whatever_answers_are_counted_to() -> None:
    known = person(
        date_of_birth=days(20).replace(year=2008),
        letters=(DatedLetter(frozenset({"epilepsy"}), signed_on=days(-170)),),
    )

    seen = as_of(RULES, known, days(20), counted_to=TODAY)

    assert (seen.age, seen.letters[0].days_left) == (18, -10)


def test_sites_consent_and_reason_are_handed_on() -> None:
    known = person(
        answers={
            "cancer": DatedAnswer("Not sure", TODAY, sites=frozenset({"neck"})),
            "recent_injury": DatedAnswer("Not sure", TODAY, sites=frozenset()),
            "nerve_damage": DatedAnswer("Not sure", TODAY),
        },
        guardian_consent=True,
        reason_back_pain=True,
    )

    seen = as_of(RULES, known, TODAY)

    assert seen.body_map == {"cancer": frozenset({"neck"}), "recent_injury": frozenset()}
    assert (seen.guardian_consent, seen.reason_back_pain) == (True, True)


class TestLetters:
    def test_a_letter_ends_for_each_row_by_that_rows_lifetime(self) -> None:
        both = DatedLetter(frozenset({"cancer", "epilepsy"}), signed_on=TODAY, pressure=Pressure.LIGHT)

        seen = as_of(RULES, person(letters=(both,)), days(10))

        assert {tuple(letter.codes): letter.days_left for letter in seen.letters} == {
            ("cancer",): 80,
            ("epilepsy",): 170,
        }
        assert {letter.pressure for letter in seen.letters} == {Pressure.LIGHT}

    def test_a_letter_may_say_that_it_ends_sooner_but_not_later(self) -> None:
        sooner = DatedLetter(frozenset({"epilepsy"}), signed_on=TODAY, expires_on=days(7))
        later = DatedLetter(frozenset({"epilepsy"}), signed_on=TODAY, expires_on=days(999))

        seen = as_of(RULES, person(letters=(sooner, later)), TODAY)

        assert [letter.days_left for letter in seen.letters] == [7, 180]

    @pytest.mark.parametrize(
        ("weeks_at_signing", "days_left"),
        [(11, 14), (13, 42), (33, 28), (35, 14), (37, 42)],
    )
    def test_a_pregnancy_letter_also_ends_at_the_next_stage(self, weeks_at_signing: int, days_left: int) -> None:
        due_on = TODAY + timedelta(weeks=40 - weeks_at_signing)
        known = person(
            answers={"pregnancy": DatedAnswer("Not sure", TODAY, due_or_birth_on=due_on)},
            letters=(DatedLetter(frozenset({"pregnancy"}), signed_on=TODAY),),
        )

        assert as_of(RULES, known, TODAY).letters[0].days_left == days_left

    def test_every_row_has_the_lifetime_of_the_guide(self) -> None:
        shorter = {
            "chemo_radiotherapy": 30,
            "severe_pain": 30,
            "recent_injury": 30,
            "pregnancy": 42,
            "postpartum": 42,
            **dict.fromkeys(("cancer", "neck_injury", "weight_loss_back_pain", "recent_fracture"), 90),
            **dict.fromkeys(("saddle_numbness_bladder", "recent_surgery_non_spine", "recent_back_pain"), 90),
        }
        everything = DatedLetter(RULES.letter_codes, signed_on=TODAY)

        seen = as_of(RULES, person(letters=(everything,)), TODAY)

        found = {code: letter.days_left for letter in seen.letters for code in letter.codes}
        assert found == {**dict.fromkeys(RULES.letter_codes, 180), **shorter}
        assert found["age_under_16_back_pain"] == 180

    def test_a_letter_no_longer_covers_a_row_for_which_it_lapsed(self) -> None:
        both = DatedLetter(frozenset({"cancer", "epilepsy"}), signed_on=TODAY, lapsed=frozenset({"cancer"}))

        assert [letter.codes for letter in as_of(RULES, person(letters=(both,)), TODAY).letters] == [{"epilepsy"}]

    def test_areas_to_avoid_are_handed_on(self) -> None:
        careful = DatedLetter(frozenset({"epilepsy"}), signed_on=TODAY, avoid_areas=frozenset({"neck"}))

        assert as_of(RULES, person(letters=(careful,)), TODAY).letters[0].avoid_areas == {"neck"}


class TestTheEndOfALetter:
    """Section 5, trigger 6."""

    SEIZURES = "Within the last 12 months"

    def out_of_date(self, *letters: DatedLetter, answered: int = 0, on: int = 0, answer: str = SEIZURES) -> bool:
        known = person(answers={"epilepsy": DatedAnswer(answer, days(answered))}, letters=letters)
        return "epilepsy" in as_of(RULES, known, days(on)).out_of_date

    def epilepsy(self, ends_on: int, **more) -> DatedLetter:
        return DatedLetter(frozenset({"epilepsy"}), signed_on=days(-30), expires_on=days(ends_on), **more)

    @pytest.mark.parametrize(("on", "ended"), [(9, False), (10, True), (11, True)])
    def test_it_ends_the_answer_that_was_given_before_it(self, on: int, ended: bool) -> None:
        assert self.out_of_date(self.epilepsy(10), on=on) is ended

    @pytest.mark.parametrize(("answered", "ended"), [(9, True), (10, False), (11, False)])
    def test_an_answer_given_since_counts(self, answered: int, ended: bool) -> None:
        assert self.out_of_date(self.epilepsy(10), answered=answered, on=12) is ended

    def test_while_another_letter_covers_the_row_nothing_has_ended(self) -> None:
        assert not self.out_of_date(self.epilepsy(10), self.epilepsy(30), on=20)
        assert self.out_of_date(self.epilepsy(10), self.epilepsy(30, lapsed=frozenset({"epilepsy"})), on=20)

    def test_a_row_that_needs_no_letter_stays(self) -> None:
        fine = "Over 12 months ago, taking any medicine as advised"

        assert not self.out_of_date(self.epilepsy(10), on=20, answer=fine)
        assert not self.out_of_date(on=20)

    def test_seen_from_today_it_has_not_ended_yet(self) -> None:
        known = person(answers={"epilepsy": DatedAnswer(self.SEIZURES, TODAY)}, letters=(self.epilepsy(10),))

        assert as_of(RULES, known, days(20), counted_to=TODAY).out_of_date == frozenset()


class TestPregnancy:
    EARLY, MIDDLE, LATE = "Up to 12 weeks", "13 to 36 weeks, no complications", "37 weeks or more"

    def pregnant(self, weeks: int, answer: str, extra_days: int = 0) -> DatedAnswers:
        """Return somebody who is so many weeks along today and has just answered."""
        due_on = TODAY + timedelta(days=280 - 7 * weeks - extra_days)
        return person(answers={"pregnancy": DatedAnswer(answer, TODAY, due_or_birth_on=due_on)})

    def test_weeks_are_completed_weeks_before_the_due_date(self) -> None:
        assert weeks_on(days(280), TODAY) == 0
        assert weeks_on(days(7 * 27), TODAY) == 13
        assert weeks_on(days(7 * 27 + 1), TODAY) == 12
        assert weeks_on(TODAY, TODAY) == 40

    @pytest.mark.parametrize(
        ("weeks", "given", "ahead", "then", "ended"),
        [
            (12, EARLY, 6, EARLY, False),
            (12, EARLY, 7, MIDDLE, True),
            (36, MIDDLE, 6, MIDDLE, False),
            (36, MIDDLE, 7, LATE, True),
            (11, EARLY, 7 * 27, LATE, True),
            (38, LATE, 20, LATE, False),
        ],
    )
    def test_the_stage_moves_on_by_itself_and_ends_the_answer(self, weeks, given, ahead, then, ended) -> None:
        seen = as_of(RULES, self.pregnant(weeks, given), days(ahead))

        assert seen.ticks == {"pregnancy": then}
        assert ("pregnancy" in seen.out_of_date) is ended

    def test_counted_to_today_the_stage_is_the_sessions_and_nothing_has_ended_yet(self) -> None:
        seen = as_of(RULES, self.pregnant(12, self.EARLY), days(7), counted_to=TODAY)

        assert (seen.ticks, seen.out_of_date) == ({"pregnancy": self.MIDDLE}, frozenset())

    @pytest.mark.parametrize(
        ("weeks", "given", "then"),
        [(20, EARLY, EARLY), (8, MIDDLE, EARLY), (38, MIDDLE, LATE), (20, LATE, LATE)],
    )
    def test_where_answer_and_due_date_disagree_the_stricter_counts(self, weeks, given, then) -> None:
        assert as_of(RULES, self.pregnant(weeks, given), TODAY).ticks == {"pregnancy": then}

    @pytest.mark.parametrize("given", ["Possible, not confirmed", "Not sure"])
    def test_other_answers_stay_as_given(self, given: str) -> None:
        assert as_of(RULES, self.pregnant(12, given), days(30)).ticks == {"pregnancy": given}

    def test_without_a_due_date_the_answer_stays_as_given(self) -> None:
        known = person(answers={"pregnancy": DatedAnswer(self.EARLY, TODAY)})

        assert as_of(RULES, known, days(60)).ticks == {"pregnancy": self.EARLY}

    @pytest.mark.parametrize("due_on", [date.min, date.max])
    def test_an_absurd_due_date_does_no_harm(self, due_on: date) -> None:
        known = person(answers={"pregnancy": DatedAnswer(self.MIDDLE, TODAY, due_or_birth_on=due_on)})

        assert evaluate(RULES, as_of(RULES, known, TODAY)).headline == "clearance"


class TestAfterBirth:
    WELL, TROUBLE = "Well, after a vaginal birth", "A complication, or told to take it easy"

    @pytest.mark.parametrize(("ahead", "ticked"), [(84, True), (85, False)])
    def test_the_row_ends_by_itself_twelve_weeks_after_the_birth(self, ahead: int, ticked: bool) -> None:
        known = person(answers={"postpartum": DatedAnswer(self.WELL, TODAY, due_or_birth_on=TODAY)})

        assert ("postpartum" in as_of(RULES, known, days(ahead)).ticks) is ticked

    @pytest.mark.parametrize("answer", [TROUBLE, "Not sure", "Caesarean under 6 weeks ago"])
    def test_anything_weightier_than_modify_never_ends_by_itself(self, answer: str) -> None:
        known = person(answers={"postpartum": DatedAnswer(answer, TODAY, due_or_birth_on=TODAY)})

        assert as_of(RULES, known, days(400)).ticks == {"postpartum": answer}


@pytest.mark.parametrize("birthday", [8, 16, 18])
def test_a_birthday_that_changes_the_rules_ends_older_answers(birthday: int) -> None:
    born = days(10).replace(year=days(10).year - birthday)
    known = person(date_of_birth=born, answers={"heartburn": DatedAnswer("No", TODAY)})

    assert as_of(RULES, known, days(9)).out_of_date == frozenset()
    assert as_of(RULES, known, days(10)).out_of_date == {"heartburn"}
    assert as_of(RULES, known, days(10), counted_to=TODAY).out_of_date == frozenset()


def test_other_birthdays_end_nothing() -> None:
    known = person(date_of_birth=date(2009, 3, 12), answers={"heartburn": DatedAnswer("No", TODAY)})

    assert as_of(RULES, known, days(5)).out_of_date == frozenset()

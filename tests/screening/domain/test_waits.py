"""When waits end (guide, section 6)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from screening.domain.dated import DatedAnswer, DatedAnswers, as_of
from screening.domain.enums import CountFrom
from screening.domain.evaluate import evaluate
from screening.domain.waits import Wait, ask_again_on, ends_on, last_end, statement_may_end, waits_of
from tests.screening.domain.clients import RULES

TODAY = date(2026, 3, 10)
BEFORE = date(2026, 3, 4)
WAITS = RULES.extra.deferrals
BORN = date(1990, 6, 1)


def waits_for(**answers: DatedAnswer) -> tuple[Wait, ...]:
    dated = DatedAnswers(BORN, answers)
    return waits_of(RULES, dated, evaluate(RULES, as_of(RULES, dated, TODAY)))


@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: f"{wait.code}: {wait.answer}")
def test_a_wait_counts_from_what_the_data_says(wait) -> None:
    given = DatedAnswer(wait.answer, answered_on=TODAY, event_on=BEFORE)

    start = TODAY if wait.count_from is CountFrom.ANSWER else BEFORE

    assert ends_on(wait, given) == start + timedelta(days=wait.rescreen_after_days)


@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: f"{wait.code}: {wait.answer}")
def test_a_date_that_nobody_knows_counts_as_the_day_of_the_answer(wait) -> None:
    assert ends_on(wait, DatedAnswer(wait.answer, TODAY)) == TODAY + timedelta(days=wait.rescreen_after_days)


@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: f"{wait.code}: {wait.answer}")
def test_only_a_wait_from_the_end_of_symptoms_has_no_end_while_they_run(wait) -> None:
    running = DatedAnswer(wait.answer, TODAY, still_running=True)

    assert (ends_on(wait, running) is None) is (wait.count_from is CountFrom.SYMPTOM_END)


def test_a_caesarean_counts_from_the_birth() -> None:
    (wait,) = waits_for(postpartum=DatedAnswer("Caesarean under 6 weeks ago", TODAY, due_or_birth_on=BEFORE))

    assert wait.ends_on == BEFORE + timedelta(days=42)


def test_the_last_of_several_waits_counts() -> None:
    waits = waits_for(
        migraine=DatedAnswer("Yes", TODAY),
        lung_disease=DatedAnswer("A flare-up or chest infection in the last 2 weeks", TODAY, event_on=BEFORE),
    )

    assert [wait.code for wait in waits] == ["migraine", "lung_disease"]
    assert last_end(waits) == BEFORE + timedelta(days=14)


def test_no_end_is_known_while_one_wait_has_none() -> None:
    waits = waits_for(
        migraine=DatedAnswer("Yes", TODAY, still_running=True),
        recent_vaccination=DatedAnswer("Within the last 2 days", TODAY),
    )

    assert (waits[0].running, waits[0].days, last_end(waits)) == (True, 1, None)
    assert last_end(()) is None


def test_an_unanswered_row_that_defers_has_nothing_to_count() -> None:
    (wait,) = waits_for(recent_fracture=DatedAnswer(None, TODAY))

    assert (wait.ends_on, wait.running, wait.may_hold) == (None, False, False)


@pytest.mark.parametrize("wait", WAITS, ids=lambda wait: f"{wait.code}: {wait.answer}")
def test_no_slot_is_kept_for_severe_pain_or_beside_a_message(wait) -> None:
    (found,) = waits_for(**{wait.code: DatedAnswer(wait.answer, TODAY)})
    has_message = any(
        (trigger.code, trigger.answer) == (wait.code, wait.answer) for trigger in RULES.extra.message_triggers
    )

    assert found.may_hold is not (has_message or wait.code == "severe_pain")
    assert found.then_clearance is (wait.after_wait == "clearance")
    assert found.ends_when == wait.ends_when


@pytest.mark.parametrize(
    ("code", "answer", "may_end"),
    [
        ("migraine", "Yes", True),
        ("high_blood_pressure", "180/110 or higher, feeling well", True),
        ("fever_infection", "Feverish, heavy cold or cough, sick or unwell", False),
        ("alcohol_drugs_today", "Not sure", False),
        ("lung_disease", "A flare-up or chest infection in the last 2 weeks", False),
        ("heartburn", "Yes", False),
        ("lung_disease", "Struggling for breath now", False),
    ],
)
def test_a_doctors_statement_may_end_only_waits_for_symptoms(code: str, answer: str, may_end: bool) -> None:
    assert statement_may_end(RULES, code, answer) is may_end


class TestStatements:
    """A doctor's dated statement that it is over (section 2, rule 10, and section 6)."""

    NEVER = ("alcohol_drugs_today", "fever_infection")

    @pytest.mark.parametrize("wait", WAITS, ids=lambda wait: f"{wait.code}: {wait.answer}")
    def test_it_ends_only_a_wait_for_symptoms_or_from_the_answer(self, wait) -> None:
        running = DatedAnswer(wait.answer, BEFORE, still_running=True)
        (before,) = waits_for(**{wait.code: running})
        (after,) = waits_for(**{wait.code: replace(running, statement_on=TODAY)})
        may_end = wait.count_from is not CountFrom.EVENT and wait.code not in self.NEVER

        if may_end and (before.ends_on is None or before.ends_on > TODAY):
            assert (after.ends_on, after.running) == (TODAY, False)
        else:
            assert after == before

    def test_one_that_is_older_than_the_answer_was_about_something_else(self) -> None:
        (wait,) = waits_for(migraine=DatedAnswer("Yes", TODAY, still_running=True, statement_on=BEFORE))

        assert wait.running

    def test_one_that_comes_after_the_end_of_a_wait_does_not_lengthen_it(self) -> None:
        (wait,) = waits_for(migraine=DatedAnswer("Yes", BEFORE, statement_on=TODAY))

        assert wait.ends_on == BEFORE + timedelta(days=1)

    def test_it_moves_no_refusal(self) -> None:
        lung = DatedAnswer("Within the last 6 months", BEFORE, statement_on=TODAY)
        dated = DatedAnswers(BORN, {"pulmonary_embolism": lung})

        assert ask_again_on(RULES, dated, evaluate(RULES, as_of(RULES, dated, TODAY))) == BEFORE + timedelta(days=184)


class TestRefusalsThatEndWithTime:
    def refused(self, **answers: DatedAnswer) -> date | None:
        dated = DatedAnswers(BORN, answers)
        return ask_again_on(RULES, dated, evaluate(RULES, as_of(RULES, dated, TODAY)))

    CLOT = DatedAnswer("A clot in the last 6 months", TODAY, event_on=BEFORE)
    LUNG = DatedAnswer("Within the last 6 months", TODAY)

    def test_they_can_be_asked_again_184_days_after_the_event(self) -> None:
        assert self.refused(dvt_calf_swelling=self.CLOT) == BEFORE + timedelta(days=184)

    def test_the_later_of_two_counts(self) -> None:
        found = self.refused(dvt_calf_swelling=self.CLOT, pulmonary_embolism=self.LUNG)

        assert found == TODAY + timedelta(days=184)

    def test_not_while_another_row_refuses_for_good(self) -> None:
        bone = DatedAnswer("Cancer has spread to my bones or spine", TODAY)

        assert self.refused(dvt_calf_swelling=self.CLOT, cancer=bone) is None
        assert self.refused(migraine=DatedAnswer("Yes", TODAY)) is None


@pytest.mark.parametrize("event_on", [date.min, date.max])
def test_a_date_at_the_end_of_the_calendar_does_no_harm(event_on: date) -> None:
    wait = next(wait for wait in WAITS if wait.count_from is CountFrom.EVENT)

    assert ends_on(wait, DatedAnswer(wait.answer, TODAY, event_on=event_on)) is not None

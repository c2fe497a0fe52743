"""Pregnancy and the weeks after a birth (guide, section 4, and section 2, rule 7)."""

import pytest

from screening.domain.enums import Outcome, Pressure
from tests.screening.domain.clients import RULES, letter, verdict_of

STAGES = {
    "Possible, not confirmed": Outcome.CLEARANCE,
    "Up to 12 weeks": Outcome.CLEARANCE,
    "13 to 36 weeks, no complications": Outcome.MODIFY,
    "37 weeks or more": Outcome.CLEARANCE,
    "Twins or more, raised blood pressure, diabetes, a low placenta, an earlier premature birth, or told high-risk": (
        Outcome.CLEARANCE
    ),
    "Bleeding, leaking fluid, cramps, bad headache, vision change, sudden swelling or less baby movement": (
        Outcome.REFUSE
    ),
    "Not sure": Outcome.CLEARANCE,
}


def test_the_stages_are_all_answers_of_the_row() -> None:
    assert {option.answer for option in RULES.rows["pregnancy"].options} == set(STAGES)


@pytest.mark.parametrize(("answer", "outcome"), STAGES.items())
def test_prenatal_is_offered_only_while_the_pregnancy_can_be_booked(answer: str, outcome: Outcome) -> None:
    verdict = verdict_of({"pregnancy": answer})

    assert verdict.headline is outcome
    if outcome.is_live:
        assert set(verdict.offered_techniques) == {"prenatal", "lymphatic", "chair"}
        assert verdict.max_pressure is Pressure.MEDIUM
        assert verdict.avoid_areas == ("abdomen", "legs")
    else:
        assert "prenatal" not in verdict.internal.offered_techniques
        assert verdict.messages == ("E3",)


def test_prenatal_is_offered_while_the_answer_is_missing() -> None:
    assert "prenatal" in verdict_of({"pregnancy": None}).offered_techniques


@pytest.mark.parametrize("ticks", [{}, {"postpartum": "Well, after a vaginal birth"}], ids=["nothing", "after birth"])
def test_prenatal_is_offered_to_nobody_else(ticks) -> None:
    verdict = verdict_of(ticks)

    assert "prenatal" not in verdict.offered_techniques
    # Not offered is not the same as avoided: nothing speaks against it.
    assert "prenatal" not in verdict.avoid_techniques


def test_pregnancy_removes_ordinary_swedish_unless_its_letter_allows_it() -> None:
    ticks = {"pregnancy": "Up to 12 weeks"}

    assert "swedish" in verdict_of(ticks).avoid_techniques
    assert "swedish" in verdict_of(ticks, letters=(letter("pregnancy", techniques=["swedish"]),)).offered_techniques


def test_prenatal_stays_open_under_a_light_cap() -> None:
    ticks = {"pregnancy": "13 to 36 weeks, no complications", "osteoporosis": "No, thin bones but no fractures"}

    verdict = verdict_of(ticks)

    assert verdict.max_pressure is Pressure.LIGHT
    assert "prenatal" in verdict.offered_techniques

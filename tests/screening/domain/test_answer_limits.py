"""Limits of single answers replace those of their row, kind by kind (guide, section 1)."""

import pytest

from screening.domain.enums import Outcome, Pressure
from tests.screening.domain.clients import RULES, letter, verdict_of

# code: pressure, areas and techniques that the row alone would give, from the guide's table.
LIMITS = {
    "blood_thinners": ("medium", [], ["deep_tissue", "trigger_point", "sports", "thai", "myofascial"]),
    "chronic_low_back_pain": ("medium", [], ["deep_tissue"]),
    "diabetes": ("firm", ["feet"], ["hot_stone"]),
    "fever_infection": ("medium", [], ["deep_tissue", "hot_stone", "lymphatic"]),
    "kidney_liver": (
        "medium",
        ["abdomen", "legs"],
        ["deep_tissue", "trigger_point", "sports", "thai", "hot_stone", "lymphatic"],
    ),
    "pacemaker_implants": ("firm", [], ["sports", "thai"]),
    "recent_fracture": ("medium", [], ["deep_tissue", "sports", "thai"]),
    "recent_injury": ("firm", [], []),
    "recent_surgery_non_spine": ("medium", [], ["deep_tissue", "sports", "thai", "hot_stone"]),
}


@pytest.mark.parametrize("entry", RULES.extra.answer_limits, ids=lambda entry: entry.code)
def test_the_answer_brings_the_limits_of_the_guides_table(entry) -> None:
    pressure, areas, techniques = LIMITS[entry.code]

    verdict = verdict_of({entry.code: entry.answer}, body_map={entry.code: []})

    assert verdict.headline is Outcome.MODIFY
    assert verdict.max_pressure == pressure
    assert sorted(verdict.avoid_areas) == sorted(areas)
    assert sorted(verdict.avoid_techniques) == sorted(techniques)


@pytest.mark.parametrize("entry", RULES.extra.answer_limits, ids=lambda entry: entry.code)
def test_without_that_answer_the_row_keeps_its_own_limits(entry) -> None:
    row = RULES.rows[entry.code]

    verdict = verdict_of({entry.code: None}, body_map={entry.code: []})

    if verdict.headline.is_live:
        assert verdict.max_pressure is row.max_pressure
        assert set(verdict.avoid_areas) == set(row.avoid_areas)
        assert set(verdict.avoid_techniques) >= set(row.avoid_techniques)


def test_body_map_and_age_come_after_it() -> None:
    minor_knock = "A minor knock, bruise or graze away from the back and neck"

    verdict = verdict_of({"recent_injury": minor_knock}, body_map={"recent_injury": ["feet"]}, age=15)

    assert verdict.avoid_areas == ("feet",)
    assert verdict.max_pressure is Pressure.LIGHT


def test_a_letter_never_reaches_an_answer_that_is_only_modify() -> None:
    ticks = {"blood_thinners": "Only one of low-dose aspirin or clopidogrel, and I do not bruise easily"}

    verdict = verdict_of(ticks, letters=(letter("blood_thinners", pressure=Pressure.FIRM, techniques=["myofascial"]),))

    assert verdict.max_pressure is Pressure.MEDIUM
    assert "myofascial" in verdict.avoid_techniques

"""Marks on the body map are taken out of the session (guide, section 2, rule 6)."""

import pytest

from screening.domain.enums import Status
from tests.screening.domain.clients import RULES, verdict_of

SITE_ANSWERS = [
    (code, option.answer, option.outcome)
    for code in RULES.extra.site_specific_codes
    for option in RULES.rows[code].options
]


@pytest.mark.parametrize(("code", "answer", "outcome"), SITE_ANSWERS, ids=str)
def test_a_mark_is_needed_and_used_exactly_while_the_row_is_live(code, answer, outcome) -> None:
    unmarked = verdict_of({code: answer})
    marked = verdict_of({code: answer}, body_map={code: ["head_face"]})

    assert unmarked.unmarked == ((code,) if outcome.is_live else ())
    assert unmarked.incomplete == unmarked.unmarked
    assert ("head_face" in marked.internal.avoid_areas) is outcome.is_live
    assert marked.unmarked == ()
    if outcome.is_live:
        assert unmarked.status is Status.RESCREEN_REQUIRED


def test_not_on_a_listed_area_is_a_mark_too() -> None:
    verdict = verdict_of({"recent_injury": "3 days to 6 weeks ago and improving"}, body_map={"recent_injury": []})

    assert (verdict.unmarked, verdict.avoid_areas) == ((), ())
    assert verdict.status is Status.BOOKABLE_WITH_RESTRICTIONS


def test_marks_of_rows_that_are_not_ticked_or_not_site_specific_are_not_used() -> None:
    verdict = verdict_of({"heartburn": "Yes"}, body_map={"heartburn": ["neck"], "cancer": ["arms"]})

    assert verdict.avoid_areas == ("abdomen",)


def test_marks_of_several_rows_add_up() -> None:
    verdict = verdict_of(
        {
            "recent_injury": "3 days to 6 weeks ago and improving",
            "spinal_surgery": "Over 12 months ago, recovered and no nerve symptoms",
        },
        body_map={"recent_injury": ["arms", "hands"], "spinal_surgery": ["lower_back", "hands"]},
    )

    assert verdict.avoid_areas == ("lower_back", "arms", "hands")

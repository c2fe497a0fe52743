"""What a doctor's letter covers and may change (guide, section 2, rule 10)."""

import pytest

from screening.domain.enums import LimitKind, Outcome, Pressure, ReasonKind, Status
from tests.screening.domain.clients import letter, verdict_of

HEART = {"cardiovascular_disease": "An aneurysm that has been repaired"}
HEART_STABLE = {
    "cardiovascular_disease": "Stable for over 12 months (tablets are fine), "
    "and everyday effort brings no chest pain or breathlessness"
}
INFLAMED = {"rheumatoid_arthritis": "My neck joints are affected, or my spine is stiff or fused"}
FIT = {"epilepsy": "Within the last 12 months"}


def test_every_clearance_row_needs_a_letter_and_one_letter_may_cover_several() -> None:
    ticks = {**HEART, **FIT}

    one = verdict_of(ticks, letters=(letter("epilepsy"),))
    both = verdict_of(ticks, letters=(letter("epilepsy", "cardiovascular_disease"),))

    assert (one.status, one.missing_clearance) == (Status.AWAITING_CLEARANCE, ("cardiovascular_disease",))
    assert (both.status, both.missing_clearance) == (Status.BOOKABLE_WITH_RESTRICTIONS, ())
    assert both.headline is Outcome.CLEARANCE


@pytest.mark.parametrize(("days_left", "covers"), [(2, True), (1, True), (0, False), (-1, False)])
def test_a_letter_with_no_days_left_is_expired(days_left: int, covers: bool) -> None:
    verdict = verdict_of(FIT, letters=(letter("epilepsy", days_left=days_left),))

    assert (verdict.missing_clearance == ()) is covers


def test_a_letter_that_says_nothing_more_leaves_the_limits() -> None:
    verdict = verdict_of(HEART, letters=(letter("cardiovascular_disease"),))

    assert verdict.max_pressure is Pressure.LIGHT
    assert verdict.avoid_areas == ("abdomen", "legs")


def test_a_letter_lifts_what_it_names_of_its_own_row() -> None:
    allowing = letter("cardiovascular_disease", pressure=Pressure.MEDIUM, areas=["legs"], techniques=["lymphatic"])

    verdict = verdict_of(HEART, letters=(allowing,))

    assert verdict.max_pressure is Pressure.MEDIUM
    assert verdict.avoid_areas == ("abdomen",)
    assert "lymphatic" in verdict.offered_techniques
    assert "hot_stone" in verdict.avoid_techniques


def test_a_letter_takes_the_place_of_the_cap_even_where_it_is_lower() -> None:
    verdict = verdict_of(FIT, letters=(letter("epilepsy", pressure=Pressure.LIGHT),))

    assert verdict.max_pressure is Pressure.LIGHT
    assert [(reason.kind, reason.code) for reason in verdict.why(LimitKind.PRESSURE)] == [
        (ReasonKind.LETTER, "epilepsy")
    ]


def test_the_last_letter_that_names_a_pressure_counts_and_allowances_add_up() -> None:
    letters = (
        letter("cardiovascular_disease", pressure=Pressure.FIRM, areas=["legs"]),
        letter("cardiovascular_disease", pressure=Pressure.MEDIUM, techniques=["lymphatic"]),
        letter("cardiovascular_disease", areas=["abdomen"]),
        letter("cardiovascular_disease", days_left=0, pressure=Pressure.FIRM, techniques=["hot_stone"]),
    )

    verdict = verdict_of(HEART, letters=letters)

    assert verdict.max_pressure is Pressure.MEDIUM
    assert verdict.avoid_areas == ()
    assert "lymphatic" in verdict.offered_techniques
    assert "hot_stone" in verdict.avoid_techniques


def test_a_letter_changes_nothing_while_its_row_is_only_modify() -> None:
    letters = (letter("cardiovascular_disease", pressure=Pressure.FIRM, areas=["legs", "abdomen"]),)

    verdict = verdict_of(HEART_STABLE, letters=letters)

    assert verdict.max_pressure is Pressure.LIGHT
    assert verdict.avoid_areas == ("abdomen", "legs")


def test_a_letter_never_lifts_another_row() -> None:
    verdict = verdict_of({**HEART, **INFLAMED}, letters=(letter("rheumatoid_arthritis", pressure=Pressure.FIRM),))

    assert verdict.max_pressure is Pressure.LIGHT


def test_a_technique_that_a_letter_allows_may_still_be_ruled_out_by_the_final_pressure() -> None:
    verdict = verdict_of(INFLAMED, letters=(letter("rheumatoid_arthritis", techniques=["deep_tissue", "thai"]),))

    assert "thai" in verdict.offered_techniques
    assert [reason.kind for reason in verdict.why(LimitKind.TECHNIQUE, "deep_tissue")] == [ReasonKind.FINAL_PRESSURE]


def test_a_letter_never_lifts_the_body_map() -> None:
    verdict = verdict_of(
        {"recent_surgery_non_spine": "A bigger operation 6 weeks to 3 months ago, healing well"},
        body_map={"recent_surgery_non_spine": ["legs"]},
        letters=(letter("recent_surgery_non_spine", areas=["legs"]),),
    )

    assert verdict.avoid_areas == ("legs",)
    assert [reason.kind for reason in verdict.why(LimitKind.AREA, "legs")] == [ReasonKind.BODY_MAP]


def test_a_letter_never_lifts_an_age_cap() -> None:
    verdict = verdict_of(FIT, age=15, guardian_consent=True, letters=(letter("epilepsy", pressure=Pressure.FIRM),))

    assert verdict.max_pressure is Pressure.LIGHT


@pytest.mark.parametrize(
    ("ticks", "headline"),
    [({"migraine": "Yes"}, Outcome.DEFER), ({"lung_disease": "Struggling for breath now"}, Outcome.REFUSE)],
)
def test_a_letter_overrides_neither_defer_nor_refuse(ticks, headline) -> None:
    assert verdict_of(ticks, letters=(letter(*ticks, pressure=Pressure.FIRM),)).headline is headline


def test_an_unanswered_row_that_needs_clearance_can_be_covered_and_is_still_incomplete() -> None:
    verdict = verdict_of({"epilepsy": None}, letters=(letter("epilepsy"),))

    assert (verdict.missing_clearance, verdict.status) == ((), Status.RESCREEN_REQUIRED)


class TestAreasToAvoid:
    def test_they_are_left_out_and_the_letter_is_the_reason(self) -> None:
        verdict = verdict_of(FIT, letters=(letter("epilepsy", avoid=["neck", "hips"]),))

        assert verdict.avoid_areas == ("neck", "hips")
        assert [(reason.kind, reason.code) for reason in verdict.why(LimitKind.AREA, "neck")] == [
            (ReasonKind.LETTER, "epilepsy")
        ]

    def test_no_other_letter_opens_them_while_it_lasts(self) -> None:
        careful = letter("cardiovascular_disease", avoid=["legs"])
        generous = letter("cardiovascular_disease", areas=["abdomen", "legs"])

        verdict = verdict_of(HEART, letters=(careful, generous))

        assert verdict.avoid_areas == ("legs",)
        assert [reason.kind for reason in verdict.why(LimitKind.AREA, "legs")] == [ReasonKind.LETTER]

    def test_an_area_that_the_row_leaves_out_too_has_both_reasons(self) -> None:
        verdict = verdict_of(HEART, letters=(letter("cardiovascular_disease", avoid=["legs"]),))

        assert {reason.kind for reason in verdict.why(LimitKind.AREA, "legs")} == {ReasonKind.ROW, ReasonKind.LETTER}

    def test_they_stay_out_when_the_row_has_become_milder(self) -> None:
        verdict = verdict_of(HEART_STABLE, letters=(letter("cardiovascular_disease", avoid=["neck"]),))

        assert verdict.avoid_areas == ("neck", "abdomen", "legs")

    def test_they_end_with_the_letter_and_with_the_condition(self) -> None:
        ended = letter("epilepsy", days_left=0, avoid=["neck"])
        healed = {"heartburn": "No"}

        assert verdict_of(FIT, letters=(ended,)).internal.avoid_areas == ()
        assert verdict_of(healed, letters=(letter("heartburn", avoid=["neck"]),)).avoid_areas == ()

    def test_where_they_leave_no_back_nothing_can_be_booked(self) -> None:
        verdict = verdict_of(FIT, letters=(letter("epilepsy", avoid=["upper_back", "mid_back", "lower_back"]),))

        assert (verdict.headline, verdict.nothing_left) == (Outcome.REFUSE, True)


def test_a_letter_that_allows_no_hands_on_work_leaves_nothing() -> None:
    verdict = verdict_of(FIT, letters=(letter("epilepsy", pressure=Pressure.NONE),))

    assert (verdict.headline, verdict.status) == (Outcome.REFUSE, Status.NOT_BOOKABLE)


def test_a_letter_for_one_row_never_lifts_the_same_limit_of_a_row_that_is_only_modify() -> None:
    ticks = {"epilepsy": "Within the last 12 months", "low_bp_fainting": "I have fainted and the cause is known"}

    verdict = verdict_of(ticks, letters=(letter("epilepsy", "low_bp_fainting", techniques=["chair"]),))

    assert [reason.code for reason in verdict.why(LimitKind.TECHNIQUE, "chair")] == ["low_bp_fainting"]

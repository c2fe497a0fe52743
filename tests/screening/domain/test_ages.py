"""Age rules at their boundaries (guide, section 3)."""

import pytest

from screening.domain.enums import LimitKind, Outcome, Pressure, ReasonKind, Status
from screening.domain.form import is_offered
from tests.screening.domain.clients import RULES, letter, verdict_of

CHECKED = "age_under_16_back_pain"
FIRST_EVER = "My first ever back pain, and I am under 20, or 55 or over"
# age: pressure, minutes, consent needed, guardian in the room, guardian on the premises
BOUNDARIES = {
    0: ("none", None, True, False, False),
    7: ("none", None, True, False, False),
    8: ("light", 30, True, True, False),
    15: ("light", 30, True, True, False),
    16: ("medium", 60, True, False, True),
    17: ("medium", 60, True, False, True),
    18: ("firm", None, False, False, False),
    90: ("firm", None, False, False, False),
}


@pytest.mark.parametrize(("age", "wanted"), BOUNDARIES.items(), ids=str)
def test_an_age_brings_its_limits_and_its_guardian(age: int, wanted: tuple[object, ...]) -> None:
    verdict = verdict_of(age=age, guardian_consent=True)

    assert (
        verdict.max_pressure.value,
        verdict.max_minutes,
        verdict.guardian_consent_required,
        verdict.guardian_in_room,
        verdict.guardian_on_premises,
    ) == wanted


@pytest.mark.parametrize(("age", "headline"), [(7, Outcome.REFUSE), (8, Outcome.CLEAR)])
def test_a_child_under_eight_is_refused_whatever_the_consent(age: int, headline: Outcome) -> None:
    verdict = verdict_of(age=age, guardian_consent=True)

    assert verdict.headline is headline
    assert [row.code for row in verdict.rows] == (["child_under_8"] if age < 8 else [])


@pytest.mark.parametrize(
    ("age", "status"),
    [
        (8, Status.AWAITING_GUARDIAN_CONSENT),
        (17, Status.AWAITING_GUARDIAN_CONSENT),
        (18, Status.BOOKABLE),
    ],
)
def test_consent_is_missing_below_eighteen(age: int, status: Status) -> None:
    assert verdict_of(age=age).status is status


@pytest.mark.parametrize(("age", "needed"), [(7, False), (8, True), (15, True), (16, False)])
def test_back_pain_as_the_reason_needs_a_letter_from_eight_to_fifteen(age: int, needed: bool) -> None:
    verdict = verdict_of(age=age, guardian_consent=True, reason_back_pain=True)

    assert (CHECKED in verdict.missing_clearance) is needed
    assert (verdict.status is Status.AWAITING_CLEARANCE) is needed


def test_a_letter_can_cover_the_back_pain_of_a_child() -> None:
    verdict = verdict_of(age=12, guardian_consent=True, reason_back_pain=True, letters=(letter(CHECKED),))

    assert (verdict.headline, verdict.missing_clearance) == (Outcome.CLEARANCE, ())
    assert verdict.status is Status.BOOKABLE_WITH_RESTRICTIONS


def test_a_child_with_another_reason_needs_no_letter() -> None:
    assert verdict_of(age=12, guardian_consent=True).headline is Outcome.CLEAR


@pytest.mark.parametrize(("age", "offered"), [(19, True), (20, False), (54, False), (55, True)])
def test_the_first_ever_pain_answer_is_offered_only_at_its_ages(age: int, offered: bool) -> None:
    assert is_offered(RULES, "recent_back_pain", FIRST_EVER, age) is offered
    assert is_offered(RULES, "recent_back_pain", "Not sure", age)


@pytest.mark.parametrize("age", [19, 20, 54, 55])
def test_the_first_ever_pain_answer_once_given_counts_at_any_age(age: int) -> None:
    # It may have been given before a birthday; reading it as no answer would soften clearance to modify.
    assert verdict_of({"recent_back_pain": FIRST_EVER}, age=age).headline is Outcome.CLEARANCE


def test_an_age_cap_gives_its_rule_as_the_reason() -> None:
    verdict = verdict_of(age=15, guardian_consent=True)

    assert [(reason.kind, reason.code) for reason in verdict.why(LimitKind.PRESSURE)] == [(ReasonKind.AGE_RULE, "A2")]
    assert [(reason.subject, reason.code) for reason in verdict.why(LimitKind.LENGTH)] == [("30", "A2")]


def test_a_lower_cap_of_a_row_stands_beside_the_age_cap() -> None:
    verdict = verdict_of({"osteoporosis": "No, thin bones but no fractures"}, age=17, guardian_consent=True)

    assert verdict.max_pressure is Pressure.LIGHT
    assert [reason.code for reason in verdict.why(LimitKind.PRESSURE)] == ["osteoporosis"]

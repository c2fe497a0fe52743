"""Whether a verdict leaves room for one technique and length."""

import pytest

from screening.domain.eligibility import NOT_OFFERED, RULED_OUT, TOO_LONG, UNKNOWN, allowed, fits, techniques
from screening.domain.enums import LimitKind, ReasonKind
from screening.domain.verdict import Reason
from tests.screening.domain.clients import RULES, verdict_of

PRESSURE_HIGH = {"high_blood_pressure": "Yes, usually below 140/90, with or without tablets"}


def codes_of(refusals) -> list[str]:
    return [refusal.code for refusal in refusals]


def test_everything_that_survived_is_allowed_and_the_rest_has_a_reason() -> None:
    answers = {answer.technique: answer for answer in techniques(verdict_of(PRESSURE_HIGH), RULES.extra.techniques)}

    assert [code for code, answer in answers.items() if answer.allowed] == [
        "swedish",
        "lymphatic",
        "myofascial",
        "chair",
    ]
    assert answers["thai"].reasons == (
        Reason(
            LimitKind.TECHNIQUE,
            "thai",
            ReasonKind.ROW,
            "high_blood_pressure",
            "Yes, usually below 140/90, with or without tablets",
        ),
    )
    assert (answers["prenatal"].refusal.code, answers["prenatal"].reasons) == (NOT_OFFERED, ())
    assert answers["swedish"].refusal is None


def test_what_only_the_final_pressure_rules_out_says_so() -> None:
    verdict = verdict_of({"nervous_system": "Not sure", "osteoporosis": "No, thin bones but no fractures"})

    answers = {answer.technique: answer for answer in techniques(verdict, ["sports", "hot_stone"])}

    assert [reason.code for reason in answers["sports"].reasons] == ["osteoporosis"]
    assert [reason.code for reason in answers["hot_stone"].reasons] == ["nervous_system"]
    minor = techniques(verdict_of(age=15, guardian_consent=True), ["sports"])[0]
    assert minor.reasons == (Reason(LimitKind.TECHNIQUE, "sports", ReasonKind.FINAL_PRESSURE, "light"),)


@pytest.mark.parametrize(
    ("technique", "refusals"),
    [("swedish", []), ("deep_tissue", [RULED_OUT]), ("prenatal", [NOT_OFFERED]), ("cupping", [UNKNOWN])],
)
def test_a_technique_is_judged_by_name(technique: str, refusals: list[str]) -> None:
    found = allowed(verdict_of(PRESSURE_HIGH), technique, 60)

    assert codes_of(found) == refusals
    assert all(refusal.params["technique"] == technique for refusal in found)


def test_a_technique_that_the_rules_never_judged_is_not_safe_by_default() -> None:
    assert codes_of(allowed(verdict_of(), "cupping", 60)) == [UNKNOWN]


@pytest.mark.parametrize(
    ("age", "minutes", "refusals"),
    [(15, 30, []), (15, 31, [TOO_LONG]), (17, 60, []), (17, 61, [TOO_LONG]), (18, 240, [])],
)
def test_a_length_is_held_to_the_age(age: int, minutes: int, refusals: list[str]) -> None:
    found = allowed(verdict_of(age=age, guardian_consent=True), "swedish", minutes)

    assert codes_of(found) == refusals
    for refusal in found:
        assert refusal.params["minutes"] == minutes
        assert refusal.params["max_minutes"] < minutes


@pytest.mark.parametrize(
    ("ticks", "status"),
    [
        ({"lung_disease": "Struggling for breath now"}, "not_bookable"),
        ({"migraine": "Yes"}, "wait"),
        ({"heartburn": None}, "rescreen_required"),
        ({"epilepsy": "Within the last 12 months"}, "awaiting_clearance"),
    ],
)
def test_a_status_that_is_not_bookable_refuses_whatever_the_technique(ticks, status: str) -> None:
    verdict = verdict_of(ticks)

    assert codes_of(allowed(verdict, "swedish", 60)) == [status]
    # The limits themselves would leave it, which is what a session booked ahead asks for.
    assert fits(verdict, "swedish", 60) == []


def test_all_refusals_are_told_at_once() -> None:
    found = allowed(verdict_of(PRESSURE_HIGH, age=15), "hot_stone", 90)

    assert codes_of(found) == ["awaiting_guardian_consent", RULED_OUT, TOO_LONG]


def test_reasons_name_the_answer_the_mark_and_the_rule() -> None:
    verdict = verdict_of(
        {"recent_injury": "3 days to 6 weeks ago and improving"},
        body_map={"recent_injury": ["arms"]},
        age=17,
        guardian_consent=True,
    )

    injury = ("recent_injury", "3 days to 6 weeks ago and improving")
    assert verdict.why(LimitKind.OUTCOME) == (Reason(LimitKind.OUTCOME, "modify", ReasonKind.ROW, *injury),)
    assert verdict.why(LimitKind.AREA, "arms") == (Reason(LimitKind.AREA, "arms", ReasonKind.BODY_MAP, *injury),)
    assert verdict.why(LimitKind.PRESSURE) == (
        Reason(LimitKind.PRESSURE, "medium", ReasonKind.ROW, *injury),
        Reason(LimitKind.PRESSURE, "medium", ReasonKind.AGE_RULE, "A3"),
    )

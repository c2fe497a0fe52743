"""Messages that ask the client to seek help (guide, section 7)."""

import pytest

from screening.domain.enums import Level
from screening.domain.rule_types import ANY_ANSWER
from tests.screening.domain.clients import FITTING_NOTHING, RULES, verdict_of


@pytest.mark.parametrize(
    "trigger", RULES.extra.message_triggers, ids=lambda trigger: f"{trigger.code}: {trigger.answer}"
)
def test_every_trigger_shows_its_message(trigger) -> None:
    answer = None if trigger.answer == ANY_ANSWER else trigger.answer

    assert verdict_of({trigger.code: answer}).messages == (trigger.message,)


@pytest.mark.parametrize("code", [code for code, row in RULES.rows.items() if row.has_question])
def test_no_other_answer_shows_one(code: str) -> None:
    triggers = {trigger.answer for trigger in RULES.extra.message_triggers if trigger.code == code}
    others = [option.answer for option in RULES.rows[code].options if option.answer not in triggers]

    for answer in (*others, None, FITTING_NOTHING):
        assert verdict_of({code: answer}).messages == ()


def test_urgent_stands_before_soon() -> None:
    verdict = verdict_of(
        {
            "thyroid_disorder": "A new neck lump that has not been checked",
            "severe_pain": "Constant, no position eases it, and not yet checked",
            "arthritis": "Yes, and it is new to me, or I feel feverish or unwell",
        }
    )

    assert verdict.messages == ("U1", "U3", "U2")
    assert [RULES.messages[id_].level for id_ in verdict.messages] == [Level.URGENT, Level.URGENT, Level.SOON]


def test_beside_an_emergency_only_emergencies_are_shown() -> None:
    verdict = verdict_of(
        {
            "severe_pain": "Severe, new and not assessed",
            "saddle_numbness_bladder": "New or changed",
            "emergency_symptoms_now": None,
        }
    )

    assert verdict.messages == ("E1", "E2")


def test_a_message_asked_for_twice_is_shown_once() -> None:
    verdict = verdict_of(
        {
            "dvt_calf_swelling": "Not sure",
            "varicose_veins": "Yes, hot, red, hard or very painful",
        }
    )

    assert verdict.messages == ("U4",)


def test_a_message_may_come_with_a_row_that_only_needs_a_letter() -> None:
    verdict = verdict_of({"heartburn": "Trouble swallowing, or weight loss I cannot explain"})

    assert (verdict.messages, verdict.status) == (("U2",), "awaiting_clearance")


def test_an_emergency_that_was_ticked_long_ago_still_shows_its_message() -> None:
    verdict = verdict_of({"emergency_symptoms_now": None}, answer_age_days={"emergency_symptoms_now": 2})

    assert (verdict.messages, verdict.expired) == (("E1",), ("emergency_symptoms_now",))

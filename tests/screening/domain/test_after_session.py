"""What follows when somebody feels worse after a session (guide, section 8)."""

import pytest

from screening.domain.after_session import next_step
from screening.domain.reports import BY_KIND, STANDARD, Kind
from tests.screening.domain.clients import RULES
from tests.screening.domain.rule_files import rules_after

EMERGENCIES = {"E1", "E2", "E3", "E4", "E5"}
# kind: messages shown at once, is booking stopped, rows asked again
TABLE = {
    Kind.MILD: ((), False, ()),
    Kind.LASTING: ((), False, ("migraine", "blood_thinners", "recent_back_pain", "steroids_immune")),
    Kind.SKIN: ((), False, ("allergies", "settled_skin")),
    Kind.SKIN_SWELLING: (("E5",), True, ("allergies", "settled_skin")),
    Kind.NERVES: (("E2",), True, ("nerve_damage", "saddle_numbness_bladder", "spine_joint_condition")),
    Kind.HEAD_NECK: (("E1",), True, ("neck_injury", "emergency_symptoms_now")),
    Kind.LEG: (("U4",), True, ("pulmonary_embolism", "dvt_calf_swelling")),
    Kind.BREATH: (("E1",), True, ("pulmonary_embolism", "dvt_calf_swelling")),
    Kind.DARK_URINE: (("U1",), False, ("severe_pain", "kidney_liver")),
}


@pytest.mark.parametrize(("kind", "wanted"), TABLE.items())
def test_a_report_leads_to_what_the_guide_says(kind: Kind, wanted) -> None:
    step = next_step(RULES, [kind])

    assert (step.messages, step.stops_booking, step.asks) == wanted


def test_every_kind_has_its_words_once_and_names_only_what_the_rules_have() -> None:
    assert [report.kind for report in STANDARD] == list(Kind)
    assert len({report.words for report in STANDARD}) == len(STANDARD)
    for report in STANDARD:
        step = report.then
        assert {*step.messages, *step.messages_for_therapist} <= RULES.messages.keys()
        assert set(step.asks) <= RULES.rows.keys()


def test_only_mild_soreness_leaves_the_next_session_open_to_book() -> None:
    assert [report.kind for report in STANDARD if report.then.still_bookable] == [Kind.MILD]
    assert [report.kind for report in STANDARD if not report.then.needs_review] == [Kind.MILD]


def test_the_therapist_calls_about_lasting_soreness_and_chooses_the_advice() -> None:
    step = BY_KIND[Kind.LASTING].then

    assert [report.kind for report in STANDARD if report.then.calls] == [Kind.LASTING]
    assert step.messages_for_therapist == ("U1", "U2")


def test_the_product_is_left_out_after_a_skin_reaction() -> None:
    assert [report.kind for report in STANDARD if report.then.stops_product] == [Kind.SKIN, Kind.SKIN_SWELLING]


def test_who_is_sent_to_seek_help_now_cannot_book_on() -> None:
    for report in STANDARD:
        assert report.then.stops_booking or not EMERGENCIES & set(report.then.messages)


def test_beside_an_emergency_nothing_else_is_said_and_all_rows_are_asked() -> None:
    step = next_step(RULES, [Kind.DARK_URINE, Kind.BREATH, Kind.LEG, Kind.SKIN])

    assert step.messages == ("E1",)
    assert set(step.asks) == {
        *("severe_pain", "kidney_liver", "dvt_calf_swelling", "pulmonary_embolism", "allergies", "settled_skin")
    }
    assert (step.stops_booking, step.stops_product) == (True, True)


def test_two_urgent_reports_show_both_messages() -> None:
    assert next_step(RULES, [Kind.LEG, Kind.DARK_URINE]).messages == ("U1", "U4")


def test_nothing_reported_leads_to_nothing() -> None:
    assert next_step(RULES, []).still_bookable


def test_a_row_that_newer_rules_no_longer_have_is_not_asked() -> None:
    def without_settled_skin(rows, extra, screen) -> None:
        rows[:] = [row for row in rows if row["code"] != "settled_skin"]
        extra["deferrals"] = [wait for wait in extra["deferrals"] if wait["code"] != "settled_skin"]
        screen["groups"][5]["codes"].remove("settled_skin")
        del screen["short_labels"]["settled_skin"]

    assert next_step(rules_after(without_settled_skin), [Kind.SKIN]).asks == ("allergies",)

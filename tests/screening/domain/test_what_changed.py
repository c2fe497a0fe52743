"""What has changed, and what is asked again because of it (guide, section 5, triggers 1 to 4)."""

from typing import Any

import pytest

from screening.domain.triggers import ENDS_LETTERS, Trigger
from screening.domain.what_changed import changes_offered, reopened
from tests.screening.domain.clients import CODES, RULES
from tests.screening.domain.rule_files import Rows, row_of, rules_after

OFFERED = {change.id: change for change in changes_offered(RULES)}
NOW = {"emergency_symptoms_now", "saddle_numbness_bladder"}


def opened(*chosen: str, ticked=()) -> set[str]:
    return {code for codes in reopened(RULES, chosen, ticked).values() for code in codes}


def test_the_choices_stand_in_the_order_of_the_form_with_something_else_last() -> None:
    assert list(OFFERED) == [
        "diagnosis_back",
        "diagnosis_heart",
        "diagnosis_other",
        "diagnosis_skin",
        "medicine",
        "fall_or_injury",
        "operation_or_hospital",
        "pregnancy_or_birth",
        "unwell_today",
        "something_else",
    ]


def test_every_choice_opens_rows_that_the_table_has_and_says_so_in_words_of_its_own() -> None:
    assert len({change.words for change in OFFERED.values()}) == len(OFFERED)
    for change in OFFERED.values():
        assert change.codes
        assert set(change.codes) <= set(CODES)
        assert list(change.codes) == [code for code in RULES.rows if code in change.codes]


@pytest.mark.parametrize(
    ("chosen", "among", "not_among"),
    [
        ("diagnosis_heart", {"cardiovascular_disease", "blood_thinners", "lung_disease"}, {"cancer", "arthritis"}),
        ("diagnosis_back", {"nerve_damage", "severe_pain", "osteoporosis"}, {"cancer", "allergies"}),
        ("diagnosis_other", {"cancer", "chemo_radiotherapy", "kidney_liver"}, {"arthritis"}),
        (
            "medicine",
            {"blood_thinners", "high_blood_pressure", "epilepsy", "steroids_immune", "cancer", "chemo_radiotherapy"},
            {"recent_fracture", "pregnancy", "spinal_surgery", "sleep_apnea"},
        ),
        ("fall_or_injury", {"recent_injury", "recent_fracture", "neck_injury"}, {"spinal_surgery", "pregnancy"}),
        (
            "operation_or_hospital",
            {"recent_surgery_non_spine", "spinal_surgery", "pacemaker_implants", "dvt_calf_swelling"},
            {"settled_skin", "migraine"},
        ),
        ("pregnancy_or_birth", {"pregnancy", "postpartum"}, {"recent_injury", "high_blood_pressure"}),
        (
            "unwell_today",
            {"fever_infection", "contagious_skin_wounds", "severe_pain", "dvt_calf_swelling", "arthritis", "diabetes"},
            {"cancer", "migraine"},
        ),
    ],
)
def test_a_choice_opens_what_it_is_about_and_the_first_page(chosen: str, among: set[str], not_among: set[str]) -> None:
    found = opened(chosen)

    assert found >= among | NOW
    assert not found & not_among


def test_something_else_opens_the_whole_form() -> None:
    today = {"fever_infection", "contagious_skin_wounds", "alcohol_drugs_today", "recent_vaccination"}

    assert opened("something_else") == set(CODES) - today


def test_every_row_of_the_form_is_opened_by_something_more_exact() -> None:
    assert opened(*(OFFERED.keys() - {"something_else"}), ticked={"migraine"}) == set(CODES)


def test_a_migraine_is_asked_about_on_a_day_unwell_only_of_those_who_have_it() -> None:
    assert "migraine" not in opened("unwell_today")
    assert "migraine" in opened("unwell_today", ticked={"migraine"})
    assert "migraine" in opened("unwell_today", "medicine")


def test_each_row_is_opened_once_under_the_first_of_its_triggers() -> None:
    found = reopened(RULES, {"medicine", "operation_or_hospital", "diagnosis_heart"}, ())

    assert list(found) == [Trigger.DIAGNOSIS, Trigger.MEDICINE, Trigger.INCIDENT]
    assert set(found[Trigger.DIAGNOSIS]) >= NOW | {"blood_thinners", "cardiovascular_disease"}
    assert "blood_thinners" not in found[Trigger.MEDICINE]
    assert "pacemaker_implants" in found[Trigger.INCIDENT]
    rows = [code for codes in found.values() for code in codes]
    assert len(rows) == len(set(rows))


def test_whatever_changed_ends_the_letters_of_its_rows() -> None:
    assert {change.trigger for change in OFFERED.values()} <= ENDS_LETTERS


def test_nothing_chosen_opens_nothing_and_what_is_not_offered_is_refused() -> None:
    assert reopened(RULES, (), ()) == {}
    with pytest.raises(ValueError, match="the_weather"):
        reopened(RULES, {"the_weather"}, ())


def test_a_row_that_is_new_in_a_group_or_a_category_is_opened_too() -> None:
    def with_new_rows(rows: Rows, extra: Any, screen: dict[str, Any]) -> None:
        plain = {**row_of(rows, "lung_disease"), "follow_up_options": "", "follow_up_question": ""}
        rows.append({**plain, "code": "lymphoedema"})
        rows.append({**plain, "code": "sleeping_tablets", "category": "medication"})
        screen["groups"][3]["codes"].append("lymphoedema")
        screen["groups"][5]["codes"].append("sleeping_tablets")

    newer = rules_after(with_new_rows)
    found = {change.id: change.codes for change in changes_offered(newer)}

    assert "lymphoedema" in found["diagnosis_heart"]
    assert "sleeping_tablets" in found["medicine"]

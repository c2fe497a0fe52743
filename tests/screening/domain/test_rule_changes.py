"""Which ticks a new version of the table makes out of date (guide, section 5, trigger 9)."""

from typing import Any

import pytest

from screening.domain.rule_changes import changed_rows
from tests.screening.domain.clients import RULES
from tests.screening.domain.rule_files import Change, Rows, in_extra, in_row, in_screen, row_of, rules_after


def rewritten(code: str, column: str, old: str, new: str) -> Change:
    """Change part of one cell of the table."""

    def change(rows: Rows, extra: Any, screen: Any) -> None:
        row = row_of(rows, code)
        assert old in row[column]
        row[column] = row[column].replace(old, new)

    return change


def entry(key: str, code: str, field: str, value: Any) -> Change:
    """Change one field of the first entry that a list of rules_extra.json has for a row."""

    def change(rows: Rows, extra: dict[str, Any], screen: Any) -> None:
        next(found for found in extra[key] if found["code"] == code)[field] = value

    return change


def without_entry(key: str, code: str) -> Change:
    def change(rows: Rows, extra: dict[str, Any], screen: Any) -> None:
        extra[key] = [found for found in extra[key] if found["code"] != code]

    return change


SAYS_SOMETHING_ELSE = {
    "an outcome": (rewritten("heartburn", "follow_up_options", "Yes=>modify", "Yes=>clearance"), "heartburn"),
    "the switch of section 16": (
        rewritten("chronic_low_back_pain", "follow_up_options", "thin bones=>modify", "thin bones=>clearance"),
        "chronic_low_back_pain",
    ),
    "the default": (in_row("high_blood_pressure", "default_outcome", "clearance"), "high_blood_pressure"),
    "a new answer": (
        rewritten("heartburn", "follow_up_options", "Yes=>modify", "Yes=>modify; Now and then=>modify"),
        "heartburn",
    ),
    "the pressure": (in_row("migraine", "max_pressure", "medium"), "migraine"),
    "the areas": (in_row("migraine", "avoid_areas", "neck"), "migraine"),
    "the techniques": (in_row("allergies", "avoid_techniques", "hot_stone"), "allergies"),
    "the limits of an answer": (entry("answer_limits", "blood_thinners", "pressure", "light"), "blood_thinners"),
    "the length of a wait": (entry("deferrals", "migraine", "rescreen_after_days", 2), "migraine"),
    "what a wait counts from": (entry("deferrals", "lung_disease", "count_from", "symptom_end"), "lung_disease"),
    "what follows a wait": (entry("deferrals", "lung_disease", "after_wait", "clearance"), "lung_disease"),
    "when a refusal ends": (
        entry("refuse_rescreens", "pulmonary_embolism", "rescreen_after_days", 365),
        "pulmonary_embolism",
    ),
    "that a refusal ends": (without_entry("refuse_rescreens", "dvt_calf_swelling"), "dvt_calf_swelling"),
    "the label": (rewritten("migraine", "label", "Migraine", "Bad"), "migraine"),
    "the words in the list": (in_screen("short_labels", "migraine", value="Headaches"), "migraine"),
    "the question": (in_row("migraine", "follow_up_question", "Does your head hurt?"), "migraine"),
    "how long it counts": (in_row("migraine", "valid_for_days", "30"), "migraine"),
    "which message an answer shows": (entry("message_triggers", "migraine", "message", "E2"), "migraine"),
    "that an answer shows a message": (without_entry("message_triggers", "varicose_veins"), "varicose_veins"),
    "what to mark": (in_extra("body_map_prompts", "cancer", value="Mark it."), "cancer"),
    "the date it asks for": (in_extra("date_questions", "postpartum", value="Which day was it?"), "postpartum"),
}


@pytest.mark.parametrize(
    ("change", "code"), SAYS_SOMETHING_ELSE.values(), ids=[f"{name} is changed" for name in SAYS_SOMETHING_ELSE]
)
def test_a_row_must_be_asked_again_when_it_asks_or_means_something_else(change: Change, code: str) -> None:
    assert changed_rows(RULES, rules_after(change)) == {code}


SAYS_THE_SAME = {
    "sources": in_row("migraine", "sources", "https://example.com/"),
    "confidence": in_row("migraine", "confidence", "low"),
    "the article's words": in_row("migraine", "article_item", "Headaches of many kinds"),
    "advice": in_row("migraine", "client_advice", "Rest well."),
    "the therapist's note": in_row("migraine", "therapist_note", "Ask first."),
    "the position": in_row("migraine", "position_note", "Any."),
    "why an answer has its limits": entry("answer_limits", "diabetes", "why", "For good reasons."),
    "the order of answers": rewritten(
        "stomach_ulcer",
        "follow_up_options",
        "No, healed or settled=>clear; Yes, mild pain or still being treated=>modify",
        "Yes, mild pain or still being treated=>modify; No, healed or settled=>clear",
    ),
    "the order of areas": in_row("varicose_veins", "avoid_areas", "feet;legs"),
    "the version": in_extra("version", value="draft-3"),
    "how long letters last": in_extra("clearance_valid_days", "cancer", value=30),
}


@pytest.mark.parametrize("change", SAYS_THE_SAME.values(), ids=[f"only {name}" for name in SAYS_THE_SAME])
def test_nobody_is_asked_again_for_what_does_not_concern_them(change: Change) -> None:
    assert changed_rows(RULES, rules_after(change)) == frozenset()


def test_rows_that_only_one_version_has_are_not_changed() -> None:
    def with_hay_fever(rows: Rows, extra: Any, screen: dict[str, Any]) -> None:
        rows.append(
            {**row_of(rows, "lung_disease"), "code": "hay_fever", "follow_up_options": "", "follow_up_question": ""}
        )
        screen["groups"][4]["codes"].append("hay_fever")

    newer = rules_after(with_hay_fever)

    assert changed_rows(RULES, newer) == changed_rows(newer, RULES) == frozenset()


def test_a_version_changes_nothing_against_itself() -> None:
    assert changed_rows(RULES, rules_after(lambda rows, extra, screen: None)) == frozenset()

"""Rule files that break a promise are refused with a sentence that says which."""

from typing import Any

import pytest

from screening.domain.rules import RulesError, parse_rules
from tests.screening.domain.rule_files import (
    EXTRA,
    SCREEN,
    TABLE,
    Change,
    Rows,
    changed_files,
    in_extra,
    in_row,
    in_screen,
    row_of,
)


def problems_after(change: Change) -> list[str]:
    """Return what is said about the packaged files after one change to a copy of them."""
    with pytest.raises(RulesError) as refused:
        parse_rules(**changed_files(change))
    return refused.value.problems


BROKEN_VALUES = {
    "a code with a blank": (in_row("cancer", "code", "can cer"), "Row 'can cer': a code is made of small letters"),
    "an empty label": (in_row("cancer", "label", " "), "Row 'cancer': label must not be empty."),
    "an unknown outcome": (in_row("cancer", "default_outcome", "maybe"), "default_outcome is 'maybe'"),
    "an unknown pressure": (in_row("cancer", "max_pressure", "soft"), "max_pressure is 'soft'"),
    "an unknown confidence": (in_row("cancer", "confidence", "some"), "confidence is 'some'"),
    "no days": (in_row("cancer", "valid_for_days", "0"), "valid_for_days must be a whole number of 1 or more"),
    "days in words": (in_row("cancer", "valid_for_days", "ten"), "valid_for_days must be a whole number"),
    "an option without outcome": (
        in_row("heartburn", "follow_up_options", "No; Not sure=>modify"),
        "the option 'No' is not of the form",
    ),
    "an option with an unknown outcome": (
        in_row("heartburn", "follow_up_options", "No=>fine; Not sure=>modify"),
        "the outcome of 'No' is 'fine'",
    ),
    "a missing key": (lambda rows, extra, screen: extra.pop("areas"), "rules_extra.json lacks 'areas'."),
    "an unknown key": (in_extra("ares", value=[]), "rules_extra.json has an unknown key 'ares'."),
    "other ranks": (in_extra("outcome_rank", "defer", value=9), "outcome_rank must rank clear, modify"),
    "a wait of no days": (in_extra("deferrals", 0, "rescreen_after_days", value=0), "must be 1 or more"),
    "a wait counted from nowhere": (in_extra("deferrals", 0, "count_from", value="moon"), "count_from"),
    "an unknown level": (in_extra("messages", "E1", "level", value="loud"), "level of message E1 is 'loud'"),
    "an age rule in other words": (in_extra("age_rules", 0, "when", value="a child"), "not understood: 'a child'"),
    "an age effect in other words": (in_extra("age_rules", 0, "effect", value="refuse it"), "is not understood"),
    "a limit that replaces nothing": (
        lambda rows, extra, screen: extra["answer_limits"][0].pop("pressure"),
        "replaces nothing",
    ),
    "a number for a text": (in_extra("version", value=2), "version must be text, not the number 2."),
    "a group without a title": (lambda rows, extra, screen: screen["groups"][0].pop("title"), "lacks 'title'"),
    "a word twice": (in_extra("areas", value=["neck", "neck"]), "areas names 'neck' twice."),
}
DISAGREEMENTS = {
    "a row twice": (lambda rows, extra, screen: rows.append(dict(rows[0])), "has the row 'arthritis' twice"),
    "an unknown area": (in_row("cancer", "avoid_areas", "tail"), "avoids an unknown area 'tail'"),
    "an unknown technique": (in_row("cancer", "avoid_techniques", "cupping"), "avoids an unknown technique 'cupping'"),
    "an answer twice": (
        in_row("sleep_apnea", "follow_up_options", "Yes=>modify; Yes=>clear; Not sure=>modify"),
        "has the answer 'Yes' twice",
    ),
    "no way to be unsure": (in_row("sleep_apnea", "follow_up_options", "Yes=>modify"), "must end with the answer"),
    "a soft not sure": (
        in_row("sleep_apnea", "follow_up_options", "Yes=>modify; Not sure=>clear"),
        "'Not sure' is softer than the default",
    ),
    "a question without answers": (in_row("sleep_apnea", "follow_up_options", ""), "a question without answers"),
    "no pressure on a row that can be booked": (in_row("sleep_apnea", "max_pressure", "none"), "cannot be none"),
    "a technique that needs pressure but does not exist": (
        in_extra("technique_min_pressure", "cupping", value="firm"),
        "technique_min_pressure names an unknown 'cupping'",
    ),
    "prenatal hanging on nothing": (in_extra("prenatal_only_if", value="hope"), "names an unknown row 'hope'"),
    "a back area that is none": (in_extra("back_areas", 0, value="tail"), "back_areas names an unknown area 'tail'"),
    "a site-specific row without a prompt": (
        lambda rows, extra, screen: extra["body_map_prompts"].pop("cancer"),
        "lacks a prompt for 'cancer'",
    ),
    "a prompt for a row without a site": (
        in_extra("body_map_prompts", "migraine", value="Where?"),
        "'migraine', which is not site-specific",
    ),
    "limits for an answer that does not exist": (
        in_extra("answer_limits", 0, "answer", value="Perhaps"),
        "names no answer of the table",
    ),
    "limits for an answer that never lives": (
        in_extra("answer_limits", 0, "answer", value="Large unexplained bruises or bleeding now"),
        "never applies: the answer is defer",
    ),
    "limits with an unknown area": (in_extra("answer_limits", 0, "areas", value=["tail"]), "unknown area 'tail'"),
    "limits with no pressure": (in_extra("answer_limits", 0, "pressure", value="none"), "cannot set the pressure"),
    "a lifetime for an unknown row": (
        in_extra("clearance_valid_days", "hope", value=3),
        "clearance_valid_days names an unknown row 'hope'",
    ),
    "no ordinary lifetime": (
        lambda rows, extra, screen: extra["clearance_valid_days"].pop("default"),
        "clearance_valid_days lacks 'default'",
    ),
    "a wait for an answer that does not exist": (
        in_extra("deferrals", 0, "answer", value="Perhaps"),
        "'Perhaps', which is no answer of the table",
    ),
    "a wait for an answer that does not defer": (
        in_extra("deferrals", 0, "answer", value="Not sure"),
        "which is modify instead of defer",
    ),
    "a deferring answer without a wait": (
        lambda rows, extra, screen: extra["deferrals"].pop(0),
        "deferrals lacks a wait for 'arthritis'",
    ),
    "a wait twice": (
        lambda rows, extra, screen: extra["deferrals"].append(dict(extra["deferrals"][0])),
        "deferrals has 'arthritis'",
    ),
    "a rescreen of an answer that does not refuse": (
        in_extra("refuse_rescreens", 0, "answer", value="Over 6 months ago and my doctor says it has resolved"),
        "which is clearance instead of refuse",
    ),
    "a trigger for an unknown row": (in_extra("message_triggers", 0, "code", value="hope"), "names an unknown row"),
    "a trigger for an unknown answer": (
        in_extra("message_triggers", 0, "answer", value="Perhaps"),
        "names no answer of the table",
    ),
    "a trigger of an unknown message": (in_extra("message_triggers", 0, "message", value="X9"), "message 'X9'"),
    "an emergency that can be booked": (
        in_extra("message_triggers", 0, "message", value="E1"),
        "shows an emergency message, but the answer does not refuse",
    ),
    "a message on a clear answer": (
        lambda rows, extra, screen: extra["message_triggers"].append(
            {"code": "heartburn", "answer": "No", "message": "U2"}
        ),
        "shows a message, but the answer is clear",
    ),
    "a place that nobody fills in": (in_extra("messages", "U1", "text", value="Call {PHONE}."), "a placeholder other"),
    "a refusal without a number to call": (
        in_extra("refuse_without_message", "text", value="No."),
        "lacks {PHONE}",
    ),
    "own advice of an unknown row": (
        in_extra("refuse_without_message", "own_advice_codes", value=["hope"]),
        "own_advice_codes names an unknown row 'hope'",
    ),
    "a day-of question about an unknown row": (
        in_extra("arrival_question", "reasks", value=["hope"]),
        "arrival_question.reasks names an unknown row 'hope'",
    ),
    "a day-of row only if ticked that is not asked": (
        in_extra("arrival_only_if_ticked", value=["cancer"]),
        "names 'cancer', which arrival_check_codes does not",
    ),
    "no question for an event": (
        lambda rows, extra, screen: extra["date_questions"].pop("event"),
        "date_questions lacks 'event'",
    ),
    "an age rule twice": (in_extra("age_rules", 1, "id", value="A1"), "has the rule 'A1' twice"),
    "an age rule that ticks an unknown row": (
        in_extra("age_rules", 0, "effect", value="tick hope automatically"),
        "ticks an unknown row 'hope'",
    ),
    "an age rule for an answer that does not exist": (
        in_extra("age_rules", 4, "answer", value="Perhaps"),
        "'Perhaps', which is no answer of the table",
    ),
    "an age rule that covers nobody": (in_extra("age_rules", 1, "when", value="16 <= age < 8"), "covers no age"),
    "a row on no card": (
        lambda rows, extra, screen: screen["groups"][1]["codes"].remove("arthritis"),
        "does not show the row 'arthritis'",
    ),
    "a row on two cards": (
        lambda rows, extra, screen: screen["groups"][1]["codes"].append("cancer"),
        "shows the row 'cancer' twice",
    ),
    "the age row on a card": (
        lambda rows, extra, screen: screen["groups"][1]["codes"].append("child_under_8"),
        "must not show 'child_under_8'",
    ),
    "an unknown row on a card": (
        lambda rows, extra, screen: screen["groups"][1]["codes"].append("hope"),
        "shows an unknown row 'hope'",
    ),
    "a row under one that is on no card": (
        in_screen("shown_only_with", "chemo_radiotherapy", value="hope"),
        "hangs a row on 'hope'",
    ),
    "a short label of an unknown row": (in_screen("short_labels", "hope", value="Hope"), "short_labels names"),
    "today's rows on two cards": (
        in_extra("booking_ahead", "ask_within_codes", value=["fever_infection"]),
        "no group of exactly the rows",
    ),
}


@pytest.mark.parametrize(("change", "sentence"), BROKEN_VALUES.values(), ids=BROKEN_VALUES.keys())
def test_a_broken_value_is_named(change, sentence: str) -> None:
    assert any(sentence in problem for problem in problems_after(change))


@pytest.mark.parametrize(("change", "sentence"), DISAGREEMENTS.values(), ids=DISAGREEMENTS.keys())
def test_a_disagreement_between_the_files_is_named(change, sentence: str) -> None:
    assert any(sentence in problem for problem in problems_after(change))


def test_all_problems_are_told_at_once() -> None:
    def change(rows: Rows, extra: dict[str, Any], screen: dict[str, Any]) -> None:
        row_of(rows, "cancer")["avoid_areas"] = "tail"
        extra["deferrals"].pop(0)
        screen["short_labels"]["hope"] = "Hope"

    problems = problems_after(change)

    assert len(problems) == 3
    assert all(problem.endswith(".") for problem in problems)


@pytest.mark.parametrize(
    "table",
    ["", "code,label\ncancer,Cancer\n", TABLE + "one,two\n", TABLE + '"open'],
    ids=["empty", "columns", "cells", "quote"],
)
def test_a_table_of_the_wrong_shape_is_refused(table: str) -> None:
    with pytest.raises(RulesError):
        parse_rules(rules_csv=table, extra=EXTRA, screen=SCREEN)


def test_the_whole_error_reads_as_a_list() -> None:
    with pytest.raises(RulesError, match="The screening rules cannot be used:\n- ") as refused:
        parse_rules(rules_csv=TABLE, extra={**EXTRA, "version": ""}, screen=SCREEN)

    assert str(refused.value).count("\n- ") == len(refused.value.problems)

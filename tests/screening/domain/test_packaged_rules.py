"""The packaged files hold what the guide says about them."""

import json
from collections import Counter

import pytest

from massage_booking.core import vocabulary
from screening.domain.enums import Level, Outcome, Pressure
from screening.domain.rule_table import table_text
from screening.domain.rule_types import NOT_SURE
from screening.domain.rules import RULES_FOLDER, load_packaged_rules
from tests.screening.domain.clients import RULES


def test_the_packaged_rules_are_read_once_per_process() -> None:
    assert load_packaged_rules() is load_packaged_rules()


def test_the_table_can_be_written_back_byte_for_byte() -> None:
    assert table_text(tuple(RULES.rows.values())).encode() == (RULES_FOLDER / "rules.csv").read_bytes()


def test_the_counts_are_those_of_the_guide() -> None:
    outcomes = Counter(row.default_outcome for row in RULES.rows.values())

    assert len(RULES.rows) == 48
    assert outcomes == {Outcome.MODIFY: 23, Outcome.CLEARANCE: 13, Outcome.DEFER: 6, Outcome.REFUSE: 6}
    assert sum(not row.article_item for row in RULES.rows.values()) == 24
    assert len(RULES.extra.deferrals) == 44
    assert len(RULES.extra.message_triggers) == 58
    assert len(RULES.extra.answer_limits) == 9
    assert len(RULES.extra.refuse_rescreens) == 2


def test_the_words_shared_with_the_other_apps_are_the_rules_words() -> None:
    assert set(vocabulary.TECHNIQUE_LABELS) == set(RULES.extra.techniques)
    assert set(vocabulary.AREA_LABELS) == set(RULES.extra.areas)
    assert set(vocabulary.PRESSURE_LABELS) == set(Pressure)


@pytest.mark.parametrize("row", RULES.rows.values(), ids=lambda row: row.code)
def test_every_answer_has_its_own_effect(row) -> None:
    for option in row.options:
        effect = RULES.effect_of(row.code, option.answer)
        assert (effect.answer, effect.outcome, effect.answered) == (option.answer, option.outcome, True)
    unanswered = RULES.effect_of(row.code, None)
    assert (unanswered.outcome, unanswered.answered) == (row.default_outcome, not row.has_question)


@pytest.mark.parametrize("row", [row for row in RULES.rows.values() if row.has_question], ids=lambda row: row.code)
def test_not_sure_is_the_last_answer_and_never_softer_than_the_default(row) -> None:
    assert row.options[-1].answer == NOT_SURE
    assert row.outcome_of(NOT_SURE) >= row.default_outcome


def test_every_emergency_answer_refuses() -> None:
    emergencies = [
        effect for effect in RULES.effects.values() if effect.message and effect.message.level is Level.EMERGENCY
    ]

    assert {effect.outcome for effect in emergencies} == {Outcome.REFUSE}
    assert len(emergencies) == 27


def test_pressure_rules_out_techniques_as_the_guide_says() -> None:
    assert {cap: sorted(out.techniques) for cap, out in RULES.pressure_rules_out.items()} == {
        Pressure.FIRM: [],
        Pressure.MEDIUM: ["deep_tissue"],
        Pressure.LIGHT: ["deep_tissue", "sports", "thai", "trigger_point"],
        Pressure.NONE: sorted(RULES.extra.techniques),
    }


def test_the_json_files_are_plain_json_of_one_object_each() -> None:
    for name, kind in (("rules_extra.json", dict), ("screen.json", dict), ("golden_cases.json", list)):
        assert isinstance(json.loads((RULES_FOLDER / name).read_text(encoding="utf-8")), kind)

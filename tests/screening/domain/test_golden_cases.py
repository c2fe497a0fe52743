"""The 18 worked clients of the guide (section 11)."""

import json
from typing import Any

import pytest

from screening.domain.answers import parse_client
from screening.domain.evaluate import evaluate
from screening.domain.golden import verdict_as_golden
from screening.domain.rules import RULES_FOLDER
from tests.screening.domain.clients import RULES
from tests.screening.domain.plain_evaluator import plain_evaluate

CASES: list[dict[str, Any]] = json.loads((RULES_FOLDER / "golden_cases.json").read_text(encoding="utf-8"))


def test_there_are_eighteen_worked_clients() -> None:
    assert [case["id"] for case in CASES] == [f"G{number:02}" for number in range(1, 19)]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_worked_client_comes_out_as_written_by_hand(case: dict[str, Any]) -> None:
    client = parse_client(RULES, case)

    found = verdict_as_golden(evaluate(RULES, client.answers))

    wanted = {key: sorted(value) if isinstance(value, list) else value for key, value in case["expected"].items()}
    assert {key: found[key] for key in wanted} == wanted
    assert client.warnings == ()


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_the_second_reading_agrees_with_the_worked_client_too(case: dict[str, Any]) -> None:
    found = plain_evaluate(case["input"])

    wanted = {key: set(value) if isinstance(value, list) else value for key, value in case["expected"].items()}
    assert {key: found[key] for key in wanted} == wanted

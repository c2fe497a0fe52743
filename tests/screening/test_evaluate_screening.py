"""`python manage.py evaluate_screening FILE`."""

import io
import json
from pathlib import Path
from random import Random
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from screening.domain.rules import RULES_FOLDER
from screening.management.commands.evaluate_screening import Command
from tests.screening.domain.plain_clients import raw_client
from tests.screening.domain.plain_evaluator import plain_evaluate

GOLDEN = RULES_FOLDER / "golden_cases.json"
FIELDS = [
    "id",
    "headline",
    "status",
    "max_pressure",
    "avoid_areas",
    "avoid_techniques",
    "offered_techniques",
    "missing_clearance",
    "expired",
    "wait_days",
    "messages",
    "guardian_consent_required",
    "guardian_in_room",
    "guardian_on_premises",
    "max_minutes",
    "warnings",
]


def run(file: Path | str) -> list[dict[str, Any]]:
    out = io.StringIO()
    call_command(Command(), str(file), stdout=out)
    return json.loads(out.getvalue())


def refused(file: Path | str) -> str:
    with pytest.raises(CommandError) as error:
        run(file)
    assert error.value.returncode == 2
    return str(error.value)


@pytest.fixture
def write(tmp_path: Path):
    def written(content: object) -> Path:
        file = tmp_path / "clients.json"
        data = content if isinstance(content, bytes) else json.dumps(content).encode()
        file.write_bytes(data)
        return file

    return written


def test_the_worked_clients_come_out_as_expected_with_every_field_in_order() -> None:
    cases = json.loads(GOLDEN.read_text(encoding="utf-8"))

    results = run(GOLDEN)

    assert [list(result) for result in results] == [FIELDS] * len(cases)
    for case, result in zip(cases, results, strict=True):
        expected = {key: sorted(value) if isinstance(value, list) else value for key, value in case["expected"].items()}
        assert result == {**result, "id": case["id"], **expected}


def test_thousands_of_clients_come_out_as_a_second_reading_of_the_guide_says(write) -> None:
    dice = Random(20260310)
    clients = [raw_client(dice, number) for number in range(5000)]

    for client, result in zip(clients, run(write(clients)), strict=True):
        found = {key: set(value) if isinstance(value, list) else value for key, value in result.items()}
        assert found == {**found, "id": client["id"], **plain_evaluate(client["input"])}, client


def test_a_dash_reads_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    data = io.BytesIO(b'[{"id": "one", "input": {"age": 15}}]')
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(data))

    (result,) = run("-")

    assert (result["id"], result["max_minutes"], result["guardian_in_room"]) == ("one", 30, True)


def test_an_empty_array_gives_an_empty_array(write) -> None:
    assert run(write([])) == []


def test_lists_are_sorted_and_the_same_whatever_the_order_of_the_input(write) -> None:
    ticks = {"heartburn": "Yes", "varicose_veins": "Not sure", "diabetes": "Not sure", "epilepsy": "Not sure"}
    backwards = dict(reversed(ticks.items()))

    one, other = run(write([{"id": "x", "input": {"ticks": given}} for given in (ticks, backwards)]))

    assert one == other
    for value in one.values():
        assert not isinstance(value, list) or value == sorted(value)


def test_an_unknown_answer_counts_as_not_answered_and_is_named_in_warnings(write) -> None:
    (result,) = run(write([{"id": "x", "input": {"ticks": {"heartburn": "Perhaps"}}}]))

    assert (result["headline"], result["status"]) == ("modify", "rescreen_required")
    assert result["warnings"] == ["heartburn: 'Perhaps' is not one of its answers and counts as not answered."]


def test_an_unknown_row_is_an_error_that_names_it_and_its_client(write) -> None:
    said = refused(write([{"id": "x", "input": {}}, {"id": "y", "input": {"ticks": {"hay_fever": None}}}]))

    assert said == "ticks of Client 'y' names an unknown row 'hay_fever'."


def test_the_faults_of_all_clients_are_told_at_once(write) -> None:
    said = refused(write([3, {"id": "y", "input": {"age": "ten"}}]))

    assert said.splitlines() == [
        "Client number 1 must be an object, not the number 3.",
        "age of Client 'y' must be a whole number, not text.",
    ]


BROKEN = {
    "not JSON": (b"{", "The input is not valid JSON: "),
    "no bytes": (b"", "The input is not valid JSON: "),
    "not UTF-8": (b"\xff\xfe", "cannot be read"),
    "not a number": (b'[{"id": "x", "input": {"age": NaN}}]', "NaN is not a number of JSON"),
    "a number without end": (b'[{"id": "x", "input": {"age": ' + b"9" * 5000 + b"}}]", "not valid JSON"),
    "nested without end": (b"[" * 100_000, "nested too deeply"),
    "one object": (b"{}", "The input must be a JSON array of clients."),
    "two answers to one question": (
        b'[{"id": "x", "input": {"ticks": {"migraine": "Yes", "migraine": null}}}]',
        "the key 'migraine' appears twice",
    ),
}


@pytest.mark.parametrize(("content", "said"), BROKEN.values(), ids=BROKEN.keys())
def test_input_that_cannot_be_read_is_a_clear_error(write, content: bytes, said: str) -> None:
    assert said in refused(write(content))


@pytest.mark.parametrize("name", ["no/such/file.json", "nul\0byte", "."])
def test_a_file_that_cannot_be_opened_is_a_clear_error(name: str) -> None:
    assert "cannot be read" in refused(name)


def test_a_text_that_begins_with_a_byte_order_mark_is_read(write) -> None:
    assert run(write(b"\xef\xbb\xbf[]")) == []


def test_an_id_that_no_terminal_can_print_does_no_harm(write) -> None:
    (result,) = run(write(b'[{"id": "\\ud800", "input": {}}]'))

    assert result["id"] == "\ud800"


def test_the_command_asks_for_no_checks_and_no_database() -> None:
    assert Command.requires_system_checks == []
    assert not Command.requires_migrations_checks

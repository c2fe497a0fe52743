"""Evaluate clients in the golden format: `python manage.py evaluate_screening FILE` (`-`: standard input)."""

import json
import sys
from argparse import ArgumentParser
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError

from screening.domain.answers import InputError, parse_client
from screening.domain.evaluate import evaluate
from screening.domain.golden import case_as_golden
from screening.domain.rules import Rules, load_packaged_rules

BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Reads a JSON array of clients in the format of screening/rules/golden_cases.json and prints a JSON array with "
        "what the screening rules make of each. Uses the packaged rules and no database. Exits with 2 when the input "
        "cannot be read."
    )
    # The engine needs neither database nor settings, so a half-configured installation can still be asked.
    requires_system_checks = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", metavar="FILE", help="the clients; - reads standard input")

    def handle(self, *args: object, **options: str) -> None:
        clients = _clients(_read(options["file"]))
        rules = load_packaged_rules()
        results = []
        problems: list[str] = []
        for number, raw in enumerate(clients, start=1):
            try:
                results.append(_evaluated(rules, raw, number))
            except InputError as error:
                problems += error.problems
        if problems:
            raise CommandError("\n".join(problems), returncode=BAD_INPUT)
        self.stdout.write(json.dumps(results, indent=1))


def _read(name: str) -> str:
    """Return the text of a file, or of standard input. Raises CommandError when it cannot be read as UTF-8."""
    try:
        data = sys.stdin.buffer.read() if name == "-" else Path(name).read_bytes()
        return data.decode("utf-8-sig")
    except OSError as error:
        raise CommandError(f"{name} cannot be read: {error.strerror}.", returncode=BAD_INPUT) from error
    except ValueError as error:
        # A path with a NUL byte, or bytes that are no UTF-8.
        raise CommandError(f"{name} cannot be read: {error}.", returncode=BAD_INPUT) from error


def _clients(text: str) -> list[object]:
    """Return the array of clients. Raises CommandError for anything that is not one JSON array."""
    try:
        found = json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except RecursionError as error:
        raise CommandError("The input is nested too deeply to be a list of clients.", returncode=BAD_INPUT) from error
    except ValueError as error:
        raise CommandError(f"The input is not valid JSON: {error}.", returncode=BAD_INPUT) from error
    if not isinstance(found, list):
        raise CommandError("The input must be a JSON array of clients.", returncode=BAD_INPUT)
    return found


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """Build an object, refusing a key given twice: of two answers to one question neither may win by accident."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise ValueError(f"the key {key!r} appears twice in one object")
        found[key] = value
    return found


def _no_number(constant: str) -> object:
    raise ValueError(f"{constant} is not a number of JSON")


def _evaluated(rules: Rules, raw: object, number: int) -> dict[str, object]:
    client = parse_client(rules, raw, where=f"Client number {number}")
    return case_as_golden(client.id, evaluate(rules, client.answers), client.warnings)

"""From an empty database to each state there ever was, forward and back by a step: the guards are there, and refuse."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.db.migrations.loader import MigrationLoader

from sessions import checks, guards
from tests import real
from tests.concurrency.server import administer

pytestmark = pytest.mark.django_db(transaction=True)

ROOT = Path(__file__).resolve().parents[3]
LABEL = "massage_sessions"
# Who is who in the rows; nothing but their numbers matters here.
ONE, OTHER = 1, 2


def states() -> list[str]:
    """Return the names of all migrations of sessions, oldest first."""
    loader = MigrationLoader(None)
    return sorted(name for label, name in loader.disk_migrations if label == LABEL)


@pytest.fixture
def empty(db: Any, tmp_path: Path) -> Iterator[str]:
    """Turn to an empty database of the kind under test, beside the tests' own; return its URL."""
    own, url = str(connection.settings_dict["NAME"]), real.database_url()
    name = str(tmp_path / "steps.sqlite3") if connection.vendor == "sqlite" else f"steps_{own}"
    if connection.vendor == "postgresql":
        administer(url, f'CREATE DATABASE "{name}"')
    turn_to(name)
    try:
        yield real.database_url()
    finally:
        turn_to(own)
        if connection.vendor == "postgresql":
            administer(url, f'DROP DATABASE "{name}" WITH (FORCE)')


def turn_to(name: str) -> None:
    connection.close()
    connection.settings_dict["NAME"] = name


def migrate(name: str) -> None:
    call_command("migrate", LABEL, name, verbosity=0, interactive=False, skip_checks=True)


def insert(**values: Any) -> None:
    """Write a row as the table is now: what is not said is empty, or nothing."""
    with connection.cursor() as cursor:
        columns = connection.introspection.get_table_description(cursor, guards.TABLE)
        row: dict[str, Any] = {}
        for column in columns:
            if column.name == "id" or (column.null_ok and column.name not in values):
                continue
            row[column.name] = values.get(column.name, _filling(cursor, column))
        marks = ", ".join(["%s"] * len(row))
        statement = f"INSERT INTO {guards.TABLE} ({', '.join(row)}) VALUES ({marks})"
        cursor.execute(statement, list(row.values()))


def _filling(cursor: Any, column: Any) -> Any:
    kind = connection.introspection.get_field_type(column.type_code, column)
    if column.name in ("public_id", "nonce"):
        cursor.execute(f"SELECT count(*) FROM {guards.TABLE}")
        return f"row-{cursor.fetchone()[0]}"
    if "Boolean" in str(kind):
        return False
    return "" if "Char" in str(kind) or "Text" in str(kind) else 0


def session_for(therapist: int, place: int, client: int, begin: str = "10:00") -> dict[str, Any]:
    end = {"10:00": "11:00", "10:30": "11:30"}[begin]
    return {
        "therapist_id": therapist, "place_id": place, "client_id": client, "service_id": ONE, "status": "booked",
        "starts_at": f"2026-06-02 {begin}:00", "ends_at": f"2026-06-02 {end}:00", "currency": "EUR", "price": 68,
        "blocked_until": f"2026-06-02 {end}:00", "created_at": "2026-06-01 07:00:00",
    }  # fmt: skip


def refused() -> set[str]:
    """Return which guards refuse a second session in the time of a first, by inserting and by changing rows.

    Everything is undone again. Nobody the rows name exists: what refers to other tables is not looked at.
    """
    found = set()
    clashes = {
        "session_therapist_overlap": (ONE, OTHER, OTHER),
        "session_place_overlap": (OTHER, ONE, OTHER),
        "session_client_overlap": (OTHER, OTHER, ONE),
    }
    with connection.constraint_checks_disabled(), transaction.atomic():
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute("SET LOCAL session_replication_role = replica")
            insert(**session_for(ONE, ONE, ONE))
            for guard, who in clashes.items():
                for way in (_insert_over, _un_cancel_over):
                    try:
                        with transaction.atomic():
                            way(cursor, session_for(*who, begin="10:30"))
                    except IntegrityError as error:
                        assert guard in str(error)
                        found.add(f"{guard} {way.__name__}")
        transaction.set_rollback(True)
    return found


def _insert_over(cursor: Any, values: dict[str, Any]) -> None:
    insert(**values)


def _un_cancel_over(cursor: Any, values: dict[str, Any]) -> None:
    insert(**{**values, "status": "cancelled"})
    cursor.execute(f"UPDATE {guards.TABLE} SET status = 'booked'")


ALL = {f"{guard} {way}" for guard in guards.RULES for way in ("_insert_over", "_un_cancel_over")}


def test_at_every_step_forward_and_back_the_guards_are_there_and_refuse(empty: str) -> None:
    known = states()
    for number, name in enumerate(known):
        for step in dict.fromkeys([name, *known[max(0, number - 1) : number]]):
            migrate(step)
            assert guards.missing(connection) == [], step
            assert refused() == ALL, step
    migrate(known[-1])
    assert refused() == ALL


def _lose(name: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER {name}")
        else:
            cursor.execute(f"ALTER TABLE {guards.TABLE} DROP CONSTRAINT {name}")


def test_whichever_guard_is_missing_is_named_and_the_server_does_not_start(empty: str, tmp_path: Path) -> None:
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    every = sorted(guards.wanted()) if connection.vendor == "sqlite" else sorted(guards.RULES)
    lost = []
    for name in every:
        _lose(name)
        lost.append(name)
        found = checks.check_guards(None, databases=["default"])
        assert [(error.id, name in error.msg) for name, error in zip(lost, found, strict=True)] == [
            ("massage_sessions.E001", True)
        ] * len(lost)
    connection.close()

    # What stands before the server in its unit: see deploy/systemd/massage-booking-web.service.
    environment = real.environment(tmp_path, DATABASE_URL=empty)
    started = subprocess.run(
        [sys.executable, "manage.py", "check", "--database", "default"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip

    assert started.returncode != 0
    assert f"The guard {lost[0]} against double booking is missing" in started.stderr


def test_a_constraint_that_guards_less_than_it_should_counts_as_missing(empty: str) -> None:
    if connection.vendor == "sqlite":
        return  # there the text of a trigger is compared as a whole
    call_command("migrate", verbosity=0, interactive=False, skip_checks=True)
    name = sorted(guards.RULES)[0]
    column, end = guards.RULES[name]
    _lose(name)
    with connection.cursor() as cursor:
        cursor.execute(
            f"ALTER TABLE {guards.TABLE} ADD CONSTRAINT {name} EXCLUDE USING gist (int8range({column}, {column}, '[]')"
            f" WITH &&, tstzrange(starts_at, {end}, '[)') WITH &&) WHERE (status = 'booked')"
        )

    assert guards.missing(connection) == [name]


def test_the_unit_of_the_web_server_looks_for_the_guards_before_it_starts() -> None:
    unit = (ROOT / "deploy" / "systemd" / "massage-booking-web.service").read_text()

    assert "ExecStartPre=/srv/massage-booking/.venv/bin/python manage.py check --database default\n" in unit

"""Migrations say what the models say, and put guards back."""

import ast
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection

from sessions import guards

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.django_db
def test_the_models_have_no_change_that_a_migration_lacks() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


@pytest.mark.django_db
def test_migrating_makes_the_table_of_the_cache_too(settings: Any) -> None:
    backend = "django.core.cache.backends.db.DatabaseCache"
    settings.CACHES = {"default": {"BACKEND": backend, "LOCATION": "cache_of_this_test"}}

    call_command("migrate", verbosity=0)

    caches["default"].set("tries", 3)
    assert caches["default"].get("tries") == 3
    assert "cache_of_this_test" in connection.introspection.table_names()


@pytest.mark.django_db(transaction=True)
def test_migrate_puts_back_a_guard_that_was_lost_instead_of_complaining_of_it() -> None:
    if connection.vendor != "sqlite":
        assert guards.missing(connection) == []  # a constraint of PostgreSQL is not lost by a rebuild
        return
    lost = sorted(guards.wanted())[0]
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {lost}")
    assert guards.missing(connection) == [lost]

    call_command("migrate", skip_checks=False, verbosity=0, stdout=StringIO())

    assert guards.missing(connection) == []


def test_no_migration_reaches_into_code_that_moves() -> None:
    """A migration is read for years: it may import our fields and constraints, never services or views."""
    moving = ("services", "views", "selectors", "forms", "tasks")
    for file in ROOT.glob("*/**/migrations/0*.py"):
        if ".venv" in file.parts:
            continue
        for line in file.read_text().splitlines():
            if line.startswith(("import ", "from ")):
                assert not any(f".{word}" in line for word in moving), f"{file}: {line}"


# Field of bulk_create, and where it may stand: tables on which no overlap is refused.
SILENT = {"ignore_conflicts": {"screening/services/rule_publishing.py"}, "update_conflicts": set[str]()}


def test_no_writing_passes_silently_over_a_refusal() -> None:
    """What a guard refuses must be an error: on PostgreSQL `ignore_conflicts` would lose it without a word."""
    for package in ("massage_booking", "screening", "sessions", "therapists"):
        for file in (ROOT / package).rglob("*.py"):
            tree = ast.parse(file.read_text())
            names = {node.arg for node in ast.walk(tree) if isinstance(node, ast.keyword)}
            texts = [node.value for node in ast.walk(tree) if isinstance(node, ast.Constant)]
            for name, allowed in SILENT.items():
                assert name not in names or str(file.relative_to(ROOT)) in allowed, f"{file}: {name}"
            silent = [text for text in texts if isinstance(text, str) and _is_silent_sql(text)]
            assert silent == [], file


def _is_silent_sql(text: str) -> bool:
    return any(words in text.upper() for words in ("ON CONFLICT", "INSERT OR ", "UPDATE OR IGNORE"))

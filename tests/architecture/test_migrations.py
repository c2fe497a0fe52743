"""Migrations say what the models say, and put guards back."""

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

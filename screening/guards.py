"""The access log and its daily digests are append-only by the database itself, on both engines, whatever code writes.

Triggers refuse every UPDATE and DELETE, on PostgreSQL also TRUNCATE, on SQLite also REPLACE. A table rebuild on SQLite
drops triggers silently, so they are looked after on every `migrate`, and a system check misses them. Whoever must empty
the tables as a whole (the `flush` command, a test that forges a row to see the chain break) lifts the guards with
`lifted()`, which puts them back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections

from massage_booking.core import triggers
from massage_booking.core.triggers import Trigger
from screening.models.vault import ACCESS_TABLE, DailyDigest

GUARD: Final = "access_record_append_only"
DIGEST_GUARD: Final = "daily_digest_append_only"
# Guard -> the table that it stands before, and what makes a row the same one, beside its key.
GUARDED: Final = {
    GUARD: (ACCESS_TABLE, "known.client_public_id = NEW.client_public_id AND known.number = NEW.number"),
    DIGEST_GUARD: (DailyDigest._meta.db_table, "known.day = NEW.day"),
}
TABLES: Final = frozenset(table for table, _ in GUARDED.values())


def wanted(vendor: str) -> list[Trigger]:
    """Return the triggers of an engine. Names in them are constants of this module."""
    make = _on_sqlite if vendor == "sqlite" else _on_postgres
    return [trigger for guard, (table, same) in GUARDED.items() for trigger in make(guard, table, same)]


def _on_sqlite(guard: str, table: str, same: str) -> Iterator[Trigger]:
    refuse = triggers.refusal_on_sqlite(guard)
    for event in ("update", "delete"):
        name = f"{guard}_{event}"
        yield Trigger(name, table, guard, f"CREATE TRIGGER {name} BEFORE {event.upper()} ON {table}{refuse}")
    # REPLACE takes a row away without asking the trigger before DELETE.
    name, known = f"{guard}_replace", f"SELECT 1 FROM {table} AS known WHERE known.id = NEW.id OR ({same})"  # noqa: S608
    head = f"CREATE TRIGGER {name} BEFORE INSERT ON {table}\nWHEN EXISTS ({known})"
    yield Trigger(name, table, guard, f"{head}{refuse}")


def _on_postgres(guard: str, table: str, same: str) -> Iterator[Trigger]:
    refuse = triggers.refusal_on_postgres(guard)
    head = f"CREATE TRIGGER {guard} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW"
    yield Trigger(guard, table, guard, f"{head}{refuse}")
    name = f"{guard}_truncate"
    yield Trigger(name, table, guard, f"CREATE TRIGGER {name} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT{refuse}")


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database, or are not what they were."""
    return [trigger.name for trigger in triggers.missing(connection, wanted(connection.vendor))]


def install(connection: Any) -> None:
    """Put the guards in force; make again those whose text has changed."""
    triggers.install(connection, wanted(connection.vendor))


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        for trigger in wanted(connection.vendor):
            triggers.drop(cursor, connection, trigger)


def table_exists(connection: Any) -> bool:
    return set(TABLES) <= set(connection.introspection.table_names())


@contextmanager
def lifted(connection: Any) -> Iterator[None]:
    """Take the guard away while the block runs. For `flush` and for tests; nothing else does this."""
    remove(connection)
    try:
        yield
    finally:
        if table_exists(connection):
            install(connection)


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    connection = connections[using]
    if table_exists(connection):
        install(connection)

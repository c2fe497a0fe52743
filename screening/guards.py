"""The access log is append-only by the database itself, on both engines, whatever code writes.

A trigger refuses every UPDATE and DELETE. A table rebuild on SQLite drops triggers silently, so they are looked after
on every `migrate`, and a system check misses them. Whoever must empty the table as a whole (the `flush` command, a test
that forges a row to see the chain break) lifts the guard with `lifted()`, which puts it back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections

from screening.models.vault import ACCESS_TABLE

GUARD: Final = "access_record_append_only"
EVENTS: Final = ("update", "delete")
_FUNCTION: Final = f"""CREATE OR REPLACE FUNCTION {GUARD}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{GUARD}' USING ERRCODE = 'integrity_constraint_violation';
END
$$"""


def wanted() -> dict[str, str]:
    """Return SQLite's triggers: name -> statement. Names in them are constants of this module."""
    return {
        f"{GUARD}_{event}": f"""CREATE TRIGGER {GUARD}_{event} BEFORE {event.upper()} ON {ACCESS_TABLE}
BEGIN
  SELECT RAISE(ABORT, '{GUARD}');
END"""
        for event in EVENTS
    }


def installed(connection: Any) -> dict[str, str]:
    """Return our triggers that the database has: name -> statement (empty on PostgreSQL)."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [ACCESS_TABLE]
            )
        else:
            cursor.execute(
                "SELECT tgname, '' FROM pg_trigger"
                " WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = to_regclass(%s)",
                [ACCESS_TABLE],
            )
        return dict(cursor.fetchall())


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database."""
    present = installed(connection)
    if connection.vendor == "sqlite":
        return sorted(name for name, statement in wanted().items() if present.get(name) != statement)
    return [] if GUARD in present else [GUARD]


def install(connection: Any) -> None:
    """Put the guards in force; on SQLite make again those whose text has changed."""
    absent = missing(connection)
    if not absent:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in absent:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
                cursor.execute(wanted()[name])
            return
        cursor.execute(_FUNCTION)
        cursor.execute(f"DROP TRIGGER IF EXISTS {GUARD} ON {ACCESS_TABLE}")
        cursor.execute(
            f"CREATE TRIGGER {GUARD} BEFORE UPDATE OR DELETE ON {ACCESS_TABLE} FOR EACH ROW EXECUTE FUNCTION {GUARD}()"
        )


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in wanted():
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {GUARD} ON {ACCESS_TABLE}")


def table_exists(connection: Any) -> bool:
    return ACCESS_TABLE in connection.introspection.table_names()


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

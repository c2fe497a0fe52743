"""The access log and its daily digests are append-only by the database itself, on both engines, whatever code writes.

Triggers refuse every UPDATE and DELETE, on PostgreSQL also TRUNCATE. A table rebuild on SQLite drops triggers
silently, so they are looked after on every `migrate`, and a system check misses them. Whoever must empty the tables as
a whole (the `flush` command, a test that forges a row to see the chain break) lifts the guards with `lifted()`, which
puts them back.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

from django.db import connections

from screening.models.vault import ACCESS_TABLE, DailyDigest

GUARD: Final = "access_record_append_only"
DIGEST_GUARD: Final = "daily_digest_append_only"
# Guard -> the table that it stands before.
GUARDED: Final = {GUARD: ACCESS_TABLE, DIGEST_GUARD: DailyDigest._meta.db_table}
EVENTS: Final = ("update", "delete")


def wanted() -> dict[str, str]:
    """Return SQLite's triggers: name -> statement. Names in them are constants of this module."""
    return {
        f"{guard}_{event}": f"""CREATE TRIGGER {guard}_{event} BEFORE {event.upper()} ON {table}
BEGIN
  SELECT RAISE(ABORT, '{guard}');
END"""
        for guard, table in GUARDED.items()
        for event in EVENTS
    }


def _wanted_on_postgres() -> dict[str, str]:
    """Return PostgreSQL's triggers: name -> statement."""
    found = {}
    for guard, table in GUARDED.items():
        does = f"EXECUTE FUNCTION {guard}()"
        found[guard] = f"CREATE TRIGGER {guard} BEFORE UPDATE OR DELETE ON {table} FOR EACH ROW {does}"
        emptied = f"{guard}_truncate"
        found[emptied] = f"CREATE TRIGGER {emptied} BEFORE TRUNCATE ON {table} FOR EACH STATEMENT {does}"
    return found


def _function(guard: str) -> str:
    return f"""CREATE OR REPLACE FUNCTION {guard}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{guard}' USING ERRCODE = 'integrity_constraint_violation';
END
$$"""


def _table_of(trigger: str) -> str:
    return next(table for guard, table in GUARDED.items() if trigger.startswith(guard))


def installed(connection: Any) -> dict[str, str]:
    """Return our triggers that the database has: name -> statement (empty on PostgreSQL)."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in GUARDED.values():
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            else:
                cursor.execute(
                    "SELECT tgname, '' FROM pg_trigger"
                    " WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = to_regclass(%s)",
                    [table],
                )
            found |= dict(cursor.fetchall())
    return found


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database."""
    present = installed(connection)
    if connection.vendor == "sqlite":
        return sorted(name for name, statement in wanted().items() if present.get(name) != statement)
    return sorted(set(_wanted_on_postgres()) - set(present))


def install(connection: Any) -> None:
    """Put the guards in force; on SQLite make again those whose text has changed."""
    absent = missing(connection)
    if not absent:
        return
    statements = wanted() if connection.vendor == "sqlite" else _wanted_on_postgres()
    with connection.cursor() as cursor:
        if connection.vendor != "sqlite":
            for guard in GUARDED:
                cursor.execute(_function(guard))
        for name in absent:
            _drop(cursor, connection, name)
            cursor.execute(statements[name])


def remove(connection: Any) -> None:
    with connection.cursor() as cursor:
        for name in wanted() if connection.vendor == "sqlite" else _wanted_on_postgres():
            _drop(cursor, connection, name)


def _drop(cursor: Any, connection: Any, name: str) -> None:
    where = "" if connection.vendor == "sqlite" else f" ON {_table_of(name)}"
    cursor.execute(f"DROP TRIGGER IF EXISTS {name}{where}")


def table_exists(connection: Any) -> bool:
    return set(GUARDED.values()) <= set(connection.introspection.table_names())


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

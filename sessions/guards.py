"""SQLite's stand-in for exclusion constraints: triggers that refuse an overlap, whatever code writes.

A table rebuild drops triggers silently, so they are looked after on every `migrate`, and a system check misses them.
"""

from typing import Any

from django.db import connections

from sessions.models.session import BLOCKING_VALUES, CLIENT_GUARD, PLACE_GUARD, THERAPIST_GUARD

TABLE = "massage_session"
# Guard name -> the column whose sessions must not overlap, and the column in which its time ends.
RULES = {
    THERAPIST_GUARD: ("therapist_id", "blocked_until"),
    PLACE_GUARD: ("place_id", "blocked_until"),
    CLIENT_GUARD: ("client_id", "ends_at"),
}
TEXT_GUARD = "session_time_format"


def _overlap_trigger(name: str, moment: str) -> str:
    column, end = RULES[name]
    statuses = ", ".join(f"'{value}'" for value in BLOCKING_VALUES)
    event = "INSERT" if moment == "insert" else f"UPDATE OF {column}, starts_at, ends_at, blocked_until, status"
    # The table name and columns are constants of this module.
    return f"""CREATE TRIGGER {name}_{moment} BEFORE {event} ON {TABLE}
WHEN NEW.status IN ({statuses}) AND NEW.{column} IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, '{name}') WHERE EXISTS (
    SELECT 1 FROM {TABLE} AS other
    WHERE other.{column} = NEW.{column} AND other.id IS NOT NEW.id AND other.status IN ({statuses})
      AND other.starts_at < NEW.{end} AND NEW.starts_at < other.{end}
  );
END"""  # noqa: S608


def _is_wrong(column: str) -> str:
    """Return the condition of a time that is not written as Django writes UTC: to the second, or with a fraction."""
    digit = "[0-9]"
    second = f"{digit * 4}-{digit * 2}-{digit * 2} {digit * 2}:{digit * 2}:{digit * 2}"
    is_plain = f"NEW.{column} GLOB '{second}'"
    is_fraction = f"NEW.{column} GLOB '{second}.{digit}*' AND substr(NEW.{column}, 21) NOT GLOB '*[^0-9]*'"
    return f"NOT (typeof(NEW.{column}) = 'text' AND ({is_plain} OR ({is_fraction})))"


def _format_trigger(moment: str) -> str:
    """Times are compared as text, so that text must have the one format that sorts: an offset behind it would not."""
    event = "INSERT" if moment == "insert" else "UPDATE OF starts_at, ends_at, blocked_until"
    wrong = " OR ".join(_is_wrong(name) for name in ("starts_at", "ends_at", "blocked_until"))
    return f"""CREATE TRIGGER {TEXT_GUARD}_{moment} BEFORE {event} ON {TABLE}
WHEN {wrong}
BEGIN
  SELECT RAISE(ABORT, '{TEXT_GUARD}');
END"""


def wanted() -> dict[str, str]:
    """Return trigger name -> its statement."""
    triggers = {}
    for moment in ("insert", "update"):
        triggers[f"{TEXT_GUARD}_{moment}"] = _format_trigger(moment)
        for name in RULES:
            triggers[f"{name}_{moment}"] = _overlap_trigger(name, moment)
    return triggers


def installed(connection: Any) -> dict[str, str]:
    """Return the triggers that the SQLite file has on our table."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [TABLE])
        return dict(cursor.fetchall())


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database, on either engine."""
    if connection.vendor == "sqlite":
        present = installed(connection)
        return sorted(name for name, statement in wanted().items() if present.get(name) != statement)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE contype = 'x' AND convalidated AND conrelid = to_regclass(%s)",
            [TABLE],
        )
        definitions = dict(cursor.fetchall())
    return sorted(name for name in RULES if not _guards_enough(definitions.get(name, ""), name))


def _guards_enough(definition: str, name: str) -> bool:
    """Say whether a constraint of PostgreSQL refuses what it should: one of the name that was loosened counts as none.

    How PostgreSQL writes a constraint down differs from version to version; what it must name does not.
    """
    column, end = RULES[name]
    needed = [
        f"int8range({column}, {column}",
        f"tstzrange(starts_at, {end}",
        *(f"'{each}'" for each in BLOCKING_VALUES),
    ]
    return all(part in definition for part in needed)


def install(connection: Any) -> None:
    """Make the triggers on SQLite; drop and make again those whose text has changed."""
    if connection.vendor != "sqlite":
        return
    present = installed(connection)
    with connection.cursor() as cursor:
        for name, statement in wanted().items():
            if present.get(name) == statement:
                continue
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            cursor.execute(statement)


def table_exists(connection: Any) -> bool:
    return TABLE in connection.introspection.table_names()


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    connection = connections[using]
    if table_exists(connection):
        install(connection)

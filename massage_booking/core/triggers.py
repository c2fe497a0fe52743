"""Triggers that refuse, whatever code writes: put in force, and found out when one is missing, off or another.

On SQLite the text of a trigger says whether it is the wanted one. PostgreSQL keeps no text, so a digest of it stands in
the trigger's comment, and the function that it calls is compared as well: one that was emptied refuses nothing.
"""

import hashlib
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

# The columns of its own table that a statement names.
_NAMED = re.compile(r'\b(?:OLD|NEW)\."?(\w+)"?')


@dataclass(frozen=True, slots=True)
class Trigger:
    """A refusal under a name. `guard` is what the error says; all names are constants of our own modules."""

    name: str
    table: str
    guard: str
    statement: str

    def looks_like(self, vendor: str) -> str:
        """Return what `in_force` shows of it while it is in order."""
        if vendor == "sqlite":
            return self.statement
        return f"{_digest(self.statement)}\n{_body(self.guard)}"


def refusal_on_sqlite(guard: str) -> str:
    return f"\nBEGIN\n  SELECT RAISE(ABORT, '{guard}');\nEND"


def refusal_on_postgres(guard: str) -> str:
    return f" EXECUTE FUNCTION {guard}()"


def _body(guard: str) -> str:
    return f"\nBEGIN\n  RAISE EXCEPTION '{guard}' USING ERRCODE = 'integrity_constraint_violation';\nEND\n"


def _digest(statement: str) -> str:
    return hashlib.sha256(statement.encode()).hexdigest()


def in_force(connection: Any, tables: Iterable[str]) -> dict[str, str]:
    """Return the triggers of some tables that fire: name -> what they look like."""
    found: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table in sorted(set(tables)):
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            else:
                # Neither switched off nor for replicas alone.
                cursor.execute(
                    "SELECT t.tgname, coalesce(obj_description(t.oid, 'pg_trigger'), '') || E'\\n' || f.prosrc"
                    " FROM pg_trigger t JOIN pg_proc f ON f.oid = t.tgfoid"
                    " WHERE NOT t.tgisinternal AND t.tgenabled IN ('O', 'A') AND t.tgrelid = to_regclass(%s)",
                    [table],
                )
            found |= dict(cursor.fetchall())
    return found


def missing(connection: Any, wanted: Iterable[Trigger]) -> list[Trigger]:
    """Return the triggers that do not stand as they should."""
    every = sorted(wanted, key=lambda trigger: trigger.name)
    present = in_force(connection, [trigger.table for trigger in every])
    return [trigger for trigger in every if present.get(trigger.name) != trigger.looks_like(connection.vendor)]


def _columns(cursor: Any, connection: Any, table: str) -> set[str]:
    return {column.name for column in connection.introspection.get_table_description(cursor, table)}


def install(connection: Any, wanted: Iterable[Trigger]) -> None:
    """Put in force what is missing; what looks otherwise is made again.

    Half-way through the migrations a table may lack columns that a trigger names: then the step that brings them makes
    the trigger. SQLite would take it at once, and refuse every later change of a table.
    """
    with connection.cursor() as cursor:
        for trigger in missing(connection, wanted):
            if not set(_NAMED.findall(trigger.statement)) <= _columns(cursor, connection, trigger.table):
                continue
            drop(cursor, connection, trigger)
            if connection.vendor != "sqlite":
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {trigger.guard}() RETURNS trigger LANGUAGE plpgsql"
                    f" AS $${_body(trigger.guard)}$$"
                )
            cursor.execute(trigger.statement)
            if connection.vendor != "sqlite":
                cursor.execute(
                    f"COMMENT ON TRIGGER {trigger.name} ON {trigger.table} IS '{_digest(trigger.statement)}'"
                )


def drop(cursor: Any, connection: Any, trigger: Trigger) -> None:
    where = "" if connection.vendor == "sqlite" else f" ON {trigger.table}"
    cursor.execute(f"DROP TRIGGER IF EXISTS {trigger.name}{where}")

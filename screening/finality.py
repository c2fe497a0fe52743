"""What was decided, and the rules it was decided by, are final in the database itself, on both engines.

Triggers refuse an UPDATE that changes what a decision says, or a text of a rule version that was ever published. Rows
may still be deleted, as erasing a client does, and a decision's client and sealed part may change, as bringing two
records of one person together does. Like the other guards they are looked after on every `migrate`.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connections

from screening.models import Decision, RuleVersion
from screening.models.answers import VERDICT_FIELDS
from screening.models.rules import TEXTS

DECISION: Final = "decision_final"
RULES: Final = "published_rules_final"


def _columns(model: Any, names: tuple[str, ...]) -> list[str]:
    return [model._meta.get_field(name).column for name in names]


# Guard -> (table, columns, further condition). All of them are names of our own models.
GUARDED: Final[Mapping[str, tuple[str, list[str], str]]] = {
    DECISION: (Decision._meta.db_table, _columns(Decision, VERDICT_FIELDS), ""),
    RULES: (RuleVersion._meta.db_table, _columns(RuleVersion, TEXTS), "OLD.status IN ('published', 'retired')"),
}


def wanted(vendor: str) -> dict[str, str]:
    """Return the triggers of an engine: name -> statement."""
    found = {}
    for name, (table, columns, condition) in GUARDED.items():
        distinct = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f'OLD."{column}" {distinct} NEW."{column}"' for column in columns)
        when = f"({changed})" + (f" AND {condition}" if condition else "")
        head = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when})"
        if vendor == "sqlite":
            found[name] = f"{head}\nBEGIN\n  SELECT RAISE(ABORT, '{name}');\nEND"
        else:
            found[name] = f"{head} EXECUTE FUNCTION {name}()"
    return found


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database."""
    present: dict[str, str] = {}
    with connection.cursor() as cursor:
        for table, _, _ in GUARDED.values():
            if connection.vendor == "sqlite":
                cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
            else:
                cursor.execute(
                    "SELECT tgname, '' FROM pg_trigger"
                    " WHERE NOT tgisinternal AND tgenabled <> 'D' AND tgrelid = to_regclass(%s)",
                    [table],
                )
            present |= dict(cursor.fetchall())
    statements = wanted(connection.vendor)
    if connection.vendor == "sqlite":
        return sorted(name for name, statement in statements.items() if present.get(name) != statement)
    return sorted(set(statements) - set(present))


def install(connection: Any) -> None:
    """Put the guards in force; on SQLite make again those whose text has changed."""
    with connection.cursor() as cursor:
        for name in missing(connection):
            if connection.vendor == "sqlite":
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
            else:
                cursor.execute(
                    f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$\n"
                    f"BEGIN\n  RAISE EXCEPTION '{name}' USING ERRCODE = 'integrity_constraint_violation';\nEND\n$$"
                )
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {GUARDED[name][0]}")
            cursor.execute(wanted(connection.vendor)[name])


def tables_exist(connection: Any) -> bool:
    return {table for table, _, _ in GUARDED.values()} <= set(connection.introspection.table_names())


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    connection = connections[using]
    if tables_exist(connection):
        install(connection)

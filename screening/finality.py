"""What was decided, and the rules it was decided by, are final in the database itself, on both engines.

Triggers refuse an UPDATE that changes what a decision says, or a text of a rule version that was ever published. Rows
may still be deleted, as erasing a client does, and a decision's client and sealed part may change, as bringing two
records of one person together does. Like the other guards they are looked after on every `migrate`.
"""

from collections.abc import Mapping
from typing import Any, Final

from django.db import connections

from massage_booking.core import triggers
from massage_booking.core.triggers import Trigger
from screening.models import Decision, RuleVersion
from screening.models.answers import VERDICT_FIELDS
from screening.models.rules import TEXTS

DECISION: Final = "decision_final"
RULES: Final = "published_rules_final"


def _columns(model: Any, names: tuple[str, ...]) -> list[str]:
    return [model._meta.get_field(name).column for name in names]


# Guard -> (table, columns, what guards a row, what makes a row the same one beside its key). All are our own names.
GUARDED: Final[Mapping[str, tuple[str, list[str], str, str]]] = {
    DECISION: (Decision._meta.db_table, _columns(Decision, VERDICT_FIELDS), "", "{known}.public_id = NEW.public_id"),
    RULES: (
        RuleVersion._meta.db_table,
        _columns(RuleVersion, TEXTS),
        "{known}.status IN ('published', 'retired')",
        "{known}.label = NEW.label OR ({known}.status = 'published' AND NEW.status = 'published')",
    ),
}
TABLES: Final = frozenset(table for table, *_ in GUARDED.values())


def wanted(vendor: str) -> list[Trigger]:
    """Return the triggers of an engine."""
    found = []
    for name, (table, columns, condition, _) in GUARDED.items():
        distinct = "IS NOT" if vendor == "sqlite" else "IS DISTINCT FROM"
        changed = " OR ".join(f'OLD."{column}" {distinct} NEW."{column}"' for column in columns)
        when = f"({changed})" + (f" AND {condition.format(known='OLD')}" if condition else "")
        head = f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW WHEN ({when})"
        refuse = triggers.refusal_on_sqlite if vendor == "sqlite" else triggers.refusal_on_postgres
        found.append(Trigger(name, table, name, head + refuse(name)))
    return found + [_against_replace(name) for name in GUARDED if vendor == "sqlite"]


def _against_replace(guard: str) -> Trigger:
    """Return the trigger against SQLite's REPLACE, which puts another row in a row's place without an UPDATE."""
    table, _, condition, same = GUARDED[guard]
    known = f"SELECT 1 FROM {table} AS known WHERE (known.id = NEW.id OR {same.format(known='known')})"  # noqa: S608
    known += f" AND {condition.format(known='known')}" if condition else ""
    head = f"CREATE TRIGGER {guard}_replace BEFORE INSERT ON {table}\nWHEN EXISTS ({known})"
    return Trigger(f"{guard}_replace", table, guard, head + triggers.refusal_on_sqlite(guard))


def missing(connection: Any) -> list[str]:
    """Return guards that are not in force on this database, or are not what they were."""
    return [trigger.name for trigger in triggers.missing(connection, wanted(connection.vendor))]


def install(connection: Any) -> None:
    """Put the guards in force; make again those whose text has changed."""
    triggers.install(connection, wanted(connection.vendor))


def tables_exist(connection: Any) -> bool:
    return set(TABLES) <= set(connection.introspection.table_names())


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    connection = connections[using]
    if tables_exist(connection):
        install(connection)

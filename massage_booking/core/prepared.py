"""A query that is asked again and again: its SQL is made once, only what it is asked about changes.

Making SQL out of a queryset costs as much as answering it where the answer is short. The queryset stays the one place
where the question is written; it is built with markers, and these are replaced by the values of each call.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, TypeVar

from django.db import connection, transaction
from django.db.models import QuerySet
from django.db.models.sql.compiler import SQLCompiler

Value = int | str | date | datetime
Thing = TypeVar("Thing")

_CONSTANT: Final = ""


def a_key(number: int = 1) -> int:
    """Return a marker for a key: no row has it, and no query holds it by itself. Others have other numbers."""
    return -987_654_320 - number


def a_word(number: int = 1) -> str:
    """Return a marker for a text."""
    return f"\ue000{number}"


def a_day(number: int = 1) -> date:
    """Return a marker for a date."""
    return date(1801, 1, 1) + timedelta(days=number)


def an_instant(number: int = 1) -> datetime:
    """Return a marker for an instant."""
    return datetime(1802, 1, 1, tzinfo=UTC) + timedelta(days=number)


@dataclass(frozen=True)
class _Made:
    """What an engine is asked: the SQL, and for each place in it the name of a value or a constant."""

    queryset: QuerySet[Any, Any]
    compiler: SQLCompiler
    sql: str
    slots: list[tuple[str, Any]]

    def params(self, values: Mapping[str, Value]) -> tuple[Any, ...]:
        return tuple(constant if name == _CONSTANT else _adapted(values[name]) for name, constant in self.slots)


class _Query:
    """Stands for the query of a queryset, and hands out a compiler whose work is done."""

    def __init__(self, made: _Made, values: Mapping[str, Value]) -> None:
        self._query = made.queryset.query
        self._compiler = _copy(made.compiler)
        # Each thread has a connection of its own.
        self._compiler.connection = connection
        asked = made.sql, made.params(values)
        self._compiler.as_sql = lambda *args, **more: asked  # type: ignore[method-assign]

    def get_compiler(self, *args: Any, **more: Any) -> SQLCompiler:
        return self._compiler

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)


class Prepared:
    """A question and its markers: a value of the right type for each name, found nowhere else in the query."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **markers: Value) -> None:
        self.build = build
        self.markers = markers
        self._made: dict[str, _Made] = {}

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """Ask, and return the rows as the driver gives them. Raises KeyError where a value is missing."""
        made = self._prepared()
        with connection.cursor() as cursor:
            cursor.execute(made.sql, made.params(values))
            return list(cursor.fetchall())

    def all(self, **values: Value) -> list[Any]:
        """Ask, and return what the queryset would: objects with what it fetches along, or values."""
        made = self._prepared()
        asked = _copy(made.queryset)
        asked._query = _Query(made, values)  # type: ignore[attr-defined]
        return list(asked)

    def first(self, **values: Value) -> Any:
        """Return the first of them, None where there are none; the queryset says in which order, and asks for one."""
        found = self.all(**values)
        return found[0] if found else None

    def _prepared(self) -> _Made:
        made = self._made.get(connection.vendor)
        if made is None:
            made = self._made[connection.vendor] = self._make()
        if made.queryset.query.select_for_update and not connection.in_atomic_block:
            raise transaction.TransactionManagementError("A lock belongs into a transaction.")
        return made

    def _make(self) -> _Made:
        queryset = self.build(**self.markers)
        compiler = queryset.query.get_compiler(connection=connection)
        sql, params = compiler.as_sql()
        names = {_adapted(marker): name for name, marker in self.markers.items()}
        slots = [_slot(param, names) for param in params]
        missing = set(self.markers) - {name for name, _ in slots}
        assert not missing, f"The query does not ask about {sorted(missing)}."
        return _Made(queryset, compiler, sql, slots)


def _copy(thing: Thing) -> Thing:
    """Return a shallow copy. Python's own would evaluate a queryset first."""
    copied = object.__new__(type(thing))
    copied.__dict__.update(thing.__dict__)
    return copied


def _slot(param: Any, names: Mapping[Any, str]) -> tuple[str, Any]:
    return (names[param], None) if param.__hash__ and param in names else (_CONSTANT, param)


def _adapted(value: Value) -> Any:
    """Return a value as the engine's driver wants it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value

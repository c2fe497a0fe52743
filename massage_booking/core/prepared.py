"""A query that is asked again and again: its SQL is made once, only what it is asked about changes.

Making SQL out of a queryset costs as much as answering it where the answer is short. The queryset stays the one place
where the question is written; it is built with markers, and these are replaced by the values of each call.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any, Final

from django.db import connection
from django.db.models import QuerySet

Value = int | date | datetime

_CONSTANT: Final = ""


class Prepared:
    """A question and its markers: a value of the right type for each name, found nowhere else in the query."""

    def __init__(self, build: Callable[..., QuerySet[Any, Any]], **markers: Value) -> None:
        self.build = build
        self.markers = markers
        self._made: dict[str, tuple[str, list[tuple[str, Any]]]] = {}

    def rows(self, **values: Value) -> list[tuple[Any, ...]]:
        """Ask, and return the rows as the driver gives them. Raises KeyError where a value is missing."""
        sql, slots = self._sql()
        params = [constant if name == _CONSTANT else _adapted(values[name]) for name, constant in slots]
        with connection.cursor() as cursor:
            cursor.execute(sql, params)
            return list(cursor.fetchall())

    def _sql(self) -> tuple[str, list[tuple[str, Any]]]:
        made = self._made.get(connection.vendor)
        if made is None:
            sql, params = self.build(**self.markers).query.sql_with_params()
            names = {_adapted(marker): name for name, marker in self.markers.items()}
            made = self._made[connection.vendor] = sql, [_slot(param, names) for param in params]
            missing = set(self.markers) - {name for name, _ in made[1]}
            assert not missing, f"The query does not ask about {sorted(missing)}."
        return made


def _slot(param: Any, names: Mapping[Any, str]) -> tuple[str, Any]:
    return (names[param], None) if param.__hash__ and param in names else (_CONSTANT, param)


def _adapted(value: Value) -> Any:
    """Return a value as the engine's driver wants it."""
    if isinstance(value, datetime):
        return connection.ops.adapt_datetimefield_value(value)
    if isinstance(value, date):
        return connection.ops.adapt_datefield_value(value)
    return value

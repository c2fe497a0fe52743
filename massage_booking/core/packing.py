"""Many small rows of a table as a few long values, one for each group: fetched several times faster than row by row.

Two aggregates with one meaning on both engines, and the functions that read what they return.
"""

import sys
from array import array
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Final

from django.db.models import Aggregate, BinaryField, TextField
from django.db.models.expressions import Combinable

from massage_booking.core.intervals import minute_after, minute_before

NOTHING: Final = "-"
_BETWEEN_ROWS, _WITHIN_ROW = ";", ","
# PostgreSQL counts microseconds from 2000-01-01 00:00 UTC.
_PG_EPOCH: Final = minute_before(datetime(2000, 1, 1, tzinfo=UTC))
_MINUTE: Final = 60_000_000


class PackedText(Aggregate):
    """Columns of a group's rows as text: `a,b;c,d`, `-` for NULL, in no order. For numbers, dates and times."""

    output_field = TextField()

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        parts, params = [], []
        for source in self.get_source_expressions():
            if source is not None:
                sql, own = compiler.compile(source)
                parts.append(f"COALESCE(CAST({sql} AS TEXT), '{NOTHING}')")
                params += own
        joined = f" || '{_WITHIN_ROW}' || ".join(parts)
        name = "string_agg" if connection.vendor == "postgresql" else "group_concat"
        return f"{name}({joined}, '{_BETWEEN_ROWS}')", params


class PackedSpans(Aggregate):
    """Two columns of instants, the bounds of a span, packed over a group: read it with `spans`."""

    output_field = BinaryField()

    def __init__(self, starts: str | Combinable, ends: str | Combinable, **extra: Any) -> None:
        super().__init__(starts, ends, **extra)

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **extra: Any) -> Any:
        compiled = [compiler.compile(source) for source in self.get_source_expressions() if source is not None]
        (first, first_params), (last, last_params) = compiled
        if connection.vendor == "postgresql":
            # The bytes in which PostgreSQL itself sends an instant: eight, the highest first.
            sql = f"string_agg(timestamptz_send({first}) || timestamptz_send({last}), ''::bytea)"
        else:
            sql = f"group_concat({first} || '{_WITHIN_ROW}' || {last}, '{_BETWEEN_ROWS}')"
        return sql, [*first_params, *last_params]


def rows(packed: str | None) -> Iterator[list[str]]:
    """Yield the rows of a `PackedText`, each as its columns."""
    if packed:
        for row in packed.split(_BETWEEN_ROWS):
            yield row.split(_WITHIN_ROW)


def spans(packed: Any) -> tuple[list[int], list[int]]:
    """Return the starts and the ends of a `PackedSpans` as UTC minutes, starts rounded down and ends up."""
    if packed is None:
        return [], []
    if isinstance(packed, str):
        return _from_text(packed)
    counts = array("q", bytes(packed))
    if sys.byteorder == "little":
        counts.byteswap()
    starts = [count // _MINUTE + _PG_EPOCH for count in counts[::2]]
    ends = [-(-count // _MINUTE) + _PG_EPOCH for count in counts[1::2]]
    return starts, ends


def _from_text(packed: str) -> tuple[list[int], list[int]]:
    """Read SQLite's texts. The same few times of day come again and again: each is read once."""
    known: dict[str, datetime] = {}
    starts, ends = [], []
    for row in packed.split(_BETWEEN_ROWS):
        first, last = row.split(_WITHIN_ROW)
        starts.append(minute_before(known.get(first) or known.setdefault(first, _instant(first))))
        ends.append(minute_after(known.get(last) or known.setdefault(last, _instant(last))))
    return starts, ends


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)

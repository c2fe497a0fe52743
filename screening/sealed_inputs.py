"""What a judgement was made from, as plain JSON to be sealed with its decision, and back.

The codec follows the types of the dataclasses, so that a field that the engine learns is kept without a word here, and
one that an older decision lacks has its default.
"""

import types
from collections.abc import Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from enum import Enum
from functools import cache
from typing import Any, Final, Union, get_args, get_origin, get_type_hints

from screening.domain.dated import DatedAnswers

FORMAT: Final = 1


@dataclass(frozen=True, slots=True)
class Inputs:
    """The sets of answers that were weighed, with the days and hours as they were then."""

    dateds: tuple[DatedAnswers, ...]
    today: date
    for_date: date
    hours_until: float


def to_json(inputs: Inputs) -> dict[str, Any]:
    return {"format": FORMAT, **_plain(inputs)}


def from_json(value: Mapping[str, Any]) -> Inputs:
    """Read sealed inputs back. Raises ValueError, TypeError or KeyError when they are damaged."""
    found: Inputs = _read(Inputs, value)
    return found


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset | set):
        return sorted(_plain(part) for part in value)
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    return value


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)


def _read(kind: Any, value: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        if value is None:
            return None
        return _read(next(part for part in parts if part is not type(None)), value)
    if origin in (tuple, frozenset):
        return origin(_read(parts[0], part) for part in value)
    if origin is not None and issubclass(origin, Mapping):
        return {_read(parts[0], key): _read(parts[1], part) for key, part in value.items()}
    if isinstance(kind, type) and is_dataclass(kind):
        hints = _hints(kind)
        return kind(**{name: _read(hints[name], value[name]) for name in hints if name in value})
    if kind is date:
        return date.fromisoformat(value)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(value)
    return value

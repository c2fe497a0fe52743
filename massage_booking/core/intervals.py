"""Spans of time: half-open pairs `(starts, ends)`, either of aware datetimes in UTC or of whole minutes.

A minute is an integer: minutes since 1970-01-01 00:00 UTC. Arithmetic on minutes knows no zones, no folds and no
gaps, and is several times faster than on datetimes. Two datetimes of one zone compare and subtract by the clock on
the wall, which lies twice a year: hence UTC here, always.
"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, TypeVar

MinuteSpan: TypeAlias = tuple[int, int]
TimeSpan: TypeAlias = tuple[datetime, datetime]

Moment = TypeVar("Moment", int, datetime)

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)


def minute_before(instant: datetime) -> int:
    """Return the last whole minute at or before an aware instant. Raises ValueError for a naive one."""
    return (_aware(instant) - _EPOCH) // _MINUTE


def minute_after(instant: datetime) -> int:
    """Return the first whole minute at or after an aware instant. Raises ValueError for a naive one."""
    return -((_EPOCH - _aware(instant)) // _MINUTE)


def instant_of(minute: int) -> datetime:
    """Return a minute as an aware datetime in UTC. Raises OverflowError outside the years 1 to 9999."""
    return _EPOCH + timedelta(minutes=minute)


def minutes_of(span: TimeSpan) -> MinuteSpan:
    """Return a busy span as minutes, rounded outwards: what is busy for a second is busy for its minute."""
    return minute_before(span[0]), minute_after(span[1])


def minutes_within(span: TimeSpan) -> MinuteSpan:
    """Return an open span as minutes, rounded inwards: only whole minutes are open."""
    return minute_after(span[0]), minute_before(span[1])


def overlaps(one: tuple[Moment, Moment], other: tuple[Moment, Moment]) -> bool:
    """Say whether two spans share a moment. Touching is not overlapping; an empty span overlaps nothing."""
    return max(one[0], other[0]) < min(one[1], other[1])


def merge(spans: Iterable[tuple[Moment, Moment]]) -> list[tuple[Moment, Moment]]:
    """Return the same time as sorted spans that neither overlap nor touch. Empty and reversed spans vanish."""
    merged: list[tuple[Moment, Moment]] = []
    for starts, ends in sorted(spans):
        if ends <= starts:
            continue
        if merged and starts <= merged[-1][1]:
            if ends > merged[-1][1]:
                merged[-1] = (merged[-1][0], ends)
        else:
            merged.append((starts, ends))
    return merged


def subtract(
    spans: Iterable[tuple[Moment, Moment]], cuts: Iterable[tuple[Moment, Moment]]
) -> list[tuple[Moment, Moment]]:
    """Return what is left of the spans outside the cuts, merged and sorted."""
    left: list[tuple[Moment, Moment]] = []
    holes = merge(cuts)
    position = 0
    for starts, ends in merge(spans):
        while position < len(holes) and holes[position][1] <= starts:
            position += 1
        begin = starts
        # One hole may reach over the end of this span into the next one: `position` stays on it.
        for hole in holes[position:]:
            if hole[0] >= ends:
                break
            if hole[0] > begin:
                left.append((begin, hole[0]))
            begin = hole[1]
        if begin < ends:
            left.append((begin, ends))
    return left


def clip(spans: Iterable[tuple[Moment, Moment]], starts: Moment, ends: Moment) -> list[tuple[Moment, Moment]]:
    """Return the parts of the spans inside `[starts, ends)`, in the order given; nothing is merged."""
    inside = ((max(span[0], starts), min(span[1], ends)) for span in spans)
    return [span for span in inside if span[0] < span[1]]


def covers(spans: Iterable[tuple[Moment, Moment]], starts: Moment, ends: Moment) -> bool:
    """Say whether the spans together hold the whole of `[starts, ends)`."""
    return any(span[0] <= starts and ends <= span[1] for span in merge(spans))


def _aware(instant: datetime) -> datetime:
    if instant.tzinfo is None:
        raise ValueError(f"{instant!r} names no zone: nobody knows which hour it means.")
    return instant

"""What pages do with starts: group, count, name and choose among them. Starts are sorted UTC minutes."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from heapq import merge as merge_sorted
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import DAY, date_numbered, shown_twice, wall_minutes


class PartOfDay(StrEnum):
    """Morning ends at 12:00 on the wall, afternoon at 17:00."""

    MORNING = "morning"
    AFTERNOON = "afternoon"
    EVENING = "evening"


_NOON = 12 * 60
_EVENING = 17 * 60


@dataclass(frozen=True, slots=True)
class LocalStart:
    """A start as a page shows it. With `twice`, the wall shows this time twice: name the offset beside it."""

    minute: int
    starts_at: datetime  # UTC
    local: datetime  # in the studio's zone, its fold set
    twice: bool


def local_starts(starts: Sequence[int], zone: ZoneInfo) -> list[LocalStart]:
    """Return the starts with their local times. Both showings of a repeated time stay, as two instants."""
    repeated = shown_twice(zone, starts[0], starts[-1] + 1) if starts else []
    shown = []
    for minute in starts:
        instant = instant_of(minute)
        twice = any(first <= minute < last for first, last in repeated)
        shown.append(LocalStart(minute, instant, instant.astimezone(zone), twice))
    return shown


def as_instants(starts: Iterable[int]) -> list[datetime]:
    """Return the starts as aware datetimes in UTC."""
    return [instant_of(minute) for minute in starts]


def union_by_start(starts_of: Mapping[int, Sequence[int]]) -> dict[int, list[int]]:
    """Return, for each start with anyone, who is free then: starts in order, therapists in the order given."""
    together: dict[int, list[int]] = {}
    for therapist_id, starts in starts_of.items():
        for start in starts:
            together.setdefault(start, []).append(therapist_id)
    return dict(sorted(together.items()))


def days_with_openings(starts: Sequence[int], zone: ZoneInfo) -> dict[date, int]:
    """Return how many starts each local date has; dates without any are left out."""
    counts = Counter(shown // DAY for shown in wall_minutes(starts, zone))
    return {date_numbered(number): counts[number] for number in sorted(counts)}


def on_date(starts: Sequence[int], day: date, zone: ZoneInfo) -> list[int]:
    """Return the starts of one local date."""
    shown = wall_minutes(starts, zone)
    return [minute for minute, wall in zip(starts, shown, strict=True) if date_numbered(wall // DAY) == day]


def split_parts_of_day(starts: Sequence[int], zone: ZoneInfo) -> dict[PartOfDay, list[int]]:
    """Return the starts of each part of the day on the wall; all three parts are there, empty or not."""
    parts: dict[PartOfDay, list[int]] = {part: [] for part in PartOfDay}
    for minute, wall in zip(starts, wall_minutes(starts, zone), strict=True):
        parts[part_of_day(wall)].append(minute)
    return parts


def part_of_day(wall_minute: int) -> PartOfDay:
    """Return the part of the day of a wall minute."""
    of_day = wall_minute % DAY
    if of_day < _NOON:
        return PartOfDay.MORNING
    return PartOfDay.AFTERNOON if of_day < _EVENING else PartOfDay.EVENING


def nearest(starts: Sequence[int], wanted: int, n: int = 3) -> list[int]:
    """Return the n starts nearest to a minute, in order of time. Of two equally near, the earlier one."""
    at = bisect_left(starts, wanted)
    around = starts[max(at - n, 0) : at + n]
    return sorted(sorted(around, key=lambda start: (abs(start - wanted), start))[:n])


def first(starts: Sequence[int]) -> int | None:
    """Return the earliest start, None when there is none."""
    return starts[0] if starts else None


def together(*lists: Sequence[int]) -> list[int]:
    """Return the starts of several lists as one, sorted, each once."""
    return list(dict.fromkeys(merge_sorted(*lists)))

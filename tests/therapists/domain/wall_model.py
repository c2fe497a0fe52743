"""Hours again, read off a wall clock minute by minute and slowly, so that anybody can see that it is right."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import DAY, wall_minute
from tests.core.odd_days import shown
from therapists.domain.hours import DatedBlock, WeeklyBlock
from therapists.domain.repeating import Repeat

clock_times = st.one_of(
    st.sampled_from([time(0), time(0, 30), time(1, 30), time(2), time(2, 15), time(3), time(23), time(23, 30)]),
    st.times().map(lambda moment: moment.replace(second=0, microsecond=0)),
)


@lru_cache(maxsize=200)
def latest_shown(zone: str, starts: int, ends: int) -> list[int]:
    """Return, for each minute, the latest wall time shown so far: a wall clock that never goes back."""
    tz = ZoneInfo(zone)
    latest = 0
    found = []
    for minute in range(starts - 3 * DAY, ends):
        latest = max(latest, wall_minute(shown(minute, tz)))
        found.append(latest)
    return found[3 * DAY :]


def days_around(starts: int, ends: int) -> Iterator[date]:
    """Yield every date that can matter to some minutes, in any zone."""
    first = instant_of(starts).date() - timedelta(days=3)
    yield from (first + timedelta(days=shift) for shift in range((ends - starts) // DAY + 7))


def minutes_shown(walls: list[int], starts: int, day: date, begins: time, stops: time) -> set[int]:
    """Return the minutes at which the wall has shown the start of a stretch of a day, and not yet its end."""
    first, last = (wall_minute(datetime.combine(day, moment)) for moment in (begins, stops))
    if stops <= begins:
        last += DAY
    return {starts + at for at, wall in enumerate(walls) if first <= wall < last}


def blocks_of(
    day: date, weekly: Iterable[WeeklyBlock], dated: Collection[DatedBlock], closed: Collection[date]
) -> list[tuple[time, time, int]]:
    """Return what begins on a day: by its date, else by its weekday, nothing on a holiday."""
    if any(block.day == day for block in dated):
        return [
            (block.starts, block.ends, block.location_id)
            for block in dated
            if block.day == day and block.starts is not None
        ]
    if day in closed:
        return []
    return [(block.starts, block.ends, block.location_id) for block in weekly if block.weekday == day.weekday()]


def worked(
    weekly: list[WeeklyBlock],
    zone: str,
    starts: int,
    ends: int,
    off: Collection[int] = (),
    *,
    dated: Collection[DatedBlock] = (),
    closed: Collection[date] = (),
) -> set[tuple[int, int]]:
    """Return (minute, location) worked."""
    walls = latest_shown(zone, starts, ends)
    found = {
        (minute, location_id)
        for day in days_around(starts, ends)
        for begins, stops, location_id in blocks_of(day, weekly, dated, closed)
        for minute in minutes_shown(walls, starts, day, begins, stops)
    }
    return {(minute, location_id) for minute, location_id in found if minute not in off}


def off_again(repeats: Iterable[Repeat], zone: str, starts: int, ends: int) -> set[int]:
    """Return the minutes of repeating time off: each day asked in turn, weeks counted one by one."""
    walls = latest_shown(zone, starts, ends)
    found: set[int] = set()
    for repeat in repeats:
        for day in days_around(starts, ends):
            if not is_its_day(repeat, day):
                continue
            begins, stops = repeat.starts or time(0), repeat.ends or time(0)
            found |= minutes_shown(walls, starts, day, begins, stops)
    return found


def is_its_day(repeat: Repeat, day: date) -> bool:
    """Walk from the Monday of the first week, one step of `every_weeks` at a time, until the day or past it."""
    if day < repeat.first or (repeat.last is not None and day > repeat.last):
        return False
    at = repeat.first - timedelta(days=repeat.first.weekday()) + timedelta(days=repeat.weekday)
    while at < day:
        at += timedelta(weeks=repeat.every_weeks)
    return at == day

"""Between the clock on the studio's wall and UTC: the one place that knows about clocks being put forward and back.

A *wall minute* counts minutes since 1970-01-01 00:00 as the wall shows them. The year of any zone is a handful of
*stretches* with one offset each; inside a stretch, wall = UTC + offset, and that is all the arithmetic there is.

When a wall time is *first shown*:
- a time shown once means that instant;
- a time that is skipped (clocks go forward) means the first instant that exists after the gap;
- a time that is shown twice (clocks go back) means the first of the two.
A later wall time is never first shown earlier. So neighbouring spans of wall time stay neighbours in UTC: nothing
between them is lost, and no instant belongs to both.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import MinuteSpan, instant_of, minute_before

DAY = 24 * 60
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
# No zone is further from UTC than 15 hours, and none ever skipped more than a day.
_MARGIN = 2 * DAY
# Since 1970 no zone has changed its offset twice within six days, nor will one by the rules known until 2087.
_LOOK_EVERY = 6 * DAY


class Stretch(NamedTuple):
    """The UTC minutes `[starts, ends)` during which a zone keeps one offset (minutes east of UTC)."""

    starts: int
    ends: int
    offset: int


def stretches(zone: ZoneInfo, starts: int, ends: int) -> list[Stretch]:
    """Cut the UTC minutes `[starts, ends)` where the zone's offset changes. Empty when `ends <= starts`."""
    if ends <= starts:
        return []
    found: list[Stretch] = []
    begin, offset = starts, offset_at(starts, zone)
    for year in range(instant_of(starts).year, instant_of(ends).year + 1):
        for minute, changed in _changes(zone, year):
            if begin < minute < ends:
                found.append(Stretch(begin, minute, offset))
                begin, offset = minute, changed
    found.append(Stretch(begin, ends, offset))
    return found


def offset_at(minute: int, zone: ZoneInfo) -> int:
    """Return the zone's offset at a UTC minute, in whole minutes east of UTC."""
    instant = instant_of(minute)
    return (instant.astimezone(zone).replace(tzinfo=UTC) - instant) // timedelta(minutes=1)


def wall_minute(wall: datetime) -> int:
    """Return a naive wall time as a wall minute, seconds dropped. Raises ValueError for an aware one."""
    if wall.tzinfo is not None:
        raise ValueError(f"{wall!r} is an instant, not a time on the wall.")
    return (wall.toordinal() - _EPOCH_ORDINAL) * DAY + wall.hour * 60 + wall.minute


def day_number(day: date) -> int:
    """Return the days since 1970-01-01; times 1440 it is the wall minute of that day's midnight."""
    return day.toordinal() - _EPOCH_ORDINAL


def date_numbered(number: int) -> date:
    return date.fromordinal(number + _EPOCH_ORDINAL)


def first_shown(wall: datetime, zone: ZoneInfo) -> int:
    """Return the UTC minute at which the wall first shows a naive wall time (see the top of this file)."""
    minute = wall_minute(wall)
    return first_shown_in(stretches(zone, minute - _MARGIN, minute + _MARGIN), minute)


def first_shown_in(pieces: Sequence[Stretch], wall: int) -> int:
    """Return the UTC minute of a wall minute, as `first_shown`.

    `pieces` must begin before it. Raises ValueError when they end before it.
    """
    for starts, ends, offset in pieces:
        instant = wall - offset
        if instant < ends:
            return instant if instant > starts else starts
    raise ValueError("The wall time lies beyond the stretches given.")


def stretches_around(zone: ZoneInfo, starts: int, ends: int) -> list[Stretch]:
    """Return stretches wide enough to place every wall time that is shown within `[starts, ends]`, and a day more."""
    return stretches(zone, starts - _MARGIN, ends + _MARGIN)


def wall_minutes(minutes: Sequence[int], zone: ZoneInfo) -> list[int]:
    """Return what the wall shows at each of some sorted UTC minutes."""
    if not minutes:
        return []
    pieces = iter(stretches(zone, minutes[0], minutes[-1] + 1))
    _, ends, offset = next(pieces)
    shown: list[int] = []
    for minute in minutes:
        while minute >= ends:
            _, ends, offset = next(pieces)
        shown.append(minute + offset)
    return shown


def shown_twice(zone: ZoneInfo, starts: int, ends: int) -> list[MinuteSpan]:
    """Return the UTC spans near `[starts, ends)` whose wall times come twice: both showings, sorted, not clipped."""
    spans: list[MinuteSpan] = []
    pieces = stretches_around(zone, starts, ends)
    for earlier, later in pairwise(pieces):
        back = earlier.offset - later.offset
        if back > 0:
            spans.append((later.starts - back, later.starts + back))
    return spans


def midnight(day: date, zone: ZoneInfo) -> int:
    """Return the UTC minute at which a local date begins; not always 00:00 on the wall."""
    return first_shown(datetime(day.year, day.month, day.day), zone)  # noqa: DTZ001 - a time on the wall


def local_date(minute: int, zone: ZoneInfo) -> date:
    """Return the date that the studio's calendar shows at a UTC minute."""
    return instant_of(minute).astimezone(zone).date()


@lru_cache(maxsize=512)
def _changes(zone: ZoneInfo, year: int) -> tuple[tuple[int, int], ...]:
    """Return (UTC minute, offset from then on) for each change after a UTC year's first minute, up to its end."""
    found: list[tuple[int, int]] = []
    minute = minute_before(datetime(year, 1, 1, tzinfo=UTC))
    last = minute_before(datetime(year + 1, 1, 1, tzinfo=UTC))
    offset = offset_at(minute, zone)
    while minute < last:
        ahead = min(minute + _LOOK_EVERY, last)
        changed = offset_at(ahead, zone)
        if changed != offset:
            found.append((_change_between(zone, minute, ahead, changed), changed))
            offset = changed
        minute = ahead
    return tuple(found)


def _change_between(zone: ZoneInfo, before: int, after: int, offset: int) -> int:
    """Return the first minute in `(before, after]` at which the zone has the given offset, by halving."""
    while after - before > 1:
        middle = (before + after) // 2
        if offset_at(middle, zone) == offset:
            after = middle
        else:
            before = middle
    return after

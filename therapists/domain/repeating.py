"""Time off that comes back every so many weeks, from the wall to UTC minutes."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import MinuteSpan
from massage_booking.core.walltime import DAY, date_numbered, first_shown_in, stretches_around

MOST_WEEKS = 8


@dataclass(frozen=True, slots=True)
class Repeat:
    """Off every `every_weeks` weeks on a weekday (Monday is 0), counted from the week of `first`, up to `last`.

    Without times the whole day; `ends <= starts` runs past midnight.
    """

    weekday: int
    starts: time | None
    ends: time | None
    every_weeks: int
    first: date
    last: date | None = None

    def is_on(self, day: date) -> bool:
        """Say whether it begins on a date."""
        if day.weekday() != self.weekday or day < self.first or (self.last is not None and day > self.last):
            return False
        weeks = (day.toordinal() - day.weekday() - self.first.toordinal() + self.first.weekday()) // 7
        return weeks % self.every_weeks == 0

    @property
    def minutes(self) -> MinuteSpan:
        """Return start and end as minutes after the midnight that begins the day; the end may pass 1440."""
        if self.starts is None or self.ends is None:
            return 0, DAY
        starts = self.starts.hour * 60 + self.starts.minute
        ends = self.ends.hour * 60 + self.ends.minute
        return starts, ends if ends > starts else ends + DAY


def off_between(repeats: Iterable[Repeat], starts: int, ends: int, zone: ZoneInfo) -> list[MinuteSpan]:
    """Return the stretches of repeating time off that touch the UTC minutes `[starts, ends)`, sorted, not merged.

    A stretch begins and ends when the wall first shows its times, as hours do (`therapists.domain.hours`).
    """
    found: list[MinuteSpan] = []
    # A day early for stretches past midnight, and one more on either side because offsets reach 14 hours.
    first, beyond = starts // DAY - 2, ends // DAY + 2
    pieces = stretches_around(zone, first * DAY, beyond * DAY)
    for repeat in repeats:
        begins, stops = repeat.minutes
        # The weekday of day 0, 1970-01-01, was a Thursday.
        for number in range(first + (repeat.weekday - 3 - first) % 7, beyond, 7):
            if repeat.is_on(date_numbered(number)):
                wall = number * DAY
                span = first_shown_in(pieces, wall + begins), first_shown_in(pieces, wall + stops)
                if span[0] < span[1] and span[0] < ends and span[1] > starts:
                    found.append(span)
    return sorted(found)


def next_dates(repeat: Repeat, from_day: date, count: int = 3) -> list[date]:
    """Return the next dates on which it begins, `from_day` included; fewer where it ends before."""
    day = max(from_day, repeat.first)
    day += timedelta(days=(repeat.weekday - day.weekday()) % 7)
    found: list[date] = []
    while len(found) < count and (repeat.last is None or day <= repeat.last):
        if repeat.is_on(day):
            found.append(day)
        day += timedelta(days=7)
    return found

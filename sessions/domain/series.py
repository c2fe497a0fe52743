"""A series: the same wall time every so many days, and the nearest opening where a date cannot be had.

Dates are dates on the studio's wall: ten o'clock stays ten o'clock when the clocks change.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.walltime import DAY, date_numbered, day_number, first_shown, wall_minutes

FEWEST: Final = 2
MOST: Final = 12
USUAL: Final = 6
# A start within two hours of the wished one is the same time of day.
SAME_TIME: Final = 120
# How far a date may wander for a replacement, however long the interval is.
MOST_REACH: Final = 10


class State(StrEnum):
    """How a date of a series stands."""

    FITS = "fits"  # as wished
    MOVED = "moved"  # the nearest opening instead
    CHOSEN = "chosen"  # what the person chose instead
    OUT = "out"  # left out by the person
    TOO_FAR = "too_far"  # further ahead than the studio plans
    NONE = "none"  # nothing near fits


HAS_TIME: Final = (State.FITS, State.MOVED, State.CHOSEN)


@dataclass(frozen=True, slots=True)
class Wanted:
    """A date and a minute of its day, as the wall shows them."""

    day: date
    of_day: int

    @property
    def wall(self) -> datetime:
        return datetime.combine(self.day, time(*divmod(self.of_day, 60)))

    def minute(self, zone: ZoneInfo) -> int:
        """Return the UTC minute at which the wall shows it; a time that is skipped is the first one after the gap."""
        return first_shown(self.wall, zone)

    def shifted(self, wall_minutes: int) -> "Wanted":
        """Return the same so many minutes later on the wall."""
        number, of_day = divmod(day_number(self.day) * DAY + self.of_day + wall_minutes, DAY)
        return Wanted(date_numbered(number), of_day)

    def until(self, other: "Wanted") -> int:
        """Return the wall minutes from this to another."""
        return (other.day - self.day).days * DAY + other.of_day - self.of_day


@dataclass(frozen=True, slots=True)
class Start:
    """An opening: its UTC minute, what the wall shows then, and whether it is with the therapist asked for."""

    minute: int
    day: date
    of_day: int
    asked: bool = True


@dataclass(frozen=True, slots=True)
class Spacing:
    """How far apart the dates of a series lie, and how far one may wander.

    Two neighbours are never closer than half the interval, rounded up, as far as the software chooses.
    """

    interval_days: int

    @property
    def gap(self) -> int:
        return (self.interval_days + 1) // 2

    @property
    def reach(self) -> int:
        return min(self.interval_days - self.gap, MOST_REACH)


@dataclass(frozen=True, slots=True)
class Proposal:
    """One date of a series: what was wished, and what it is to be."""

    wanted: Wanted
    state: State
    start: Start | None = None
    # The days among which another time may be chosen, both included; the last may lie before the first.
    first: date = date.min
    last: date = date.min


def wanted_dates(*, first: date, interval_days: int, count: int, of_day: int) -> list[Wanted]:
    """Return the wished dates, one every so many days. The same wall time on each of them."""
    return [Wanted(first + timedelta(days=interval_days * number), of_day) for number in range(count)]


def on_weekday(begin: date, weekday: int | None) -> date:
    """Return the first date from `begin` on that is a weekday; `begin` itself where any will do."""
    return begin if weekday is None else begin + timedelta(days=(weekday - begin.weekday()) % 7)


def starts_of(minutes: Sequence[int], zone: ZoneInfo, *, asked: bool = True) -> list[Start]:
    """Return sorted UTC minutes as starts."""
    return [
        Start(minute, date_numbered(wall // DAY), wall % DAY, asked)
        for minute, wall in zip(minutes, wall_minutes(minutes, zone), strict=True)
    ]


class Calendar:
    """The starts that can be had, by date; dates that the client may not come on are asked about once, and left out."""

    def __init__(self, starts: Sequence[Start], may: Callable[[date], bool]) -> None:
        self._starts = sorted(starts, key=lambda start: (start.day, start.minute, not start.asked))
        self._days = [start.day for start in self._starts]
        self._may = may
        self._known: dict[date, bool] = {}

    def may(self, day: date) -> bool:
        if day not in self._known:
            self._known[day] = self._may(day)
        return self._known[day]

    def between(self, first: date, last: date) -> list[Start]:
        """Return the starts of some dates, both included, in order of time."""
        found = self._starts[bisect_left(self._days, first) : bisect_right(self._days, last)] if first <= last else []
        return [start for start in found if self.may(start.day)]

    def at(self, day: date, minute: int) -> Start | None:
        """Return the start at an instant of a date, with the therapist asked for if possible."""
        return next((start for start in self.between(day, day) if start.minute == minute), None)


def rank(start: Start, wanted: Wanted) -> tuple[int, ...]:
    """Return what is compared: the therapist asked for, then the time of day, then the nearer date, then the minute."""
    apart = abs(start.of_day - wanted.of_day)
    away = abs((start.day - wanted.day).days)
    return (int(not start.asked), int(apart > SAME_TIME), away, apart, start.minute)


def propose(
    wanted: Sequence[Wanted],
    *,
    calendars: Sequence[Calendar],
    spacing: Spacing,
    zone: ZoneInfo,
    last_day: date,
    chosen: Mapping[int, Start | None] | None = None,
) -> list[Proposal]:
    """Return a proposal for each wished date, in order. `calendars` has one for each, mostly the same.

    `chosen` holds, by place in the list, what a person has chosen, or None for a date that is left out. Everything
    else is proposed: as wished where that can be had, else the nearest start within reach. Dates stay in order, no
    two on one day, none after `last_day`; what the software chooses is at least `spacing.gap` from its neighbours.
    """
    chosen = chosen or {}
    ahead = _days_ahead(wanted, chosen, last_day)
    proposals: list[Proposal] = []
    before: date | None = None
    for place, wish in enumerate(wanted):
        after = ahead[place]
        first = max(wish.day - timedelta(days=spacing.reach), _later(before, spacing.gap))
        last = min(wish.day + timedelta(days=spacing.reach), last_day, _earlier(after, spacing.gap))
        state, start = _settle(place, wish, chosen, calendars[place], (first, last), (before, after), zone, last_day)
        proposals.append(Proposal(wish, state, start, first, last))
        if start is not None:
            before = start.day
    return proposals


def _later(day: date | None, days: int) -> date:
    return day + timedelta(days=days) if day is not None else date.min


def _earlier(day: date | None, days: int) -> date:
    return day - timedelta(days=days) if day is not None else date.max


def _days_ahead(wanted: Sequence[Wanted], chosen: Mapping[int, Start | None], last_day: date) -> list[date | None]:
    """Return, for each place, the date of the next one that counts: chosen, else wished; None after the last."""
    ahead: list[date | None] = []
    following: date | None = None
    for place in range(len(wanted) - 1, -1, -1):
        ahead.append(following)
        if place not in chosen:
            following = wanted[place].day if wanted[place].day <= last_day else following
        elif (start := chosen[place]) is not None:
            following = start.day
    return ahead[::-1]


def _settle(
    place: int,
    wish: Wanted,
    chosen: Mapping[int, Start | None],
    calendar: Calendar,
    within: tuple[date, date],
    neighbours: tuple[date | None, date | None],
    zone: ZoneInfo,
    last_day: date,
) -> tuple[State, Start | None]:
    """Return how one date stands, and its start if it has one."""
    if place in chosen and chosen[place] is None:
        return State.OUT, None
    exact = wish.minute(zone)
    start = chosen.get(place)
    if start is not None and start.day <= last_day and _is_between(start.day, neighbours):
        return State.FITS if start.minute == exact and start.asked else State.CHOSEN, start
    if wish.day > last_day:
        return State.TOO_FAR, None
    start = calendar.at(wish.day, exact)
    if start is not None and start.asked and _is_between(wish.day, neighbours):
        return State.FITS, start
    found = min(calendar.between(*within), key=lambda start: rank(start, wish), default=None)
    return (State.MOVED, found) if found is not None else (State.NONE, None)


def _is_between(day: date, neighbours: tuple[date | None, date | None]) -> bool:
    before, after = neighbours
    return (before is None or before < day) and (after is None or day < after)


def nearest(proposal: Proposal, calendar: Calendar, *, most: int = 5) -> list[Start]:
    """Return other starts for a date, one of each of the nearest dates, in order of time."""
    others = [start for start in calendar.between(proposal.first, proposal.last) if start != proposal.start]
    best: dict[date, Start] = {}
    for start in sorted(others, key=lambda start: rank(start, proposal.wanted)):
        best.setdefault(start.day, start)
    return sorted(list(best.values())[:most], key=lambda start: start.minute)


def around(proposal: Proposal, calendar: Calendar) -> list[Start]:
    """Return all starts of a date, and of the nearest date with any before and after it."""
    day = proposal.start.day if proposal.start is not None else proposal.wanted.day
    found = calendar.between(proposal.first, proposal.last)
    days = sorted({start.day for start in found})
    shown = {day, *[one for one in days if one < day][-1:], *[one for one in days if one > day][:1]}
    return [start for start in found if start.day in shown]

"""From weekly hours on the wall to instants, and whether such hours contradict each other.

A block begins when the wall first shows its start and ends when the wall first shows its end
(`massage_booking.core.walltime`). On the two odd days of a year that means: a start or end that is skipped becomes
the first instant that exists; of one that is shown twice, the first showing counts. Each block stays one unbroken
span, neighbouring blocks stay neighbours, and the repeated hour belongs to whoever works when it first ends.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import MinuteSpan, TimeSpan, instant_of, minutes_of, overlaps, subtract
from massage_booking.core.walltime import DAY, Stretch, day_number, first_shown_in, midnight, stretches_around

WEEK = 7 * DAY
WEEKDAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
# Day 0, 1970-01-01, was a Thursday.
_WEEKDAY_OF_DAY_0 = 3
_NO_WEEK: Sequence[Sequence[MinuteSpan]] = ((),) * 7


@dataclass(frozen=True, slots=True)
class WeeklyBlock:
    """Work from `starts` to `ends` on the wall, every `weekday` (Monday is 0), at one location.

    `ends <= starts` runs past midnight: 22:00 to 02:00 is four hours, 00:00 to 00:00 the whole day.
    """

    weekday: int
    starts: time
    ends: time
    location_id: int

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError(f"There is no weekday {self.weekday}.")

    @property
    def minutes(self) -> MinuteSpan:
        """Return start and end as minutes after the midnight that begins the weekday; the end may pass 1440."""
        return _wall_span(self.starts, self.ends)


class DatedBlock(NamedTuple):
    """Work on one date instead of what the weekday says. Without times and location: no work that day."""

    day: date
    starts: time | None = None
    ends: time | None = None
    location_id: int | None = None


class OpenSpan(NamedTuple):
    """UTC minutes `[starts, ends)` in which a therapist works at a location."""

    starts: int
    ends: int
    location_id: int


class OpenTime(NamedTuple):
    """The same as datetimes in UTC."""

    starts_at: datetime
    ends_at: datetime
    location_id: int


def open_between(
    blocks: Iterable[WeeklyBlock],
    starts: int,
    ends: int,
    zone: ZoneInfo,
    time_off: Iterable[MinuteSpan] = (),
    *,
    dated: Iterable[DatedBlock] = (),
    closed: Collection[int] = (),
) -> list[OpenSpan]:
    """Return when a therapist works within the UTC minutes `[starts, ends)`, sorted, time off taken out.

    Spans of one location neither overlap nor touch. Blocks that began on an earlier day are included. Blocks of a date
    in `dated` stand for all that the weekday says; `closed` are numbers of days without work, such as public holidays
    (`massage_booking.core.walltime.day_number`), unless `dated` knows the day.
    """
    holes = list(time_off)
    found: list[OpenSpan] = []
    on_dates, instead = _by_date(dated, closed)
    weeks = _by_location(blocks)
    for location_id in weeks.keys() | on_dates.keys():
        weekly = weeks.get(location_id, _NO_WEEK)
        spans = _on_the_wall(weekly, starts, ends, zone, on_dates.get(location_id, {}), instead)
        if holes:
            spans = subtract(spans, holes)
        found += [OpenSpan(opens, closes, location_id) for opens, closes in spans]
    found.sort()
    return found


def _by_location(blocks: Iterable[WeeklyBlock]) -> dict[int, list[list[MinuteSpan]]]:
    """Return, for each location, the minutes of the blocks that begin on each weekday, by start."""
    found: dict[int, list[list[MinuteSpan]]] = {}
    for block in blocks:
        found.setdefault(block.location_id, [[] for _ in range(7)])[block.weekday].append(block.minutes)
    for weekly in found.values():
        for spans in weekly:
            spans.sort()
    return found


def _by_date(
    dated: Iterable[DatedBlock], closed: Collection[int]
) -> tuple[dict[int, dict[int, list[MinuteSpan]]], set[int]]:
    """Return, for each location, the minutes of the blocks of each date by its number; and which dates go by dates."""
    found: dict[int, dict[int, list[MinuteSpan]]] = {}
    instead = set(closed)
    for day, begins, stops, location_id in dated:
        number = day_number(day)
        instead.add(number)
        if begins is not None and stops is not None and location_id is not None:
            found.setdefault(location_id, {}).setdefault(number, []).append(_wall_span(begins, stops))
    for days in found.values():
        for spans in days.values():
            spans.sort()
    return found, instead


def _on_the_wall(
    weekly: Sequence[Sequence[MinuteSpan]],
    starts: int,
    ends: int,
    zone: ZoneInfo,
    on_dates: Mapping[int, Sequence[MinuteSpan]],
    instead: Collection[int],
) -> list[MinuteSpan]:
    """Return the blocks of one location within `[starts, ends)` as UTC minutes, sorted and merged.

    Wall times are first shown in their order, so that spans come sorted and only the last one can be touched.
    """
    spans: list[MinuteSpan] = []
    until = starts
    # A day early for blocks past midnight, and one more on either side because offsets reach 14 hours.
    pieces, days = _days(zone, starts // DAY - 2, ends // DAY + 2)
    for weekday, wall, offset in days:
        blocks = on_dates.get(wall // DAY, ()) if instead and wall // DAY in instead else weekly[weekday]
        for begins, stops in blocks:
            if offset is None:
                opens, closes = first_shown_in(pieces, wall + begins), first_shown_in(pieces, wall + stops)
            else:
                opens, closes = wall + begins - offset, wall + stops - offset
            if closes > ends:
                closes = ends
            if closes <= until or closes <= opens:
                continue
            if opens > until or not spans:
                spans.append((opens if opens > starts else starts, closes))
            else:
                spans[-1] = (spans[-1][0], closes)
            until = closes
    return spans


class _Day(NamedTuple):
    """A date: its weekday, its midnight as wall minute, and its offset if that holds until the day after it ends."""

    weekday: int
    wall: int
    offset: int | None


@lru_cache(maxsize=64)
def _days(zone: ZoneInfo, first: int, beyond: int) -> tuple[list[Stretch], list[_Day]]:
    """Return the zone's stretches around the days numbered `[first, beyond)`, and these days.

    All therapists of a studio ask for the same days, one after the other.
    """
    pieces = stretches_around(zone, first * DAY, beyond * DAY)
    days = []
    for number in range(first, beyond):
        wall = number * DAY
        begins, ends = first_shown_in(pieces, wall), first_shown_in(pieces, wall + 2 * DAY)
        offset = wall - begins if ends - begins == 2 * DAY else None
        days.append(_Day((number + _WEEKDAY_OF_DAY_0) % 7, wall, offset))
    return pieces, days


def open_on_dates(
    blocks: Iterable[WeeklyBlock], first: date, last: date, zone: ZoneInfo, time_off: Iterable[TimeSpan] = ()
) -> list[OpenTime]:
    """Return when a therapist works on the local dates `first` to `last`, both included, as datetimes in UTC.

    What runs past the last midnight is cut there; what ran past the midnight before `first` is kept from there.
    """
    spans = open_between(
        blocks,
        midnight(first, zone),
        midnight(last + timedelta(days=1), zone),
        zone,
        [minutes_of(span) for span in time_off],
    )
    return [OpenTime(instant_of(span.starts), instant_of(span.ends), span.location_id) for span in spans]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two blocks of one therapist that share time: from `starts` to `ends` on `weekday` (past midnight if earlier)."""

    first: WeeklyBlock
    second: WeeklyBlock
    weekday: int
    starts: time
    ends: time

    def __str__(self) -> str:
        return (
            f"{_in_words(self.first)} and {_in_words(self.second)} overlap"
            f" on {WEEKDAY_NAMES[self.weekday]} from {self.starts:%H:%M} to {self.ends:%H:%M}."
        )


def conflicts(blocks: Sequence[WeeklyBlock]) -> list[Conflict]:
    """Return each pair of blocks that overlap, past midnight and from Sunday into Monday too.

    Pairs come in the order given, each once, with the first stretch they share. Touching blocks are fine.
    """
    found: list[Conflict] = []
    for index, block in enumerate(blocks):
        for other in blocks[index + 1 :]:
            shared = _shared(block, other)
            if shared is not None:
                starts, ends = shared
                found.append(Conflict(block, other, starts // DAY % 7, _clock(starts), _clock(ends)))
    return found


def _shared(block: WeeklyBlock, other: WeeklyBlock) -> MinuteSpan | None:
    """Return the first minutes of a week that both blocks hold."""
    one = _in_week(block)
    # A week is a ring: the same block a week earlier or later is the same block.
    for shift in (0, WEEK, -WEEK):
        two = _in_week(other, shift)
        if overlaps(one, two):
            return max(one[0], two[0]), min(one[1], two[1])
    return None


def _in_week(block: WeeklyBlock, shift: int = 0) -> MinuteSpan:
    starts, ends = block.minutes
    return block.weekday * DAY + starts + shift, block.weekday * DAY + ends + shift


def _wall_span(starts: time, ends: time) -> MinuteSpan:
    """Return two times of a day as minutes after its midnight; an end that is not later is on the next day."""
    begins, stops = starts.hour * 60 + starts.minute, ends.hour * 60 + ends.minute
    return begins, stops if stops > begins else stops + DAY


def _clock(minute: int) -> time:
    return time(minute // 60 % 24, minute % 60)


def _in_words(block: WeeklyBlock) -> str:
    return f"{WEEKDAY_NAMES[block.weekday]} {block.starts:%H:%M}–{block.ends:%H:%M}"

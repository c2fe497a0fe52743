"""A day on a therapist's page: where hours, sessions and breaks of one local date stand, in rows of five minutes.

All minutes are UTC minutes, so that a row is five minutes of real time on every day, the 23- and 25-hour ones too;
only the marks at the side speak the clock on the wall.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import MinuteSpan, clip, instant_of, subtract
from massage_booking.core.walltime import first_shown, midnight, offset_at, shown_twice, stretches

ROW: Final = 5
HOUR: Final = 60
# What a day shows even when nobody works: 8:00 to 18:00 on the wall.
USUAL: Final = (time(8), time(18))
# The longest day has 25 hours.
MOST_ROWS: Final = 25 * HOUR // ROW


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something stands: its first row, counted from 1, and over how many rows."""

    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class HourMark:
    """A full hour on the wall. `twice`: the wall shows it twice that day, so that the page names the offset."""

    row: int
    at: datetime  # UTC
    twice: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The shown part of a day, `[starts, ends)`."""

    starts: int
    ends: int

    @property
    def span(self) -> MinuteSpan:
        return self.starts, self.ends

    @property
    def rows(self) -> int:
        return -(-(self.ends - self.starts) // ROW)

    def spot(self, starts: int, ends: int) -> Spot | None:
        """Return where a span stands, rounded outwards to rows; None when it lies outside."""
        inside = clip([(starts, ends)], *self.span)
        if not inside:
            return None
        begin, stop = inside[0]
        first = (begin - self.starts) // ROW
        last = -(-(stop - self.starts) // ROW)
        return Spot(first + 1, last - first)

    def row_at(self, minute: int) -> int | None:
        """Return the row of a minute, None when it is not shown."""
        return (minute - self.starts) // ROW + 1 if self.starts <= minute < self.ends else None


def whole_day(day: date, zone: ZoneInfo) -> MinuteSpan:
    """Return the minutes of a local date, from midnight to midnight."""
    return midnight(day, zone), midnight(day + timedelta(days=1), zone)


def grid_of(day: date, zone: ZoneInfo, spans: Iterable[MinuteSpan]) -> Grid:
    """Return the part of a day to show: the usual hours, widened to whole hours around everything of that day."""
    begins, ends = whole_day(day, zone)
    opens, closes = (first_shown(datetime.combine(day, hour), zone) for hour in USUAL)
    inside = clip(spans, begins, ends)
    first = min([opens, *(span[0] for span in inside)])
    last = max([closes, *(span[1] for span in inside)])
    first -= (first + offset_at(first, zone)) % HOUR
    last += -(last + offset_at(last, zone)) % HOUR
    return Grid(max(first, begins), min(last, ends))


def hour_marks(grid: Grid, zone: ZoneInfo) -> list[HourMark]:
    """Return the full hours on the wall within the grid."""
    repeated = shown_twice(zone, *grid.span)
    marks = []
    for piece in stretches(zone, *grid.span):
        begins = piece.starts + -(piece.starts + piece.offset) % HOUR
        for minute in range(begins, piece.ends, HOUR):
            twice = any(first <= minute < last for first, last in repeated)
            marks.append(HourMark((minute - grid.starts) // ROW + 1, instant_of(minute), twice))
    return marks


def gaps(within: MinuteSpan, spans: Sequence[MinuteSpan]) -> list[MinuteSpan]:
    """Return what of a stretch no span covers."""
    return subtract([within], spans)


def is_break(gap: MinuteSpan, worked: Sequence[MinuteSpan]) -> bool:
    """Say whether work goes on both before and after a gap of the same day."""
    return any(span[1] <= gap[0] for span in worked) and any(span[0] >= gap[1] for span in worked)

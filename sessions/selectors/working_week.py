"""When a therapist does not work, over some days: what lies behind the sessions of a week."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from massage_booking.core.intervals import clip, instant_of
from massage_booking.studio.models import Studio
from sessions.domain import day_grid
from sessions.domain.day_grid import Grid
from sessions.selectors.day import off_slots
from sessions.selectors.working_time import NOT_WORKING, working_time
from therapists.models import Therapist


@dataclass(frozen=True)
class Off:
    """A stretch of a week without work: a break, time off, or not working."""

    starts_at: datetime
    ends_at: datetime
    words: str


@dataclass(frozen=True)
class WorkingWeek:
    """What of some days is no working time, and between which hours on the wall (0 to 24) work lies at all."""

    off: list[Off]
    opens: int | None
    closes: int | None


def working_week(*, therapist: Therapist, first: date, days: int, studio: Studio) -> WorkingWeek:
    """Return when a therapist does not work on some days. Five queries."""
    dates = [first + timedelta(days=number) for number in range(days)]
    whole = day_grid.whole_day(first, studio.tz)[0], day_grid.whole_day(dates[-1], studio.tz)[1]
    working = working_time(therapist=therapist, span=whole, studio=studio)
    worked = working.worked
    found = []
    for day in dates:
        grid = Grid(*day_grid.whole_day(day, studio.tz))
        own = clip(worked, *grid.span)
        idle = working.idle.get(day, NOT_WORKING)
        slots = off_slots(grid, own, working.absences, idle)
        found += [Off(slot.starts_at, slot.ends_at, slot.words) for slot in slots]
    edges = [(instant_of(begins), instant_of(ends)) for begins, ends in worked]
    opens = [begins.astimezone(studio.tz).hour for begins, _ in edges]
    closes = [_hour_after(ends.astimezone(studio.tz)) for _, ends in edges]
    return WorkingWeek(found, min(opens, default=None), max(closes, default=None))


def _hour_after(wall: datetime) -> int:
    return 24 if (wall.hour, wall.minute) == (0, 0) else wall.hour + (wall.minute > 0)

"""Who waits for which times, how long one is kept for them, and when enough letters went unanswered."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from sessions.domain import reminders
from sessions.domain.starts import LocalStart, local_starts

# Nobody waits further ahead than this, nor for more than so many things at once.
MOST_DAYS: Final = 60
MOST_ACTIVE: Final = 3
# A time that is gone before a letter is read helps nobody.
SHORTEST_KEEPING: Final = timedelta(minutes=30)
# Whoever lets so many go by without a word does not wait any more; others do.
MOST_LAPSED: Final = 3


@dataclass(frozen=True, slots=True)
class Window:
    """Local dates, weekdays (0 is Monday) and times of the wall at which a session may start, all ends included."""

    first: date
    last: date
    weekdays: frozenset[int]
    earliest: time | None = None
    latest: time | None = None

    def holds(self, local: datetime) -> bool:
        """Say whether a start, as the wall shows it, is one that is waited for."""
        shown = local.time().replace(tzinfo=None)
        return (
            self.first <= local.date() <= self.last
            and local.weekday() in self.weekdays
            and (self.earliest is None or self.earliest <= shown)
            and (self.latest is None or shown <= self.latest)
        )

    def is_over(self, today: date) -> bool:
        return self.last < today


def fitting(starts: Sequence[int], window: Window, zone: ZoneInfo) -> Iterable[LocalStart]:
    """Return the starts (UTC minutes) inside a window, in order of time."""
    return (local for local in local_starts(starts, zone) if window.holds(local.local))


def kept_until(now: datetime, starts_at: datetime, *, hours: int, notice_minutes: int) -> datetime | None:
    """Return until when an offer is kept: some hours, never into the studio's notice; None when that is too short."""
    until = min(now + timedelta(hours=hours), starts_at - timedelta(minutes=notice_minutes))
    return until if until - now >= SHORTEST_KEEPING else None


def is_quiet(now: datetime, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> bool:
    """Say whether nobody is written to now."""
    return reminders.out_of_quiet_hours(now, quiet_from, quiet_until, zone) > now

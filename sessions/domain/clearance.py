"""How long a time is kept for a document that is still to come. Instants are aware datetimes, hours elapsed ones."""

from datetime import datetime, timedelta
from typing import Final

# Less than this is no time to get hold of anybody.
LEAST_TIME: Final = timedelta(hours=4)
# How long before its end the keeping is reminded of.
REMIND_BEFORE: Final = timedelta(days=1)
# How long before its end a cover is spoken of.
WARN_DAYS: Final = 14


def latest(starts_at: datetime, *, hours: int) -> datetime:
    """Return until when at the longest a time is kept, so that somebody else can still have it."""
    return starts_at - timedelta(hours=hours)


def kept_until(starts_at: datetime, now: datetime, *, days: int, hours: int) -> datetime | None:
    """Return until when a time that is taken, or moved to, now is kept; None when that leaves too little time."""
    until = min(now + timedelta(days=days), latest(starts_at, hours=hours))
    return until if until - now >= LEAST_TIME else None


def first_start(now: datetime, *, hours: int) -> datetime:
    """Return the first start that leaves time enough."""
    return now + LEAST_TIME + timedelta(hours=hours)


def remind_at(until: datetime, now: datetime) -> datetime | None:
    """Return when to remind of the end of the keeping; None when that is over already."""
    at = until - REMIND_BEFORE
    return at if at > now else None

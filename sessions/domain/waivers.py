"""Who falls ill and says so pays nothing, so many times in a year: counted, so that it stays a kindness to the ill."""

from datetime import datetime, timedelta
from typing import Final

WITHIN: Final = timedelta(days=365)


def counted_from(now: datetime) -> datetime:
    """Return the instant after which a waiver still counts."""
    return now - WITHIN


def may_waive(used: int, limit: int) -> bool:
    """Say whether one more late change may cost nothing; a limit of 0 means that none may."""
    return used < limit

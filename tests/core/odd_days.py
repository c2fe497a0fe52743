"""Zones with odd days, and when they come: read from zoneinfo alone, quarter by quarter of an hour."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import instant_of, minute_before

# Half-hour changes, 45-minute offsets, changes at midnight, two-hour changes, no change at all.
ODD_ZONES = (
    "Australia/Lord_Howe",
    "Pacific/Chatham",
    "Africa/Cairo",
    "Asia/Beirut",
    "America/Havana",
    "America/Santiago",
    "Europe/Dublin",
    "America/New_York",
    "America/St_Johns",
    "America/Nuuk",
    "Asia/Gaza",
    "Africa/Casablanca",
    "Atlantic/Azores",
    "Antarctica/Troll",
    "Australia/Adelaide",
    "Asia/Kathmandu",
    "UTC",
)


def shown(minute: int, zone: ZoneInfo) -> datetime:
    """Return what the wall shows at a UTC minute, naive."""
    return instant_of(minute).astimezone(zone).replace(tzinfo=None, fold=0)


@lru_cache
def changes(name: str, first_year: int = 2026, beyond_year: int = 2028) -> tuple[int, ...]:
    """Return the UTC minutes at which a zone's offset changes; where it never does, one ordinary midnight."""
    zone = ZoneInfo(name)
    first, last = (minute_before(datetime(year, 1, 1, tzinfo=UTC)) for year in (first_year, beyond_year))
    found = []
    for day in range(first, last, 1440):
        if offset(day, zone) != offset(day + 1440, zone):
            quarters = range(day, day + 1440, 15)
            found += [quarter + 15 for quarter in quarters if offset(quarter, zone) != offset(quarter + 15, zone)]
    return tuple(found) or (minute_before(datetime(first_year, 6, 1, tzinfo=UTC)),)


def offset(minute: int, zone: ZoneInfo) -> timedelta:
    return instant_of(minute).astimezone(zone).utcoffset() or timedelta()

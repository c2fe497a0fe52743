"""Public holidays of the studio's country, from the `holidays` library; none where no country is set."""

from datetime import date
from functools import lru_cache

import holidays

from massage_booking.studio.models import Studio


def names(*, studio: Studio, first: date, last: date) -> dict[date, str]:
    """Return the public holidays from `first` to `last`, both included, with their names in English where known."""
    found: dict[date, str] = {}
    for year in range(first.year, last.year + 1):
        for day, name in _of_year(studio.holiday_country, studio.holiday_region, year):
            if first <= day <= last:
                found[day] = name
    return found


@lru_cache(maxsize=64)
def _of_year(country: str, region: str, year: int) -> tuple[tuple[date, str], ...]:
    if not country:
        return ()
    try:
        known = holidays.country_holidays(country, subdiv=region or None, years=year, language="en_US")
    except (NotImplementedError, KeyError):
        # A country or region that the library does not know (any more): no day is closed by mistake.
        return ()
    return tuple(sorted(known.items()))


def is_known(country: str, region: str) -> bool:
    """Say whether the library knows a country and, if one is given, its region."""
    supported = holidays.list_supported_countries(include_aliases=True)
    return country in supported and (not region or region in supported[country])

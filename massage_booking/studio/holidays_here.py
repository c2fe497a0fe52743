"""Public holidays of the studio's country, from the `holidays` library; none where no country is set."""

import re
from datetime import date
from functools import lru_cache

import holidays
from holidays import registry

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


def ahead(*, studio: Studio, today: date, count: int = 6) -> list[tuple[date, str]]:
    """Return the next public holidays, today's included; none where no country is set."""
    found = names(studio=studio, first=today, last=date(today.year + 1, 12, 31))
    return sorted(found.items())[:count]


@lru_cache(maxsize=1)
def countries() -> tuple[tuple[str, str], ...]:
    """Return the countries whose holidays are known, as (two letters, name), by name."""
    found = {codes[1]: _spelled(codes[0]) for codes in registry.COUNTRIES.values()}
    supported = holidays.list_supported_countries(include_aliases=False)
    known = [(code, name) for code, name in found.items() if code in supported]
    return tuple(sorted(known, key=lambda pair: pair[1]))


def regions(country: str) -> list[str]:
    """Return the parts of a country that have holidays of their own, as they are written in the settings."""
    return list(holidays.list_supported_countries(include_aliases=False).get(country, []))


def _spelled(name: str) -> str:
    """Write IsleOfMan as Isle of Man."""
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)
    return re.sub(r" (And|Of|The) ", lambda small: small[0].lower(), words)


def is_known(country: str, region: str) -> bool:
    """Say whether the library knows a country and, if one is given, its region."""
    supported = holidays.list_supported_countries(include_aliases=True)
    return country in supported and (not region or region in supported[country])

"""Times, dates, lengths and lists in words, the same on pages, in mails and in plain text.

Instants are aware datetimes and are told in the zone in force (the studio's, put in force by its middleware)
unless another zone is given.
"""

from collections.abc import Iterable
from datetime import UTC, date, datetime, time
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.formats import date_format

from massage_booking.core import clock
from massage_booking.core.vocabulary import AREA_LABELS, TECHNIQUE_LABELS

Zone = ZoneInfo | str | None
SMALL_NUMBERS: Final[tuple[str, ...]] = (
    "no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
)  # fmt: skip
# Names keep their capital in the middle of a list.
NAMES: Final[frozenset[str]] = frozenset({"swedish", "thai"})


def local(value: datetime, zone: Zone = None) -> datetime:
    """Return an instant on the wall clock of a zone."""
    return timezone.localtime(value, ZoneInfo(zone) if isinstance(zone, str) and zone else (zone or None))


def clock_time(value: datetime | time, zone: Zone = None) -> str:
    """Write a time of day: 9:15, 17:00. A plain `time` is wall-clock time already."""
    moment = local(value, zone) if isinstance(value, datetime) else value
    return f"{moment.hour}:{moment.minute:02d}"


def written_date(value: datetime | date, pattern: str, zone: Zone = None) -> str:
    """Write a date in Django's format letters. A plain `date` is a wall-calendar day already."""
    return _written(local(value, zone).date() if isinstance(value, datetime) else value, pattern)


@lru_cache(maxsize=2048)
def _written(day: date, pattern: str) -> str:
    return date_format(day, pattern)


def short_date(value: datetime | date, zone: Zone = None) -> str:
    """Write Thu 12 Nov."""
    return written_date(value, "D j M", zone)


def long_date(value: datetime | date, zone: Zone = None) -> str:
    """Write Thursday 12 November."""
    return written_date(value, "l j F", zone)


def full_date(value: datetime | date, zone: Zone = None) -> str:
    """Write Thursday 12 November 2026, as labels and records need it."""
    return written_date(value, "l j F Y", zone)


def iso(value: datetime | date | None) -> str:
    """Write an instant (in UTC) or a day for a machine: datetime attributes and form values."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="minutes").replace("+00:00", "Z")
    return value.isoformat() if value else ""


def near_date(value: datetime, zone: Zone = None) -> str:
    """Write Today, Tomorrow or Thu 12 Nov, seen from now."""
    here = local(value, zone)
    days = (here.date() - clock.now().astimezone(here.tzinfo).date()).days
    return {0: "Today", 1: "Tomorrow"}.get(days) or short_date(value, zone)


def zone_words(name: str) -> str:
    """Name a zone as people do: Europe/Dublin is “Dublin time”, UTC stays UTC."""
    place = name.rsplit("/", 1)[-1].replace("_", " ")
    return place if place in {"UTC", "GMT"} else f"{place} time"


def duration(minutes: int) -> str:
    """Write a stretch of time: 45 min, 4 h, 4 h 30."""
    hours, rest = divmod(minutes, 60)
    if not hours:
        return f"{rest} min"
    return f"{hours} h {rest:02d}" if rest else f"{hours} h"


def span(hours: int) -> str:
    """Write a whole number of hours in words: 24 is “a day”, 48 “two days”, 12 “12 hours”."""
    days, rest = divmod(hours, 24)
    if rest or not days:
        return "an hour" if hours == 1 else f"{hours} hours"
    return "a day" if days == 1 else f"{small_number(days)} days"


def small_number(count: int) -> str:
    """Write numbers up to twelve in words, the rest in figures."""
    return SMALL_NUMBERS[count] if 0 <= count < len(SMALL_NUMBERS) else str(count)


def listed(words: Iterable[str], last: str = " and ") -> str:
    """Join words as a sentence does: a, b and c."""
    *most, end = list(words) or [""]
    return f"{', '.join(most)}{last}{end}" if most else end


def in_order(codes: Iterable[str], labels: dict[str, str]) -> list[str]:
    """Sort codes as the vocabulary has them; an unknown code comes last, as it is."""
    place = {code: number for number, code in enumerate(labels)}
    return sorted(set(codes), key=lambda code: (place.get(code, len(place)), code))


def area_names(codes: Iterable[str]) -> str:
    """Write areas of the body: Legs, feet, hands."""
    words = ", ".join(AREA_LABELS.get(code, code) for code in in_order(codes, AREA_LABELS))
    return words[:1].upper() + words[1:]


def technique_names(codes: Iterable[str]) -> str:
    """Write techniques: Deep tissue, hot stone, Thai."""
    words: list[str] = []
    for code in in_order(codes, TECHNIQUE_LABELS):
        label = TECHNIQUE_LABELS.get(code, code)
        words.append(label if not words or code in NAMES else label[:1].lower() + label[1:])
    return ", ".join(words)

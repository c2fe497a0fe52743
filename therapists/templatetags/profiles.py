"""`{% load profiles %}`: what pages about therapists need beyond `house`."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from django import template
from django.utils import timezone

from massage_booking.core import wording
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from therapists.domain.addresses import host_of
from therapists.messages import SENTENCES
from therapists.models import OutsideCalendar, RepeatingTimeOff, TimeOff, Weekday

register = template.Library()


@register.filter
def entry(mapping: Mapping[Any, Any] | None, key: Any) -> Any:
    """Return what a mapping holds under a key, None when it holds nothing."""
    return mapping.get(key) if mapping else None


@register.filter
def weekday_name(number: int) -> str:
    """Write Monday for 0."""
    return str(Weekday(number).label)


@register.filter
def weekday_short(number: int) -> str:
    """Write Mon for 0."""
    return weekday_name(number)[:3]


@register.filter
def time_off_words(item: TimeOff) -> str:
    """Write Mon 3 Aug · Mon 3 to Fri 14 Aug · Mon 3 Aug, 9:00 to 12:00, in the zone in force."""
    starts, ends = item.starts_at, item.ends_at
    if _is_midnight(starts) and _is_midnight(ends):
        first, last = wording.short_date(starts), wording.short_date(ends - timedelta(minutes=1))
        return first if first == last else f"{first} to {last}"
    first, last = wording.short_date(starts), wording.short_date(ends)
    until = wording.clock_time(ends) if first == last else f"{last}, {wording.clock_time(ends)}"
    return f"{first}, {wording.clock_time(starts)} to {until}"


@register.filter
def repeating_words(item: RepeatingTimeOff) -> str:
    """Write Every 2 weeks on Thursday, 13:00 to 17:00 · Every week on Monday, the whole day."""
    often = "Every week" if item.every_weeks == 1 else f"Every {item.every_weeks} weeks"
    on = f"{often} on {weekday_name(item.weekday)}"
    if item.starts is None or item.ends is None:
        return f"{on}, the whole day"
    until = wording.clock_time(item.ends) + (" the next day" if item.ends <= item.starts else "")
    return f"{on}, {wording.clock_time(item.starts)} to {until}"


@register.filter
def calendar_host(calendar: OutsideCalendar) -> str:
    """Write the machine that a calendar is read from; the rest of the address is a secret."""
    return host_of(calendar.url)


@register.filter
def calendar_error(code: str) -> str:
    """Say why a calendar could not be read, and what to do."""
    return SENTENCES.get(code, "It could not be read. It is tried again by itself.")


def _is_midnight(instant: datetime) -> bool:
    zone: Any = timezone.get_current_timezone()
    return instant_of(midnight(wording.local(instant).date(), zone)) == instant

"""Small words of the staff pages: `{% load staff %}`."""

from datetime import datetime

from django import template

from massage_booking.core import wording
from sessions.models import PaidHow
from sessions.words import DAYS_OF_MONTH

register = template.Library()


@register.filter
def state_code(status: str) -> str:
    """Return a state as the style sheet names it: no-show."""
    return str(status).replace("_", "-")


@register.filter
def local_iso_date(moment: datetime) -> str:
    """Write the studio's date of an instant for an address: 2026-11-12."""
    return wording.local(moment).date().isoformat()


@register.filter
def zone_abbreviation(moment: datetime) -> str:
    """Name the offset in force, for the hour that the wall shows twice: IST, GMT."""
    return wording.local(moment).tzname() or ""


@register.filter
def first_lower(words: str) -> str:
    """Begin with a small letter, as inside a sentence: room 2."""
    return words[:1].lower() + words[1:]


@register.filter
def today_lower(words: str) -> str:
    """Write today and tomorrow as inside a sentence; names of days keep their capital."""
    return first_lower(words) if words.startswith(("Today", "Tomorrow")) else words


@register.filter
def ordinal_word(count: int) -> str:
    """Write first, second, … in words, from 32 on in figures."""
    return DAYS_OF_MONTH[count - 1] if 1 <= count <= len(DAYS_OF_MONTH) else f"{count}th"


@register.filter
def paid_how(code: str) -> str:
    """Write a way of payment: Cash."""
    return str(PaidHow(code).label)

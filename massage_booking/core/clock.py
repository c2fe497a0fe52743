"""The one door for time. Everything else takes `now` as an argument."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

from django.utils import timezone


def now() -> datetime:
    """Return the current instant, aware, in UTC."""
    return timezone.now()  # noqa: TID251 - this is the door


def today(zone: ZoneInfo) -> date:
    """Return the date that a calendar on the studio's wall shows."""
    return now().astimezone(zone).date()

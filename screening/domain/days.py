"""Count days without falling off either end of the calendar."""

from datetime import date, timedelta


def shift(day: date, days: int) -> date:
    """Return the day `days` later (earlier if negative); a date that no calendar has becomes the last or first one."""
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return date.max if days > 0 else date.min

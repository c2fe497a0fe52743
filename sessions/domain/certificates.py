"""When a certificate ends: whether it is still good, and from when somebody is warned of its last day."""

from datetime import date, timedelta
from enum import StrEnum


class Ends(StrEnum):
    """How near the end of a certificate is."""

    NEVER = "never"
    LATER = "later"
    SOON = "soon"
    OVER = "over"


def ends(last_day: date | None, *, today: date, warning_days: int) -> Ends:
    """Say how near the last day is. On it the certificate is still good."""
    if last_day is None:
        return Ends.NEVER
    if last_day < today:
        return Ends.OVER
    return Ends.SOON if last_day - today <= timedelta(days=warning_days) else Ends.LATER


def is_warning_due(last_day: date | None, *, warned_of: date | None, today: date, warning_days: int) -> bool:
    """Say whether the admins are to be warned: once for each last day, also where it was shortened into the past."""
    near = ends(last_day, today=today, warning_days=warning_days)
    return near in (Ends.SOON, Ends.OVER) and last_day != warned_of

"""When mails about a session fall due. Whether one is still wanted is decided when it is sent.

The rule of the reminder, in writing: elapsed hours, not the wall. "24 hours before" is 24 hours in UTC. A session on
Sunday at 10:00, after the clocks went forward at 02:00, is reminded of on Saturday at 09:00; after they went back,
on Saturday at 11:00. Everybody so gets the same time to cancel, and the free window of the same length ends with it.
"""

from datetime import date, datetime, time, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import first_shown

REMINDER_HOURS: Final = 24
NUDGE_AT: Final = time(10)
ANSWER_AGAIN_AT: Final = time(9)
# Nobody is asked in a session's last hours only because the clock says nine.
BEFORE_START: Final = timedelta(hours=3)
# Who has just answered is looking at the page: the letter that says the same waits a little.
LOOK_FIRST: Final = timedelta(minutes=10)


def reminder_due(starts_at: datetime, booked_at: datetime, hours: int = REMINDER_HOURS) -> datetime | None:
    """Return when to remind of a session; None when it was booked, or moved to this time, later than that."""
    due = starts_at - timedelta(hours=hours)
    return due if booked_at <= due else None


def on_the_wall(day: date, at: time, zone: ZoneInfo) -> datetime:
    """Return the instant, in UTC, at which the wall first shows a time on a date."""
    return instant_of(first_shown(datetime.combine(day, at), zone))


def out_of_quiet_hours(instant: datetime, quiet_from: time, quiet_until: time, zone: ZoneInfo) -> datetime:
    """Return the instant itself, or the end of the quiet hours it falls into, on the wall.

    Quiet hours may run past midnight; equal ends mean that there are none.
    """
    local = instant.astimezone(zone)
    day, shown = local.date(), local.time()
    if quiet_from < quiet_until:
        quiet = quiet_from <= shown < quiet_until
    else:
        quiet = quiet_from != quiet_until and (shown >= quiet_from or shown < quiet_until)
        if shown >= quiet_from:
            day += timedelta(days=1)
    # An hour that is shown twice could put the end before the instant.
    return max(instant, on_the_wall(day, quiet_until, zone)) if quiet else instant


def nudge_due_at(day: date, zone: ZoneInfo, *, quiet_from: time, quiet_until: time, at: time = NUDGE_AT) -> datetime:
    """Return when a nudge of that date goes out: in the morning, never in the quiet hours."""
    return out_of_quiet_hours(on_the_wall(day, at, zone), quiet_from, quiet_until, zone)


def answer_again_due(day: date, starts_at: datetime, zone: ZoneInfo) -> datetime:
    """Return when to ask on the day on which a wait ends: in the morning, and well before a session of that day."""
    earliest = on_the_wall(day, time(0), zone)
    return max(earliest, min(on_the_wall(day, ANSWER_AGAIN_AT, zone), starts_at - BEFORE_START))

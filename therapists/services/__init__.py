"""Writing down when therapists work, when they are off, and how they look. `now` is always given."""

from therapists.services.calendars import (
    add_calendar,
    add_calendar_file,
    read_calendar,
    read_calendars,
    remove_calendar,
    replace_calendar_file,
)
from therapists.services.dates import remove_dated_hours, set_dated_hours
from therapists.services.hours import (
    LONGEST_TIME_OFF,
    add_time_off,
    remove_time_off,
    replace_weekly_hours,
)
from therapists.services.portrait import remove_portrait, set_portrait
from therapists.services.repeating import add_repeating_time_off, remove_repeating_time_off

__all__ = [
    "LONGEST_TIME_OFF",
    "add_calendar",
    "add_calendar_file",
    "add_repeating_time_off",
    "add_time_off",
    "read_calendar",
    "read_calendars",
    "remove_calendar",
    "remove_dated_hours",
    "remove_portrait",
    "remove_repeating_time_off",
    "remove_time_off",
    "replace_calendar_file",
    "replace_weekly_hours",
    "set_dated_hours",
    "set_portrait",
]

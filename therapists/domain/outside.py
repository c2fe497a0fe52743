"""Busy times from a calendar file (RFC 5545): when somebody is elsewhere, and nothing of what for.

Counted is what blocks: not what is marked free (TRANSP:TRANSPARENT) or cancelled. Repeating entries with their
exceptions are laid out; whole days and times without a zone are those of the studio.
"""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Component
from icalendar.prop.broken import vBroken

from massage_booking.core.intervals import instant_of, minute_after, minute_before
from massage_booking.core.walltime import DAY, midnight

# More than anybody's diary holds in a year; beyond it a file is no diary.
MOST_ENTRIES: Final = 20_000
# Laid out for a year, one such entry alone would be thousands of busy times.
TOO_OFTEN: Final = frozenset({"SECONDLY", "MINUTELY", "HOURLY"})

WHEN: Final = ("DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "RDATE", "EXDATE")


class Unreadable(ValueError):
    """What is wrong with a file, as a code: not_a_calendar, too_many_entries."""


class Busy(NamedTuple):
    """UTC minutes `[starts, ends)`; `own_uid` only when the name of the entry has the ending asked about."""

    starts: int
    ends: int
    own_uid: str = ""


@dataclass(frozen=True)
class Reading:
    """What was found, sorted. `is_partial`: some entries could not be read."""

    busy: list[Busy]
    is_partial: bool = False


def read_busy(data: bytes, *, starts: int, ends: int, zone: ZoneInfo, own_ending: str = "") -> Reading:
    """Return the busy times of a file within the UTC minutes `[starts, ends)`. Raises Unreadable."""
    calendars = _calendars(data)
    found: set[Busy] = set()
    is_partial = False
    for calendar in calendars:
        left_out = _leave_out(calendar)
        entries, skipped = _entries(calendar, starts, ends)
        is_partial = is_partial or left_out or skipped
        for entry in entries:
            span = _span(entry, zone)
            if span is None or span[1] <= starts or span[0] >= ends:
                continue
            uid = str(entry.get("UID", ""))
            found.add(Busy(max(span[0], starts), min(span[1], ends), uid if _ends_so(uid, own_ending) else ""))
    return Reading(sorted(found), is_partial)


def _calendars(data: bytes) -> list[Calendar]:
    try:
        found = Calendar.from_ical(data.decode("utf-8-sig", errors="replace"), multiple=True)
    except (ValueError, KeyError, IndexError, AttributeError, TypeError) as error:
        raise Unreadable("not_a_calendar") from error
    calendars = [part for part in found if part.name == "VCALENDAR"]
    if not calendars:
        raise Unreadable("not_a_calendar")
    if sum(len(part.subcomponents) for part in calendars) > MOST_ENTRIES:
        raise Unreadable("too_many_entries")
    return calendars


def _leave_out(calendar: Calendar) -> bool:
    """Take entries away that cannot be laid out; say whether there were any."""
    bad = [part for part in calendar.subcomponents if part.name == "VEVENT" and not _is_sound(part)]
    calendar.subcomponents = [part for part in calendar.subcomponents if not any(part is one for one in bad)]
    return bool(bad)


def _is_sound(event: Any) -> bool:
    """Say whether an entry says when it is, in words that the library could read."""
    if "DTSTART" not in event:
        return False
    for name in WHEN:
        values = event.get(name, [])
        for value in values if isinstance(values, list) else [values]:
            if isinstance(value, vBroken):
                return False
            if name == "RRULE" and TOO_OFTEN & {str(word).upper() for word in value.get("FREQ", [])}:
                return False
    return True


def _entries(calendar: Calendar, starts: int, ends: int) -> tuple[list[Component], bool]:
    """Return the entries of some minutes, repeated ones laid out, and whether some could not be."""
    try:
        return _laid_out(calendar, starts, ends), False
    except Unreadable:
        raise
    except Exception:
        # Whatever the library makes of one odd entry, the others count: each is laid out by itself.
        return _one_by_one(calendar, starts, ends), True


def _laid_out(calendar: Calendar, starts: int, ends: int) -> list[Component]:
    # A day more on either side: times without a zone are placed only afterwards.
    window = instant_of(starts - DAY), instant_of(ends + DAY)
    return list(_at_most(recurring_ical_events.of(calendar).between(*window)))


def _one_by_one(calendar: Calendar, starts: int, ends: int) -> list[Component]:
    """Return the entries of those series that can be laid out; what has one name belongs together."""
    series: dict[str, list[Component]] = {}
    for part in calendar.subcomponents:
        if part.name == "VEVENT":
            series.setdefault(str(part.get("UID", "")), []).append(part)
    shared = [part for part in calendar.subcomponents if part.name != "VEVENT"]
    found: list[Component] = []
    for parts in series.values():
        calendar.subcomponents = [*shared, *parts]
        # What one series holds is no reason to miss the rest.
        with suppress(Exception):
            found += _laid_out(calendar, starts, ends)
        if len(found) > MOST_ENTRIES:
            raise Unreadable("too_many_entries")
    return found


def _at_most(entries: Any) -> Iterator[Component]:
    for count, entry in enumerate(entries):
        if count >= MOST_ENTRIES:
            raise Unreadable("too_many_entries")
        yield entry


def _span(entry: Any, zone: ZoneInfo) -> tuple[int, int] | None:
    """Return when an entry blocks; None when it does not."""
    if str(entry.get("TRANSP", "")).upper() == "TRANSPARENT" or str(entry.get("STATUS", "")).upper() == "CANCELLED":
        return None
    begins = _minute(entry["DTSTART"].dt, zone, is_end=False)
    stops = _minute(entry["DTEND"].dt, zone, is_end=True) if "DTEND" in entry else begins
    return (begins, stops) if begins < stops else None


def _minute(moment: date | datetime, zone: ZoneInfo, *, is_end: bool) -> int:
    """Return the UTC minute of a moment, rounded outwards; a date and a time without a zone are the studio's."""
    if not isinstance(moment, datetime):
        return midnight(moment, zone)
    instant = (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
    return minute_after(instant) if is_end else minute_before(instant)


def _ends_so(uid: str, ending: str) -> bool:
    return bool(ending) and uid.endswith(ending)

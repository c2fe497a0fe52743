"""Calendar files (RFC 5545): one entry a session that moves and disappears with it. Never a health fact.

The UID never changes, SEQUENCE is the session's revision, METHOD says what the file is for: PUBLISH to keep (from a
page), REQUEST (booked, moved) and CANCEL in mails.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final
from zoneinfo import ZoneInfo

from icalendar import Alarm, Calendar, Event, Timezone, vCalAddress, vText

from massage_booking.core.intervals import minute_before
from massage_booking.core.walltime import shown_twice
from massage_booking.studio.models import Studio
from sessions import words
from sessions.domain import policy
from sessions.domain.status import Status
from sessions.models import MassageSession

PUBLISH: Final = "PUBLISH"
REQUEST: Final = "REQUEST"
CANCEL: Final = "CANCEL"
FILE_NAME: Final = "massage.ics"
PRODUCT: Final = "-//Massage booking//EN"
# The ending tells our entries when they come back in somebody's own calendar.
UID_ENDING: Final = "@massage-session"
ALARM_BEFORE: Final = timedelta(hours=2)


def calendar_of(session: MassageSession, *, studio: Studio, method: str, manage_url: str, now: datetime) -> bytes:
    """Return the file of one session; a cancelled session is told as cancelled whatever the method."""
    return calendar_of_several([(session, manage_url)], studio=studio, method=method, now=now)


def calendar_of_several(
    sessions: Sequence[tuple[MassageSession, str]], *, studio: Studio, method: str, now: datetime
) -> bytes:
    """Return one file with several sessions, each with the address of its page: an entry each, with its own name.

    More than one at once can only be published: the format invites to one thing at a time.
    """
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", method)
    first = min(session.starts_at for session, _ in sessions)
    calendar.add_component(timezone_of(studio.tz, first.astimezone(studio.tz).year))
    for session, manage_url in sessions:
        calendar.add_component(_event(session, studio=studio, method=method, manage_url=manage_url, now=now))
    return calendar.to_ical()


def uid_of(session: MassageSession) -> str:
    """Return the name of the entry, the same for as long as the session lives."""
    return f"{session.public_id}{UID_ENDING}"


def _event(session: MassageSession, *, studio: Studio, method: str, manage_url: str, now: datetime) -> Event:
    is_cancelled = session.status == Status.CANCELLED
    event = Event()
    event.add("uid", uid_of(session))
    event.add("sequence", session.revision)
    event.add("dtstamp", now.astimezone(UTC).replace(microsecond=0))
    event.add("dtstart", on_the_wall(session.starts_at, studio.tz))
    event.add("dtend", on_the_wall(session.ends_at, studio.tz))
    event.add("summary", f"{session.service.discreet_name}, {studio.name}")
    event.add("location", ", ".join(words.where_lines(session, studio)))
    event.add("description", _description(session, studio, manage_url, now))
    event.add("url", manage_url)
    event.add("status", "CANCELLED" if is_cancelled else "CONFIRMED")
    event.add("transp", "TRANSPARENT" if is_cancelled else "OPAQUE")
    if method != PUBLISH:
        _add_people(event, session, studio)
    if not is_cancelled:
        event.add_component(_alarm(session))
    return event


def _description(session: MassageSession, studio: Studio, manage_url: str, now: datetime) -> str:
    """Say with whom, and how to change it: whoever saves the file in the last hours is not promised what is over."""
    change, call = f"Move or cancel: {manage_url}", f"Call us: {studio.phone}"
    if policy.is_late_change(session.starts_at, studio.cancellation_hours, now):
        change, call = f"Your session: {manage_url}", f"To change it now, call us: {studio.phone}"
    return "\n".join([f"With {session.therapist.name}.", change, call])


def _add_people(event: Event, session: MassageSession, studio: Studio) -> None:
    """Name the studio as the one who invites, and the client as the one who has said yes."""
    if studio.email:
        organizer = vCalAddress(f"mailto:{studio.email}")
        organizer.params["CN"] = vText(studio.name)
        event["organizer"] = organizer
    if session.client is not None and session.client.mail_address:
        attendee = vCalAddress(f"mailto:{session.client.mail_address}")
        attendee.params["ROLE"] = vText("REQ-PARTICIPANT")
        attendee.params["PARTSTAT"] = vText("ACCEPTED")
        attendee.params["RSVP"] = vText("FALSE")
        event.add("attendee", attendee, encode=False)


def _alarm(session: MassageSession) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", session.service.discreet_name)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def on_the_wall(instant: datetime, zone: ZoneInfo) -> datetime:
    """Return an instant in the studio's zone; in UTC where the wall shows that time twice, which a file cannot say."""
    minute = minute_before(instant)
    if any(first <= minute < last for first, last in shown_twice(zone, minute, minute + 1)):
        return instant.astimezone(UTC)
    return instant.astimezone(zone)


@lru_cache(maxsize=32)
def timezone_of(zone: ZoneInfo, year: int) -> Timezone:
    """Return the zone's rules around a year, for calendars that do not know its name."""
    component = Timezone.from_tzinfo(zone, zone.key, date(year - 1, 1, 1), date(year + 2, 1, 1))
    component.pop("COMMENT", None)
    for part in component.subcomponents:
        _begin_before_the_change(part, zone)
    return component


def _begin_before_the_change(part: Any, zone: ZoneInfo) -> None:
    """Write when a rule begins in the offset that it ends, as the format has it; the library means the new one."""
    before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td

    def is_a_change(begins: datetime) -> bool:
        instant = (begins - before).replace(tzinfo=UTC)
        sides = (instant - timedelta(seconds=1), instant)
        return [side.astimezone(zone).utcoffset() for side in sides] == [before, after]

    def put_right(begins: datetime) -> datetime:
        earlier = begins - (after - before)
        return earlier if after > before and not is_a_change(begins) and is_a_change(earlier) else begins

    for name in ("DTSTART", "RDATE"):
        if name in part:
            value = part.pop(name)
            times = [put_right(item.dt) for item in getattr(value, "dts", [value])]
            part.add(name, times if name == "RDATE" else times[0])

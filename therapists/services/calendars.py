"""Busy times from calendars kept elsewhere: adding, reading again, removing. Start and end are kept, nothing else."""

import time
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import F, Q

from massage_booking.core.errors import Refused
from massage_booking.core.intervals import MinuteSpan, instant_of, merge
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from therapists import own_entries, reading
from therapists.domain.addresses import NotAllowed, host_of, tidy
from therapists.fetching import MOST_BYTES, Known
from therapists.models import OutsideBusy, OutsideCalendar, Therapist
from therapists.reading import Read, Unread

# As far as anybody can ever book, so that a longer horizon does not find days that were not read.
AHEAD: Final = timedelta(days=366)
READ_EVERY: Final = timedelta(minutes=30)
# Between two readings that somebody asks for.
PAUSE: Final = timedelta(minutes=1)
MOST_CALENDARS: Final = 10
# In one go; what is left is done by the next tick, so that no mail waits long for a machine elsewhere.
MOST_AT_ONCE: Final = 20
MOST_SECONDS: Final = 45


def add_calendar(*, therapist: Therapist, name: str, url: str, now: datetime) -> OutsideCalendar:
    """Add a calendar by its address; the same address twice is one. It is not read yet.

    Raises Refused: address_unclear, address_not_https, address_with_password, too_many_calendars.
    """
    try:
        url = tidy(url)
    except NotAllowed as error:
        raise Refused(str(error)) from error
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        same = OutsideCalendar.objects.filter(therapist=therapist, url=url).first()
        return same or _create(therapist, name or host_of(url), url, now)


def add_calendar_file(*, therapist: Therapist, name: str, data: bytes, now: datetime) -> OutsideCalendar:
    """Read a calendar's busy times from a file; the file itself is not kept.

    Raises Refused: file_too_big, too_many_calendars, and what can be wrong with a file (`therapists.messages`).
    """
    found = _read_file(data, now)
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=therapist.pk)
        calendar = _create(therapist, name or "From a file", "", now)
        _keep(calendar, found, now)
    return calendar


def replace_calendar_file(*, calendar: OutsideCalendar, data: bytes, now: datetime) -> None:
    """Let a new file stand for the one given before. Raises Refused as `add_calendar_file`."""
    found = _read_file(data, now)
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=calendar.therapist_id)
        _keep(calendar, found, now)


def read_calendar(*, calendar: OutsideCalendar, now: datetime, pause: timedelta = PAUSE) -> bool:
    """Read a calendar from its address; say whether it went well. What was read before stays when it did not.

    Raises Refused: calendar_is_file, just_read.
    """
    if not calendar.url:
        raise Refused("calendar_is_file")
    # Whoever writes this first reads; two at once would ask the other side twice.
    claimed = OutsideCalendar.objects.filter(Q(tried_at=None) | Q(tried_at__lte=now - pause), pk=calendar.pk)
    if not claimed.update(tried_at=now):
        raise Refused("just_read")
    studio = studio_selectors.require()
    try:
        found = reading.read_address(
            calendar.url,
            known=_known(calendar, studio, now),
            window=_window(studio, now),
            zone=studio.zone,
            own_ending=own_entries.ending(),
        )
    except Unread as error:
        OutsideCalendar.objects.filter(pk=calendar.pk).update(error=error.code)
        return False
    with transaction.atomic():
        Therapist.objects.select_for_update(no_key=True, of=("self",)).get(pk=calendar.therapist_id)
        # Removed in the meantime: nothing is kept.
        if OutsideCalendar.objects.filter(pk=calendar.pk).exists():
            _keep(calendar, found, now)
    return True


def read_calendars(*, now: datetime) -> dict[str, int]:
    """Read every calendar whose time has come, and forget busy times that are over; return how many of each."""
    due = OutsideCalendar.objects.filter(
        Q(tried_at=None) | Q(tried_at__lte=now - READ_EVERY), therapist__is_active=True
    ).exclude(url="")
    counts = {"read": 0, "failed": 0}
    begun = time.monotonic()
    for calendar in due.order_by(F("tried_at").asc(nulls_first=True), "pk")[:MOST_AT_ONCE]:
        if time.monotonic() - begun > MOST_SECONDS:
            break
        try:
            went_well = read_calendar(calendar=calendar, now=now, pause=READ_EVERY)
        except Refused:
            continue  # another worker has it
        counts["read" if went_well else "failed"] += 1
    counts["forgotten"] = OutsideBusy.objects.filter(ends_at__lt=now - timedelta(days=2)).delete()[0]
    return counts


def remove_calendar(*, calendar: OutsideCalendar, now: datetime) -> None:
    """Forget a calendar, and give its busy times back to bookings."""
    calendar.delete()


def _create(therapist: Therapist, name: str, url: str, now: datetime) -> OutsideCalendar:
    if OutsideCalendar.objects.filter(therapist=therapist).count() >= MOST_CALENDARS:
        raise Refused("too_many_calendars", most=MOST_CALENDARS)
    return OutsideCalendar.objects.create(therapist=therapist, name=name[:80], url=url, created_at=now)


def _read_file(data: bytes, now: datetime) -> Read:
    if len(data) > MOST_BYTES:
        raise Refused("file_too_big")
    studio = studio_selectors.require()
    try:
        return reading.read_file(data, window=_window(studio, now), zone=studio.zone, own_ending=own_entries.ending())
    except Unread as error:
        raise Refused(error.code) from error


def _window(studio: Studio, now: datetime) -> MinuteSpan:
    today = now.astimezone(studio.tz).date()
    return midnight(today - timedelta(days=1), studio.tz), midnight(today + AHEAD, studio.tz)


def _known(calendar: OutsideCalendar, studio: Studio, now: datetime) -> Known:
    """Return what to ask “is it still the same?” with: nothing on a new day, whose far end was never read."""
    read_at = calendar.read_at
    if calendar.error or read_at is None or read_at.astimezone(studio.tz).date() != now.astimezone(studio.tz).date():
        return Known()
    return Known(calendar.etag, calendar.last_modified)


def _keep(calendar: OutsideCalendar, found: Read, now: datetime) -> None:
    """Write down what was read; of what stayed the same nothing is touched."""
    said = {"read_at": now, "tried_at": now, "error": "partly_read" if found.is_partial else ""}
    if found.busy is not None:
        said |= {"etag": found.known.etag, "last_modified": found.known.last_modified}
        _replace_busy(calendar, found)
    OutsideCalendar.objects.filter(pk=calendar.pk).update(**said)


def _replace_busy(calendar: OutsideCalendar, found: Read) -> None:
    ours = own_entries.known({busy.own_uid for busy in found.busy or [] if busy.own_uid})
    spans = merge((busy.starts, busy.ends) for busy in found.busy or [] if busy.own_uid not in ours)
    wanted = {(instant_of(starts), instant_of(ends)) for starts, ends in spans}
    stored = {
        (starts, ends): pk
        for pk, starts, ends in OutsideBusy.objects.filter(calendar=calendar).values_list("pk", "starts_at", "ends_at")
    }
    gone = [pk for span, pk in stored.items() if span not in wanted]
    for at in range(0, len(gone), 500):
        OutsideBusy.objects.filter(pk__in=gone[at : at + 500]).delete()
    OutsideBusy.objects.bulk_create(
        (
            OutsideBusy(calendar=calendar, therapist_id=calendar.therapist_id, starts_at=starts, ends_at=ends)
            for starts, ends in sorted(wanted - stored.keys())
        ),
        batch_size=500,
    )

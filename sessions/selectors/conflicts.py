"""Sessions ahead that cannot stay as they are: hours, time off, certificates, services or places have changed."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from massage_booking.core.intervals import MinuteSpan, clip, instant_of, minute_after, minute_before
from massage_booking.core.walltime import local_date, midnight
from massage_booking.studio import holidays_here
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain.outside import OF_HOURS, Outside, mark_of, of_time
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors.calendar import hours_of
from therapists.domain.hours import OpenSpan
from therapists.domain.repeating import Repeat, off_between
from therapists.models import OutsideBusy, RepeatingTimeOff, Service, Therapist, TherapistSpecialty, TimeOff

# What can still be given to somebody else, moved or cancelled.
OPEN = [Status.REQUESTED.value, Status.BOOKED.value, Status.ARRIVED.value]


@dataclass(frozen=True)
class Stranded:
    """A session that somebody must decide about, and why. `mark` is what “keep it” would be the answer to."""

    session: MassageSession
    reasons: tuple[Outside, ...]
    mark: str

    @property
    def is_kept(self) -> bool:
        return self.session.kept_at is not None and self.session.kept_for == self.mark


class _Given(NamedTuple):
    """Who gives which service, and with a certificate for which technique until when (None: no end)."""

    services: set[tuple[int, int]]
    certificates: dict[tuple[int, int], list[date | None]]


class _Gone(NamedTuple):
    """What was taken out of a therapist's hours."""

    off: list[MinuteSpan]
    busy: list[MinuteSpan]


_NOTHING = _Gone([], [])


def stranded(*, now: datetime, therapist: Therapist | None = None) -> list[Stranded]:
    """Return what must be decided, of one therapist or of all, by start; kept ones come with `is_kept`.

    Twelve queries at most, however many therapists and sessions; one where nothing is ahead. Nothing is changed.
    """
    sessions = list(ahead(now=now, therapist=therapist))
    if not sessions:
        return []
    studio = studio_selectors.require()
    people = sorted({session.therapist_id for session in sessions})
    window = minute_before(now) - 24 * 60, max(minute_after(session.blocked_until) for session in sessions) + 24 * 60
    hours = hours_of(therapist_ids=people, window=window, studio=studio)
    out = [session for session in sessions if of_time(_span(session), **_open(hours, session), **_UNKNOWN)]  # type: ignore[arg-type]
    gone = _gone(people=sorted({session.therapist_id for session in out}), window=window, zone=studio.tz)
    given = _given(people)
    holidays = holidays_here.names(
        studio=studio, first=local_date(window[0], studio.tz), last=local_date(window[1], studio.tz)
    )
    found = []
    for session in sessions:
        taken = gone.get(session.therapist_id, _NOTHING)
        reasons = _reasons(session, hours, taken, given, holidays, studio.tz)
        if reasons:
            found.append(Stranded(session, reasons, _mark(session, reasons, hours, studio)))
    return found


_UNKNOWN = {"off": [], "busy": [], "is_holiday": False}


def open_ones(*, now: datetime, therapist: Therapist | None = None) -> list[Stranded]:
    """Return those that nobody has answered for yet."""
    return [found for found in stranded(now=now, therapist=therapist) if not found.is_kept]


def ahead(*, now: datetime, therapist: Therapist | None = None) -> QuerySet[MassageSession]:
    """Return what can still be changed: ahead, or here and waiting."""
    rows = MassageSession.objects.filter(status__in=OPEN, ends_at__gt=now)
    if therapist is not None:
        rows = rows.filter(therapist=therapist)
    people = rows.select_related(
        "client__account", "service__technique", "therapist", "place__room__location", "decision"
    )
    return people.defer("decision__sealed").order_by("starts_at", "therapist__position", "pk")


def _span(session: MassageSession) -> MinuteSpan:
    return minute_before(session.starts_at), minute_after(session.ends_at)


def _open(hours: dict[int, list[OpenSpan]], session: MassageSession) -> dict[str, list[MinuteSpan]]:
    """Return when its therapist works, in the session's house and anywhere."""
    spans = hours.get(session.therapist_id, [])
    anywhere = [(span.starts, span.ends) for span in spans]
    if session.place is None:
        return {"here": anywhere, "anywhere": anywhere}
    house = session.place.room.location_id
    return {"here": [(span.starts, span.ends) for span in spans if span.location_id == house], "anywhere": anywhere}


def _reasons(
    session: MassageSession,
    hours: dict[int, list[OpenSpan]],
    gone: _Gone,
    given: _Given,
    holidays: dict[date, str],
    zone: ZoneInfo,
) -> tuple[Outside, ...]:
    day = session.starts_at.astimezone(zone).date()
    found = []
    if not session.therapist.is_active:
        found.append(Outside.THERAPIST)
    why = of_time(_span(session), **_open(hours, session), off=gone.off, busy=gone.busy, is_holiday=day in holidays)
    if why is not None and not (session.override_reason and why in OF_HOURS):
        found.append(why)
    if session.place is not None and not session.place.is_active:
        found.append(Outside.PLACE)
    if (session.therapist_id, session.service_id) not in given.services:
        found.append(Outside.SERVICE)
    elif session.service.technique.needs_certificate and not _is_certified(session, given, day):
        found.append(Outside.CERTIFICATE)
    return tuple(found)


def _is_certified(session: MassageSession, given: _Given, day: date) -> bool:
    last_days = given.certificates.get((session.therapist_id, session.service.technique_id), [])
    return any(last is None or day <= last for last in last_days)


def _given(people: Collection[int]) -> _Given:
    """Two queries."""
    services = Service.therapists.through.objects.filter(therapist_id__in=people)
    trainings = TherapistSpecialty.objects.filter(
        therapist_id__in=people, has_certificate=True, specialty__technique__isnull=False
    )
    certificates: dict[tuple[int, int], list[date | None]] = {}
    for person, technique, last in trainings.order_by().values_list(
        "therapist_id", "specialty__technique_id", "expires_on"
    ):
        certificates.setdefault((person, technique), []).append(last)
    return _Given(set(services.values_list("therapist_id", "service_id")), certificates)


def _gone(*, people: Collection[int], window: MinuteSpan, zone: ZoneInfo) -> dict[int, _Gone]:
    """Return what was taken out of the hours of those who have something outside. Three queries, or none."""
    if not people:
        return {}
    found = {person: _Gone([], []) for person in people}
    between = {"ends_at__gt": instant_of(window[0]), "starts_at__lt": instant_of(window[1])}
    for person, starts, ends in _stretches(TimeOff.objects.filter(therapist_id__in=people, **between)):
        found[person].off.append((minute_before(starts), minute_after(ends)))
    for person, starts, ends in _stretches(OutsideBusy.objects.filter(therapist_id__in=people, **between)):
        found[person].busy.append((minute_before(starts), minute_after(ends)))
    again: dict[int, list[Repeat]] = {}
    for row in RepeatingTimeOff.objects.filter(therapist_id__in=people):
        again.setdefault(row.therapist_id, []).append(
            Repeat(row.weekday, row.starts, row.ends, row.every_weeks, row.first, row.last)
        )
    for person, repeats in again.items():
        found[person].off.extend(off_between(repeats, *window, zone))
    return found


def _stretches(rows: QuerySet[TimeOff] | QuerySet[OutsideBusy]) -> Iterable[tuple[int, datetime, datetime]]:
    return rows.order_by().values_list("therapist_id", "starts_at", "ends_at")


def _mark(
    session: MassageSession, reasons: tuple[Outside, ...], hours: dict[int, list[OpenSpan]], studio: Studio
) -> str:
    day = session.starts_at.astimezone(studio.tz).date()
    begins, ends = midnight(day, studio.tz), midnight(day + timedelta(days=1), studio.tz)
    around = clip([(span.starts, span.ends) for span in hours.get(session.therapist_id, [])], begins, ends)
    return mark_of(session=_span(session), therapist_id=session.therapist_id, reasons=reasons, hours=around)

"""Questions about therapists and what they offer."""

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from django.db.models import Count, Exists, F, OuterRef, Prefetch, Q, QuerySet

from massage_booking.core.prepared import Prepared, a_word
from therapists.domain.repeating import Repeat, next_dates
from therapists.eligibility import eligibility_windows
from therapists.models import (
    DatedHours,
    OutsideCalendar,
    RepeatingTimeOff,
    Service,
    Specialty,
    Therapist,
    TherapistSpecialty,
    TimeOff,
)


def bookable_services() -> QuerySet[Service]:
    """Return the services that are offered and given by somebody who works here."""
    givers = Therapist.services.through.objects.filter(service=OuterRef("pk"), therapist__is_active=True)
    return Service.objects.filter(Exists(givers), is_active=True).select_related("technique")


_BOOKABLE: Final = Prepared(bookable_services)


def services_to_book() -> list[Service]:
    """Return the same as a list, for pages that ask again and again."""
    return _BOOKABLE.all()


_SERVICE: Final = Prepared(
    lambda slug: Service.objects.filter(is_active=True, slug=slug).select_related("technique"), slug=a_word()
)
_THERAPIST: Final = Prepared(lambda slug: Therapist.objects.filter(is_active=True, slug=slug), slug=a_word())


def service_named(slug: str) -> Service | None:
    """Return an active service by its slug."""
    found: Service | None = _SERVICE.first(slug=slug)
    return found


def therapist_named(slug: str) -> Therapist | None:
    """Return somebody who works here by their slug."""
    found: Therapist | None = _THERAPIST.first(slug=slug)
    return found


def active_therapists() -> QuerySet[Therapist]:
    """Return who works here, with all that a profile shows. Five queries, however many there are.

    Each carries `portrait_changed_at` (None: no portrait), `offered` (services), `trained` and `week` (blocks).
    """
    offered = Service.objects.filter(is_active=True).select_related("technique")
    trained = TherapistSpecialty.objects.select_related("specialty")
    return (
        Therapist.objects.filter(is_active=True)
        .annotate(portrait_changed_at=F("portrait__changed_at"))
        .prefetch_related(
            "languages",
            Prefetch("services", offered, to_attr="offered"),
            Prefetch("trainings", trained, to_attr="trained"),
            Prefetch("weekly_hours", to_attr="week"),
        )
    )


def eligible_therapists(*, service: Service, on: date | None = None) -> list[Therapist]:
    """Return who may give a service on a day, certificates included; without a day, on some day. Two queries."""
    windows = eligibility_windows(service=service).values()
    return [person for person, last_day in windows if on is None or last_day is None or last_day >= on]


def reasons() -> QuerySet[Specialty]:
    """Return the specialties that somebody who works here is trained in and that stand under “What brings you?”."""
    trained = TherapistSpecialty.objects.filter(specialty=OuterRef("pk"), therapist__is_active=True)
    return Specialty.objects.filter(Exists(trained), on_home_page=True)


def time_off_ahead(*, therapist: Therapist, now: datetime) -> QuerySet[TimeOff]:
    """Return a therapist's time off that is not over."""
    return TimeOff.objects.filter(therapist=therapist, ends_at__gt=now).order_by("starts_at")


@dataclass(frozen=True)
class DatedDay:
    """A date with hours of its own; no blocks: not working that day."""

    day: date
    note: str
    blocks: list[DatedHours] = field(default_factory=list)


def dated_ahead(*, therapist: Therapist, today: date) -> list[DatedDay]:
    """Return the dates from today on that have hours of their own. One query."""
    found: dict[date, DatedDay] = {}
    for row in DatedHours.objects.filter(therapist=therapist, day__gte=today).select_related("location"):
        on = found.setdefault(row.day, DatedDay(row.day, row.note))
        if row.starts is not None:
            on.blocks.append(row)
    return list(found.values())


def repeating_ahead(*, therapist: Therapist, today: date) -> list[tuple[RepeatingTimeOff, list[date]]]:
    """Return repeating time off that comes round again, each with its next three dates. One query."""
    found = []
    for row in RepeatingTimeOff.objects.filter(therapist=therapist):
        repeat = Repeat(row.weekday, row.starts, row.ends, row.every_weeks, row.first, row.last)
        dates = next_dates(repeat, today)
        if dates:
            found.append((row, dates))
    return found


def outside_calendars(*, therapist: Therapist, now: datetime) -> QuerySet[OutsideCalendar]:
    """Return a therapist's calendars kept elsewhere, each with `busy_ahead`. One query."""
    ahead = Count("busy", filter=Q(busy__ends_at__gt=now))
    return OutsideCalendar.objects.filter(therapist=therapist).annotate(busy_ahead=ahead)


def stale_calendars(*, therapist: Therapist, now: datetime) -> QuerySet[OutsideCalendar]:
    """Return calendars that could not be read for a day: what is busy there may be missing here. One query."""
    since = now - timedelta(days=1)
    failing = OutsideCalendar.objects.filter(therapist=therapist).exclude(url="").exclude(error__in=["", "partly_read"])
    return failing.filter(Q(read_at__lt=since) | Q(read_at=None, created_at__lt=since))

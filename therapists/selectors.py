"""Questions about therapists and what they offer."""

from datetime import date, datetime

from django.db.models import Exists, F, OuterRef, Prefetch, QuerySet

from therapists.eligibility import eligibility_windows
from therapists.models import Service, Specialty, Therapist, TherapistSpecialty, TimeOff


def bookable_services() -> QuerySet[Service]:
    """Return the services that are offered and given by somebody who works here."""
    givers = Therapist.services.through.objects.filter(service=OuterRef("pk"), therapist__is_active=True)
    return Service.objects.filter(Exists(givers), is_active=True).select_related("technique")


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

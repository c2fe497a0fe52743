"""Who may give which service, and until when: what is booked asks only here."""

from datetime import date
from typing import TypeAlias

from django.db.models import Prefetch, QuerySet

from therapists.models import Service, Therapist, TherapistSpecialty

# Therapist key -> the therapist, and the last day of the certificate that is needed (None: no end).
Windows: TypeAlias = dict[int, tuple[Therapist, date | None]]


def _givers() -> QuerySet[Therapist]:
    trainings = TherapistSpecialty.objects.filter(has_certificate=True, specialty__technique__isnull=False)
    return (
        Therapist.objects.filter(is_active=True)
        .prefetch_related(
            Prefetch("trainings", trainings.select_related("specialty"), to_attr="technique_certificates")
        )
        .order_by("position", "name")
    )


def _last_day(therapist: Therapist, service: Service) -> tuple[bool, date | None]:
    """Return whether the therapist may give the service at all, and the last day on which."""
    if not service.technique.needs_certificate:
        return True, None
    days = [
        training.expires_on
        for training in therapist.technique_certificates  # type: ignore[attr-defined]
        if training.specialty.technique_id == service.technique_id
    ]
    if not days:
        return False, None
    return True, None if None in days else max(day for day in days if day is not None)


def eligibility_windows(*, service: Service) -> Windows:
    """Return the active therapists who give a service and hold the certificate it needs. Two queries."""
    windows: Windows = {}
    for therapist in _givers().filter(services=service):
        may, last_day = _last_day(therapist, service)
        if may:
            windows[therapist.pk] = (therapist, last_day)
    return windows


def eligibility_by_service() -> dict[Service, Windows]:
    """Return the same for every bookable service. Four queries, however many therapists and services."""
    people = {therapist.pk: therapist for therapist in _givers()}
    offers: dict[Service, Windows] = {}
    services = Service.objects.filter(is_active=True).select_related("technique")
    links = Service.therapists.through.objects.filter(therapist_id__in=people).values_list("service_id", "therapist_id")
    givers: dict[int, list[int]] = {}
    for service_id, therapist_id in links:
        givers.setdefault(service_id, []).append(therapist_id)
    for service in services:
        windows: Windows = {}
        for key in sorted(givers.get(service.pk, []), key=list(people).index):
            may, last_day = _last_day(people[key], service)
            if may:
                windows[key] = (people[key], last_day)
        if windows:
            offers[service] = windows
    return offers


def is_certified(*, therapist: Therapist, service: Service, day: date) -> bool:
    """Tell whether a therapist holds the certificate that a service needs on a day. No query where it needs none."""
    if not service.technique.needs_certificate:
        return True
    found = _givers().filter(pk=therapist.pk).first()
    may, last_day = _last_day(found, service) if found else (False, None)
    return may and (last_day is None or day <= last_day)

"""Who may give which service, and until when: what is booked asks only here."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, NamedTuple, TypeAlias

from django.db.models import OuterRef, Q, QuerySet, Subquery

from massage_booking.core import packing
from massage_booking.core.packing import NOTHING, PackedText
from massage_booking.core.prepared import Prepared, a_key
from therapists.models import Service, Therapist, TherapistSpecialty
from therapists.models.people import NeededFor

# Therapist key -> the therapist, and the last day of the certificate that is needed (None: no end).
Windows: TypeAlias = dict[int, tuple[Therapist, date | None]]


class Certificate(NamedTuple):
    """A training with a certificate that something asks for: a technique, or what a client has answered."""

    technique_id: int | None
    needed_for: str
    expires_on: date | None


def _givers() -> QuerySet[Therapist]:
    """Return who works here, each with `certificates`, packed."""
    asked_for = Q(specialty__technique__isnull=False) | ~Q(specialty__needed_for="")
    trainings = TherapistSpecialty.objects.filter(asked_for, has_certificate=True, therapist=OuterRef("pk"))
    packed = (
        trainings.order_by()
        .values("therapist")
        .annotate(packed=PackedText("specialty__technique_id", "specialty__needed_for", "expires_on"))
    )
    people = Therapist.objects.filter(is_active=True).annotate(certificates=Subquery(packed.values("packed")))
    return people.order_by("position", "name")


_GIVERS: Final = Prepared(_givers)
_GIVERS_OF: Final = Prepared(lambda service: _givers().filter(services=service), service=a_key())
_GIVER_OF: Final = Prepared(
    lambda service, key: _givers().filter(services=service, pk=key), service=a_key(1), key=a_key(2)
)
_GIVER: Final = Prepared(lambda key: _givers().filter(pk=key), key=a_key())


def certificates_of(therapist: Therapist) -> tuple[Certificate, ...]:
    """Return what a therapist who was read here holds."""
    return _certificates(therapist.certificates)  # type: ignore[attr-defined]


@lru_cache(maxsize=1024)
def _certificates(packed: str | None) -> tuple[Certificate, ...]:
    return tuple(
        Certificate(
            None if technique == NOTHING else int(technique),
            need,
            None if last == NOTHING else date.fromisoformat(last),
        )
        for technique, need, last in packing.rows(packed)
    )


def _last_day(therapist: Therapist, service: Service) -> tuple[bool, date | None]:
    """Return whether the therapist may give the service at all, and the last day on which."""
    if not service.technique.needs_certificate:
        return True, None
    days = [
        certificate.expires_on
        for certificate in certificates_of(therapist)
        if certificate.technique_id == service.technique_id
    ]
    return bool(days), _latest(days)


def _latest(days: Iterable[date | None]) -> date | None:
    """Return the last of some last days; None is no end."""
    found = list(days)
    return None if None in found else max((day for day in found if day is not None), default=None)


def trained_until(therapist: Therapist) -> dict[str, date | None]:
    """Return the last day of each further training that clients can need. The therapist must come from here."""
    days: dict[str, list[date | None]] = {}
    for certificate in certificates_of(therapist):
        if certificate.needed_for:
            days.setdefault(certificate.needed_for, []).append(certificate.expires_on)
    return {need: _latest(found) for need, found in days.items()}


def eligibility_windows(*, service: Service, only: int | None = None) -> Windows:
    """Return the active therapists (or `only` one) who give a service and hold the certificate needed. One query."""
    windows: Windows = {}
    found = _GIVERS_OF.all(service=service.pk) if only is None else _GIVER_OF.all(service=service.pk, key=only)
    for therapist in found:
        may, last_day = _last_day(therapist, service)
        if may:
            windows[therapist.pk] = (therapist, last_day)
    return windows


def eligibility_by_service() -> dict[Service, Windows]:
    """Return the same for every bookable service. Three queries, however many therapists and services."""
    people = {therapist.pk: therapist for therapist in _GIVERS.all()}
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
    return not service.technique.needs_certificate or Certificates.of(therapist).cover(service, day)


@dataclass(frozen=True)
class Certificates:
    """All certificates of one therapist, looked up once."""

    therapist: Therapist | None
    trained: dict[str, date | None]

    @classmethod
    def of(cls, therapist: Therapist) -> "Certificates":
        """Return them; of somebody who works here no more, none. One query."""
        found = _GIVER.first(key=therapist.pk)
        return cls(found, trained_until(found) if found is not None else {})

    @classmethod
    def of_all(cls) -> "dict[int, Certificates]":
        """Return those of everybody who works here. One query."""
        return {found.pk: cls(found, trained_until(found)) for found in _GIVERS.all()}

    def cover(self, service: Service, day: date) -> bool:
        """Say whether the technique of a service may be given on a day."""
        if not service.technique.needs_certificate:
            return True
        may, last_day = _last_day(self.therapist, service) if self.therapist else (False, None)
        return may and (last_day is None or day <= last_day)


def trainings_of(therapist: Therapist) -> dict[str, date | None]:
    """Return the same for any therapist. One query."""
    return Certificates.of(therapist).trained


def nobody_trained_for(*, day: date) -> list[str]:
    """Return the needs for which no therapist who works here has a certificate on a day. One query."""
    valid = TherapistSpecialty.objects.filter(
        Q(expires_on__isnull=True) | Q(expires_on__gte=day), has_certificate=True, therapist__is_active=True
    )
    there = set(valid.exclude(specialty__needed_for="").values_list("specialty__needed_for", flat=True))
    return [need for need in NeededFor.values if need not in there]

"""The one lock of the calendar, and the second look under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Taken
from massage_booking.studio.models import Place
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES, CLIENT_GUARD, GUARDS, PLACE_GUARD, THERAPIST_GUARD
from therapists.models import Therapist


@dataclass(frozen=True)
class Span:
    """What a session would occupy: therapist and place until `blocked_until`, the client until `ends_at`."""

    therapist_id: int
    place_id: int | None
    client_id: int | None
    starts_at: datetime
    ends_at: datetime
    blocked_until: datetime


def lock(*, therapists: Iterable[int], places: Iterable[int], clients: Iterable[int]) -> None:
    """Lock therapists, then places, then clients, each group in id order; once, at the start of a transaction.

    One order for everybody means that two transactions can wait for each other in a row, never in a circle. On SQLite
    the IMMEDIATE transaction is the lock, and these are plain reads.
    """
    for model, keys in ((Therapist, therapists), (Place, places), (Client, clients)):
        wanted = sorted(set(keys))
        if wanted:
            rows = model.objects.select_for_update(no_key=True, of=("self",))
            list(rows.filter(pk__in=wanted).order_by("pk").values_list("pk"))


def clear_expired_holds(*, span: Span, now: datetime) -> None:
    """Delete holds whose time is up and that stand in the way. Call it under the lock."""
    MassageSession.objects.filter(
        Q(therapist_id=span.therapist_id) | Q(place_id=span.place_id, place_id__isnull=False),
        status="held",
        held_until__lte=now,
        starts_at__lt=span.blocked_until,
        blocked_until__gt=span.starts_at,
    ).delete()


def look_again(*, span: Span, without: int | None = None) -> str:
    """Return which guard would refuse the span, or an empty string."""
    table = MassageSession.objects.filter(status__in=BLOCKING_VALUES).exclude(pk=without or 0)
    blocked = Q(starts_at__lt=span.blocked_until, blocked_until__gt=span.starts_at)
    clash = Q(therapist_id=span.therapist_id) & blocked
    if span.place_id is not None:
        clash |= Q(place_id=span.place_id) & blocked
    if span.client_id is not None:
        clash |= Q(client_id=span.client_id, starts_at__lt=span.ends_at, ends_at__gt=span.starts_at)
    found = list(table.filter(clash).values_list("therapist_id", "place_id", "client_id", "starts_at", "ends_at"))
    if any(row[0] == span.therapist_id for row in found):
        return THERAPIST_GUARD
    if any(row[2] is not None and row[2] == span.client_id for row in found):
        return CLIENT_GUARD
    return PLACE_GUARD if found else ""


def refuse_if_taken(*, span: Span, without: int | None = None) -> None:
    """Raise `Taken` with the guard's name when the second look finds somebody there."""
    guard = look_again(span=span, without=without)
    if guard:
        raise Taken(guard=guard)


def span_of(session: MassageSession) -> Span:
    """Return what a session occupies where it stands."""
    return Span(
        session.therapist_id,
        session.place_id,
        session.client_id,
        session.starts_at,
        session.ends_at,
        session.blocked_until,
    )


def take_again(span: Span, *, now: datetime, without: int) -> None:
    """Lock what a session occupied and look whether it still can; at the start of a transaction. Raises `Taken`."""
    lock(
        therapists=[span.therapist_id],
        places=[span.place_id] if span.place_id else [],
        clients=[span.client_id] if span.client_id else [],
    )
    clear_expired_holds(span=span, now=now)
    guard = look_again(span=span, without=without)
    if guard:
        raise Taken("time_is_gone", guard=guard)


__all__ = [
    "GUARDS",
    "Span",
    "clear_expired_holds",
    "lock",
    "look_again",
    "refuse_if_taken",
    "span_of",
    "take_again",
]

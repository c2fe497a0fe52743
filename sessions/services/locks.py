"""The one lock of the calendar, and the second look under it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Taken
from massage_booking.core.prepared import Prepared, a_key, an_instant
from massage_booking.studio.models import Place
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES, CLIENT_GUARD, GUARDS, PLACE_GUARD, THERAPIST_GUARD
from therapists.models import Therapist

# The key of no row.
NOBODY: Final = 0


def _row_of(model: type[Model]) -> Prepared:
    rows = model._default_manager.select_for_update(no_key=True, of=("self",))
    return Prepared(lambda key: rows.filter(pk=key).order_by().values_list("pk"), key=a_key())


_ROWS: Final = (_row_of(Therapist), _row_of(Place), _row_of(Client))


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
    for rows, keys in zip(_ROWS, (therapists, places, clients), strict=True):
        for key in sorted(set(keys)):
            rows.rows(key=key)


def _clashes(
    *,
    therapist: int,
    place: int,
    client: int,
    starts_at: datetime,
    ends_at: datetime,
    blocked_until: datetime,
    without: int,
) -> QuerySet[MassageSession, Any]:
    blocked = Q(starts_at__lt=blocked_until, blocked_until__gt=starts_at)
    clash = Q(therapist_id=therapist) & blocked
    clash |= Q(place_id=place) & blocked
    clash |= Q(client_id=client, starts_at__lt=ends_at, ends_at__gt=starts_at)
    table = MassageSession.objects.filter(clash, status__in=BLOCKING_VALUES).exclude(pk=without)
    return table.order_by().values_list("therapist_id", "place_id", "client_id", "pk", "status", "held_until")


_CLASHES: Final = Prepared(
    _clashes,
    therapist=a_key(),
    place=a_key(2),
    client=a_key(3),
    without=a_key(4),
    starts_at=an_instant(),
    ends_at=an_instant(2),
    blocked_until=an_instant(3),
)


def look_again(*, span: Span, now: datetime | None = None, without: int | None = None) -> str:
    """Return which guard would refuse the span, or an empty string. Call it under the lock.

    With `now`, holds whose time was up by then and that stand in the way are deleted.
    """
    found = _CLASHES.all(
        therapist=span.therapist_id,
        place=span.place_id or NOBODY,
        client=span.client_id or NOBODY,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        blocked_until=span.blocked_until,
        without=without or NOBODY,
    )
    if now is not None:
        ended = [row[3] for row in found if row[4] == Status.HELD and row[5] <= now]
        if ended:
            MassageSession.objects.filter(pk__in=ended, status="held", held_until__lte=now).delete()
            found = [row for row in found if row[3] not in ended]
    if any(row[0] == span.therapist_id for row in found):
        return THERAPIST_GUARD
    if any(row[2] is not None and row[2] == span.client_id for row in found):
        return CLIENT_GUARD
    return PLACE_GUARD if found else ""


def refuse_if_taken(*, span: Span, now: datetime | None = None, without: int | None = None) -> None:
    """Raise `Taken` with the guard's name when the second look finds somebody there."""
    guard = look_again(span=span, now=now, without=without)
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
    guard = look_again(span=span, now=now, without=without)
    if guard:
        raise Taken("time_is_gone", guard=guard)


__all__ = [
    "GUARDS",
    "Span",
    "lock",
    "look_again",
    "refuse_if_taken",
    "span_of",
    "take_again",
]

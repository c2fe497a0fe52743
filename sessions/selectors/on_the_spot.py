"""What stands around a session: could it be longer, something else, or a colleague's, from its own start?

The engine answers for times that are still to come, on the grid. Here a session stands already, perhaps begun.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from massage_booking.core.intervals import covers, minute_after, minute_before
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Place
from sessions.domain.refusals import Why
from sessions.models import MassageSession
from sessions.models.session import BLOCKING_VALUES
from sessions.selectors.calendar import hours_of
from therapists.domain.hours import OpenSpan
from therapists.models import Service

Row = tuple[int, int | None, int | None, datetime, datetime, datetime]


@dataclass(frozen=True)
class Fit:
    """Whether something would fit from the start of a session: why not, else the places for it, best first."""

    why_not: Why | None
    places: tuple[int, ...] = ()

    @property
    def fits(self) -> bool:
        return self.why_not is None


@dataclass(frozen=True)
class Around:
    """A session with everybody else's rows, hours and places near it."""

    session: MassageSession
    rows: list[Row]
    hours: dict[int, list[OpenSpan]]
    places: list[Place]

    def fit(self, service: Service, therapist_id: int, *, beyond_hours: bool = False) -> Fit:
        """Say whether a service would fit with a therapist. `beyond_hours`: who works on may do so of their own will.

        What takes no more time than the session has already asks nothing of anybody's hours.
        """
        session = self.session
        ends_at = session.starts_at + timedelta(minutes=service.minutes)
        blocked_until = ends_at + timedelta(minutes=service.turnover_minutes)
        located = self._locations(therapist_id, ends_at)
        is_own = therapist_id == session.therapist_id
        if is_own and session.place is not None and (beyond_hours or ends_at <= session.ends_at):
            located = [session.place.room.location_id]
        if not located:
            return Fit(Why.OUTSIDE_HOURS)
        near = [row for row in self.rows if row[3] < blocked_until and session.starts_at < row[5]]
        if any(row[0] == therapist_id for row in near):
            return Fit(Why.THERAPIST_BUSY)
        if any(row[2] is not None and row[2] == session.client_id and row[3] < ends_at for row in near):
            return Fit(Why.CLIENT_BUSY)
        taken = {row[1] for row in near}
        free = tuple(place.pk for place in self._fitting(service, located) if place.pk not in taken)
        return Fit(None, free) if free else Fit(Why.NO_PLACE)

    def _locations(self, therapist_id: int, ends_at: datetime) -> list[int]:
        starts, ends = minute_before(self.session.starts_at), minute_after(ends_at)
        by_location: dict[int, list[tuple[int, int]]] = {}
        for span in self.hours.get(therapist_id, []):
            by_location.setdefault(span.location_id, []).append((span.starts, span.ends))
        return [location for location, spans in by_location.items() if covers(spans, starts, ends)]

    def _fitting(self, service: Service, located: list[int]) -> Iterable[Place]:
        """Return the places of the right kind, the session's own first: nobody should have to change the room."""
        kind = service.technique.place_kind
        right = [place for place in self.places if place.kind == kind and place.room.location_id in located]
        return sorted(right, key=lambda place: place.pk != self.session.place_id)


def around(
    session: MassageSession, *, services: Collection[Service], therapist_ids: Collection[int], now: datetime
) -> Around:
    """Read what stands around a session, as far as any of the services would reach. Seven queries, however many."""
    longest = max((service.minutes + service.turnover_minutes for service in services), default=0)
    reach = max(session.blocked_until, session.starts_at + timedelta(minutes=longest))
    rows = (
        MassageSession.objects.filter(
            status__in=BLOCKING_VALUES, starts_at__lt=reach, blocked_until__gt=session.starts_at
        )
        .exclude(pk=session.pk)
        .exclude(status="held", held_until__lte=now)
        .order_by()
        .values_list("therapist_id", "place_id", "client_id", "starts_at", "ends_at", "blocked_until")
    )
    window = minute_before(session.starts_at), minute_after(reach)
    places = Place.objects.filter(Q(is_active=True) | Q(pk=session.place_id or 0)).select_related("room")
    in_room = Count("room__places", filter=Q(room__places__is_active=True))
    return Around(
        session=session,
        rows=list(rows),
        hours=hours_of(therapist_ids=therapist_ids, window=window, studio=studio_selectors.require()),
        places=list(places.annotate(in_room=in_room).order_by("in_room", "pk")),
    )

"""Two clients at the same time: what suits both, from the engine of a single session; and who belongs with whom."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Any

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Place, Studio
from sessions.domain import starts as starts_of_day
from sessions.domain import together as engine
from sessions.domain.together import Common, Side
from sessions.models import MassageSession
from sessions.selectors import openings
from sessions.selectors.openings import DayFilter, Look
from therapists.models import Service, Therapist


@dataclass(frozen=True)
class Seat:
    """One of the two: for whom, what, and with whom (None means anyone).

    `allowed_on` says on which dates this client may have it; `own` is their session or hold that does not stand in
    the way.
    """

    client: Client
    service: Service
    therapist: Therapist | None = None
    allowed_on: DayFilter | None = None
    own: MassageSession | None = None


@dataclass(frozen=True)
class Pair:
    """Two seats that begin together. With `side_by_side` only two places of one room will do."""

    first: Seat
    second: Seat
    side_by_side: bool = False
    notice: timedelta | None = None

    @property
    def seats(self) -> tuple[Seat, Seat]:
        return self.first, self.second

    @property
    def minutes(self) -> int:
        """How long until both are over."""
        return max(seat.service.minutes for seat in self.seats)

    def with_anyone(self) -> "Pair":
        return replace(self, first=replace(self.first, therapist=None), second=replace(self.second, therapist=None))


@dataclass(frozen=True)
class Together:
    """A time at which both can begin. `twice`: the wall shows this time twice that day."""

    starts_at: datetime
    side_by_side: bool
    with_anyone: bool = False
    twice: bool = False


@dataclass(frozen=True)
class PairLook:
    """A question about two, answered. It stands where a `Look` stands in a month."""

    studio: Studio
    pair: Pair
    first: Look
    second: Look
    rooms: Mapping[int, int]

    @cached_property
    def sides(self) -> tuple[Side, Side] | None:
        one, two = _side(self.first), _side(self.second)
        return (one, two) if one and two else None

    @cached_property
    def common(self) -> Common:
        return engine.common(*self.sides, self.rooms) if self.sides else engine.NOTHING

    @cached_property
    def beside(self) -> frozenset[int]:
        """The starts at which two places of one room are free."""
        return frozenset(self.common.starts(side_by_side=True))

    def anyone(self) -> list[int]:
        return self.common.starts(side_by_side=self.pair.side_by_side)

    def counts(self, first: date, last: date) -> dict[date, int]:
        """Return how many common starts each local date from `first` to `last` has; dates without any are left out."""
        found = starts_of_day.days_with_openings(self.anyone(), self.studio.tz)
        return {day: count for day, count in found.items() if first <= day <= last}

    def first_between(self, first: date, last: date) -> int | None:
        """Return the earliest common start on the local dates `first` to `last`, a UTC minute."""
        begins, ends = midnight(first, self.studio.tz), midnight(last + timedelta(days=1), self.studio.tz)
        return next((start for start in self.anyone() if begins <= start < ends), None)

    def at(self, minute: int) -> Together:
        return Together(instant_of(minute), minute in self.beside)

    def places_at(self, minute: int) -> Iterator[tuple[int, int, int]]:
        """Yield (location, place of the first, place of the second), side by side before apart."""
        if self.sides is None:
            return
        wanted = [True] if self.pair.side_by_side else [True, False]
        for beside in wanted:
            for location in self.common.locations_at(minute, side_by_side=beside):
                for one, two, is_beside in engine.place_pairs(*self.sides, self.rooms, location, minute):
                    if is_beside is beside:
                        yield location, one, two

    def therapists_at(self, minute: int, location_id: int) -> tuple[list[Therapist], list[Therapist]]:
        """Return who could give each of the two at a location."""
        if self.sides is None:
            return [], []
        unit = (minute - self.common.begins) // engine.UNIT
        found = []
        for side, look in zip(self.sides, (self.first, self.second), strict=True):
            free = [key for key, mask in side.therapists(location_id).items() if mask >> unit & 1]
            found.append([look.therapists[key] for key in free])
        return found[0], found[1]


def _side(look: Look) -> Side | None:
    if look.layout is None or look.wanted is None:
        return None
    masks = engine.limited(look.found.masks, look.starts, look.found.begins)
    return Side(look.layout, look.wanted, masks)


def look(pair: Pair, *, first: date, last: date, now: datetime) -> PairLook:
    """Ask for the times at which both can begin, on the local dates `first` to `last`. Two looks and one query."""

    def of(seat: Seat, other: Seat) -> Look:
        return openings.look(
            service=seat.service,
            first=first,
            last=last,
            now=now,
            therapist=seat.therapist,
            client=seat.client,
            allowed_on=seat.allowed_on,
            without=seat.own,
            beside=other.own,
            notice=pair.notice,
            whose=seat.client,
        )

    looks = of(pair.first, pair.second), of(pair.second, pair.first)
    return PairLook(studio_selectors.require(), pair, *looks, rooms_of_places())


def rooms_of_places() -> dict[int, int]:
    """Return in which room each place in use stands. One query."""
    return dict(Place.objects.filter(is_active=True).order_by().values_list("pk", "room_id"))


def nearest(pair: Pair, *, wanted: datetime, now: datetime, count: int = 3) -> list[Together]:
    """Return the common times nearest to one: with whom they asked for first, with anyone when there are too few."""
    found = _nearest(pair, wanted=wanted, now=now, count=count)
    if len(found) < count and (pair.first.therapist or pair.second.therapist):
        known = {item.starts_at for item in found}
        others = _nearest(pair.with_anyone(), wanted=wanted, now=now, count=count)
        more = [replace(item, with_anyone=True) for item in others if item.starts_at not in known]
        found += more[: count - len(found)]
    return sorted(found, key=lambda item: item.starts_at)


def _nearest(pair: Pair, *, wanted: datetime, now: datetime, count: int) -> list[Together]:
    day = wanted.astimezone(studio_selectors.require().tz).date()
    asked = look(pair, first=day - timedelta(days=7), last=day + timedelta(days=21), now=now)
    return [asked.at(minute) for minute in starts_of_day.nearest(asked.anyone(), minute_before(wanted), count)]


# --- Who belongs with whom ----------------------------------------------------


def companion_of(session: MassageSession) -> MassageSession | None:
    """Return the session that was booked with this one and is still at the same time; None when there is none."""
    if session.together_id is None:
        return None
    others = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location", "decision"
    )
    other = others.filter(together_id=session.together_id).exclude(pk=session.pk).first()
    return other if other is not None and belong(session, other) else None


def belong(session: MassageSession, other: MassageSession) -> bool:
    """Say whether two sessions of one booking still are one visit: neither was moved away, cancelled or held only."""
    apart = {"held", "cancelled"}
    return session.starts_at == other.starts_at and not {session.status, other.status} & apart


def fill_in(sessions: Iterable[MassageSession]) -> None:
    """Put its companion on each session of a list, as `companion`. At most one query, none without a pair."""
    listed = list(sessions)
    keys = {session.together_id for session in listed if session.together_id is not None}
    found: dict[int, list[MassageSession]] = {}
    if keys:
        rows = MassageSession.objects.select_related("client", "therapist", "place").filter(together_id__in=keys)
        for row in rows:
            found.setdefault(row.together_id or 0, []).append(row)
    for session in listed:
        others = [row for row in found.get(session.together_id or 0, []) if row.pk != session.pk]
        session.companion = next((row for row in others if belong(session, row)), None)  # type: ignore[attr-defined]


def is_side_by_side(session: MassageSession, other: MassageSession) -> bool:
    """Say whether two sessions are in one room."""
    return session.place is not None and other.place is not None and session.place.room_id == other.place.room_id


def may_see(user: Any, session: MassageSession) -> bool:
    """Say whether a session is of somebody in the user's care."""
    return bool(user.is_authenticated and session.client and session.client.account_id == user.pk)

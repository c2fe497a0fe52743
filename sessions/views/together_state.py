"""What a browser is in the middle of booking for two at once: ids in its session, the truth in the database."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import reverse

from massage_booking.accounts.models import Client, Relation
from massage_booking.accounts.permissions import clients_visible_to
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from screening import flow as screening_flow
from sessions import words
from sessions.domain import policy
from sessions.forms.together import SEATS, SIDE_BY_SIDE
from sessions.models import MassageSession
from sessions.selectors import offer, together
from sessions.selectors.together import Pair, Seat
from sessions.services import holds
from sessions.views.state import BROWSER, Summary
from therapists.models import Service, Therapist

TOGETHER = "together"
# How somebody without a name yet is called in the middle of a sentence.
CALLED = {
    Relation.SELF.value: "you",
    Relation.CHILD.value: "your child",
    Relation.PARENT.value: "your parent",
    Relation.PARTNER.value: "your partner",
}


@dataclass(frozen=True)
class Chosen:
    """Who comes, what each has, and whether only one room will do; `held` are the two holds, or none."""

    first: Seat
    second: Seat
    side_by_side: bool
    held: list[MassageSession]

    @property
    def seats(self) -> tuple[Seat, Seat]:
        return self.first, self.second

    @property
    def clients(self) -> tuple[Client, Client]:
        return self.first.client, self.second.client

    @property
    def starts_at(self) -> datetime | None:
        return self.held[0].starts_at if self.held else None

    @property
    def fits_hold(self) -> bool:
        """Say whether what is held is what is wanted now."""
        return (
            bool(self.held)
            and all(
                row.service_id == seat.service.pk and seat.therapist in (None, row.therapist)
                for row, seat in zip(self.held, self.seats, strict=True)
            )
            and (not self.side_by_side or together.is_side_by_side(*self.held))
        )

    def pair(self, *, now: datetime) -> Pair:
        """Return what the engine is asked: each with the days that their answers allow."""
        return Pair(*(self._seat(index, now) for index in (0, 1)), side_by_side=self.side_by_side)

    def _seat(self, index: int, now: datetime) -> Seat:
        seat = self.seats[index]
        allowed = offer.allowed_on(client=seat.client, service=seat.service, now=now, for_letter=True)
        own = self.held[index] if self.held else None
        return Seat(seat.client, seat.service, seat.therapist, allowed, own)


def state_of(request: HttpRequest) -> dict[str, Any]:
    """Return the ids: for first and second client, service and therapist; rooms; key (of the form)."""
    found = request.session.get(TOGETHER)
    return dict(found) if isinstance(found, dict) else {}


def save_state(request: HttpRequest, **changes: Any) -> None:
    request.session[TOGETHER] = {**state_of(request), **changes}


def clear_state(request: HttpRequest) -> None:
    request.session.pop(TOGETHER, None)


def form_key(request: HttpRequest) -> str:
    """Return the random key of the booking form under way: the same until it is booked."""
    key = state_of(request).get("key")
    if not isinstance(key, str):
        key = new_public_id()
        save_state(request, key=key)
    return key


def held_of(request: HttpRequest, *, now: datetime) -> list[MassageSession]:
    """Return the two live holds of this browser, or none."""
    key = request.session.get(BROWSER)
    return holds.pair_of_browser(browser=key, now=now) if isinstance(key, str) else []


def seat_of(request: HttpRequest, name: str) -> Seat | None:
    """Return one of the two as far as it was chosen, with what can still be had."""
    known = state_of(request).get(name)
    if not isinstance(known, dict):
        return None
    client = clients_visible_to(request).filter(public_id=known.get("client", "")).first()
    services = Service.objects.filter(is_active=True).select_related("technique")
    service = services.filter(slug=known.get("service", "")).first()
    therapists = Therapist.objects.filter(is_active=True, slug=known.get("therapist") or "")
    if client is None or service is None:
        return None
    return Seat(client, service, therapists.first())


def chosen(request: HttpRequest, *, now: datetime) -> Chosen | None:
    """Return the two as they were chosen; None while one of them is missing."""
    first, second = (seat_of(request, name) for name in SEATS)
    if first is None or second is None or first.client.pk == second.client.pk:
        return None
    return Chosen(first, second, state_of(request).get("rooms") == SIDE_BY_SIDE, held_of(request, now=now))


def seat_being_asked(request: HttpRequest, *, now: datetime) -> tuple[Seat, MassageSession | None] | None:
    """Return whose health questions are open in the middle of this booking, with the time that is held for them."""
    if not screening_flow.next_name(request).startswith("sessions:together"):
        return None
    found = chosen(request, now=now)
    asked = request.session.get(screening_flow.CLIENT_KEY)
    for index, seat in enumerate(found.seats if found else ()):
        if seat.client.public_id == asked and found is not None:
            return seat, found.held[index] if found.held else None
    return None


def called(client: Client) -> str:
    """Return how a person is called in a sentence: by name, else by who they are to whoever books."""
    return client.first_name or CALLED.get(client.relation, "the other person")


def summary_of(request: HttpRequest, *, now: datetime) -> Summary | None:
    """Return what includes/summary.html shows of a booking for two."""
    found = chosen(request, now=now)
    if found is None:
        return None
    services = [seat.service for seat in found.seats]
    names = list(dict.fromkeys(service.technique.name for service in services))
    minutes = {service.minutes for service in services}
    facts: dict[str, Any] = {
        "service": " and ".join(names),
        "minutes": minutes.pop() if len(minutes) == 1 else 0,
        "therapist": "",
        "price": sum(service.price for service in services),
        "client_name": _both(found),
    }
    if not found.held:
        return Summary(**facts)
    studio, first = studio_selectors.require(), found.held[0]
    facts |= {"therapist": " and ".join(row.therapist.first_name for row in found.held)}
    return Summary(
        **facts,
        where=", ".join(words.where_lines(first, studio)),
        starts_at=first.starts_at,
        ends_at=max(row.ends_at for row in found.held),
        held_until=first.held_until,
        free_to_cancel_until=policy.free_to_cancel_until(first.starts_at, studio.cancellation_hours),
        extend_url=reverse("sessions:extend"),
    )


def _both(found: Chosen) -> str:
    named = " and ".join(called(client) for client in found.clients)
    return named[:1].upper() + named[1:]

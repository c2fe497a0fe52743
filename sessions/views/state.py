"""What a browser is in the middle of booking: ids in its session, the truth in the database."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from ipaddress import ip_address, ip_network
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.crypto import salted_hmac

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import clients_visible_to
from massage_booking.core import visitors
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import policy
from sessions.forms.choice import GENDERS
from sessions.models import MassageSession
from sessions.services import holds
from therapists import selectors as therapists
from therapists.models import Service, Therapist

BOOKING = "booking"
BROWSER = "browser"
BOOKED = "booked"
# Bookings whose confirmation a browser may look at again.
BOOKED_KEPT = 10


def studio_of(request: HttpRequest) -> Studio | None:
    """Return the studio that the middleware put on the request, None before it was opened."""
    return getattr(request, "studio", None)


def state_of(request: HttpRequest) -> dict[str, str]:
    """Return the ids of the booking under way: service, therapist (slugs), client (public id), key (of the form)."""
    found = request.session.get(BOOKING)
    return dict(found) if isinstance(found, dict) else {}


def save_state(request: HttpRequest, **changes: str | None) -> dict[str, str]:
    """Change some ids; None takes one out."""
    state = state_of(request)
    for name, value in changes.items():
        if value is None:
            state.pop(name, None)
        else:
            state[name] = value
    request.session[BOOKING] = state
    return state


def clear_state(request: HttpRequest) -> None:
    request.session.pop(BOOKING, None)


def browser_key(request: HttpRequest) -> str:
    """Return this browser's random key, made on first use; holds belong to it."""
    key = request.session.get(BROWSER)
    if not isinstance(key, str):
        key = request.session[BROWSER] = new_public_id()
    return key


def held_of(request: HttpRequest, *, now: datetime) -> MassageSession | None:
    """Return the live hold of this browser."""
    key = request.session.get(BROWSER)
    found = holds.of_browser(browser=key, now=now) if isinstance(key, str) else []
    return found[0] if found else None


def chosen_service(request: HttpRequest) -> Service | None:
    slug = state_of(request).get("service")
    return therapists.service_named(slug) if slug else None


def chosen_therapist(request: HttpRequest) -> Therapist | None:
    slug = state_of(request).get("therapist")
    return therapists.therapist_named(slug) if slug else None


def chosen_gender(request: HttpRequest) -> str:
    """Return which gender was asked for instead of a name, if any."""
    word = state_of(request).get("therapist", "")
    return word if word in GENDERS else ""


def chosen_client(request: HttpRequest) -> Client | None:
    public_id = state_of(request).get("client")
    return clients_visible_to(request).filter(public_id=public_id).first() if public_id else None


def form_key(request: HttpRequest) -> str:
    """Return the random key of the booking form under way: the same until it is booked."""
    key = state_of(request).get("key")
    if not key:
        key = new_public_id()
        save_state(request, key=key)
    return key


def remember_booked(request: HttpRequest, session: MassageSession) -> None:
    """Let this browser open the confirmation of what it has booked."""
    known = [item for item in request.session.get(BOOKED, []) if item != session.public_id]
    request.session[BOOKED] = [*known[1 - BOOKED_KEPT :], session.public_id]


def has_booked(request: HttpRequest, public_id: str) -> bool:
    return public_id in request.session.get(BOOKED, [])


def address_digest(request: HttpRequest) -> str:
    """Return a keyed digest of the visitor's address, so that holds can be counted without keeping the address.

    An IPv6 visitor owns a whole /64.
    """
    address = visitors.address_of(request)
    try:
        parsed = ip_address(address)
    except ValueError:
        return ""
    if parsed.version == 6:
        address = str(ip_network((parsed, 64), strict=False))
    return salted_hmac("sessions.address", address, algorithm="sha256").hexdigest()


@dataclass(frozen=True)
class Summary:
    """What includes/summary.html shows."""

    service: str
    minutes: int
    therapist: str
    price: Decimal
    client_name: str = ""
    where: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    held_until: datetime | None = None
    free_to_cancel_until: datetime | None = None
    extend_url: str = ""


def held_for_summary(request: Any, *, now: datetime) -> Summary | None:
    """Return what is being booked, held or only chosen so far; None when nothing is."""
    held = held_of(request, now=now)
    client = chosen_client(request)
    name = client.name if client else ""
    if held is None:
        service = chosen_service(request)
        if service is None:
            return None
        therapist = chosen_therapist(request)
        return Summary(
            service.technique.name, service.minutes, therapist.first_name if therapist else "", service.price, name
        )
    studio = studio_selectors.require()
    location = held.place.room.location if held.place else None
    where = (location.address if location and location.address else studio.address) or ""
    return Summary(
        service=held.service.technique.name,
        minutes=held.minutes,
        therapist=held.therapist.first_name,
        price=held.price,
        client_name=name,
        where=", ".join(line.strip() for line in where.splitlines() if line.strip()),
        starts_at=held.starts_at,
        ends_at=held.ends_at,
        held_until=held.held_until,
        free_to_cancel_until=policy.free_to_cancel_until(held.starts_at, studio.cancellation_hours),
        extend_url=reverse("sessions:extend"),
    )

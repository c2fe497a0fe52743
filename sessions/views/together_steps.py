"""Where a booking for two stands, and where it goes next: each of the two goes through the same gates."""

from datetime import datetime

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect

from massage_booking.accounts.models import Client
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions.selectors import offer
from sessions.selectors.together import Seat
from sessions.views import together_state
from sessions.views.steps import needs_health, obstacle_of, to_health
from sessions.views.together_state import Chosen

TIME, CONFIRM = "sessions:together_time", "sessions:together_confirm"


def health_first(
    request: HttpRequest, found: Chosen, *, now: datetime, then: str = TIME
) -> HttpResponseRedirect | None:
    """Lead to the health questions of the first of the two whose answers are missing; None when none are."""
    for client in found.clients:
        if needs_health(client, now=now):
            return to_health(request, client, then=then)
        if not screening.asked_lately(client=client, now=now):
            # Known clients skip the questions, but not this one: has anything changed?
            return to_health(request, client, page="screening:again", then=then)
    return None


def before_times(standing: Assessment | None) -> str:
    """Return the page that comes before any time for this person; nothing where times can be chosen."""
    if standing is not None and standing.may_choose_time:
        return ""
    blocks = set(standing.blocks) if standing else set()
    asks, refuses = {Block.INCOMPLETE, Block.OUT_OF_DATE}, {Block.STOPPED, Block.REFUSED}
    return "screening:reask" if blocks & asks and not blocks & refuses else "screening:result"


def stops(request: HttpRequest, found: Chosen, *, now: datetime) -> HttpResponseRedirect | None:
    """Lead to what must be read or answered by one of the two before any time can be chosen."""
    for client in found.clients:
        page = before_times(offer.standing_of(client=client, now=now))
        if page:
            return to_health(request, client, page=page, then=TIME)
    return None


def obstacles(found: Chosen, *, starts_at: datetime, now: datetime) -> list[tuple[Seat, str]]:
    """Return for each of the two what stands against their session then, as a code; nothing where it may be booked."""
    listed = []
    for seat in found.seats:
        assessment = offer.assess(client=seat.client, starts_at=starts_at, now=now)
        listed.append((seat, obstacle_of(assessment, seat.service, starts_at=starts_at, now=now)))
    return listed


def asked_today(found: Chosen, *, starts_at: datetime, now: datetime) -> Client | None:
    """Return the first of the two who must answer the questions about today, when nothing else is in the way."""
    for seat, code in obstacles(found, starts_at=starts_at, now=now):
        if code == Block.TODAYS_ROWS:
            return seat.client
    return None


def next_step(request: HttpRequest, *, now: datetime) -> HttpResponseRedirect:
    """Lead to the first step that is not done."""
    found = together_state.chosen(request, now=now)
    if found is None:
        return redirect("sessions:together")
    first = health_first(request, found, now=now)
    if first is not None:
        return first
    if found.starts_at is None:
        return redirect(TIME)
    against = obstacles(found, starts_at=found.starts_at, now=now)
    if any(code not in ("", Block.TODAYS_ROWS) for _, code in against):
        return redirect(TIME)
    return redirect(CONFIRM)

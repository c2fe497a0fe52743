"""What pages of other apps show of sessions, without their code knowing this app."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django import template
from django.template import Context
from django.urls import reverse

from massage_booking.accounts.models import Client
from massage_booking.core import clock, wording
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import policy
from sessions.domain.money import Bill
from sessions.models import MassageSession
from sessions.selectors import account, clearance, money, rhythm, together
from sessions.selectors import openings as opening_selectors
from sessions.selectors.openings import Opening
from sessions.views import together_state
from sessions.views.state import held_for_summary
from therapists.models import Therapist

register = template.Library()


@dataclass(frozen=True)
class AccountSessions:
    """A client's sessions as the account page lists them."""

    next: MassageSession | None
    upcoming: list[MassageSession]
    past: list[MassageSession]


@register.simple_tag(takes_context=True)
def held_session(context: Context) -> Any:
    """Return what this browser is booking, as includes/summary.html wants it, or None."""
    request = context.get("request")
    if request is None:
        return None
    now = clock.now()
    if together_state.seat_being_asked(request, now=now) is not None:
        return together_state.summary_of(request, now=now)
    return held_for_summary(request, now=now)


@register.simple_tag(takes_context=True)
def next_openings(context: Context) -> dict[int, Opening]:
    """Return each therapist's next opening; asked for once a page."""
    request = context.get("request")
    if request is None:
        return opening_selectors.next_openings(now=clock.now())
    if not hasattr(request, "next_openings"):
        request.next_openings = opening_selectors.next_openings(now=clock.now())
    return request.next_openings


@register.simple_tag(takes_context=True)
def next_opening(context: Context, therapist: Therapist) -> Opening | None:
    return next_openings(context).get(therapist.pk)


@register.simple_tag(takes_context=True)
def openings_with(context: Context, therapist: Therapist, count: int = 3) -> list[Opening]:
    """Return a therapist's next openings: the first of each of the next days that have any."""
    soonest = next_opening(context, therapist)
    if soonest is None:
        return []
    first = wording.local(soonest.starts_at).date()
    found = opening_selectors.openings(
        service=soonest.service, first=first, last=first + timedelta(days=30), now=clock.now(), therapist=therapist
    )
    by_day: dict[date, Opening] = {}
    for opening in found:
        by_day.setdefault(wording.local(opening.starts_at).date(), opening)
    return list(by_day.values())[:count]


@register.simple_tag(takes_context=True)
def session_links(context: Context, session: MassageSession) -> dict[str, Any]:
    """Return what a client may do with an upcoming session: addresses, and until when it is free."""
    studio = context.get("studio") or studio_selectors.require()
    pages = {"manage": "detail", "move": "move", "cancel": "cancel", "ics": "ics"}
    return {
        **{key: reverse(f"sessions:{name}", args=[session.public_id]) for key, name in pages.items()},
        "free_until": policy.free_to_cancel_until(session.starts_at, studio.cancellation_hours),
    }


@register.simple_tag
def account_sessions(client: Client) -> AccountSessions:
    upcoming, past = account.sessions_of(client=client, now=clock.now())
    return AccountSessions(next=upcoming[0] if upcoming else None, upcoming=upcoming, past=past)


@register.simple_tag
def companion_of(session: MassageSession) -> MassageSession | None:
    """Return the session that belongs with this one. At most one query, none for a single session."""
    return together.companion_of(session)


@register.simple_tag
def bill_of(session: MassageSession) -> Bill:
    """Return what is owed for a session and what is paid of it. One query."""
    return money.bill_of(session)


@register.filter
def letter_waits(client: Client) -> bool:
    """Tell whether a letter came that nobody has answered yet."""
    return clearance.has_letter_waiting(client)


@register.simple_tag
def letter_is_read_for(session: MassageSession) -> bool:
    """Tell whether a session's time is kept for a letter, and the letter has come."""
    return session.clearance_until is not None and session.client is not None and letter_waits(session.client)


@register.simple_tag
def rhythm_of(client: Client) -> rhythm.Standing | None:
    return rhythm.standing_of(client=client, now=clock.now())

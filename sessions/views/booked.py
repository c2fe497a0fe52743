"""The confirmation of a booking."""

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from massage_booking.core import clock
from massage_booking.studio import selectors as studio_selectors
from sessions import words
from sessions.domain import reminders
from sessions.selectors import proposals
from sessions.views import state
from sessions.views.doors import Door, door_of
from sessions.views.manage import context_of

COME_EARLY = timedelta(minutes=5)


@require_safe
def booked(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what was booked, to the browser that booked it or to the account."""
    door = door_or_404(request, public_id)
    session, studio, now = door.session, studio_selectors.require(), clock.now()
    context = context_of(door, now=now)
    offers = door.is_own and not context["plan"] and context["may_change"]
    context |= {
        "spoken": words.spoken(session.starts_at.astimezone(studio.tz)),
        "reminder_at": reminders.reminder_due(session.starts_at, session.booked_at or now, studio.reminder_hours),
        "come_at": session.starts_at - COME_EARLY,
        "next_times": proposals.after(session=session, now=now) if offers else [],
    }
    return render(request, "sessions/booked.html", context)


def door_or_404(request: HttpRequest, public_id: str) -> Door:
    door = door_of(request, public_id) if state.studio_of(request) else None
    if door is None:
        raise Http404
    return door

"""Taking back a move or a cancellation of the last minutes: the client's own, and that of staff. POST alone acts."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from massage_booking.accounts.permissions import is_desk, staff_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.ids import new_public_id
from sessions import messages as sentences
from sessions import staff_messages
from sessions.domain.status import Act, may
from sessions.models import MassageSession
from sessions.permissions import sessions_visible_to_staff
from sessions.services import record, undoing
from sessions.views.day_acts import role_in
from sessions.views.doors import Door, opened
from sessions.views.manage import actor_of, form_of


@require_POST
@opened
def undo(request: HttpRequest, door: Door) -> HttpResponse:
    """Take back the client's own last change; where its time is gone, offer the nearest three."""
    now = clock.now()
    form = form_of(request, door, "undo")
    try:
        undoing.undo(session=door.session, actor=actor_of(request), by="client", now=now, **form)
    except Taken as lost:
        return _gone(request, door, lost)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
    else:
        messages.success(request, "Taken back. Your session is as it was, and no letter goes out.")
    return redirect(door.url("detail"))


def _gone(request: HttpRequest, door: Door, lost: Taken) -> HttpResponse:
    """Say that somebody else has the time; what is moved can move on from here, what is cancelled is booked anew."""
    context = {
        "session": door.session,
        "urls": door.urls,
        "sentence": sentences.sentence(lost),
        "nearest": lost.params.get("nearest", []),
        "may_move": may(door.session.state, Act.MOVE),
        "key": new_public_id(),
    }
    return render(request, "sessions/undo_gone.html", context, status=409)


@require_POST
@staff_required
def staff_undo(request: HttpRequest, public_id: str) -> HttpResponse:
    """Take back what was changed at work a moment ago."""
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    now: datetime = clock.now()
    digest = record.digest_of({"session": session.public_id, "act": "undo"})
    try:
        undoing.undo(
            session=session,
            actor=request.user,  # type: ignore[arg-type]
            by=role_in(request.user, session),
            now=now,
            form_key=request.POST.get("key", "")[:40],
            form_digest=digest,
        )
    except Taken as lost:
        return _staff_gone(request, session, lost)
    except DomainError as refusal:
        messages.error(request, staff_messages.sentence(refusal))
    else:
        messages.success(request, staff_messages.done("undo"))
    return redirect("sessions:staff_session", public_id=session.public_id)


def _staff_gone(request: HttpRequest, session: MassageSession, lost: Taken) -> HttpResponse:
    context = {
        "session": session,
        "sentence": staff_messages.sentence(lost),
        "nearest": lost.params.get("nearest", []),
        "may_move": may(session.state, Act.MOVE),
        "is_desk": is_desk(request.user),
        "nav": "today",
    }
    return render(request, "sessions/calendar/undo_gone.html", context, status=409)

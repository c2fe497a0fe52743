"""Answers that are due: send the letter again, hand over the tablet, type the paper. Nobody here reads an answer."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from massage_booking.accounts.models import Client
from massage_booking.accounts.permissions import desk_required, staff_required, therapist_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from screening import kiosk
from screening.services import kiosk as tickets
from sessions import staff_messages
from sessions.models import MassageSession
from sessions.permissions import sessions_of_therapist, sessions_visible_to_staff
from sessions.selectors import account
from sessions.services import asking_ahead
from sessions.views.desk import confirmed_client


def _session(request: HttpRequest, public_id: str) -> MassageSession:
    """Return a session that somebody may see at work, with its client."""
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    if session.client is None:
        raise Http404
    return session


# --- The tablet -------------------------------------------------------------


@require_POST
@desk_required
def client_tablet(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a code with which a client answers on the studio's tablet."""
    return _code(request, confirmed_client(public_id))


@require_POST
@staff_required
def session_tablet(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show a code for the client of a session."""
    session = _session(request, public_id)
    assert session.client is not None
    return _code(request, session.client, session)


def _code(request: HttpRequest, client: Client, session: MassageSession | None = None) -> HttpResponse:
    """The code is shown once, in the answer to the press that made it; another press makes another."""
    now = clock.now()
    code = tickets.make_ticket(client=client, made_by=request.user, now=now)  # type: ignore[arg-type]
    context = {
        "client": client,
        "session": session,
        "code": code,
        "shown": f"{code[:3]} {code[3:]}",
        "until": now + tickets.LASTS,
        "nav": "desk" if session is None else "today",
    }
    return render(request, "sessions/desk/tablet.html", context)


# --- The letter -------------------------------------------------------------


@require_POST
@desk_required
def client_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the letter about a client's next session once more."""
    client = confirmed_client(public_id)
    upcoming, _ = account.sessions_of(client=client, now=clock.now())
    if not upcoming:
        messages.error(request, staff_messages.SENTENCES["not_ahead"])
    else:
        _ask(request, upcoming[0])
    return redirect("sessions:desk_client", public_id=client.public_id)


@require_POST
@staff_required
def session_ask(request: HttpRequest, public_id: str) -> HttpResponse:
    """Send the letter about a session once more."""
    session = _session(request, public_id)
    _ask(request, session)
    return redirect("sessions:staff_session", public_id=session.public_id)


def _ask(request: HttpRequest, session: MassageSession) -> None:
    assert session.client is not None
    try:
        asking_ahead.ask_by_hand(session=session, now=clock.now())
    except DomainError as refusal:
        messages.error(request, staff_messages.sentence(refusal))
        return
    messages.success(request, staff_messages.done("asked_by_mail", name=session.client.short_name))


# --- The paper --------------------------------------------------------------


@require_POST
@therapist_required
def session_paper(request: HttpRequest, public_id: str) -> HttpResponse:
    """Let the therapist of a session type its client's paper form. The desk cannot: it must not see answers."""
    session = get_object_or_404(sessions_of_therapist(request.user), public_id=public_id)
    if session.client is None:
        raise Http404
    kiosk.begin_paper(request, session.client, back=session.public_id, now=clock.now())
    return redirect("screening:consent")

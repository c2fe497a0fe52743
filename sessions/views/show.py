"""Why a session is limited: conditions and answers, shown after a deliberate tap, and recorded as a reading."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock, visitors
from massage_booking.studio import selectors as studio_selectors
from screening.vault import Reader, VaultClosed
from sessions import limits
from sessions.selectors import asking, explaining, signing
from sessions.views import session_page
from sessions.views.sign_off import own_session


@require_POST
@therapist_required
def why(request: HttpRequest, public_id: str) -> HttpResponse:
    """Open the answers and reasons behind a session's card. Nothing of it is kept by browsers or on the way."""
    session, now = own_session(request, public_id), clock.now()
    context: dict[str, object] = {"session": session, "nav": "today"}
    if session.client is None:
        return _shown(request, context)
    reader = Reader.of(request.user, "therapist", address=visitors.address_of(request))  # type: ignore[arg-type]
    purpose = session_page.purpose_of(session)
    try:
        signed = signing.history(session, reader=reader, purpose=purpose, now=now)
        if not explaining.is_open(session, now=now):
            return _shown(request, {**context, "over": True, "signed": signed})
        if session.decision is None:
            return _shown(request, {**context, "signed": signed})
        found = explaining.explain(session, reader=reader, purpose=purpose, now=now)
    except VaultClosed:
        return _shown(request, {**context, "closed": True})
    safety = {**(limits.card(session) or {}), "ask_again": found.due}
    zone = studio_selectors.require().tz
    return _shown(
        request,
        {
            **context,
            "why": found,
            "signed": signed,
            "asking": session_page.asking_for(session, safety, own=True, now=now, zone=zone),
            "closing": asking.closing_question(),
            "opened_at": now,
        },
    )


def _shown(request: HttpRequest, context: dict[str, object]) -> HttpResponse:
    response = render(request, "sessions/calendar/why.html", context)
    response["Cache-Control"] = "no-store"
    return response

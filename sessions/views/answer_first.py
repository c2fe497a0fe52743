"""The link of a letter that asks for the questions: sign in with a mailed code, and straight into them."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts import services as accounts
from massage_booking.core import clock
from screening import flow
from screening.views.doors import closed_kindly
from sessions import links
from sessions.domain.status import UPCOMING
from sessions.emails_people import ANSWER_FIRST
from sessions.models import MassageSession
from sessions.views import state
from sessions.views.doors import private


@require_http_methods(["GET", "HEAD", "POST"])
@private
@closed_kindly
def answer_first(request: HttpRequest, token: str) -> HttpResponse:
    """Show what is asked for and lead to sign in; for whoever is signed in as the client's account, begin."""
    session = links.read(token, purpose=ANSWER_FIRST)
    if session is None or session.client is None or state.studio_of(request) is None:
        raise Http404
    is_over = session.starts_at <= clock.now() or session.state not in UPCOMING
    is_own = request.user.is_authenticated and session.client.account_id == request.user.pk
    if is_own and not is_over and (request.method == "POST" or session.client.is_claimed):
        return _begin(request, session)
    context = {
        "session": session,
        "client": session.client,
        "is_own": is_own,
        "is_other": request.user.is_authenticated and not is_own,
        "is_over": is_over,
    }
    return render(request, "sessions/answer_first.html", context)


def _begin(request: HttpRequest, session: MassageSession) -> HttpResponse:
    """Lead into the questions. Letter and code came to the account's address: the record is recognised as its own."""
    assert session.client is not None
    if not session.client.is_claimed:
        accounts.claim(client=session.client)
    flow.begin(request, session.client, then="accounts:home")
    here = flow.visit(request)
    return redirect(flow.current_page(here) if here else "accounts:home")

"""The rhythm of a client: accept it with one tap, see it, change, pause or end it."""

from datetime import datetime

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import series as domain
from sessions.forms.client import PlanForm
from sessions.models import MassageSession
from sessions.selectors import rhythm, series_of
from sessions.services import plans
from sessions.views import state
from sessions.views.booked import door_or_404
from sessions.views.doors import Door, opened


@require_POST
def accept(request: HttpRequest, public_id: str) -> HttpResponse:
    """Begin a twice-monthly rhythm that likes what this session was."""
    plans.accept(session=door_or_404(request, public_id).session, now=clock.now())
    messages.success(request, "Good. When nothing is booked, we write five days before the next is due.")
    return redirect("sessions:booked", public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def plan(request: HttpRequest, client_id: str = "") -> HttpResponse:
    """Show the rhythm of one of the account's clients; without a name, of the first."""
    people = accounts.clients_of(request.user)
    client = people.filter(public_id=client_id).first() if client_id else people.first()
    if state.studio_of(request) is None or (client is None and client_id):
        raise Http404
    if client is None:
        return redirect("accounts:home")
    return _plan(request, client, page=reverse("sessions:plan", args=[client.public_id]), back=reverse("accounts:home"))


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def of_session(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the rhythm of the client of a session, by the link of a mail."""
    assert door.session.client is not None
    return _plan(request, door.session.client, page=door.url("plan"), back=door.url("detail"), session=door.session)


def _plan(
    request: HttpRequest, client: Client, *, page: str, back: str, session: MassageSession | None = None
) -> HttpResponse:
    now = clock.now()
    standing = rhythm.standing_of(client=client, now=now)
    last = session or _last_session(client)
    if request.method == "POST" and request.POST.get("act") == "accept" and last is not None:
        plans.accept(session=last, now=now)
        messages.success(request, "Good. Your rhythm begins.")
        return redirect(page)
    if standing is None:
        return render(request, "sessions/plan_none.html", {"client": client, "last": last, "page": page, "back": back})
    if request.method == "POST" and request.POST.get("act") == "end":
        plans.end(client=client, now=now)
        messages.success(request, "The rhythm has ended. Nothing more is proposed.")
        return redirect(page)
    kept = {"interval_days": standing.plan.interval_days, "paused_until": standing.plan.paused_until}
    today = now.astimezone(studio_selectors.require().tz).date()
    form = PlanForm(request.POST or None, initial=kept, today=today)
    if request.method == "POST" and form.is_valid():
        return _change(request, client, form, page=page, now=now)
    context = {
        "client": client,
        "standing": standing,
        "weeks": standing.weeks,
        "form": form,
        "page": page,
        "back": back,
        "next_count": domain.USUAL,
        "latest_series": series_of.latest(client=client) if client.account_id == request.user.pk else None,
    }
    return render(request, "sessions/plan.html", context)


def _change(request: HttpRequest, client: Client, form: PlanForm, *, page: str, now: datetime) -> HttpResponse:
    plans.change(client=client, now=now, **form.cleaned_data)
    messages.success(request, "Saved.")
    return redirect(page)


def _last_session(client: Client) -> MassageSession | None:
    """Return the session that a new rhythm would take after: the latest that is booked or has happened."""
    sessions = MassageSession.objects.select_related("service__technique", "therapist", "client")
    return (
        sessions.filter(client=client, status__in=["booked", "arrived", "started", "done"])
        .order_by("-starts_at")
        .first()
    )

"""The same planner for somebody on the phone: the same checks, no shortest notice, no word of health."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from sessions import staff_messages
from sessions.services import asking_ahead
from sessions.views import series_words
from sessions.views.desk import confirmed_client
from sessions.views.series import nothing_booked, refused, shown_again, tell_lost
from sessions.views.series_planner import Planner

PAGE = "sessions/series/desk_plan.html"


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def plan(request: HttpRequest, public_id: str) -> HttpResponse:
    """Propose the next dates for a client, and book them."""
    client = confirmed_client(public_id)
    planner = Planner(
        data=request.POST if request.method == "POST" else request.GET,
        client=client,
        now=clock.now(),
        page=reverse("sessions:desk_client_series", args=[client.public_id]),
        by_desk=True,
        may_hear=False,
    )
    if request.method != "POST":
        return render(request, PAGE, {**planner.context(), "nav": "desk"})
    if request.POST.get("act") != "book":
        return redirect(shown_again(planner))
    return _book(request, planner)


def _book(request: HttpRequest, planner: Planner) -> HttpResponse:
    client = planner.client
    try:
        if planner.answered() is not None:
            return redirect("sessions:desk_client", public_id=client.public_id)
        if planner.planning is None:
            return render(request, PAGE, {**planner.context(), "nav": "desk"})
        if planner.lost() and not planner.keeps_possible:
            return refused(request, planner, nothing_booked(planner), PAGE)
        booked = planner.book(request)
    except DomainError as error:
        return refused(request, planner, planner.sentence_of(error), PAGE, error)
    asking_ahead.ask(session=booked.sessions[0], now=planner.now)
    told = "series" if client.mail_address else "series_silent"
    words = {
        "name": client.short_name,
        "these": series_words.these(len(booked.sessions)),
        "address": client.mail_address,
    }
    messages.success(request, staff_messages.done(told, **words))
    tell_lost(request, [*planner.lost(), *(wanted.starts_at for wanted, _ in booked.lost)])
    return redirect("sessions:desk_client", public_id=client.public_id)

"""The fortnightly planner: the next dates of a rhythm, each checked, booked in one go. GET shows, POST acts."""

from datetime import datetime
from typing import Final

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.views.doors import closed_kindly
from sessions import ics
from sessions.models import Series
from sessions.selectors import series_of
from sessions.views import series_words, state
from sessions.views.series_planner import Planner
from sessions.views.steps import asks_whether_changed, may_hear_reasons, needs_health, to_health

AGAIN: Final = "sessions:series_again"
# What a browser was planning when the health questions came in between: whose dates, and their address.
KEPT: Final = "series"


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@closed_kindly
def plan(request: HttpRequest, client_id: str) -> HttpResponse:
    """Propose the next dates; change one, leave one out, book them."""
    client = get_object_or_404(accounts.clients_of(request.user).filter(is_claimed=True), public_id=client_id)
    if state.studio_of(request) is None:
        raise Http404
    now = clock.now()
    planner = Planner(
        data=request.POST if request.method == "POST" else request.GET,
        client=client,
        now=now,
        page=reverse("sessions:series_plan", args=[client.public_id]),
        may_hear=may_hear_reasons(request, client),
    )
    if request.method != "POST":
        return health_first(request, client, now) or render(request, "sessions/series/plan.html", planner.context())
    if request.POST.get("act") != "book":
        return redirect(shown_again(planner))
    return _book(request, planner)


def shown_again(planner: Planner) -> str:
    """Return the address that shows what was chosen, checked anew, with one date opened if that was asked for."""
    if not planner.opened:
        return f"{planner.address}#dates"
    return f"{planner.address}&open={planner.opened}#date-row-{planner.opened}"


def health_first(request: HttpRequest, client: Client, now: datetime, address: str = "") -> HttpResponse | None:
    """Lead through the health questions where they come first, and back to the very same page."""
    if needs_health(client, now=now):
        page = "screening:consent"
    elif asks_whether_changed(client, now=now):
        page = "screening:again"
    else:
        return None
    request.session[KEPT] = address or request.get_full_path()
    return to_health(request, client, page=page, then=AGAIN)


@require_safe
@login_required
def again(request: HttpRequest) -> HttpResponse:
    """Go back to the dates that were being planned before the health questions."""
    address = request.session.pop(KEPT, None)
    return redirect(address if isinstance(address, str) and address.startswith("/sessions/") else "accounts:home")


def _book(request: HttpRequest, planner: Planner) -> HttpResponse:
    try:
        known = planner.answered()
        if known is not None and known.series is not None:
            return redirect("sessions:series", series_id=known.series.public_id)
        if planner.planning is None:
            return render(request, "sessions/series/plan.html", planner.context())
        ask_first = health_first(request, planner.client, planner.now, planner.address)
        if ask_first is not None:
            return ask_first
        if planner.lost() and not planner.keeps_possible:
            return refused(request, planner, nothing_booked(planner), "sessions/series/plan.html")
        booked = planner.book(request)
    except DomainError as error:
        return refused(request, planner, planner.sentence_of(error), "sessions/series/plan.html", error)
    count = len(booked.sessions)
    messages.success(
        request, "Booked. One letter with all dates is on its way." if count > 1 else "Booked. A letter is on its way."
    )
    tell_lost(request, [*planner.lost(), *(wanted.starts_at for wanted, _ in booked.lost)])
    return redirect("sessions:series", series_id=booked.series.public_id)


def nothing_booked(planner: Planner) -> str:
    """Say which times somebody else has by now."""
    taken = series_words.listed_times(planner.lost())
    return f"Taken meanwhile: {taken}. Nothing is booked yet. The nearest free time stands in its place."


def tell_lost(request: HttpRequest, lost: list[datetime]) -> None:
    """Say which dates could not be had although the others are booked."""
    if lost:
        messages.warning(request, f"Not free any more, and not booked: {series_words.listed_times(lost)}.")


def refused(
    request: HttpRequest, planner: Planner, sentence: str, template: str, error: DomainError | None = None
) -> HttpResponse:
    """Show the page as it was sent, every date checked anew, with what stands against it."""
    fresh = Planner(planner.data, planner.client, clock.now(), planner.page, planner.by_desk, planner.may_hear)
    if isinstance(error, Taken) and fresh.planning is not None and fresh.lost():
        sentence = nothing_booked(fresh)
    return render(request, template, fresh.context(sentence=sentence), status=409)


# --- A series that is booked ----------------------------------------------------


def _series_or_404(request: HttpRequest, series_id: str) -> Series:
    rows = Series.objects.filter(client__in=accounts.clients_of(request.user).filter(is_claimed=True))
    return get_object_or_404(rows.select_related("client", "service__technique"), public_id=series_id)


@require_safe
@login_required
def series(request: HttpRequest, series_id: str) -> HttpResponse:
    """Show all dates of a series that somebody booked for one of their people."""
    found, now = _series_or_404(request, series_id), clock.now()
    rows = series_of.sessions_of(found)
    ahead = [row for row in rows if row.status in series_of.AHEAD and row.starts_at > now]
    context = {
        "series": found,
        "client": found.client,
        "ahead": ahead,
        "others": [row for row in rows if row not in ahead],
        "may_read": screening.may_read_answers(request.user, found.client),
    }
    return render(request, "sessions/series/series.html", context)


@require_safe
@login_required
def calendar_file(request: HttpRequest, series_id: str) -> HttpResponse:
    """Hand out one calendar file with all dates ahead."""
    found, now = _series_or_404(request, series_id), clock.now()
    rows = [row for row in series_of.sessions_of(found) if row.status in series_of.AHEAD and row.starts_at > now]
    if not rows:
        raise Http404
    urls = [request.build_absolute_uri(reverse("sessions:detail", args=[row.public_id])) for row in rows]
    content = ics.calendar_of_several(
        list(zip(rows, urls, strict=True)), studio=studio_selectors.require(), method=ics.PUBLISH, now=now
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{ics.FILE_NAME}"'
    return response

"""Moving or cancelling a session of a series and all that follow. GET shows, POST acts; the desk's and the client's."""

from collections.abc import Callable
from typing import Final

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from screening.views.doors import closed_kindly
from sessions import staff_messages
from sessions.models import MassageSession
from sessions.permissions import sessions_visible_to_staff
from sessions.views.doors import Door, opened
from sessions.views.series import health_first, tell_lost
from sessions.views.series_shift import Shift
from sessions.views.series_words import listed_times, these
from sessions.views.steps import may_hear_reasons, needs_health

OWN: Final = "sessions/series/following.html"
DESK: Final = "sessions/series/desk_following.html"

Told = Callable[[str, list[MassageSession]], HttpResponse]


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
@opened
def following(request: HttpRequest, door: Door) -> HttpResponse:
    """Move or cancel one of one's own sessions and all that follow; signed in, for it is about more than one."""
    session = door.session
    if not door.is_own and not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    client = session.client
    if not door.is_own or session.series is None or client is None:
        raise Http404
    now = clock.now()
    shift = Shift(
        data=request.POST if request.method == "POST" else request.GET,
        session=session,
        now=now,
        page=door.url("following"),
        may_hear=may_hear_reasons(request, client),
    )
    if needs_health(client, now=now) and request.method != "POST" and shift.is_asked:
        return health_first(request, client, now) or redirect(shift.page)

    def told(act: str, done: list[MassageSession]) -> HttpResponse:
        assert session.series is not None
        words = "moved" if act == "move" else "cancelled"
        messages.success(request, f"{these(len(done))} {words}. One letter that says so is on its way.")
        return redirect("sessions:series", series_id=session.series.public_id)

    return _answer(request, shift, OWN, told, reverse("sessions:series", args=[session.series.public_id]))


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_following(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move or cancel a client's session and all that follow."""
    session = get_object_or_404(
        sessions_visible_to_staff(request.user).filter(series__isnull=False), public_id=public_id
    )
    client = session.client
    if client is None:
        raise Http404
    shift = Shift(
        data=request.POST if request.method == "POST" else request.GET,
        session=session,
        now=clock.now(),
        page=reverse("sessions:desk_following", args=[session.public_id]),
        by_desk=True,
        may_hear=False,
    )

    def told(act: str, done: list[MassageSession]) -> HttpResponse:
        key = f"series_{'moved' if act == 'move' else 'cancelled'}{'' if client.mail_address else '_silent'}"
        messages.success(request, staff_messages.done(key, name=client.short_name, these=these(len(done))))
        return redirect("sessions:desk_client", public_id=client.public_id)

    return _answer(request, shift, DESK, told, reverse("sessions:desk_client", args=[client.public_id]))


def _answer(request: HttpRequest, shift: Shift, template: str, told: Told, home: str) -> HttpResponse:
    """Do what a form asks; one that was answered before leads `home`."""
    if request.method != "POST":
        return _page(request, shift, template)
    act = request.POST.get("act", "")
    try:
        known = shift.answered()
        if known is not None:
            return redirect(home)
        if act == "cancel":
            return told(act, shift.cancel(request))
        if act != "move" or shift.planning is None:
            return redirect(_shown_again(shift))
        lost = shift.lost()
        if lost and not shift.keeps_possible:
            words = f"Taken meanwhile: {listed_times(lost)}. Nothing is moved yet. The nearest stands in its place."
            return _page(request, shift, template, sentence=words, status=409)
        done = shift.move(request)
    except DomainError as error:
        return _refused(request, shift, template, error)
    tell_lost(request, lost)
    return told(act, done)


def _page(request: HttpRequest, shift: Shift, template: str, *, sentence: str = "", status: int = 200) -> HttpResponse:
    context = {**shift.context(sentence=sentence), "nav": "desk" if shift.by_desk else ""}
    return render(request, template, context, status=status)


def _refused(request: HttpRequest, shift: Shift, template: str, error: DomainError) -> HttpResponse:
    """Show the page anew with what stands against it; what was chosen stays where it still fits."""
    kept = {name: value for name, value in shift.data.items() if name != "ids"}
    fresh = Shift(kept, MassageSession.objects.select_related(
        "series", "client__account", "service__technique", "therapist"
    ).get(pk=shift.session.pk), clock.now(), shift.page, shift.by_desk, shift.may_hear)  # fmt: skip
    return _page(request, fresh, template, sentence=shift.sentence_of(error), status=409)


def _shown_again(shift: Shift) -> str:
    if not shift.opened:
        return f"{shift.address}#dates"
    return f"{shift.address}&open={shift.opened}#date-row-{shift.opened}"

"""A session, moving and cancelling it: the same pages by the link of a mail and signed in. GET shows, POST acts."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date, to_instant, to_month
from massage_booking.studio import selectors as studio_selectors
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions import words
from sessions.domain import policy
from sessions.domain.refusals import Refusal
from sessions.domain.status import Act, Status
from sessions.forms.choice import ANYONE
from sessions.models import MassageSession, Plan
from sessions.selectors import offer, openings
from sessions.services import changes, guests, record
from sessions.views.doors import Door, opened
from sessions.views.picker import Asked, Picker
from therapists.models import Therapist


def against_change(session: MassageSession, act: Act, *, now: datetime) -> Refusal | None:
    """Return why the client may not do this by themselves any more."""
    hours = studio_selectors.require().cancellation_hours
    found = policy.change_refusals(session.state, act, starts_at=session.starts_at, hours=hours, now=now)
    return found[0] if found else None


def context_of(door: Door, *, now: datetime) -> dict[str, Any]:
    """Return what all pages about one session show."""
    session, studio = door.session, studio_selectors.require()
    refusal = against_change(session, Act.CANCEL, now=now)
    return {
        "session": session,
        "urls": door.urls,
        "status": door.status,
        "is_own": door.is_own,
        "asks_again": session.re_ask_due and not door.is_stranger,
        "where": words.where_lines(session, studio),
        "directions": words.directions(session, studio),
        "free_until": policy.free_to_cancel_until(session.starts_at, studio.cancellation_hours),
        "may_change": refusal is None,
        "why_not": sentences.of_code(refusal.code.value, refusal.params) if refusal else "",
        "is_late": bool(refusal and refusal.code == "too_late_to_change"),
        "is_over": session.ends_at <= now,
        "is_cancelled": session.status == Status.CANCELLED,
        "plan": Plan.objects.filter(client=session.client, ended_at=None).first(),
    }


@require_safe
@opened
def detail(request: HttpRequest, door: Door) -> HttpResponse:
    """Show a session and what can be done with it."""
    return render(request, "sessions/detail.html", context_of(door, now=clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def cancel(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask once, then cancel."""
    now = clock.now()
    if request.method == "POST":
        try:
            changes.cancel(session=door.session, actor=_actor(request), by="client", now=now)
        except DomainError as refusal:
            messages.error(request, sentences.sentence(refusal))
        else:
            messages.success(request, "Cancelled. A letter that says so is on its way.")
        return redirect(door.url("detail"))
    context = context_of(door, now=now)
    if not context["may_change"]:
        return redirect(door.url("detail"))
    return render(request, "sessions/cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
@opened
def move(request: HttpRequest, door: Door) -> HttpResponse:
    """Show the times that would do instead; move to the one that is pressed."""
    now = clock.now()
    if against_change(door.session, Act.MOVE, now=now) is not None:
        return redirect(door.url("detail"))
    if request.method == "POST":
        return _move(request, door, now)
    return _move_page(request, door, now)


def _move(request: HttpRequest, door: Door, now: datetime) -> HttpResponse:
    session = door.session
    starts_at = to_instant(request.POST.get("starts_at"))
    therapist = _therapist(request.POST.get("therapist", session.therapist.slug), session)
    if starts_at is None or session.client is None:
        messages.error(request, sentences.of_code("unreadable_time"))
        return redirect(door.url("move"))
    assessment = offer.assess(client=session.client, starts_at=starts_at, now=now)
    if assessment is None:
        messages.error(request, sentences.of_code("screening_needed"))
        return redirect(door.url("move"))
    form = {"starts_at": starts_at, "therapist": therapist.slug if therapist else "", "session": session.public_id}
    try:
        guests.move(
            session=session,
            starts_at=starts_at,
            therapist=therapist,
            assessment=assessment,
            actor=_actor(request),
            by="client",
            now=now,
            form_key=request.POST.get("key", "")[:40],
            form_digest=record.digest_of(form),
        )
    except Taken as lost:
        return _move_page(request, door, now, sentence=sentences.sentence(lost), wanted=starts_at, therapist=therapist)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect(door.url("move"))
    messages.success(request, "Moved. A letter with the new time is on its way.")
    return redirect(door.url("detail"))


def _move_page(
    request: HttpRequest,
    door: Door,
    now: datetime,
    *,
    sentence: str = "",
    wanted: datetime | None = None,
    therapist: Therapist | None = None,
) -> HttpResponse:
    session = door.session
    assert session.client is not None
    allowed_on = offer.allowed_on(client=session.client, service=session.service, now=now, ask_today=False)
    chosen = therapist if wanted else _therapist(request.GET.get("therapist", session.therapist.slug), session)
    slug = chosen.slug if chosen else ANYONE
    asked = Asked(
        service=session.service,
        therapist=chosen,
        client=session.client,
        now=now,
        page=door.url("move"),
        post_to=door.url("move"),
        parameters={"therapist": slug},
        fields={"therapist": slug, "key": new_public_id()},
        allowed_on=allowed_on,
        without=session,
    )
    picker = Picker(asked, to_month(request.GET.get("month")), to_date(request.GET.get("day")))
    nearest = (
        openings.nearest(
            service=session.service,
            wanted=wanted,
            now=now,
            therapist=chosen,
            client=session.client,
            allowed_on=allowed_on,
        )
        if wanted
        else []
    )
    context = {
        **context_of(door, now=now),
        "month": picker.month,
        "times": picker.times,
        "sentence": sentence,
        "nearest": nearest,
        "key": asked.fields["key"],
        "with_anyone": chosen is None,
    }
    return render(request, "sessions/move.html", context, status=409 if sentence else 200)


def _therapist(slug: str, session: MassageSession) -> Therapist | None:
    """Return whom the session may go to: its own therapist unless anyone will do, or another who was named."""
    if slug == ANYONE:
        return None
    if slug == session.therapist.slug:
        return session.therapist
    return Therapist.objects.filter(is_active=True, slug=slug[:60]).first() or session.therapist


def _actor(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None

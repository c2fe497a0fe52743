"""A session, moving and cancelling it: the same pages by the link of a mail and signed in. GET shows, POST acts."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.vault import VaultClosed
from sessions import messages as sentences
from sessions import words
from sessions.domain.refusals import Refusal
from sessions.domain.status import UPCOMING, Act, Status
from sessions.models import MassageSession, Plan
from sessions.selectors import asking, changing, late_changes, money, safe_dates, series_of, undoing
from sessions.services import changes, record
from sessions.services import late_changes as asking_late
from sessions.views import companions, reasons
from sessions.views.doors import Door, opened


def against_change(session: MassageSession, act: Act, *, now: datetime) -> Refusal | None:
    """Return why the client may not do this by themselves any more."""
    found = changing.against(session=session, act=act, now=now)
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
        # By the link of a mail alone: in the browser that booked, known and unknown addresses look the same.
        "is_unproven": bool(door.token and session.client and not session.client.is_claimed),
        "asks_again": session.re_ask_due and not door.is_stranger,
        "because": words.because(session.chosen_because),
        "where": words.where_lines(session, studio),
        "directions": words.directions(session, studio),
        "free_until": changing.free_until(session),
        "may_change": refusal is None,
        "why_not": sentences.of_code(refusal.code.value, refusal.params) if refusal else "",
        "is_late": bool(refusal and refusal.code == "too_late_to_change"),
        "is_free_though_late": refusal is None and changing.is_late(session=session, now=now),
        **late_of(session, now=now),
        "undo": undoing.last_change(session=session, by="client", now=now),
        "key": new_public_id(),
        "is_over": session.ends_at <= now,
        "bill": money.bill_of(session),
        "is_cancelled": session.status == Status.CANCELLED,
        **held_back(door, now=now),
        **day_of(door, now=now),
        "plan": Plan.objects.filter(client=session.client, ended_at=None).first(),
        "following_count": len(series_of.following(session, now=now)),
        "companion": companions.companion_of(door, now=now),
    }


def held_back(door: Door, *, now: datetime) -> dict[str, Any]:
    """Return the way on from a session that newer answers hold back. Nobody is told which, but on their own pages."""
    session = door.session
    if session.held_back_at is None or session.starts_at <= now or session.status == Status.CANCELLED:
        return {}
    if screening.is_stopped(session.client):
        return {"is_held_back": True, "is_stopped": True}
    try:
        way = safe_dates.way_on(session=session, now=now)
    except VaultClosed:
        way = None
    return {"is_held_back": True, "way": way, "is_own": door.is_own}


def late_of(session: MassageSession, *, now: datetime) -> dict[str, Any]:
    """Return how a late change of a session stands: asked for, answered, or whether it may be asked for."""
    if session.state not in UPCOMING or session.starts_at <= now:
        return {}
    asked = late_changes.open_request(session)
    if asked is not None:
        return {"asked": asked, "lapses_at": late_changes.lapses_at(asked)}
    return {
        "may_ask": late_changes.may_ask(session=session, act=Act.CANCEL, now=now),
        "answered": late_changes.last_answered(session),
    }


def note_reasons(request: HttpRequest, door: Door, context: dict[str, Any]) -> None:
    """Write down that the page says why a session is held back, as it does to whoever may read the answers."""
    way, client = context.get("way"), door.session.client
    if way is None or client is None or not door.is_own or not screening.may_read_answers(request.user, client):
        return
    named = bool(way.own_why) or reasons.in_wait(way.earliest)
    reasons.note(request, client, purpose="a session that is held back", named=named)


def day_of(door: Door, *, now: datetime) -> dict[str, Any]:
    """Return how the questions of the day stand."""
    session, zone = door.session, studio_selectors.require().tz
    if door.is_stranger or session.decision_id is None:
        return {}
    return {
        "may_answer_day": asking.may_answer(session, now=now, zone=zone),
        "day_is_answered": asking.day_is_answered(session, zone),
    }


@require_safe
@opened
def detail(request: HttpRequest, door: Door) -> HttpResponse:
    """Show a session and what can be done with it."""
    context = context_of(door, now=clock.now())
    note_reasons(request, door, context)
    return render(request, "sessions/detail.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@opened
def cancel(request: HttpRequest, door: Door) -> HttpResponse:
    """Ask once, then cancel; after the time for free changes it becomes a request, where the studio takes them."""
    now = clock.now()
    if request.method == "POST":
        return _cancel(request, door, now)
    context = context_of(door, now=now)
    if not context["may_change"] and not context.get("may_ask"):
        return redirect(door.url("detail"))
    return render(request, "sessions/cancel.html", context)


def _cancel(request: HttpRequest, door: Door, now: datetime) -> HttpResponse:
    session, actor = door.session, actor_of(request)
    form = form_of(request, door, "cancel")
    try:
        # The page of a moment ago said whether it is done or asked for: nobody is charged unasked.
        if "ask" in request.POST:
            asking_late.ask_to_cancel(session=session, actor=actor, now=now, **form)
            messages.success(request, asked_words(session))
        else:
            changes.cancel(session=session, actor=actor, by="client", now=now, **form)
            messages.success(request, told_words("Cancelled. A letter that says so"))
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
    return redirect(door.url("detail"))


def form_of(request: HttpRequest, door: Door, act: str, **content: Any) -> dict[str, str]:
    """Return the key of a form and a digest of what it says: sent twice, it is done once."""
    said = {"session": door.session.public_id, "act": act, **content}
    return {"form_key": request.POST.get("key", "")[:40], "form_digest": record.digest_of(said)}


def told_words(begin: str) -> str:
    """Say when the letter about a change goes out: once it cannot be taken back any more."""
    minutes = studio_selectors.require().undo_minutes
    return f"{begin} follows when you cannot undo it any more." if minutes else f"{begin} is on its way."


def asked_words(session: MassageSession) -> str:
    return f"You have asked {session.therapist.first_name}. We write as soon as there is an answer."


def actor_of(request: HttpRequest) -> Any:
    return request.user if request.user.is_authenticated else None

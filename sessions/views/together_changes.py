"""Moving and cancelling both of two sessions, by the link of a mail and signed in. GET shows, POST acts."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_date, to_instant, to_month
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions.models import MassageSession
from sessions.selectors import offer, together
from sessions.selectors.together import Pair, Seat
from sessions.services import record, together_changes
from sessions.views.companions import Companion, companion_of
from sessions.views.doors import Door, opened
from sessions.views.manage import actor_of, context_of
from sessions.views.together_picker import AskedForTwo, PickerForTwo

View = Callable[[HttpRequest, Door, Companion], HttpResponse]


def with_companion(view: View) -> Callable[..., HttpResponse]:
    """Give a view both sessions; where they are not (any more) somebody's to change together, lead to the one."""

    @wraps(view)
    def guarded(request: HttpRequest, door: Door) -> HttpResponse:
        companion = companion_of(door, now=clock.now())
        if companion is None or companion.door is None:
            return redirect(door.url("detail"))
        return view(request, door, companion)

    return guarded


@require_http_methods(["GET", "HEAD", "POST"])
@opened
@with_companion
def cancel_both(request: HttpRequest, door: Door, companion: Companion) -> HttpResponse:
    """Ask once, then cancel both."""
    now = clock.now()
    if request.method == "POST":
        try:
            together_changes.cancel_both(
                sessions=(door.session, companion.session), actor=actor_of(request), by="client", now=now
            )
        except DomainError as refusal:
            messages.error(request, f"{sentences.sentence(refusal)} Both sessions stay.")
        else:
            messages.success(request, "Both are cancelled. A letter that says so is on its way.")
        return redirect(door.url("detail"))
    if not companion.may_cancel_both:
        return redirect(door.url("detail"))
    return render(request, "sessions/together/cancel.html", context_of(door, now=now))


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
@opened
@with_companion
def move_both(request: HttpRequest, door: Door, companion: Companion) -> HttpResponse:
    """Show the times that would suit both instead; move both to the one that is pressed."""
    now = clock.now()
    if not companion.may_move_both:
        return redirect(door.url("detail"))
    wish = wish_of(request.POST if request.method == "POST" else request.GET)
    pair = pair_of((door.session, companion.session), now=now, **wish)
    if request.method == "POST":
        return _move(request, door, pair, now)
    return _page(request, door, pair, now)


def wish_of(data: Any) -> dict[str, bool]:
    """Return what an address or a form says: with the same therapists unless anyone will do, and side by side only."""
    return {"anyone": data.get("with") == "anyone", "side_by_side": data.get("rooms") == "side"}


def pair_of(
    sessions: tuple[MassageSession, MassageSession], *, now: datetime, anyone: bool, side_by_side: bool
) -> Pair:
    """Return what the engine is asked: both sessions as they are, at another time."""
    return Pair(*(_seat(session, anyone, now) for session in sessions), side_by_side=side_by_side)


def _seat(session: MassageSession, anyone: bool, now: datetime) -> Seat:
    assert session.client is not None
    # A time that is kept for a document moves to another that can be kept.
    kept = session.clearance_until is not None
    allowed = offer.allowed_on(
        client=session.client, service=session.service, now=now, ask_today=False, for_letter=kept
    )
    return Seat(session.client, session.service, None if anyone else session.therapist, allowed, session)


def _move(request: HttpRequest, door: Door, pair: Pair, now: datetime) -> HttpResponse:
    starts_at = to_instant(request.POST.get("starts_at"))
    if starts_at is None:
        messages.error(request, sentences.of_code("unreadable_time"))
        return redirect(door.url("move_both"))
    judged = [offer.assess(client=seat.client, starts_at=starts_at, now=now) for seat in pair.seats]
    if judged[0] is None or judged[1] is None:
        messages.error(request, sentences.of_code("screening_needed"))
        return redirect(door.url("move_both"))
    form = {
        "starts_at": starts_at,
        "sessions": sorted(seat.own.public_id for seat in pair.seats if seat.own),
        "anyone": pair.first.therapist is None,
        "side_by_side": pair.side_by_side,
    }
    try:
        together_changes.move_both(
            pair,
            starts_at=starts_at,
            assessments=(judged[0], judged[1]),
            actor=actor_of(request),
            by="client",
            now=now,
            form_key=request.POST.get("key", "")[:40],
            form_digest=record.digest_of(form),
        )
    except Taken as lost:
        return _page(request, door, pair, now, sentence=sentences.sentence(lost), nearest=lost.params.get("nearest"))
    except DomainError as refusal:
        messages.error(request, f"{sentences.sentence(refusal)} Both stay where they were.")
        return redirect(door.url("move_both"))
    messages.success(request, "Both are moved. A letter with the new time is on its way.")
    return redirect(door.url("detail"))


def words_of(pair: Pair) -> dict[str, str]:
    """Return the pair's wish as an address and a form say it."""
    wish = {"with": "anyone"} if pair.first.therapist is None else {}
    return {**wish, **({"rooms": "side"} if pair.side_by_side else {})}


def picker_of(request: HttpRequest, pair: Pair, *, page: str, key: str, now: datetime) -> PickerForTwo:
    """Return the month and times to which both could move."""
    wish = words_of(pair)
    asked = AskedForTwo(
        service=pair.first.service,
        now=now,
        page=page,
        post_to=page,
        parameters=wish,
        fields={**wish, "key": key},
        pair=pair,
        notice=pair.notice,
    )
    return PickerForTwo(asked, to_month(request.GET.get("month")), to_date(request.GET.get("day")))


def _page(
    request: HttpRequest, door: Door, pair: Pair, now: datetime, *, sentence: str = "", nearest: Any = None
) -> HttpResponse:
    key = new_public_id()
    picker = picker_of(request, pair, page=door.url("move_both"), key=key, now=now)
    context = {
        **context_of(door, now=now),
        "month": picker.month,
        "times": picker.times,
        "sentence": sentence,
        "nearest": nearest or [],
        "key": key,
        "page": door.url("move_both"),
        "with_anyone": pair.first.therapist is None,
        "side_by_side_only": pair.side_by_side,
        "is_beside": together.is_side_by_side(*(seat.own for seat in pair.seats if seat.own)),
    }
    return render(request, "sessions/together/move.html", context, status=409 if sentence else 200)

"""Moving and cancelling both of two sessions at the desk: the same checks as online, no shortest notice."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.permissions import desk_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from sessions import staff_messages
from sessions.domain.status import Act, may
from sessions.forms.desk import TimeForm
from sessions.models import MassageSession
from sessions.permissions import sessions_visible_to_staff
from sessions.selectors import phone, together
from sessions.selectors.together import Pair, Seat
from sessions.services import record, together_changes
from sessions.services.together import Sessions
from sessions.views.counter import AT_ONCE
from sessions.views.day_acts import role_in
from sessions.views.desk_together import Refusal, refusal_of, tell
from sessions.views.together_changes import picker_of, words_of


def _both_or_404(request: HttpRequest, public_id: str) -> tuple[MassageSession, MassageSession | None]:
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    return session, together.companion_of(session)


def _alone(request: HttpRequest, session: MassageSession) -> HttpResponse:
    messages.error(request, staff_messages.SENTENCES["changed_meanwhile"])
    return redirect("sessions:staff_session", public_id=session.public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Ask once, then cancel both."""
    session, other = _both_or_404(request, public_id)
    if other is None or not all(may(one.state, Act.CANCEL) for one in (session, other)):
        return _alone(request, session)
    if request.method == "POST":
        by, now = role_in(request.user, session), clock.now()
        try:
            together_changes.cancel_both(sessions=(session, other), actor=request.user, by=by, now=now)  # type: ignore[arg-type]
            tell(request, "cancel_two", (session, other))
        except DomainError as error:
            messages.error(request, f"{staff_messages.sentence(error)} Both stay.")
        return redirect("sessions:staff_session", public_id=session.public_id)
    context = {"session": session, "other": other, "nav": "desk"}
    return render(request, "sessions/desk/cancel_both.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def move(request: HttpRequest, public_id: str) -> HttpResponse:
    """Move both to another time, with the same therapists or anyone."""
    session, other = _both_or_404(request, public_id)
    if other is None or not all(may(one.state, Act.MOVE) for one in (session, other)):
        return _alone(request, session)
    now, data = clock.now(), request.POST if request.method == "POST" else request.GET
    seats = [_moving_seat(one, anyone=data.get("with") == "anyone", now=now) for one in (session, other)]
    pair = Pair(*seats, side_by_side=data.get("rooms") == "side", notice=AT_ONCE)
    refusal = None
    if request.method == "POST":
        result = _move(request, pair, now)
        if not isinstance(result, Refusal):
            tell(request, "move_two", result)
            return redirect("sessions:staff_session", public_id=session.public_id)
        refusal = result
    key, page = new_public_id(), reverse("sessions:desk_move_both", args=[session.public_id])
    picker = picker_of(request, pair, page=page, key=key, now=now)
    context = {
        "session": session,
        "other": other,
        "refusal": refusal,
        "key": key,
        "page": page,
        "words": words_of(pair).items(),
        "with_anyone": pair.first.therapist is None,
        "side_by_side_only": pair.side_by_side,
        "month": picker.month,
        "times": picker.times,
        "nav": "desk",
    }
    return render(request, "sessions/desk/move_both.html", context, status=409 if refusal else 200)


def _moving_seat(session: MassageSession, *, anyone: bool, now: datetime) -> Seat:
    assert session.client is not None
    judge = phone.assessor(client=session.client, now=now)
    allowed = phone.allowed_on(client=session.client, service=session.service, judge=judge, now=now)
    return Seat(session.client, session.service, None if anyone else session.therapist, allowed, session)


def _move(request: HttpRequest, pair: Pair, now: datetime) -> Sessions | Refusal:
    form = TimeForm(request.POST)
    if not form.is_valid():
        return Refusal(staff_messages.sentence(DomainError("unreadable_time")))
    starts_at = form.cleaned_data["starts_at"]
    judged = [phone.assessor(client=seat.client, now=now)(starts_at) for seat in pair.seats]
    wish = {
        "sessions": sorted(seat.own.pk for seat in pair.seats if seat.own),
        "starts_at": starts_at,
        **words_of(pair),
    }
    try:
        return together_changes.move_both(
            pair,
            starts_at=starts_at,
            assessments=(judged[0], judged[1]),
            actor=request.user,  # type: ignore[arg-type]
            by="desk",
            now=now,
            form_key=form.cleaned_data["key"],
            form_digest=record.digest_of(wish),
        )
    except DomainError as error:
        return refusal_of(error, pair, starts_at, now)

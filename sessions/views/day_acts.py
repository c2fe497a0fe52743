"""What staff do to a session: each act is a POST that calls one service and goes back to where it came from."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Final
from zoneinfo import ZoneInfo

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import desk_required, is_therapist, staff_required, therapist_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from sessions import staff_messages
from sessions.domain.status import Act, may
from sessions.forms.money import CancelForm
from sessions.models import MassageSession
from sessions.permissions import sessions_of_therapist, sessions_visible_to_staff
from sessions.services import changes, money, record, reports, signing

Service = Callable[..., MassageSession]

ACTS: Final[dict[str, Service]] = {
    "arrive": changes.arrive,
    "undo-arrive": changes.undo_arrive,
    "start": signing.start,
    "complete": reports.finish,
    "undo-complete": changes.undo_complete,
    "no-show": changes.no_show,
    "undo-no-show": changes.undo_no_show,
    "approve": changes.approve,
    "reviewed": signing.looked_at,
}
# Acts of whoever lays hands on; the rest is the desk's too.
THERAPISTS_OWN: Final = frozenset({"start", "complete", "undo-complete", "approve", "reviewed"})


def is_own(user: Any, session: MassageSession) -> bool:
    """Say whether the user is the therapist of this session."""
    return is_therapist(user) and session.therapist_id == user.therapist.pk


def role_in(user: Any, session: MassageSession) -> str:
    """Return as what somebody acts on a session, for the record."""
    if is_own(user, session):
        return "therapist"
    return "desk" if user.is_desk else "admin"


def local_day(moment: datetime, zone: ZoneInfo) -> str:
    return moment.astimezone(zone).date().isoformat()


def back(request: HttpRequest, session: MassageSession) -> HttpResponse:
    """Go back to the list that the form stood on, or to the session's page."""
    day = local_day(session.starts_at, studio_selectors.require().tz)
    lists = {"desk": "sessions:desk", "day": "sessions:calendar"}
    if request.POST.get("back") == "review":
        return redirect("sessions:review")
    where = lists.get(request.POST.get("back", ""))
    if where:
        return redirect(f"{reverse(where)}?day={day}")
    return redirect("sessions:staff_session", public_id=session.public_id)


@require_POST
@staff_required
def act(request: HttpRequest, public_id: str, act: str) -> HttpResponse:
    """Do one act of the day."""
    service = ACTS.get(act)
    if service is None:
        raise Http404
    user = request.user
    rows = sessions_of_therapist(user) if act in THERAPISTS_OWN else sessions_visible_to_staff(user)
    session = get_object_or_404(rows.exclude(status="held"), public_id=public_id)
    read = {"decision_id": request.POST.get("decision", "")} if act == "start" else {}
    try:
        service(session=session, actor=user, by=role_in(user, session), now=clock.now(), **read)
        messages.success(request, staff_messages.done(act, name=_name(session)))
    except DomainError as error:
        messages.error(request, staff_messages.sentence(error))
    return back(request, session)


@require_POST
@therapist_required
def asked_again(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note what came of asking the questions of the day aloud."""
    session = get_object_or_404(sessions_of_therapist(request.user).exclude(status="held"), public_id=public_id)
    outcome = request.POST.get("outcome", "")
    if outcome not in ("unchanged", "changed"):
        raise Http404
    try:
        changes.asked_again(
            session=session,
            unchanged=outcome == "unchanged",
            actor=request.user,
            by="therapist",
            now=clock.now(),
            decision_id=request.POST.get("decision", ""),
        )
        messages.success(request, staff_messages.done(outcome))
    except DomainError as error:
        messages.error(request, staff_messages.sentence(error))
    return back(request, session)


def _name(session: MassageSession) -> str:
    return session.client.short_name if session.client else ""


def _cancel(request: HttpRequest, rows: QuerySet[MassageSession], public_id: str, back_to: str) -> HttpResponse:
    """Ask once, then cancel. `back_to` is the list to return to."""
    session = get_object_or_404(rows.exclude(status="held"), public_id=public_id)
    now, studio = clock.now(), studio_selectors.require()
    fee = money.late_fee(session, now=now)
    form = CancelForm(request.POST or None) if fee else None
    if request.method == "POST" and (form is None or form.is_valid()):
        because = form.no_fee_because if form is not None else None
        digest = record.digest_of({"session": session.public_id, "act": "cancel", "because": because})
        try:
            changes.cancel(
                session=session,
                actor=request.user,  # type: ignore[arg-type]
                by=role_in(request.user, session),
                now=now,
                no_fee_because=because,
                form_key=request.POST.get("key", "")[:40],
                form_digest=digest,
            )
        except DomainError as error:
            messages.error(request, staff_messages.sentence(error))
            return redirect("sessions:staff_session", public_id=session.public_id)
        told = "cancel" if session.client and session.client.mail_address else "cancel_silent"
        messages.success(request, staff_messages.done(told, name=_name(session)))
        if studio.undo_minutes:
            # There it can be taken back.
            return redirect("sessions:staff_session", public_id=session.public_id)
        return redirect(f"{reverse(back_to)}?day={local_day(session.starts_at, studio.tz)}")
    context = {
        "session": session,
        "may_cancel": may(session.state, Act.CANCEL),
        "is_late": changes.is_late(session=session, now=now),
        "fee": fee,
        "form": form,
        "key": new_public_id(),
        "nav": "today" if back_to == "sessions:calendar" else "desk",
    }
    return render(request, "sessions/desk/cancel.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@desk_required
def desk_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel any session for a client."""
    return _cancel(request, sessions_visible_to_staff(request.user), public_id, "sessions:desk")


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def staff_cancel(request: HttpRequest, public_id: str) -> HttpResponse:
    """Cancel one of the therapist's own sessions."""
    return _cancel(request, sessions_of_therapist(request.user), public_id, "sessions:calendar")

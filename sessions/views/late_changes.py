"""Late changes that are asked for: the client takes one back, the therapist or the desk says yes or no."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from massage_booking.accounts.permissions import staff_required
from massage_booking.core import clock
from massage_booking.core.errors import DomainError
from sessions import staff_messages
from sessions.models import ChangeRequest, MassageSession
from sessions.permissions import sessions_visible_to_staff
from sessions.services import late_changes, record
from sessions.views.day_acts import back, role_in
from sessions.views.doors import Door, opened
from sessions.views.manage import actor_of


@require_POST
@opened
def withdraw(request: HttpRequest, door: Door) -> HttpResponse:
    """Take a request back: the session stays as it is, the time that was kept is free again."""
    if late_changes.withdraw(session=door.session, actor=actor_of(request), now=clock.now()):
        messages.success(request, "Taken back. Your session stays as it is.")
    return redirect(door.url("detail"))


@require_POST
@staff_required
def answer(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say yes, with or without a fee, or no to what is asked for."""
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    said = request.POST.get("answer", "")
    if said not in ("free", "fee", "decline"):
        raise Http404
    asked = (
        ChangeRequest.objects.filter(session=session, public_id=request.POST.get("request", "")[:22])
        .select_related("session__client__account", "session__service__technique", "session__therapist")
        .first()
    )
    try:
        if asked is None:
            raise DomainError("change_over")
        _answer(request, session, asked, said)
    except DomainError as refusal:
        messages.error(request, staff_messages.sentence(refusal))
    return back(request, session)


def _answer(request: HttpRequest, session: MassageSession, asked: ChangeRequest, said: str) -> None:
    now, by = clock.now(), role_in(request.user, session)
    name = session.client.short_name if session.client else ""
    if said == "decline":
        late_changes.decline(asked=asked, actor=request.user, by=by, now=now)  # type: ignore[arg-type]
        messages.success(request, staff_messages.done("change_declined", name=name))
        return
    late_changes.accept(
        asked=asked,
        waives_fee=said == "free",
        actor=request.user,  # type: ignore[arg-type]
        by=by,
        now=now,
        form_key=request.POST.get("key", "")[:40],
        form_digest=record.digest_of({"request": asked.public_id, "answer": said}),
    )
    messages.success(request, staff_messages.done("change_accepted", name=name))

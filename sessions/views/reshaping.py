"""Changing a session from its own start, at the desk and at the table: its length, what is given, who gives it."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import staff_required
from massage_booking.core import clock, money
from massage_booking.core.errors import DomainError, Refused
from massage_booking.core.ids import new_public_id
from massage_booking.core.parsing import to_int
from sessions import staff_messages, words
from sessions.domain.status import Act, may
from sessions.models import MassageSession
from sessions.permissions import sessions_visible_to_staff
from sessions.selectors import reshaping as selectors
from sessions.selectors.reshaping import Option
from sessions.services import changes, record, reshaping
from sessions.views.day_acts import back, role_in
from therapists.models import Service, Therapist

ACTS = (Act.CHANGE_LENGTH, Act.CHANGE_SERVICE, Act.CHANGE_THERAPIST)
# What a form names -> the act.
WHAT = {"length": Act.CHANGE_LENGTH, "service": Act.CHANGE_SERVICE, "therapist": Act.CHANGE_THERAPIST}


def may_change(session: MassageSession) -> bool:
    return any(may(session.state, act) for act in ACTS)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_required
def change(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what the session could become instead; change it to what is pressed."""
    session = get_object_or_404(sessions_visible_to_staff(request.user), public_id=public_id)
    if request.method != "POST":
        if not may_change(session):
            messages.error(request, staff_messages.sentence(Refused("wrong_status")))
            return redirect("sessions:staff_session", public_id=session.public_id)
        return _page(request, session)
    try:
        told, about = _change(request, session)
    except DomainError as refusal:
        if refusal.code in ("wrong_status", "form_reused"):
            messages.error(request, staff_messages.sentence(refusal))
            return redirect("sessions:staff_session", public_id=session.public_id)
        return _page(request, session, refusal=refusal)
    messages.success(request, staff_messages.done(told, **about))
    return redirect("sessions:staff_session", public_id=session.public_id)


def _change(request: HttpRequest, session: MassageSession) -> tuple[str, dict[str, str]]:
    """Read what was pressed and do it; return what to say. What is not offered is refused by the services."""
    what = next((name for name in WHAT if name in request.POST), "")
    slug = request.POST.get(what, "")[:60]
    form: dict[str, Any] = {
        "session": session,
        "actor": request.user,
        "by": role_in(request.user, session),
        "now": clock.now(),
        "form_key": request.POST.get("key", "")[:40],
        "form_digest": record.digest_of({"session": session.public_id, what: slug}),
    }
    if what == "therapist":
        therapist = Therapist.objects.filter(slug=slug, is_active=True).first()
        if therapist is None:
            raise Refused("not_a_colleague")
        changed = reshaping.change_therapist(therapist=therapist, **form)
        return what, {"therapist": changed.therapist.name}
    service = Service.objects.select_related("technique").filter(slug=slug, is_active=True).first()
    if service is None or not what:
        raise Refused("not_given_here" if what == "service" else "not_a_length")
    act = reshaping.change_service if what == "service" else reshaping.change_length
    changed = act(service=service, **form)
    price = money.write(changed.price, changed.currency)
    return what, {"minutes": str(changed.minutes), "what": str(changed.service), "price": price}


def _page(request: HttpRequest, session: MassageSession, *, refusal: DomainError | None = None) -> HttpResponse:
    now, by = clock.now(), role_in(request.user, session)
    is_own = by == "therapist"
    context = {
        "session": session,
        "own": is_own,
        "lengths": _told(selectors.lengths(session, by=by, now=now), is_own=is_own),
        "others": _told(selectors.others(session, by=by, now=now), is_own=is_own),
        "colleagues": [(option, _of_colleague(option)) for option in selectors.colleagues(session, now=now)],
        "may_change_service": may(session.state, Act.CHANGE_SERVICE),
        "may_change_therapist": may(session.state, Act.CHANGE_THERAPIST),
        "sentence": _sentence(refusal),
        "nearest": refusal.params.get("nearest", []) if refusal else [],
        "may_move": may(session.state, Act.MOVE) and not is_own,
        "key": new_public_id(),
        "nav": "today" if is_own else "desk",
    }
    return render(request, "sessions/calendar/change.html", context, status=409 if refusal else 200)


def _sentence(refusal: DomainError | None) -> str:
    """Return why not, with the nearest that would fit."""
    if refusal is None:
        return ""
    said = staff_messages.sentence(refusal)
    fitting = refusal.params.get("lengths") or refusal.params.get("services") or []
    names = [f"{service.minutes} min" if "lengths" in refusal.params else str(service) for service in fitting]
    people = [person.first_name for person in refusal.params.get("therapists", [])]
    instead = " or ".join(names or people)
    return f"{said} Possible: {instead}." if instead else said


def _told(found: list[Option], *, is_own: bool) -> list[tuple[Option, str]]:
    """Return each option with why not. The desk hears no more than that it must ask."""
    return [(option, _words(option, is_own=is_own)) for option in found]


def _of_colleague(option: Option) -> str:
    """Return why this one, or why not."""
    if option.fits:
        return words.STAFF_BECAUSE[option.because]
    return words.STAFF_WHY_NOT.get(option.why_not) or staff_messages.SENTENCES.get(option.why_not, "")


def _words(option: Option, *, is_own: bool) -> str:
    if option.fits:
        return ""
    if is_own and option.why_not == selectors.RULED_OUT:
        return "The answers rule it out."
    return staff_messages.SENTENCES.get(option.why_not, "")


@require_POST
@staff_required
def late(request: HttpRequest, public_id: str) -> HttpResponse:
    """Note that the client said, or was, late."""
    rows = sessions_visible_to_staff(request.user)
    session = get_object_or_404(rows, public_id=public_id)
    minutes = to_int(request.POST.get("minutes"), most=10_000) or 0
    try:
        changes.late(
            session=session,
            minutes=minutes,
            actor=request.user,  # type: ignore[arg-type]
            by=role_in(request.user, session),
            now=clock.now(),
        )
        name = session.client.short_name if session.client else ""
        messages.success(request, staff_messages.done("late", name=name))
    except DomainError as error:
        messages.error(request, staff_messages.sentence(error))
    return back(request, session)

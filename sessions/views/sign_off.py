"""Signing what is safe for a session, and being more careful: the therapist of the session alone."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from massage_booking.accounts.permissions import therapist_required
from massage_booking.core import clock, wording
from massage_booking.core.errors import DomainError
from massage_booking.core.parsing import to_int
from massage_booking.core.vocabulary import AREA_LABELS, PRESSURE_LABELS
from screening.domain.enums import Pressure
from screening.vault import VaultClosed
from sessions import limits, staff_messages
from sessions.domain.status import Act, may
from sessions.domain.tightening import Wish
from sessions.models import MassageSession
from sessions.permissions import sessions_of_therapist
from sessions.selectors import signing as signed
from sessions.services import signing

LONGEST_NOTE = 1000
# A form that does not say what its reader has seen signs nothing.
NOTHING_READ = "nothing"
# Shorter than booked, in steps that make sense at a table.
LENGTHS = (20, 30, 45, 60, 75, 90)


def own_session(request: HttpRequest, public_id: str) -> MassageSession:
    """Return a session of the therapist who asks; everything else is 404."""
    rows = sessions_of_therapist(request.user).exclude(status="held").select_related("decision__rules")
    return get_object_or_404(rows, public_id=public_id)


@require_http_methods(["GET", "HEAD", "POST"])
@therapist_required
def sign_off(request: HttpRequest, public_id: str) -> HttpResponse:
    """Show what is safe with room to tighten it; sign it."""
    session = own_session(request, public_id)
    if request.method == "POST":
        return _sign(request, session)
    return _page(request, session, declines="decline" in request.GET)


def _page(
    request: HttpRequest, session: MassageSession, *, typed: QueryDict | None = None, declines: bool = False
) -> HttpResponse:
    """Render the form; `typed` is what was filled in and refused, so that nothing has to be written twice."""
    context = {**_context(session), "declines": declines, "decline_note": "", "may_decline": may_decline(session)}
    if typed is not None:
        context |= _as_typed(context, typed)
    return render(request, "sessions/calendar/sign_off.html", context)


def _sign(request: HttpRequest, session: MassageSession) -> HttpResponse:
    try:
        signing.sign_off(
            session=session,
            wish=_wish(request.POST, session),
            note=request.POST.get("note", "")[:LONGEST_NOTE],
            decision_id=request.POST.get("decision") or NOTHING_READ,
            actor=request.user,  # type: ignore[arg-type]
            now=clock.now(),
        )
    except (DomainError, VaultClosed) as error:
        messages.error(request, staff_messages.why_not(error))
        return _page(request, own_session(request, session.public_id), typed=request.POST)
    messages.success(request, staff_messages.done("signed_off"))
    return redirect("sessions:staff_session", public_id=session.public_id)


@require_POST
@therapist_required
def decline(request: HttpRequest, public_id: str) -> HttpResponse:
    """Say no to a session, with a note for the record."""
    session = own_session(request, public_id)
    try:
        signing.decline(
            session=session,
            actor=request.user,  # type: ignore[arg-type]
            by="therapist",
            now=clock.now(),
            note=request.POST.get("note", "")[:LONGEST_NOTE],
        )
    except (DomainError, VaultClosed) as error:
        messages.error(request, staff_messages.why_not(error))
        session = own_session(request, public_id)
        if may_decline(session):
            return _page(request, session, typed=request.POST, declines=True)
        return redirect("sessions:staff_session", public_id=session.public_id)
    client = session.client
    told = "decline" if client and client.mail_address else "decline_silent"
    messages.success(request, staff_messages.done(told, name=client.short_name if client else ""))
    return redirect("sessions:staff_session", public_id=session.public_id)


def may_decline(session: MassageSession) -> bool:
    return may(session.state, Act.DECLINE) or may(session.state, Act.CANCEL)


def _wish(data: QueryDict, session: MassageSession) -> Wish:
    """Read a form; what the limits say already is no wish."""
    found = session.decision
    pressure = data.get("pressure", "")[:10]
    return Wish(
        max_pressure="" if found and pressure == found.max_pressure else pressure,
        avoid_areas=frozenset(data.getlist("areas")[:20]),
        avoid_techniques=frozenset(data.getlist("techniques")[:20]),
        max_minutes=to_int(data.get("minutes"), least=1, most=600),
    )


def _context(session: MassageSession) -> dict[str, Any]:
    found = limits.effective(session)
    may_sign = signed.may_sign(session)
    context = {"session": session, "may_sign": may_sign, "nav": "today"}
    card = limits.card(session)
    context["safety"] = {**card, "title": "What is safe"} if card else None
    if found is None or not may_sign:
        return context
    ruled = limits.of_decision(found.decision)
    now_in_force = found.limits
    return {
        **context,
        "decision": found.decision,
        "is_due": signed.is_due(session),
        "pressures": [
            (pressure.value, _capital(PRESSURE_LABELS[pressure.value]), pressure.value == now_in_force.max_pressure)
            for pressure in Pressure
            if Pressure.NONE < pressure <= Pressure(ruled.max_pressure)
        ],
        "areas": [
            (code, _capital(label), code in now_in_force.avoid_areas, code in ruled.avoid_areas)
            for code, label in AREA_LABELS.items()
        ],
        "techniques": [
            (code, wording.technique_names([code]), code in now_in_force.avoid_techniques)
            for code in found.decision.offered_techniques
        ],
        "lengths": _lengths(session, ruled.max_minutes),
        "max_minutes": now_in_force.max_minutes if now_in_force.max_minutes != ruled.max_minutes else None,
    }


def _as_typed(context: dict[str, Any], typed: QueryDict) -> dict[str, Any]:
    """Return the parts of the form as they were filled in."""
    if context["declines"]:
        return {"decline_note": typed.get("note", "")[:LONGEST_NOTE]}
    if not context["may_sign"]:
        return {"note": typed.get("note", "")[:LONGEST_NOTE]}
    areas, techniques = set(typed.getlist("areas")), set(typed.getlist("techniques"))
    pressure = typed.get("pressure")
    offered = [code for code, _, _ in context["pressures"]]
    return {
        "note": typed.get("note", "")[:LONGEST_NOTE],
        "pressures": [
            (code, word, code == pressure if pressure in offered else is_on)
            for code, word, is_on in context["pressures"]
        ],
        "areas": [(code, word, code in areas or is_rule, is_rule) for code, word, _, is_rule in context["areas"]],
        "techniques": [(code, word, code in techniques) for code, word, _ in context["techniques"]],
        "max_minutes": to_int(typed.get("minutes"), least=1, most=600),
    }


def _lengths(session: MassageSession, longest: int | None) -> list[int]:
    most = min(session.minutes, longest or session.minutes)
    return [minutes for minutes in LENGTHS if minutes < most]


def _capital(word: str) -> str:
    return word[:1].upper() + word[1:]

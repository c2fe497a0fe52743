"""For two at once, step 4: who they are, the policy, and one yes for both."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.core.parsing import to_instant
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions import words
from sessions.domain import policy
from sessions.forms.together import TwoContactForm
from sessions.selectors import clearance, offer, together
from sessions.services import record, together_guests
from sessions.services.together import Terms
from sessions.services.together_guests import Contact
from sessions.views import state, together_state
from sessions.views.confirm import OTHER_WINDOW
from sessions.views.steps import params_of, steps, to_health
from sessions.views.together import keep, open_or_404
from sessions.views.together_state import Chosen, called
from sessions.views.together_steps import CONFIRM, asked_today, health_first, obstacles
from sessions.views.together_time import with_anyone

TYPED = ("first_name", "second_name", "booker_name", "email", "phone", "starts_at", "for_whom")
OTHER_PEOPLE = "You chose other people or sessions in another window. Please look at them, then confirm again."


@dataclass(frozen=True)
class Attempt:
    """For whom, when, and what the answers of each mean then."""

    found: Chosen
    starts_at: datetime
    assessments: tuple[Assessment, Assessment]
    now: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
def together_confirm(request: HttpRequest) -> HttpResponse:
    """Show what would be booked and ask who they are; book both."""
    open_or_404(request)
    if request.method == "POST" and (known := _answered_before(request)):
        return known
    attempt = _attempt(request, clock.now())
    if isinstance(attempt, HttpResponse):
        # The same form sent again may have been answered a moment ago, which cleared what this browser was booking.
        return (_answered_before(request) if request.method == "POST" else None) or attempt
    if request.method == "POST" and "instead" in request.POST:
        return _choose_instead(request, attempt)
    form = _form(request, attempt)
    if request.method == "POST" and form.is_valid():
        return _book(request, attempt, form)
    return _page(request, attempt, form)


def _digest(request: HttpRequest) -> str:
    """Return a digest of what was typed, so that a second sending is told from another form."""
    return record.digest_of({name: request.POST.get(name, "").strip() for name in TYPED})


def _answered_before(request: HttpRequest) -> HttpResponse | None:
    """Answer a form that has led to a booking: the same again with the same booking, another with a refusal."""
    try:
        known = record.answered_before(key=request.POST.get("key", "")[:40], digest=_digest(request))
    except Refused as refusal:
        messages.error(request, sentences.sentence(refusal))
        together_state.save_state(request, key=None)
        return redirect(CONFIRM)
    return redirect("sessions:booked", public_id=known.public_id) if known else None


def _attempt(request: HttpRequest, now: datetime) -> Attempt | HttpResponse:
    """Return what is to be confirmed, or the way to the step that is not done yet."""
    found = together_state.chosen(request, now=now)
    if found is None or state.studio_of(request) is None:
        return redirect("sessions:together")
    first = health_first(request, found, now=now, then=CONFIRM if found.held else "sessions:together_time")
    if first is not None:
        return first
    # A hold that has run out leaves the time that the form names.
    starts_at = found.starts_at or to_instant(request.POST.get("starts_at"))
    if starts_at is None or (found.held and not found.fits_hold):
        return redirect("sessions:together_time")
    today = asked_today(found, starts_at=starts_at, now=now)
    if today is not None:
        return to_health(request, today, page="screening:today", then=CONFIRM)
    for seat, code in obstacles(found, starts_at=starts_at, now=now):
        if code:
            why = sentences.of_code(code, params_of(code, now=now))
            messages.warning(request, f"{why} This is about {called(seat.client)}.")
            return redirect("sessions:together_time")
    judged = [offer.assess(client=client, starts_at=starts_at, now=now) for client in found.clients]
    assert judged[0] is not None and judged[1] is not None
    return Attempt(found, starts_at, (judged[0], judged[1]), now)


def _form(request: HttpRequest, attempt: Attempt) -> TwoContactForm:
    account: Any = request.user if request.user.is_authenticated else None
    initial = {
        "key": together_state.form_key(request),
        **_shown(attempt),
        "booker_name": getattr(account, "name", ""),
        "phone": getattr(account, "phone", ""),
    }
    return TwoContactForm(request.POST or None, clients=attempt.found.clients, account=account, initial=initial)


def _book(request: HttpRequest, attempt: Attempt, form: TwoContactForm) -> HttpResponse:
    data, now = form.cleaned_data, attempt.now
    if data["starts_at"] != attempt.starts_at:
        # Nobody should confirm a time that they do not see.
        return _page(request, attempt, _as_shown(form, attempt), sentence=OTHER_WINDOW)
    if data["for_whom"] != _shown(attempt)["for_whom"]:
        return _page(request, attempt, _as_shown(form, attempt), sentence=OTHER_PEOPLE)
    account: Any = request.user if request.user.is_authenticated else None
    contact = Contact(form.names, form.booker, data.get("email", ""), data.get("phone", ""))
    terms = Terms(attempt.assessments, account, form_key=data["key"], form_digest=_digest(request))
    try:
        booked = together_guests.confirm(
            attempt.found.pair(now=now),
            held=attempt.found.held,
            terms=terms,
            contact=contact,
            account=account,
            starts_at=attempt.starts_at,
            now=now,
        )
    except Taken as lost:
        nearest = lost.params.get("nearest") or []
        return _page(request, attempt, form, sentence=sentences.sentence(lost), is_taken=True, nearest=nearest)
    except DomainError as refusal:
        return _page(request, attempt, form, sentence=sentences.sentence(refusal))
    together_state.clear_state(request)
    for session in reversed(booked):
        state.remember_booked(request, session)
    return redirect("sessions:booked", public_id=booked[0].public_id)


def _choose_instead(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Keep one of the nearest common times instead of one that was taken; what was typed stays on the page."""
    stamp, _, with_whom = request.POST.get("instead", "").partition("/")
    starts_at, now = to_instant(stamp), attempt.now
    if starts_at is None:
        return _page(request, attempt, _form(request, attempt), sentence=sentences.of_code("unreadable_time"))
    found = (with_anyone(request, now=now) if with_whom else None) or attempt.found
    try:
        keep(request, found, starts_at=starts_at, now=now)
    except DomainError as refusal:
        nearest = refusal.params.get("nearest") or []
        form, sentence = _form(request, attempt), sentences.sentence(refusal)
        return _page(request, attempt, form, sentence=sentence, is_taken=isinstance(refusal, Taken), nearest=nearest)
    fresh = _attempt(request, now)
    if isinstance(fresh, HttpResponse):
        return fresh
    return _page(request, fresh, _as_shown(_form(request, fresh), fresh), is_kept=True)


def _shown(attempt: Attempt) -> dict[str, str]:
    """Return what the page shows and the form sends along: when, for whom, and what each has."""
    seats = [f"{seat.client.public_id} {seat.service.slug}" for seat in attempt.found.seats]
    return {"starts_at": attempt.starts_at.isoformat(), "for_whom": ", ".join(seats)}


def _as_shown(form: TwoContactForm, attempt: Attempt) -> TwoContactForm:
    """Return a form as it was typed, for what is shown now; nothing is found fault with yet."""
    form.data = {**{name: form.data.get(name) for name in form.data}, **_shown(attempt)}
    form.forget_errors()
    return form


def _page(
    request: HttpRequest, attempt: Attempt, form: TwoContactForm, *, is_taken: bool = False, **more: Any
) -> HttpResponse:
    studio, found = studio_selectors.require(), attempt.found
    context = {
        "form": form,
        "steps": steps(4, for_two=True),
        "starts_at": attempt.starts_at,
        "sides": [_side(attempt, index) for index in (0, 1)],
        "total": sum(seat.service.price for seat in found.seats),
        "beside": bool(found.held) and together.is_side_by_side(*found.held),
        "is_held": bool(found.held),
        "mail_to": found.first.client.mail_address or getattr(request.user, "email", ""),
        "held": together_state.summary_of(request, now=attempt.now),
        "free_until": policy.free_to_cancel_until(attempt.starts_at, studio.cancellation_hours),
        "is_late_already": policy.is_late_change(attempt.starts_at, studio.cancellation_hours, attempt.now),
        "is_taken": is_taken,
        **more,
    }
    return render(request, "sessions/together/confirm.html", context, status=409 if is_taken else 200)


def _side(attempt: Attempt, index: int) -> dict[str, Any]:
    """Return what the page says of one of the two."""
    seat, held = attempt.found.seats[index], attempt.found.held[index] if attempt.found.held else None
    assessment = attempt.assessments[index]
    kept_until = None
    if clearance.needs_only_letter(assessment):
        kept_until = clearance.until(starts_at=attempt.starts_at, now=attempt.now)
    return {
        "client": seat.client,
        "called": called(seat.client),
        "service": seat.service,
        "therapist": held.therapist if held else seat.therapist,
        "because": words.BECAUSE.get(held.chosen_because, "") if held else "",
        "young": assessment,
        "kept_until": kept_until,
    }

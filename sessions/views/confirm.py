"""Step 4 of booking: who it is, the policy, and yes."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.core.parsing import to_instant
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions import words
from sessions.domain import policy
from sessions.domain.who import Against
from sessions.forms import choice as choices
from sessions.forms.client import ContactForm
from sessions.selectors import clearance, offer, openings, policies, who
from sessions.services import guests, record
from sessions.services.guests import Contact, Wanted
from sessions.views import state
from sessions.views.find import keep, read_wish
from sessions.views.steps import asks_whether_changed, needs_health, obstacle_of, params_of, steps, to_health

TYPED = ("name", "booker_name", "email", "phone", "starts_at", "service", "therapist")
OTHER_WINDOW = "You chose another time in another window. Please look at it, then confirm again."


@dataclass(frozen=True)
class Attempt:
    """For whom, what, and what the answers mean then."""

    client: Client
    wanted: Wanted
    assessment: Assessment
    now: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@closed_kindly
def confirm(request: HttpRequest) -> HttpResponse:
    """Show what would be booked and ask who it is; book it."""
    if request.method == "POST" and (known := _answered_before(request)):
        return known
    found = _attempt(request, clock.now())
    if isinstance(found, HttpResponse):
        # The same form sent again may have been answered a moment ago, which cleared what this browser was booking.
        return (_answered_before(request) if request.method == "POST" else None) or found
    if request.method != "POST":
        return _first_page(request, found)
    if "instead" in request.POST:
        return _choose_instead(request, found)
    form = _form(request, found)
    return _book(request, found, form) if form.is_valid() else _page(request, found, form)


def _first_page(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Show what would be booked; a time with somebody who is not for this client is told before anything is typed."""
    against = _against(attempt)
    if against:
        return _with_another(request, attempt, _form(request, attempt), against)
    return _page(request, attempt, _form(request, attempt))


def _with_another(request: HttpRequest, attempt: Attempt, form: ContactForm, against: str) -> HttpResponse:
    """Offer the nearest times with others instead of one with somebody who is not for this client."""
    assert attempt.wanted.therapist is not None
    sentence = sentences.of_code(against, {"therapist": attempt.wanted.therapist.first_name})
    return _page(request, attempt, form, sentence=sentence, is_taken=True, with_another=True)


def _against(attempt: Attempt) -> str:
    """Return what stands against the therapist, as a code; a wish for a gender counts where anyone would do."""
    wanted = attempt.wanted
    if wanted.therapist is None:
        return ""
    found = who.stands_against(
        client=attempt.client,
        therapist=wanted.therapist,
        service=wanted.service,
        day=wanted.starts_at.astimezone(studio_selectors.require().tz).date(),
        needs=attempt.assessment.trainings_needed,
        is_named=wanted.held is None or not wanted.held.chosen_because,
    )
    return found.value if found else ""


def _digest(request: HttpRequest) -> str:
    """Return a digest of what was typed, so that a second sending is told from another form."""
    return record.digest_of({name: request.POST.get(name, "").strip() for name in TYPED})


def _answered_before(request: HttpRequest) -> HttpResponse | None:
    """Answer a form that has led to a booking: the same again with the same booking, another with a refusal."""
    try:
        known = record.answered_before(key=request.POST.get("key", "")[:40], digest=_digest(request))
    except Refused as refusal:
        return _sent_before(request, refusal)
    return redirect("sessions:booked", public_id=known.public_id) if known else None


def _sent_before(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """Say that a form has led to a booking with other words in it; the next form has a key of its own."""
    state.save_state(request, key=None)
    return render(request, "sessions/sent_before.html", {"sentence": sentences.sentence(refusal)}, status=409)


def _attempt(request: HttpRequest, now: datetime) -> Attempt | HttpResponse:
    """Return what is to be confirmed, or the way to the step that is not done yet."""
    client = state.chosen_client(request)
    if client is None or state.studio_of(request) is None:
        return redirect("sessions:book")
    kept = screening.Kept(client)
    if needs_health(client, now=now, kept=kept):
        return to_health(request, client)
    wanted = _wanted(request, now)
    if wanted is None:
        if request.method == "POST":
            messages.warning(request, sentences.of_code("unreadable_time"))
        return redirect("sessions:time")
    if asks_whether_changed(client, now=now, kept=kept):
        return to_health(request, client, page="screening:again", then="sessions:confirm")
    assessment = offer.assess(client=client, starts_at=wanted.starts_at, now=now, kept=kept)
    obstacle = obstacle_of(assessment, wanted.service, starts_at=wanted.starts_at, now=now)
    if obstacle == Block.TODAYS_ROWS:
        return to_health(request, client, page="screening:today", then="sessions:confirm")
    if obstacle or assessment is None:
        messages.warning(request, sentences.of_code(obstacle, params_of(obstacle, now=now)))
        return redirect("sessions:time")
    return Attempt(client, wanted, assessment, now)


def _wanted(request: HttpRequest, now: datetime) -> Wanted | None:
    """Return the time to confirm: the one that is held, else the one that the form names although its hold ran out."""
    held = state.held_of(request, now=now)
    if held is not None:
        return Wanted(held.service, held.therapist, held.starts_at, held)
    starts_at = to_instant(request.POST.get("starts_at"))
    service, therapist = read_wish(request)
    return Wanted(service, therapist, starts_at) if service and starts_at else None


def _form(request: HttpRequest, attempt: Attempt) -> ContactForm:
    account: Any = request.user if request.user.is_authenticated else None
    name, phone = getattr(account, "name", ""), getattr(account, "phone", "")
    hidden = _time_fields(attempt.wanted)
    initial = {
        "name": name if attempt.client.relation == "self" else "",
        "booker_name": name or _guardian_name(attempt.client),
        "phone": phone,
        "key": state.form_key(request),
        **hidden,
    }
    return ContactForm(request.POST or None, client=attempt.client, account=account, initial=initial)


def _guardian_name(client: Client) -> str:
    """Return the name that a guardian has just signed with, in this browser; of somebody known nothing is shown."""
    consent = screening.guardian_consent_in_force(client) if client.confirmed_at is None else None
    return consent.guardian_name if consent else ""


def _time_fields(wanted: Wanted) -> dict[str, str]:
    return {
        "starts_at": wanted.starts_at.isoformat(),
        "service": wanted.service.slug,
        "therapist": wanted.therapist.slug if wanted.therapist else "",
    }


def _book(request: HttpRequest, attempt: Attempt, form: ContactForm) -> HttpResponse:
    data = form.cleaned_data
    if data["starts_at"] != attempt.wanted.starts_at:
        # Nobody should confirm a time that they do not see.
        return _page(request, attempt, _retimed(form, attempt.wanted), sentence=OTHER_WINDOW)
    contact = Contact(**{name: data.get(name, "") for name in ("name", "email", "phone", "booker_name")})
    account: Any = request.user if request.user.is_authenticated else None
    try:
        session = guests.confirm(
            client=attempt.client,
            contact=contact,
            account=account,
            wanted=attempt.wanted,
            assessment=attempt.assessment,
            now=attempt.now,
            form_key=data["key"],
            form_digest=_digest(request),
        )
    except Taken as lost:
        return _page(request, attempt, form, sentence=sentences.sentence(lost), is_taken=True)
    except DomainError as refusal:
        if refusal.code == Against.GUARDIAN:
            return _with_another(request, attempt, form, refusal.code)
        if refusal.code == "form_reused" and isinstance(refusal, Refused):
            return _sent_before(request, refusal)
        return _page(request, attempt, form, sentence=sentences.sentence(refusal))
    state.clear_state(request)
    state.remember_booked(request, session)
    return redirect("sessions:booked", public_id=session.public_id)


def _choose_instead(request: HttpRequest, attempt: Attempt) -> HttpResponse:
    """Keep one of the nearest times instead of one that was taken; what was typed stays on the page."""
    wanted, now = attempt.wanted, attempt.now
    stamp, _, slug = request.POST.get("instead", "").partition("/")
    starts_at = to_instant(stamp)
    therapist = next((item.therapist for item in _nearest(attempt) if item.therapist.slug == slug), None)
    assessment = offer.assess(client=attempt.client, starts_at=starts_at, now=now) if starts_at else None
    if starts_at is None or assessment is None:
        return _page(request, attempt, _form(request, attempt), sentence=sentences.of_code("unreadable_time"))
    try:
        keep(request, service=wanted.service, therapist=therapist, starts_at=starts_at, now=now)
    except DomainError as refusal:
        form, sentence = _form(request, attempt), sentences.sentence(refusal)
        return _page(request, attempt, form, sentence=sentence, is_taken=isinstance(refusal, Taken))
    held = state.held_of(request, now=now)
    assert held is not None
    kept = Attempt(attempt.client, Wanted(held.service, held.therapist, held.starts_at, held), assessment, now)
    return _page(request, kept, _retimed(_form(request, kept), kept.wanted), is_kept=True)


def _retimed(form: ContactForm, wanted: Wanted) -> ContactForm:
    """Return a form as it was typed, for another time; nothing is found fault with yet."""
    form.data = {**{name: form.data.get(name) for name in form.data}, **_time_fields(wanted)}
    form.forget_errors()
    return form


def _nearest(attempt: Attempt) -> list[openings.Opening]:
    """Return the times nearest to one that was taken, as far as the answers allow them.

    Whoever asked for somebody who is not for this client is offered others.
    """
    wanted = attempt.wanted
    return openings.nearest(
        service=wanted.service,
        wanted=wanted.starts_at,
        now=attempt.now,
        therapist=None if _against(attempt) else wanted.therapist,
        client=attempt.client,
        allowed_on=offer.allowed_on(client=attempt.client, service=wanted.service, now=attempt.now, for_letter=True),
    )


def _kept_until(attempt: Attempt) -> datetime | None:
    """Return until when the time is kept for a letter; None when none is missing."""
    if not clearance.needs_only_letter(attempt.assessment):
        return None
    return clearance.until(starts_at=attempt.wanted.starts_at, now=attempt.now)


def _over_wish(attempt: Attempt) -> str:
    """Return the standing wish that a therapist chosen by name goes over, in words; nothing where there is none."""
    wanted = attempt.wanted
    wish = who.wish_of(attempt.client)
    is_named = wanted.therapist is not None and not (wanted.held and wanted.held.chosen_because)
    if not wish or not is_named or wanted.therapist is None or wanted.therapist.gender == wish:
        return ""
    return choices.GENDERS.get(wish, "").lower()


def _page(
    request: HttpRequest, attempt: Attempt, form: ContactForm, *, is_taken: bool = False, **more: Any
) -> HttpResponse:
    studio, wanted = studio_selectors.require(), attempt.wanted
    context = {
        "form": form,
        "steps": steps(4),
        "client": attempt.client,
        "wanted": wanted,
        "because": words.because(wanted.held.chosen_because) if wanted.held else "",
        "over_wish": _over_wish(attempt),
        "held": state.held_for_summary(request, now=attempt.now),
        "free_until": policy.free_to_cancel_until(wanted.starts_at, studio.cancellation_hours),
        "is_late_already": policy.is_late_change(wanted.starts_at, studio.cancellation_hours, attempt.now),
        "kept_until": _kept_until(attempt),
        "young": attempt.assessment,
        "asks_first": policies.asks_first(attempt.client),
        "is_taken": is_taken,
        "nearest": _nearest(attempt) if is_taken else [],
        **more,
    }
    return render(request, "sessions/confirm.html", context, status=409 if is_taken else 200)

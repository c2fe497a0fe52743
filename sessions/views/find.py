"""Open times without an account, and keeping one of them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from massage_booking.accounts import selectors as accounts
from massage_booking.accounts.models import Client
from massage_booking.core import clock, wording
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.parsing import to_instant
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.vault import VaultClosed
from sessions import messages as sentences
from sessions.forms import choice as choices
from sessions.forms.choice import Choice
from sessions.selectors import offer
from sessions.selectors.earliest import FirstDay, first_day_of
from sessions.selectors.openings import Opening
from sessions.services import holds
from sessions.views import reasons, state, together_state
from sessions.views.picker import Asked, Picker
from sessions.views.steps import next_step
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show when a service is free, with one therapist or anyone."""
    studio, services = state.studio_of(request), list(therapist_selectors.bookable_services())
    if studio is None or not services:
        return render(request, "sessions/not_open.html", {"nothing_offered": studio is not None})
    now = clock.now()
    choice = choices.read(
        request.GET,
        services=services,
        studio=studio,
        now=now,
        usual=state.chosen_service(request),
        usual_therapist=state.chosen_therapist(request),
    )
    held = state.held_of(request, now=now)
    wait = _wait_of(request, choice, now=now)
    asked = Asked(
        service=choice.service,
        therapist=choice.therapist,
        now=now,
        page=reverse("sessions:find"),
        post_to=reverse("sessions:hold"),
        parameters=choice.parameters,
        fields=choice.parameters,
        # A time that this browser keeps is free to itself.
        held=held,
        without=held,
        not_before=wait.earliest.day if wait else None,
        allowed_on=offer.allowed_on(client=wait.client, service=choice.service, now=now, for_letter=True)
        if wait
        else None,
    )
    picker = Picker(asked, choice.month, choice.day)
    context = {
        **chooser(choice, services),
        "not_before": wait.sentence if wait else "",
        "month": picker.month,
        "times": picker.times,
        "held": state.held_for_summary(request, now=now) if held else None,
        "go_on_url": reverse("sessions:time" if state.chosen_client(request) else "sessions:book"),
    }
    return render(request, "sessions/find.html", context)


@dataclass(frozen=True)
class Wait:
    """From when the person who is signed in may have what they look for."""

    client: Client
    earliest: FirstDay
    sentence: str


def _wait_of(request: HttpRequest, choice: Choice, *, now: datetime) -> Wait | None:
    """Return the wait that the account's own answers ask for. Strangers see all times."""
    if not request.user.is_authenticated:
        return None
    people = accounts.clients_of(request.user)
    client = state.chosen_client(request) or (people[0] if len(people) == 1 else None)
    if client is None or client.confirmed_at is None:
        return None
    try:
        standing = offer.standing_of(client=client, now=now)
    except VaultClosed:
        return None
    today = now.astimezone(studio_selectors.require().tz).date()
    first = first_day_of(standing, choice.service, today=today) if standing and standing.may_choose_time else None
    if first is None or first.day is None:
        return None
    may_read = screening.may_read_answers(request.user, client)
    reasons.note(request, client, purpose="looking for a time", named=may_read and reasons.in_wait(first))
    return Wait(client, first, first.sentence if may_read else f"{first.opening}.")


def chooser(choice: Choice, services: list[Service]) -> dict[str, Any]:
    """Return what the choice beside the month offers: techniques, lengths, therapists."""
    return {
        "choice": choice,
        "techniques": choices.techniques_of(services),
        "lengths": [service for service in services if service.technique_id == choice.service.technique_id],
        "therapists": therapist_selectors.eligible_therapists(service=choice.service),
    }


@require_POST
def hold(request: HttpRequest) -> HttpResponse:
    """Keep a time for this browser, and go on to the next step."""
    if state.studio_of(request) is None:
        return redirect("home")
    now = clock.now()
    service, therapist = read_wish(request)
    starts_at = to_instant(request.POST.get("starts_at"))
    if service is None or starts_at is None:
        messages.error(request, sentences.of_code("unreadable_time"))
        return redirect("sessions:find")
    of_two = together_state.held_of(request, now=now)
    try:
        keep(request, service=service, therapist=therapist, starts_at=starts_at, now=now)
    except Taken as lost:
        return taken_page(request, lost, service=service, therapist=therapist, starts_at=starts_at)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect(_came_from(request, otherwise="sessions:find"))
    if of_two and not together_state.held_of(request, now=now):
        messages.info(request, sentences.of_code("two_given_up", {"starts_at": of_two[0].starts_at}))
    return next_step(request, now=now)


def read_wish(request: HttpRequest) -> tuple[Service | None, Therapist | None]:
    """Return service and therapist of a form that keeps a time; therapist None means anyone, service None garbage."""
    services = Service.objects.filter(is_active=True).select_related("technique")
    service = services.filter(slug=request.POST.get("service", "")[:60]).first()
    slug = request.POST.get("therapist", "")[:60]
    if slug in ("", choices.ANYONE):
        return service, None
    therapist = Therapist.objects.filter(is_active=True, slug=slug).first()
    return (service, therapist) if therapist else (None, None)


def keep(
    request: HttpRequest, *, service: Service, therapist: Therapist | None, starts_at: datetime, now: datetime
) -> None:
    """Hold a time for this browser and remember what was wanted. Raises what `holds.hold` raises."""
    holds.hold(
        service=service,
        therapist=therapist,
        starts_at=starts_at,
        browser=state.browser_key(request),
        address=state.address_digest(request),
        signed_in=request.user.is_authenticated,
        now=now,
        whose=state.chosen_client(request),
    )
    state.save_state(request, service=service.slug, therapist=therapist.slug if therapist else None)


def taken_page(
    request: HttpRequest, lost: Taken, *, service: Service, therapist: Therapist | None, starts_at: datetime
) -> HttpResponse:
    """Say that a time is gone, with the nearest three to press."""
    nearest: list[Opening] = lost.params.get("nearest") or []
    context = {
        "sentence": sentences.sentence(lost),
        "wanted": starts_at,
        "service": service,
        "therapist": therapist,
        "nearest": nearest,
    }
    return render(request, "sessions/taken.html", context, status=409)


@require_POST
def extend(request: HttpRequest) -> HttpResponseRedirect:
    """Keep the held time ten more minutes, and go back to where the button was."""
    now = clock.now()
    held = state.held_of(request, now=now) or next(iter(together_state.held_of(request, now=now)), None)
    if held is None:
        messages.warning(request, sentences.of_code("hold_expired"))
    else:
        before = held.held_until
        holds.extend_all(browser=held.held_by, now=now)
        held.refresh_from_db()
        code = "hold_kept" if held.held_until != before else "hold_longest"
        messages.info(request, sentences.of_code(code, {"until": wording.clock_time(held.held_until or now)}))
    return redirect(_came_from(request, otherwise="sessions:book"))


def _came_from(request: HttpRequest, *, otherwise: str) -> str:
    """Return the page of ours that the button stood on, as far as it can be opened again."""
    page = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    # The page of a time that was taken stands under the address that keeps times, which only takes forms.
    is_page = bool(page) and urlsplit(page).path != reverse("sessions:hold")
    return page if ours and is_page else reverse(otherwise)

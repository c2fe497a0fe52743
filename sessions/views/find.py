"""Open times without an account, and keeping one of them."""

from dataclasses import dataclass
from datetime import date, datetime
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
from sessions.domain.who import Days
from sessions.forms import choice as choices
from sessions.forms.choice import Choice
from sessions.selectors import offer, who
from sessions.selectors.earliest import first_day_of
from sessions.selectors.openings import Opening
from sessions.services import holds
from sessions.views import reasons, state, together_state
from sessions.views.picker import Asked, Picker
from sessions.views.steps import next_step
from therapists import eligibility
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist


@require_safe
def find(request: HttpRequest) -> HttpResponse:
    """Show when a service is free, with one therapist or anyone."""
    studio, services = state.studio_of(request), therapist_selectors.services_to_book()
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
        usual_gender=state.chosen_gender(request),
    )
    whose = whose_of(request)
    windows = eligibility.eligibility_windows(service=choice.service)
    today = now.astimezone(studio.tz).date()
    here = who.offered_to(client=whose, service=choice.service, day=today, windows=windows)
    choice = choices.for_client(choice, here)
    held = state.held_of(request, now=now)
    wait = _wait_of(request, choice, now=now)
    asked = Asked(
        service=choice.service,
        therapist=choice.therapist,
        gender=choice.gender,
        whose=whose,
        now=now,
        page=reverse("sessions:find"),
        post_to=reverse("sessions:hold"),
        parameters=choice.parameters,
        fields=choice.parameters,
        # A time that this browser keeps is free to itself.
        held=held,
        without=held,
        not_before=wait.first_day if wait else None,
        allowed_on=wait.days if wait else None,
        windows=windows,
    )
    picker = Picker(asked, choice.month, choice.day)
    context = {
        **chooser(choice, services, here),
        "wish": choices.GENDERS.get(who.wish_of(whose), ""),
        "not_before": wait.sentence if wait else "",
        "month": picker.month,
        "times": picker.times,
        "held": state.held_for_summary(request, now=now) if held else None,
        "go_on_url": reverse("sessions:time" if state.chosen_client(request) else "sessions:book"),
    }
    return render(request, "sessions/find.html", context)


@dataclass(frozen=True)
class Wait:
    """From when the person who is signed in may have what they look for, and with whom on which day."""

    days: Days
    first_day: date | None = None
    sentence: str = ""


def whose_of(request: HttpRequest) -> Client | None:
    """Return for whom somebody looks: the one they book for, or their account's only person; None if not known."""
    client = state.chosen_client(request)
    if client is not None or not request.user.is_authenticated:
        return client
    people = accounts.clients_of(request.user)
    return people[0] if len(people) == 1 else None


def _wait_of(request: HttpRequest, choice: Choice, *, now: datetime) -> Wait | None:
    """Return what the account's own answers ask for: a wait, a therapist with further training. Strangers see all."""
    if not request.user.is_authenticated:
        return None
    client = whose_of(request)
    if client is None or client.confirmed_at is None:
        return None
    try:
        standing = offer.standing_of(client=client, now=now)
    except VaultClosed:
        return None
    today = now.astimezone(studio_selectors.require().tz).date()
    if standing is None:
        return None
    days = offer.allowed_on(client=client, service=choice.service, now=now, for_letter=True)
    first = first_day_of(standing, choice.service, today=today) if standing.may_choose_time else None
    if first is None or first.day is None:
        return Wait(Days(lambda day: True, days.trainings))
    may_read = screening.may_read_answers(request.user, client)
    reasons.note(request, client, purpose="looking for a time", named=may_read and reasons.in_wait(first))
    return Wait(days, first.day, first.sentence if may_read else f"{first.opening}.")


def chooser(choice: Choice, services: list[Service], therapists: list[Therapist]) -> dict[str, Any]:
    """Return what the choice beside the month offers: techniques, lengths, therapists."""
    return {
        "choice": choice,
        "techniques": choices.techniques_of(services),
        "lengths": [service for service in services if service.technique_id == choice.service.technique_id],
        "therapists": therapists,
        "genders": choices.genders_of(therapists),
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
        keep(request, service=service, therapist=therapist, starts_at=starts_at, now=now, gender=read_gender(request))
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
    service = therapist_selectors.service_named(request.POST.get("service", "")[:60])
    slug = request.POST.get("therapist", "")[:60]
    if slug in ("", choices.ANYONE) or slug in choices.GENDERS:
        return service, None
    therapist = therapist_selectors.therapist_named(slug)
    return (service, therapist) if therapist else (None, None)


def read_gender(request: HttpRequest) -> str:
    """Return which gender a form that keeps a time asks for instead of a name."""
    word = request.POST.get("therapist", "")
    return word if word in choices.GENDERS else ""


def keep(
    request: HttpRequest,
    *,
    service: Service,
    therapist: Therapist | None,
    starts_at: datetime,
    now: datetime,
    gender: str = "",
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
        whose=whose_of(request),
        gender=gender,
    )
    state.save_state(request, service=service.slug, therapist=therapist.slug if therapist else gender or None)


def taken_page(
    request: HttpRequest, lost: Taken, *, service: Service, therapist: Therapist | None, starts_at: datetime
) -> HttpResponse:
    """Say that a time is gone, with the nearest three to press."""
    nearest: list[Opening] = lost.params.get("nearest") or []
    context = {
        "sentence": sentences.sentence(lost),
        "is_gone": lost.code == "just_taken",
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

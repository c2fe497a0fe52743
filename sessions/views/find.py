"""Open times without an account, and keeping one of them."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from massage_booking.core import clock, wording
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.parsing import to_instant
from sessions import messages as sentences
from sessions.forms import choice as choices
from sessions.forms.choice import Choice
from sessions.selectors.openings import Opening
from sessions.services import booking, holds
from sessions.views import state
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
    )
    picker = Picker(asked, choice.month, choice.day)
    context = {
        **chooser(choice, services),
        "month": picker.month,
        "times": picker.times,
        "held": state.held_for_summary(request, now=now) if held else None,
        "go_on_url": reverse("sessions:time" if state.chosen_client(request) else "sessions:book"),
    }
    return render(request, "sessions/find.html", context)


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
    try:
        keep(request, service=service, therapist=therapist, starts_at=starts_at, now=now)
    except Taken as lost:
        return taken_page(request, lost, service=service, therapist=therapist, starts_at=starts_at)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect("sessions:find")
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
    """Hold a time for this browser and remember what was wanted. Raises what `booking.hold` raises."""
    booking.hold(
        service=service,
        therapist=therapist,
        starts_at=starts_at,
        browser=state.browser_key(request),
        address=state.address_digest(request),
        signed_in=request.user.is_authenticated,
        now=now,
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
    held = state.held_of(request, now=now)
    if held is None:
        messages.warning(request, sentences.of_code("hold_expired"))
    else:
        before = held.held_until
        kept = holds.extend(session=held, now=now)
        code = "hold_kept" if kept.held_until != before else "hold_longest"
        messages.info(request, sentences.of_code(code, {"until": wording.clock_time(kept.held_until or now)}))
    return redirect(_came_from(request))


def _came_from(request: HttpRequest) -> str:
    """Return the page of ours that the button stood on."""
    page = request.META.get("HTTP_REFERER", "")
    ours = url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure())
    return page if ours and page else reverse("sessions:book")

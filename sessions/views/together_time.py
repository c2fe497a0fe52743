"""For two at once, step 3: the times that suit both, and keeping one."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from massage_booking.core import clock
from massage_booking.core.errors import DomainError, Taken
from massage_booking.core.parsing import to_instant
from massage_booking.studio import selectors as studio_selectors
from screening.domain.booking_ahead import Block
from screening.views.doors import closed_kindly
from sessions import messages as sentences
from sessions.forms import choice as choices
from sessions.forms.together import SEATS
from sessions.selectors import offer
from sessions.selectors.earliest import first_day_of
from sessions.selectors.together import Seat
from sessions.views import reasons, state, together_state
from sessions.views.steps import may_hear_reasons, params_of, steps, without_reasons
from sessions.views.together import keep, open_or_404
from sessions.views.together_picker import AskedForTwo, PickerForTwo
from sessions.views.together_state import Chosen, called
from sessions.views.together_steps import health_first, next_step, obstacles, stops


@require_safe
@closed_kindly
def together_time(request: HttpRequest) -> HttpResponse:
    """Show the times that suit both."""
    services, now = open_or_404(request), clock.now()
    found = together_state.chosen(request, now=now)
    if found is None or not services:
        return redirect("sessions:together")
    first = health_first(request, found, now=now) or stops(request, found, now=now)
    if first is not None:
        return first
    studio = studio_selectors.require()
    choice = choices.read(request.GET, services=services, studio=studio, now=now, usual=found.first.service)
    day = choice.day
    if day is None and choice.month is None and found.starts_at is not None:
        day = found.starts_at.astimezone(studio.tz).date()
    sides = [_side(request, seat, now=now) for seat in found.seats]
    asked = AskedForTwo(
        service=found.first.service,
        now=now,
        page=reverse("sessions:together_time"),
        post_to=reverse("sessions:together_hold"),
        held=found.held[0] if found.fits_hold else None,
        not_before=max((side["not_before"] for side in sides if side["not_before"]), default=None),
        pair=found.pair(now=now),
    )
    picker = PickerForTwo(asked, choice.month, day)
    context = {
        "steps": steps(3, for_two=True),
        "found": found,
        "sides": sides,
        "ruled_out": any(side["why_not"] for side in sides),
        "held": together_state.summary_of(request, now=now),
        "against": _against_hold(found, now=now),
        "month": picker.month,
        "times": picker.times,
        "notices": choice.notices,
    }
    return render(request, "sessions/together/time.html", context)


def _side(request: HttpRequest, seat: Seat, *, now: datetime) -> dict[str, Any]:
    """Return what the page says of one of the two: what, with whom, and why or until when it is not possible."""
    standing = offer.standing_of(client=seat.client, now=now)
    reads = may_hear_reasons(request, seat.client)
    item = offer.offered(services=[seat.service], assessment=standing)[0]
    shown = item if reads else without_reasons([item])[0]
    today = now.astimezone(studio_selectors.require().tz).date()
    first = first_day_of(standing, seat.service, today=today) if standing else None
    named = reads and (bool(item.why_not) or reasons.in_wait(first))
    reasons.note(request, seat.client, purpose="choosing a time", named=named)
    waits = ""
    if first is not None and first.day is not None:
        waits = first.sentence if reads else f"{first.opening}."
    return {
        "seat": seat,
        "called": called(seat.client),
        "why_not": shown.why_not,
        "waits": waits,
        "not_before": first.day if first else None,
    }


def _against_hold(found: Chosen, *, now: datetime) -> str:
    """Return why the held time is not for these answers, in one sentence; nothing when it is, or none is held."""
    if found.starts_at is None:
        return ""
    for _, code in obstacles(found, starts_at=found.starts_at, now=now):
        if code not in ("", Block.TODAYS_ROWS):
            return sentences.of_code(code, params_of(code, now=now))
    return ""


@require_POST
@closed_kindly
def together_hold(request: HttpRequest) -> HttpResponse:
    """Keep a time for both in this browser, and go on to the next step."""
    open_or_404(request)
    now = clock.now()
    starts_at = to_instant(request.POST.get("starts_at"))
    found = together_state.chosen(request, now=now)
    if found is None:
        return redirect("sessions:together")
    if starts_at is None:
        messages.error(request, sentences.of_code("unreadable_time"))
        return redirect("sessions:together_time")
    first = health_first(request, found, now=now)
    if first is not None:
        return first
    if "anyone" in request.POST:
        found = with_anyone(request, now=now) or found
    single = state.held_of(request, now=now)
    try:
        keep(request, found, starts_at=starts_at, now=now)
    except Taken as lost:
        context = {"sentence": sentences.sentence(lost), "wanted": starts_at, "nearest": lost.params.get("nearest")}
        return render(request, "sessions/together/taken.html", context, status=409)
    except DomainError as refusal:
        messages.error(request, sentences.sentence(refusal))
        return redirect("sessions:together_time")
    if single is not None and state.held_of(request, now=now) is None:
        messages.info(request, sentences.of_code("one_given_up", {"starts_at": single.starts_at}))
    return next_step(request, now=now)


def with_anyone(request: HttpRequest, *, now: datetime) -> Chosen | None:
    """Take back with whom the two wanted to be, because they chose a time that is only free with others."""
    known = together_state.state_of(request)
    together_state.save_state(request, **{name: {**known.get(name, {}), "therapist": ""} for name in SEATS})
    return together_state.chosen(request, now=now)

"""The four steps of booking: where a browser stands, and where it goes next."""

from datetime import datetime
from typing import Final

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening import flow as screening_flow
from screening import selectors as screening
from screening import wanted
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions.selectors import offer
from sessions.views import state
from therapists.models import Service

# Number, name, page. Health has several pages; the questions are what somebody wants to change.
STEPS: Final = (
    (1, "Session", "sessions:book"),
    (2, "Health", "screening:questions"),
    (3, "Time", "sessions:time"),
    (4, "Confirm", "sessions:confirm"),
)

Step = tuple[int, str, str | None, str]


def steps(current: int) -> list[Step]:
    """Return the context of includes/stepper.html."""
    shown: list[Step] = []
    for number, name, page in STEPS:
        place = "done" if number < current else "current" if number == current else "todo"
        shown.append((number, name, reverse(page) if place == "done" else None, place))
    return shown


def to_health(
    request: HttpRequest, client: Client, *, page: str = "screening:consent", then: str = "sessions:time"
) -> HttpResponseRedirect:
    """Lead to the health questions of a client; `then` names where they lead on to."""
    screening_flow.begin(request, client, then=then)
    return redirect(page)


def needs_health(client: Client, *, now: datetime) -> bool:
    """Say whether the health questions come before anything can be booked for a client."""
    seen_last = offer.last_visit_on(client=client, zone=studio_selectors.require().tz)
    return screening.needs_screening(client=client, now=now, last_visit_on=seen_last)


def next_step(request: HttpRequest, *, now: datetime) -> HttpResponseRedirect:
    """Lead to the first step that is not done: after a time was kept, or a step was saved."""
    client = state.chosen_client(request)
    if client is None:
        return redirect("sessions:book")
    if needs_health(client, now=now):
        return to_health(request, client)
    if not screening.asked_lately(client=client, now=now):
        # Known clients skip the questions, but not this one: has anything changed?
        return to_health(request, client, page="screening:again")
    held = state.held_of(request, now=now)
    if held is None:
        return redirect("sessions:time")
    obstacle = obstacle_of(offer.assessor(client=client, now=now)(held.starts_at), held.service)
    if obstacle == Block.TODAYS_ROWS:
        return to_health(request, client, page="screening:today", then="sessions:confirm")
    return redirect("sessions:time" if obstacle else "sessions:confirm")


def obstacle_of(assessment: Assessment | None, service: Service) -> str:
    """Return the code of what stands against a service on a day, weightiest first; nothing when it may be booked.

    The questions about today come last: they are asked on the way, and only then.
    """
    if assessment is None:
        return "screening_needed"
    codes = [refusal.code for refusal in assessment.refusals(service.technique.screened_as, service.minutes)]
    others = [code for code in codes if code != Block.TODAYS_ROWS]
    return str((others or codes or [""])[0])


@wanted.register
def find_wanted(request: HttpRequest, now: datetime) -> wanted.Wanted:
    """Tell the health questions what is being booked."""
    held = state.held_of(request, now=now)
    service = held.service if held else state.chosen_service(request)
    if service is None:
        return wanted.Wanted()
    client = state.chosen_client(request)
    seen_last = offer.last_visit_on(client=client, zone=studio_selectors.require().tz) if client else None
    return wanted.Wanted(held.starts_at if held else None, service.technique.screened_as, service.minutes, seen_last)

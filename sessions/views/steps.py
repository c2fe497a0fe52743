"""The four steps of booking: where a browser stands, and where it goes next."""

from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from django.http import HttpRequest, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening import flow as screening_flow
from screening import kiosk, wanted
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from sessions import messages as sentences
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.selectors import account, clearance, offer, stronger, who
from sessions.views import state, together_state
from therapists.models import Service

# Number, name, page. Health has several pages; the questions are what somebody wants to change.
STEPS: Final = (
    (1, "Session", "sessions:book"),
    (2, "Health", "screening:questions"),
    (3, "Time", "sessions:time"),
    (4, "Confirm", "sessions:confirm"),
)

Step = tuple[int, str, str | None, str]


# The same for two at once. Health is asked of each where answers are missing.
STEPS_FOR_TWO: Final = (
    (1, "Session", "sessions:together"),
    (2, "Health", ""),
    (3, "Time", "sessions:together_time"),
    (4, "Confirm", "sessions:together_confirm"),
)


def steps(current: int, *, for_two: bool = False) -> list[Step]:
    """Return the context of includes/stepper.html."""
    shown: list[Step] = []
    for number, name, page in STEPS_FOR_TWO if for_two else STEPS:
        place = "done" if number < current else "current" if number == current else "todo"
        shown.append((number, name, reverse(page) if page and place == "done" else None, place))
    return shown


def to_health(
    request: HttpRequest, client: Client, *, page: str = "screening:consent", then: str = "sessions:time"
) -> HttpResponseRedirect:
    """Lead to the health questions of a client; `then` names where they lead on to."""
    screening_flow.begin(request, client, then=then)
    return redirect(page)


def needs_health(client: Client, *, now: datetime, kept: screening.Kept | None = None) -> bool:
    """Say whether the health questions come before anything can be booked for a client."""
    zone = studio_selectors.require().tz
    seen_last = offer.last_visit_on(client=client, zone=zone)
    return screening.needs_screening(client=client, now=now, zone=zone, last_visit_on=seen_last, kept=kept)


def asks_whether_changed(client: Client, *, now: datetime, kept: screening.Kept | None = None) -> bool:
    """Say whether to ask a client who has answered before if anything has changed since."""
    kept = kept or screening.Kept(client)
    return kept.forms[1] is not None and not screening.asked_lately(client=client, now=now, kept=kept)


def must_confirm(client: Client, service: Service, *, now: datetime) -> bool:
    """Say whether the answers must be confirmed first, because this is stronger or longer than the last session."""
    return not screening.asked_lately(client=client, now=now) and stronger.is_stronger(client=client, service=service)


def may_hear_reasons(request: HttpRequest, client: Client) -> bool:
    """Say whether a page may name what stands against a session: to a guest who filled it in, else to who may read."""
    return client.account_id is None or screening.may_read_answers(request.user, client)


def without_reasons(offered: list[offer.Offered]) -> list[offer.Offered]:
    """Return the services as somebody sees them who may not read the answers: open or not, and nothing of why."""
    general = sentences.of_code("waitlist_not_open")
    return [item if item.allowed else replace(item, why_not=general) for item in offered]


def next_step(request: HttpRequest, *, now: datetime) -> HttpResponseRedirect:
    """Lead to the first step that is not done: after a time was kept, or a step was saved."""
    client = state.chosen_client(request)
    if client is None:
        return redirect("sessions:book")
    kept = screening.Kept(client)
    if needs_health(client, now=now, kept=kept):
        return to_health(request, client)
    if not screening.asked_lately(client=client, now=now, kept=kept):
        # Known clients skip the questions, but not this one: has anything changed?
        return to_health(request, client, page="screening:again")
    held = state.held_of(request, now=now)
    if held is None:
        return redirect("sessions:time")
    assessment = offer.assess(client=client, starts_at=held.starts_at, now=now, kept=kept)
    obstacle = obstacle_of(assessment, held.service, starts_at=held.starts_at, now=now)
    if obstacle in ("", Block.TODAYS_ROWS):
        obstacle = against_held(held, client, assessment) or obstacle
    if obstacle == Block.TODAYS_ROWS:
        return to_health(request, client, page="screening:today", then="sessions:confirm")
    return redirect("sessions:time" if obstacle else "sessions:confirm")


def obstacle_of(
    assessment: Assessment | None, service: Service, *, starts_at: datetime | None = None, now: datetime | None = None
) -> str:
    """Return the code of what stands against a service on a day, weightiest first; nothing when it may be booked.

    The questions about today come last: they are asked on the way, and only then. With `starts_at` and `now` a missing
    letter is no obstacle where the time can be kept until it is here.
    """
    if assessment is None:
        return "screening_needed"
    codes = [refusal.code for refusal in assessment.refusals(service.technique.screened_as, service.minutes)]
    others = [code for code in codes if code != Block.TODAYS_ROWS]
    if others == [Block.CLEARANCE] and starts_at is not None and now is not None:
        others = _against_keeping(assessment, starts_at, now)
        codes = [code for code in codes if code != Block.CLEARANCE]
    return str((others or codes or [""])[0])


def against_held(held: MassageSession, client: Client, assessment: Assessment | None) -> str:
    """Return what stands against the therapist of a kept time, as a code; nothing where they may give it.

    A wish for a gender counts only where the client said “anyone”: then it stands why this therapist was chosen. Who
    chose the own guardian by name is told so where it is to be booked.
    """
    found = who.stands_against(
        client=client,
        therapist=held.therapist,
        service=held.service,
        day=held.starts_at.astimezone(studio_selectors.require().tz).date(),
        needs=offer.needs_of(assessment),
        is_named=not held.chosen_because,
    )
    return "" if found is None or found is Against.GUARDIAN else found.value


def _against_keeping(assessment: Assessment, starts_at: datetime, now: datetime) -> list[str]:
    """List what stands against keeping a time until a letter is here."""
    if clearance.waiting_of(assessment.screening.client_id) is not None:
        return ["letter_waits_already"]
    return [] if clearance.until(starts_at=starts_at, now=now) else ["too_soon_for_letter"]


def params_of(obstacle: str, *, now: datetime) -> dict[str, Any]:
    """Return what the sentence about an obstacle needs to say."""
    return {"first": clearance.first_day(now)} if obstacle == "too_soon_for_letter" else {}


def _wanted_ahead(client: Client | None, now: datetime) -> wanted.Wanted:
    upcoming, _ = account.sessions_of(client=client, now=now) if client else ([], [])
    if client is None or not upcoming:
        return wanted.Wanted()
    session, seen_last = upcoming[0], offer.last_visit_on(client=client, zone=studio_selectors.require().tz)
    return wanted.Wanted(session.starts_at, session.service.technique.screened_as, session.minutes, seen_last)


@wanted.register
def find_wanted(request: HttpRequest, now: datetime) -> wanted.Wanted:
    """Tell the health questions what is being booked; on the tablet, and off paper, for which session they are."""
    grant = kiosk.grant_of(request)
    if grant is not None:
        return _wanted_ahead(kiosk.client_of(grant), now)
    held = state.held_of(request, now=now)
    service = held.service if held else state.chosen_service(request)
    client = state.chosen_client(request)
    of_two = together_state.seat_being_asked(request, now=now)
    if of_two is not None:
        client, service, held = of_two[0].client, of_two[0].service, of_two[1]
    if service is None:
        return wanted.Wanted()
    seen_last = offer.last_visit_on(client=client, zone=studio_selectors.require().tz) if client else None
    return wanted.Wanted(
        starts_at=held.starts_at if held else None,
        technique=service.technique.screened_as,
        minutes=service.minutes,
        last_visit_on=seen_last,
        is_stronger=client is not None and stronger.is_stronger(client=client, service=service),
        kept_until=clearance.until(starts_at=held.starts_at, now=now) if held else None,
    )

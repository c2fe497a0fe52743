"""What may be booked by phone: the same verdict as online, softened only where the questions can wait for the day.

The desk must not ask about health. So two things do not stand in the way of a phone booking, but mark it as re-ask due,
so that no hands go on before they are settled: questions about today that nobody has asked yet, and, for adults,
that nothing was answered at all.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.domain.eligibility import TOO_LONG
from screening.vault import VaultClosed
from sessions.domain.who import Days
from sessions.selectors import clearance, offer
from therapists.models import Service

Judge = Callable[[datetime], Assessment | None]
NOT_POSSIBLE = "Not possible at the moment: ask the therapist."


def softened(assessment: Assessment) -> Assessment:
    """Put off the questions about today to the day itself, where nothing else stands in the way."""
    if assessment.blocks != (Block.TODAYS_ROWS,):
        return assessment
    aheads = tuple(replace(ahead, blocks=()) for ahead in assessment.aheads)
    return replace(assessment, aheads=aheads, may_book=True, re_ask_due=True)


def assessor(*, client: Client, now: datetime) -> Judge:
    """Return a function that judges a start; None where nothing was ever answered.

    While a new form is under way the last answers still count, and must be asked again.
    """
    try:
        judge = offer.assessor(client=client, now=now, despite_draft=True)
    except VaultClosed:
        # What cannot be read counts as not answered: no hands go on before it is.
        return lambda starts_at: None
    draft, _ = screening.forms_of(client)

    def by_phone(starts_at: datetime) -> Assessment | None:
        assessment = judge(starts_at)
        if assessment is None:
            return None
        found = softened(assessment)
        return replace(found, re_ask_due=True) if draft is not None else found

    return by_phone


def is_adult(client: Client, day: date) -> bool:
    age = screening.age_of(client, day)
    return age is not None and age >= screening.ADULT_AGE


def allowed_on(*, client: Client, service: Service, judge: Judge, now: datetime) -> Days:
    """Return a function that says whether the client may have a service on a local date."""
    studio = studio_selectors.require()
    zone, first_day = studio.tz, clearance.first_day(now, studio)
    stopped = judge(now) is None and screening.is_stopped(client)

    def may(day: date) -> bool:
        assessment = judge(offer.noon_of(day, zone))
        if assessment is None:
            return is_adult(client, day) and not stopped
        refusals = assessment.refusals(service.technique.screened_as, service.minutes)
        if day >= first_day and clearance.needs_only_letter(assessment):
            # Such a time is kept until a document is here; the desk hears no more than that one is missing.
            return {refusal.code for refusal in refusals} == {Block.CLEARANCE.value}
        return assessment.may_book and not refusals

    return Days(may, lambda day: offer.needs_of(judge(offer.noon_of(day, zone))))


@dataclass(frozen=True)
class Choice:
    """A service on the desk's list: open, or greyed without a reason."""

    service: Service
    is_open: bool
    is_chosen: bool


def choices(*, services: list[Service], assessment: Assessment | None, chosen: Service | None) -> list[Choice]:
    """Return the services; out are those that limits rule out. Waits and letters are a matter of the day."""

    def is_open(service: Service) -> bool:
        if assessment is None:
            return True
        found = assessment.refusals(service.technique.screened_as, service.minutes)
        return not any(refusal.code.startswith("technique_") or refusal.code == TOO_LONG for refusal in found)

    return [Choice(service, is_open(service), service == chosen) for service in services]


def answers_complete(*, client: Client, now: datetime) -> bool:
    """Say whether the health questions are answered: the one word about them that the desk sees."""
    zone = studio_selectors.require().tz
    seen_last = offer.last_visit_on(client=client, zone=zone)
    return not screening.needs_screening(client=client, now=now, zone=zone, last_visit_on=seen_last)

"""Real times to propose: after a booking, and when a rhythm slips."""

from datetime import date, datetime, time, timedelta

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import rhythm as domain
from sessions.domain.who import always
from sessions.models import MassageSession, Plan
from sessions.selectors import offer, openings, rhythm
from sessions.selectors.openings import Opening
from therapists.models import Service, Therapist

BEFORE, AFTER = timedelta(days=7), timedelta(days=14)


def around(
    *,
    service: Service,
    client: Client,
    day: date,
    now: datetime,
    therapist: Therapist | None = None,
    weekday: int | None = None,
    time_of_day: time | None = None,
) -> list[Opening]:
    """Return up to three openings near a day that the client's answers allow, in order of time.

    Same therapist, weekday and time of day come first. Where the health questions must be gone through again, nothing
    is known that would rule a day out.
    """
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    day = max(day, today)
    is_known = offer.standing_of(client=client, now=now) is not None
    look = openings.look(
        service=service,
        first=max(today, day - BEFORE),
        last=day + AFTER,
        now=now,
        client=client,
        allowed_on=offer.allowed_on(client=client, service=service, now=now) if is_known else None,
    )
    chosen = domain.choose_three(
        domain.offers_of(look.starts, studio.tz),
        around=day,
        therapist_id=therapist.pk if therapist else None,
        weekday=weekday,
        time_of_day=time_of_day,
    )
    found = [look.opening(item.therapist_id, item.minute) for item in sorted(chosen, key=lambda item: item.minute)]
    return [opening for opening in found if opening is not None]


def after(*, session: MassageSession, now: datetime) -> list[Opening]:
    """Return three times for the next session, two weeks after one that is booked."""
    assert session.client is not None
    local = session.starts_at.astimezone(studio_selectors.require().tz)
    return around(
        service=session.service,
        client=session.client,
        day=local.date() + timedelta(days=domain.DEFAULT_INTERVAL),
        now=now,
        therapist=session.therapist,
        weekday=local.weekday(),
        time_of_day=local.time(),
    )


def for_plan(*, plan: Plan, now: datetime) -> list[Opening]:
    """Return three times around the day on which a plan's next session is due; none without an offered service."""
    standing = rhythm.standing_of(client=plan.client, now=now)
    if standing is None or plan.service is None or not plan.service.is_active:
        return []
    return around(
        service=plan.service,
        client=plan.client,
        day=standing.ledger.due_on,
        now=now,
        therapist=plan.therapist,
        weekday=plan.weekday,
        time_of_day=plan.time_of_day,
    )


def is_open(*, service: Service, therapist: Therapist, starts_at: datetime, client: Client, now: datetime) -> bool:
    """Say whether a service can start with a therapist at an instant, for a client as far as is known of them."""
    day = starts_at.astimezone(studio_selectors.require().tz).date()
    needs = offer.needs_of(offer.assess(client=client, starts_at=starts_at, now=now))
    look = openings.look(
        service=service, first=day, last=day, now=now, therapist=therapist, client=client, allowed_on=always(needs)
    )
    return any(instant_of(start) == starts_at for start in look.starts.get(therapist.pk, []))

"""What a series is like while nothing was said: as the client's rhythm has it, else as the last session was."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import series as domain
from sessions.domain.rhythm import DEFAULT_INTERVAL
from sessions.models import MassageSession, Plan
from sessions.selectors import series_of
from therapists.models import Service, Therapist

USUAL_TIME: Final = time(10)


@dataclass(frozen=True)
class Usual:
    service: Service | None
    therapist: Therapist | None
    interval_days: int
    begin: date
    weekday: int | None
    time_of_day: time


def usual(*, client: Client, services: Sequence[Service], now: datetime) -> Usual:
    """Return what to propose first. `services` are those that may be chosen."""
    plans = Plan.objects.filter(client=client, ended_at=None).select_related("service", "therapist")
    plan, last = plans.first(), series_of.last_session(client=client)
    like: Any = plan if plan is not None and plan.service is not None else last
    service = like.service if like is not None and like.service in services else None
    interval = plan.interval_days if plan else DEFAULT_INTERVAL
    weekday, of_day = _usual_time(plan, last)
    if interval % 7:
        # The weekday changes each time anyway: the distance counts.
        weekday = None
    begin = _begin(plan, last, interval=interval, weekday=weekday, now=now)
    return Usual(service, _giver(like, service), interval, begin, weekday, of_day)


def _giver(like: Any, service: Service | None) -> Therapist | None:
    person: Therapist | None = like.therapist if like is not None else None
    if person is None or service is None or not person.is_active:
        return None
    return person if person.services.filter(pk=service.pk).exists() else None


def _usual_time(plan: Plan | None, last: MassageSession | None) -> tuple[int | None, time]:
    if plan is not None and plan.time_of_day is not None:
        return plan.weekday, plan.time_of_day
    if last is None:
        return None, USUAL_TIME
    local = last.starts_at.astimezone(studio_selectors.require().tz)
    return local.weekday(), local.time().replace(second=0, microsecond=0)


def _begin(
    plan: Plan | None, last: MassageSession | None, *, interval: int, weekday: int | None, now: datetime
) -> date:
    """Return an interval after the last session, on the nearest of the usual weekdays, not within a pause."""
    soonest = now.astimezone(studio_selectors.require().tz).date() + series_of.SOON
    begin = series_of.usual_begin(last=last, interval_days=interval, now=now)
    if weekday is not None:
        begin = domain.on_weekday(begin - timedelta(days=3), weekday)
    if begin < soonest:
        begin = domain.on_weekday(soonest, weekday)
    paused_until = plan.paused_until if plan else None
    return begin if paused_until is None or begin >= paused_until else domain.on_weekday(paused_until, weekday)

"""Whom “anyone” means: preferred, then last seen, then least loaded that week."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.choosing import choose_therapist
from sessions.domain.status import BLOCKING, Status
from sessions.models import MassageSession, Plan

# What counts as work of a week.
WORKED: Final = [status.value for status in BLOCKING if status is not Status.HELD]


def rank(*, free: Collection[int], starts_at: datetime, client: Client | None, now: datetime) -> list[tuple[int, str]]:
    """Return the keys of the free therapists, best first, each with the code of the reason."""
    preferred = last_seen = None
    if client is not None:
        preferred = Plan.objects.filter(client=client, ended_at=None).values_list("therapist_id", flat=True).first()
        last_seen = (
            MassageSession.objects.filter(client=client, status="done", starts_at__lt=now)
            .order_by("-starts_at")
            .values_list("therapist_id", flat=True)
            .first()
        )
    loads = minutes_that_week(free=free, starts_at=starts_at)
    left = set(free)
    ranked = []
    while choice := choose_therapist(left, preferred=preferred, last_seen=last_seen, minutes_this_week=loads):
        ranked.append((choice.therapist_id, choice.because.value))
        left.remove(choice.therapist_id)
    return ranked


def week_of(starts_at: datetime, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Return when the studio's week of a start begins and ends: Monday to Monday, midnight on its wall."""
    day = starts_at.astimezone(zone).date()
    monday = day - timedelta(days=day.weekday())
    begins, ends = (midnight(monday + timedelta(days=days), zone) for days in (0, 7))
    return instant_of(begins), instant_of(ends)


def minutes_that_week(*, free: Collection[int], starts_at: datetime) -> dict[int, int]:
    """Return the minutes that each therapist works in the studio's week of a start: booked, under way and done.

    What was done counts too: who has worked five hours by Thursday is not the one with the most room on Friday. A
    time that is only held counts for nothing: nobody has booked it yet.
    """
    begins, ends = week_of(starts_at, studio_selectors.require().tz)
    loads: dict[int, int] = {}
    rows = MassageSession.objects.filter(
        therapist_id__in=free, status__in=WORKED, starts_at__gte=begins, starts_at__lt=ends
    ).values_list("therapist_id", "starts_at", "ends_at")
    for key, begins, ends in rows:
        loads[key] = loads.get(key, 0) + int((ends - begins).total_seconds() // 60)
    return loads

"""Whom “anyone” means: preferred, then last seen, then least loaded that week."""

from collections.abc import Collection
from datetime import datetime, timedelta

from massage_booking.accounts.models import Client
from sessions.domain.choosing import choose_therapist
from sessions.models import MassageSession, Plan
from sessions.models.session import BLOCKING_VALUES


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
    loads = minutes_around(free=free, starts_at=starts_at)
    left = set(free)
    ranked = []
    while choice := choose_therapist(left, preferred=preferred, last_seen=last_seen, minutes_this_week=loads):
        ranked.append((choice.therapist_id, choice.because.value))
        left.remove(choice.therapist_id)
    return ranked


def minutes_around(*, free: Collection[int], starts_at: datetime) -> dict[int, int]:
    """Return the minutes that each therapist has booked in the seven days around a start."""
    week = starts_at - timedelta(days=3), starts_at + timedelta(days=4)
    loads: dict[int, int] = {}
    rows = MassageSession.objects.filter(
        therapist_id__in=free, status__in=BLOCKING_VALUES, starts_at__range=week
    ).values_list("therapist_id", "starts_at", "ends_at")
    for key, begins, ends in rows:
        loads[key] = loads.get(key, 0) + int((ends - begins).total_seconds() // 60)
    return loads

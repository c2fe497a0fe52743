"""What is kept of wishes about whom, for the pages of clients and staff."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import Client
from sessions.domain.status import UPCOMING
from sessions.models import Apart, ApartSide, MassageSession
from therapists.models import Therapist


@dataclass(frozen=True)
class Kept:
    """Two who are not booked together, and what is booked with them all the same."""

    apart: Apart
    sessions: list[MassageSession]


def booked_together(*, client: Client, therapists: Iterable[Therapist], now: datetime) -> list[MassageSession]:
    """Return a client's sessions ahead with some therapists, soonest first. One query."""
    ahead = MassageSession.objects.filter(
        client=client, therapist__in=list(therapists), status__in=[status.value for status in UPCOMING],
        starts_at__gt=now,
    )  # fmt: skip
    return list(ahead.select_related("service__technique", "therapist").order_by("starts_at"))


def kept_apart(*, client: Client, now: datetime, side: ApartSide | None = None) -> list[Kept]:
    """Return whom a client is not booked with, by one side's wish or by anybody's. Two queries."""
    rows = Apart.objects.filter(client=client, ended_at=None).select_related("therapist", "made_by")
    found = list(rows.filter(side=side) if side else rows)
    if not found:
        return []
    sessions = booked_together(client=client, therapists=[apart.therapist for apart in found], now=now)
    return [
        Kept(apart, [session for session in sessions if session.therapist_id == apart.therapist_id]) for apart in found
    ]


def is_apart(*, client: Client, therapist: Therapist, side: ApartSide) -> bool:
    """Say whether one side wished it. A therapist reads of their own side alone."""
    return Apart.objects.filter(client=client, therapist=therapist, side=side, ended_at=None).exists()

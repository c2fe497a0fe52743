"""Mails about a series: one letter for all that was done at once, instead of one for each session."""

from collections.abc import Sequence
from datetime import datetime

from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, Series

BOOKED, MOVED, CANCELLED = "series_booked", "series_moved", "series_cancelled"
# What each act owes for one session, and the letter for all says as well.
TOLD_TOGETHER = {
    BOOKED: ["booked", "requested"],
    MOVED: ["moved"],
    CANCELLED: ["cancelled"],
}


def booked(*, series: Series, sessions: Sequence[MassageSession], now: datetime) -> None:
    """Owe one confirmation of all dates. Reminders, and what a document is needed for, stay with each session."""
    _owe(BOOKED, series=series, sessions=sessions, now=now)


def moved(*, series: Series, sessions: Sequence[MassageSession], now: datetime) -> None:
    """Owe one letter with all new times."""
    _owe(MOVED, series=series, sessions=sessions, now=now)


def cancelled(*, series: Series, sessions: Sequence[MassageSession], now: datetime) -> None:
    """Owe one letter that says which dates are off."""
    _owe(CANCELLED, series=series, sessions=sessions, now=now)


def _owe(kind: str, *, series: Series, sessions: Sequence[MassageSession], now: datetime) -> None:
    """Take back what is owed for each session in this act, and owe the letter for all when that would have gone."""
    kinds = TOLD_TOGETHER[kind]
    keys = [session.pk for session in sessions]
    numbers = sorted(session.series_number or 0 for session in sessions)
    owed = Message.objects.filter(kind__in=kinds, subject_id__in=keys, created_at=now)
    due_at = owed.order_by("due_at").values_list("due_at", flat=True).first() or now
    client = sessions[0].client
    assert client is not None
    for key in keys:
        outbox.void(kinds=kinds, subject_id=key, reason="told_together")
    outbox.enqueue(
        kind=kind,
        # Named after what stands in it, so that the same act owes it once.
        key=f"{kind}:{series.pk}:{now.isoformat()}:{'-'.join(map(str, numbers))}",
        recipient=client.mail_address,
        subject_id=series.pk,
        due_at=due_at,
        now=now,
    )

"""Mails that a change of a session owes, written in the transaction of the change."""

from datetime import datetime

from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import reminders
from sessions.models import MassageSession

ABOUT_SESSIONS = ["booked", "requested", "moved", "reminder"]


def _owe(kind: str, *, session: MassageSession, due_at: datetime, now: datetime) -> None:
    assert session.client is not None
    outbox.enqueue(
        kind=kind,
        key=f"{kind}:{session.pk}:{session.revision}",
        recipient=session.client.mail_address,
        subject_id=session.pk,
        revision=session.revision,
        due_at=due_at,
        now=now,
    )


def _owe_reminder(*, session: MassageSession, now: datetime) -> None:
    hours = studio_selectors.require().reminder_hours
    due_at = reminders.reminder_due(session.starts_at, now, hours)
    if due_at is not None:
        _owe("reminder", session=session, due_at=due_at, now=now)


def booked(*, session: MassageSession, now: datetime) -> None:
    """Owe the confirmation and the reminder."""
    _owe("booked", session=session, due_at=now, now=now)
    _owe_reminder(session=session, now=now)


def requested(*, session: MassageSession, now: datetime) -> None:
    """Owe the news that a therapist looks at it first."""
    _owe("requested", session=session, due_at=now, now=now)


def moved(*, session: MassageSession, now: datetime) -> None:
    """Take back what names the old time; owe the news and a reminder for the new one."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="moved")
    _owe("moved", session=session, due_at=now, now=now)
    _owe_reminder(session=session, now=now)


def cancelled(*, session: MassageSession, now: datetime) -> None:
    """Take back what is still owed; owe the cancellation, so that calendars drop the entry."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="cancelled")
    _owe("cancelled", session=session, due_at=now, now=now)

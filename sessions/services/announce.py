"""Mails that a change of a session owes, written in the transaction of the change."""

from datetime import datetime, timedelta

from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message, MessageStatus
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import clearance, reminders
from sessions.domain.status import Status
from sessions.models import MassageSession

ABOUT_SESSIONS = ["booked", "requested", "moved", "changed", "reminder", "stands_again", "answer_again"]

# About a session that is held back: choose something else, or, while a report is open, that somebody calls.
LOOK, CALL = "needs_change", "we_call"
ABOUT_HELD_BACK = [LOOK, CALL]
ABOUT_SESSIONS += ABOUT_HELD_BACK

# About a time that is kept for a document; void once it is booked, moved or given back.
ABOUT_DOCUMENTS = ["document_missing", "document_reminder"]
ABOUT_SESSIONS += ABOUT_DOCUMENTS

# About a session that is not to be any more: nothing takes these back.
ABOUT_WHAT_ENDED = ["cancelled", "released", "time_given_back"]

# Why letters are taken back by a change; when the change itself is taken back, they are owed again.
BY_MOVE, BY_CANCELLING = "moved", "cancelled"
# What tells of a change. Until the minutes are over in which it can be taken back, nothing is told.
OF_CHANGES = ["moved", "cancelled", "document_missing"]


def _told_from(now: datetime) -> datetime:
    """Return when a change is told of: once it cannot be taken back any more."""
    return now + timedelta(minutes=studio_selectors.require().undo_minutes)


def _key(kind: str, session: MassageSession, stamp: str = "") -> str:
    return f"{kind}:{session.pk}:{session.revision}" + (f":{stamp}" if stamp else "")


def _owe(kind: str, *, session: MassageSession, due_at: datetime, now: datetime, stamp: str = "") -> None:
    assert session.client is not None
    outbox.enqueue(
        kind=kind,
        key=_key(kind, session, stamp),
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
    asks_when_wait_ends(session=session, now=now)


def requested(*, session: MassageSession, now: datetime) -> None:
    """Owe the news that a therapist looks at it first."""
    _owe("requested", session=session, due_at=now, now=now)
    asks_when_wait_ends(session=session, now=now)


def moved(*, session: MassageSession, now: datetime) -> None:
    """Take back what names the old time; owe the news and a reminder for the new one."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason=BY_MOVE)
    _owe_about_change("moved", session=session, told_from=_told_from(now), now=now)


def changed(*, session: MassageSession, now: datetime) -> None:
    """Take back what names what it was; owe the news of another length or therapist at the same time."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="changed")
    _owe_about_change("changed", session=session, told_from=now, now=now)


def _owe_about_change(kind: str, *, session: MassageSession, told_from: datetime, now: datetime) -> None:
    if session.clearance_until is not None:
        kept_for_document(session=session, now=now, told_from=told_from)
        return
    _owe(kind, session=session, due_at=told_from, now=now)
    # Of what is only asked for nobody is reminded; the yes to it owes that.
    if session.state is Status.BOOKED:
        _owe_reminder(session=session, now=now)
    asks_when_wait_ends(session=session, now=now)


def rearranged(*, session: MassageSession, now: datetime) -> None:
    """Take back what names how it was, and owe the reminders of how it is.

    The news itself is one mail for all the sessions of a client that changed in the same act.
    """
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="rearranged")
    if session.status == Status.CANCELLED:
        return
    if session.clearance_until is not None:
        _owe_document_reminder(session=session, now=now)
    else:
        _owe_reminder(session=session, now=now)
    asks_when_wait_ends(session=session, now=now)


def kept_for_document(*, session: MassageSession, now: datetime, told_from: datetime | None = None) -> None:
    """Owe the news that a document is missing and until when the time is kept, and a reminder of it."""
    assert session.clearance_until is not None
    _owe("document_missing", session=session, due_at=told_from or now, now=now)
    _owe_document_reminder(session=session, now=now)
    asks_when_wait_ends(session=session, now=now)


def _owe_document_reminder(*, session: MassageSession, now: datetime) -> None:
    assert session.clearance_until is not None
    remind_at = clearance.remind_at(session.clearance_until, now)
    if remind_at is not None:
        _owe("document_reminder", session=session, due_at=remind_at, now=now)


def time_given_back(*, session: MassageSession, now: datetime) -> None:
    """Take back what is still owed; owe the news that a time was given back because a document did not come."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="given_back")
    _owe("time_given_back", session=session, due_at=now, now=now)


def cancelled(*, session: MassageSession, now: datetime) -> None:
    """Take back what is still owed; owe the cancellation, so that calendars drop the entry."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason=BY_CANCELLING)
    _owe("cancelled", session=session, due_at=_told_from(now), now=now)


def is_told(*, session: MassageSession) -> bool:
    """Say whether a letter about the last change of a session is out, or on its way at this moment."""
    told = Message.objects.filter(kind__in=OF_CHANGES, subject_id=session.pk, revision=session.revision)
    return told.filter(status__in=[MessageStatus.SENT, MessageStatus.CLAIMED]).exists()


def undone(*, session: MassageSession, before: int) -> None:
    """Take back what tells of a change that is undone; owe again what the change took back.

    `before` is the revision that those letters were about: they are about the session as it stands once more.
    """
    assert session.pk is not None
    outbox.void(kinds=[*ABOUT_SESSIONS, *ABOUT_WHAT_ENDED], subject_id=session.pk, reason="undone")
    taken_back = Message.objects.filter(
        kind__in=ABOUT_SESSIONS,
        subject_id=session.pk,
        revision=before,
        status=MessageStatus.VOID,
        error__in=[BY_MOVE, BY_CANCELLING],
    )
    taken_back.update(status=MessageStatus.QUEUED, error="", revision=session.revision)


def released(*, session: MassageSession, now: datetime) -> None:
    """Take back what is still owed; owe the news that the time was given back, and from when there is another."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_SESSIONS, subject_id=session.pk, reason="released")
    _owe("released", session=session, due_at=now, now=now)


def asks_when_wait_ends(*, session: MassageSession, now: datetime) -> None:
    """Owe the question on the day on which a wait ends, where a session is held until it is answered."""
    day = session.decision.held_until_answered if session.decision else None
    if day is None:
        return
    due_at = reminders.answer_again_due(day, session.starts_at, studio_selectors.require().tz)
    _owe("answer_again", session=session, due_at=max(due_at, now), now=now, stamp=day.isoformat())


def _episode(session: MassageSession) -> str:
    """Return what tells one holding back of a session from another."""
    assert session.held_back_at is not None
    return f"{session.held_back_at.timestamp():.0f}"


def held_back(*, session: MassageSession, is_stopped: bool, now: datetime) -> None:
    """Owe the letter that asks to look at a session; while a report is open, the one that says that somebody calls.

    Each at most once while a session is held back, however often it is judged. Whoever chooses another time at once
    gets neither. Another time does not help while bookings are stopped.
    """
    kind, other = (CALL, LOOK) if is_stopped else (LOOK, CALL)
    assert session.pk is not None
    outbox.void(kinds=[other], subject_id=session.pk, reason="judged_again")
    due_at, stamp = now + reminders.LOOK_FIRST, _episode(session)
    before = Message.objects.filter(key=_key(kind, session, stamp), status=MessageStatus.VOID).first()
    if before is not None:
        # Taken back when it was the other one's turn; now it is this one's again.
        Message.objects.filter(pk=before.pk).update(status=MessageStatus.QUEUED, due_at=due_at, error="")
    else:
        _owe(kind, session=session, due_at=due_at, now=now, stamp=stamp)


def stands_again(*, session: MassageSession, now: datetime) -> None:
    """Take that letter back, or owe the good news where it went out. `held_back_at` is still that of the letter."""
    assert session.pk is not None
    outbox.void(kinds=ABOUT_HELD_BACK, subject_id=session.pk, reason="stands_again")
    keys = [_key(kind, session, _episode(session)) for kind in ABOUT_HELD_BACK]
    if Message.objects.filter(key__in=keys, status__in=[MessageStatus.SENT, MessageStatus.CLAIMED]).exists():
        _owe("stands_again", session=session, due_at=now, now=now, stamp=_episode(session))

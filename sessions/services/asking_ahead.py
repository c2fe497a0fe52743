"""Who is owed a letter that asks for the health questions: whoever was booked for by phone and has not answered."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import F, Q

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import reminders
from sessions.domain.status import UPCOMING
from sessions.models import MassageSession
from sessions.models.session import BookedVia
from sessions.selectors import phone

KIND: Final = "screening_due"
BY_STAFF: Final = (BookedVia.PHONE, BookedVia.STAFF)
# Asked a second time so long before the session, if the first letter is a day old by then.
ONCE_MORE: Final = timedelta(hours=72)
LET_REST: Final = timedelta(hours=24)
# By hand: at most once in this time, and so often for one session.
BY_HAND_AFTER: Final = timedelta(hours=1)
MOST_LETTERS: Final = 6


def _ahead(now: datetime) -> list[MassageSession]:
    """Return the sessions that are asked about: booked by staff, of a series the next one alone."""
    by_staff = Q(booked_via__in=BY_STAFF) | Q(booked_via=BookedVia.SERIES) & ~Q(booked_by=F("client__account"))
    rows = MassageSession.objects.filter(
        by_staff,
        status__in=[status.value for status in UPCOMING],
        starts_at__gt=now,
        re_ask_due=True,
        client__account__isnull=False,
    )
    found, seen = [], set()
    for session in rows.select_related("client__account").order_by("starts_at", "pk"):
        if session.series_id is None or session.series_id not in seen:
            found.append(session)
            seen.add(session.series_id)
    return found


def is_owed(*, client: Client, now: datetime) -> bool:
    """Tell whether a letter could help: there is somebody to sign in, and the questions are not answered."""
    return client.account is not None and not phone.answers_complete(client=client, now=now)


def plan(*, now: datetime) -> int:
    """Owe the letters that are due: one when it was booked, one more three days before. Return how many are new."""
    return sum(ask(session=session, now=now) for session in _ahead(now))


def ask(*, session: MassageSession, now: datetime) -> bool:
    """Owe the letter that is due about a session now, if any; say whether one was."""
    client = session.client
    if client is None or not is_owed(client=client, now=now):
        return False
    first = Message.objects.filter(key=_first_key(session)).first()
    if first is None:
        # Somebody is on the phone: it goes at once, whatever the hour.
        return _owe(session, key=_first_key(session), due_at=now, now=now)
    if session.starts_at - now > ONCE_MORE or now - first.created_at < LET_REST:
        return False
    studio = studio_selectors.require()
    due_at = reminders.out_of_quiet_hours(now, studio.quiet_from, studio.quiet_until, studio.tz)
    return _owe(session, key=f"{_first_key(session)}:{session.revision}:again", due_at=due_at, now=now)


def ask_by_hand(*, session: MassageSession, now: datetime) -> None:
    """Send the letter once more because somebody at the studio wants it.

    Raises Refused: "not_ahead", "nobody_to_ask" (no address, or all is answered), "asked_lately", "asked_often".
    """
    if session.state not in UPCOMING or session.starts_at <= now or session.client is None:
        raise Refused("not_ahead")
    if not is_owed(client=session.client, now=now):
        raise Refused("nobody_to_ask")
    sent = Message.objects.filter(kind=KIND, subject_id=session.pk)
    if sent.filter(created_at__gt=now - BY_HAND_AFTER).exists():
        raise Refused("asked_lately")
    count = sent.count()
    if count >= MOST_LETTERS:
        raise Refused("asked_often")
    # Two people at once owe it under one key: it goes once.
    _owe(session, key=f"{_first_key(session)}:by-hand:{count}", due_at=now, now=now)


def _first_key(session: MassageSession) -> str:
    return f"{KIND}:{session.pk}"


def _owe(session: MassageSession, *, key: str, due_at: datetime, now: datetime) -> bool:
    assert session.client is not None and session.client.account is not None
    if Message.objects.filter(key=key).exists():
        return False
    # To the address that signs in, wherever other letters go.
    owed = outbox.enqueue(
        kind=KIND,
        key=key,
        recipient=session.client.account.email,
        subject_id=session.pk,
        revision=session.revision,
        due_at=due_at,
        now=now,
    )
    return owed is not None

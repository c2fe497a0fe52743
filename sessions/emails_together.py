"""Letters about two sessions that were booked as one: each names both, as they stand when it is sent.

The message is about what binds the two. Whoever has gone their own way since (moved, cancelled) has had a letter of
their own and is left out.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Attachment, Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions import ics, links
from sessions.domain.status import UPCOMING, Status
from sessions.emails import _address, _context, _render
from sessions.models import MassageSession
from sessions.selectors.together import is_side_by_side
from sessions.services.announce_together import BOOKED, CANCELLED, MOVED


def _sessions(message: Message) -> list[MassageSession]:
    """Return the two, in the order of their booking, as far as they would still be told at this address."""
    rows = MassageSession.objects.select_related(
        "service__technique", "therapist", "client__account", "place__room__location", "decision"
    )
    found = rows.filter(together_id=message.subject_id or 0).exclude(status=Status.HELD.value).order_by("pk")
    return [row for row in found if row.client and row.client.mail_address == message.recipient]


def _file(session: MassageSession, number: int, *, studio: Studio, method: str, now: datetime) -> Attachment:
    """Return the calendar file of one of the two: a file holds one entry, which moves and goes by itself."""
    url = _address("sessions:manage", links.make(session))
    content = ics.calendar_of(session, studio=studio, method=method, manage_url=url, now=now)
    return Attachment(f"massage-{number}.ics", content, f"text/calendar; method={method}")


def _compose(name: str, sessions: list[MassageSession], *, method: str, now: datetime, **more: Any) -> Mail:
    studio, first = studio_selectors.require(), sessions[0]
    context = _context(first, studio, now)
    where, _, changes = context["rows"]
    context |= {
        "both": [(session, _address("sessions:manage", links.make(session))) for session in sessions],
        "side_by_side": len(sessions) > 1 and is_side_by_side(*sessions[:2]),
        "rows": [where, changes],
        "asks_first": any(session.re_ask_due and session.decision_id is None for session in sessions),
        "waits": [session for session in sessions if session.status == Status.REQUESTED],
        "button_label": "See this session" if len(sessions) == 1 else f"See {_whose(first)} session",
        **more,
    }
    files = tuple(
        _file(session, number, studio=studio, method=method, now=now)
        for number, session in enumerate(sessions, start=1)
        # What waits for a yes is not in a calendar yet.
        if session.status != Status.REQUESTED
    )
    return _render(name, context, studio=studio, attachments=files)


def _whose(session: MassageSession) -> str:
    client = session.client
    return "your" if client is None or client.relation == "self" else f"{client.first_name}’s"


def _ahead(name: str) -> Callable[[Message, datetime], Mail | Void]:
    """Return the composer of a letter about what is ahead."""

    def compose(message: Message, now: datetime) -> Mail | Void:
        ahead = [row for row in _sessions(message) if row.state in UPCOMING and row.starts_at > now]
        return _compose(name, ahead, method=ics.REQUEST, now=now) if ahead else Void("not_ahead")

    return compose


booked = register(BOOKED)(_ahead("together_booked"))
moved = register(MOVED)(_ahead("together_moved"))


@register(CANCELLED)
def cancelled(message: Message, now: datetime) -> Mail | Void:
    """Say that both are cancelled, so that calendars drop both."""
    over = [row for row in _sessions(message) if row.state is Status.CANCELLED and row.ends_at > now]
    if not over:
        return Void("not_cancelled")
    find_url = _address("sessions:together")
    return _compose(
        "together_cancelled", over, method=ics.CANCEL, now=now,
        rows=[], button_url=find_url, button_label="Find another time for two",
    )  # fmt: skip

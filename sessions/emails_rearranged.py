"""The one mail to a client about all of their sessions that the studio had to change in one act.

It never says why anybody is away, only what somebody typed for all clients to read, and what is now.
"""

from datetime import datetime
from typing import Any

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Attachment, Mail, Void, register
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions import emails, ics, links
from sessions.domain.status import Status
from sessions.models import MassageSession, Rearranged, RearrangedAs
from sessions.services.rearranging import KIND

FIND = "Find another time"


def _news(row: Rearranged, now: datetime) -> list[Rearranged]:
    """Return what a client has to hear of: of all that the act did, what still stands so, and is not over."""
    assert row.session.client_id is not None
    rows = Rearranged.objects.filter(
        rearrangement=row.rearrangement_id, session__client=row.session.client_id, is_news=True
    )
    people = rows.select_related(
        "was_with", "session__service__technique", "session__therapist", "session__client__account",
        "session__place__room__location", "session__decision",
    )  # fmt: skip
    found = [one for one in people if one.revision == one.session.revision and _is_ahead(one, now)]
    return sorted(found, key=lambda one: one.was_at)


def _is_ahead(row: Rearranged, now: datetime) -> bool:
    session = row.session
    if row.answer == RearrangedAs.CANCEL:
        return session.status == Status.CANCELLED and session.ends_at > now
    return session.status in (Status.REQUESTED, Status.BOOKED, Status.ARRIVED) and session.starts_at > now


def _change(row: Rearranged) -> dict[str, Any]:
    token = links.make(row.session)
    return {
        "row": row,
        "session": row.session,
        "what": row.session.service.discreet_name,
        "manage_url": emails._address("sessions:manage", token),
        "move_url": emails._address("sessions:manage_move", token),
        "cancel_url": emails._address("sessions:manage_cancel", token),
    }


def _files(changes: list[dict[str, Any]], studio: Studio, now: datetime) -> tuple[Attachment, ...]:
    """Return a calendar file for each session: a file has one METHOD, and one may be moved and another cancelled.

    What is not certain yet was never sent as an entry; a cancellation of it does no harm.
    """
    found = []
    for change in changes:
        session: MassageSession = change["session"]
        if session.status == Status.REQUESTED:
            continue
        method = ics.CANCEL if session.status == Status.CANCELLED else ics.REQUEST
        content = ics.calendar_of(session, studio=studio, method=method, manage_url=change["manage_url"], now=now)
        name = ics.FILE_NAME if len(changes) == 1 else ics.FILE_NAME.replace(".", f"-{len(found) + 1}.")
        found.append(Attachment(name, content, f"text/calendar; method={method}"))
    return tuple(found)


@register(KIND)
def rearranged(message: Message, now: datetime) -> Mail | Void:
    """Tell a client what has become of their sessions."""
    row = Rearranged.objects.select_related("rearrangement", "session").filter(pk=message.subject_id or 0).first()
    if row is None or row.session.client_id is None:
        return Void("gone")
    news, studio = _news(row, now), studio_selectors.require()
    if not news:
        return Void("changed_again")
    changes = [_change(one) for one in news]
    alive = [change for change in changes if change["session"].status != Status.CANCELLED]
    session, files = news[0].session, _files(changes, studio, now)
    context = {
        "words": row.rearrangement.words,
        "changes": changes,
        "client": session.client,
        "greeted": emails._greeted(session),
        "has_living": bool(alive),
        "files": len(files),
        "button_url": alive[0]["manage_url"] if len(alive) == 1 else "",
        "button_label": "See, move or cancel it",
        "find_url": emails._address("sessions:find"),
    }
    if not alive:
        context |= {"button_url": context["find_url"], "button_label": FIND}
    return emails._render("rearranged", context, studio=studio, attachments=files)

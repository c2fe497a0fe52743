"""What one act for several sessions did, and which clients have to be called because no letter reaches them."""

from dataclasses import dataclass

from massage_booking.accounts.models import Client
from massage_booking.outbox.models import Message, MessageStatus
from sessions.models import Rearranged, RearrangedAs, Rearrangement


@dataclass(frozen=True)
class Call:
    """A client to call, why, and about which sessions."""

    client: Client
    why: str
    rows: list[Rearranged]


def done(made: Rearrangement) -> list[Rearranged]:
    """Return what became of each session, by the time at which it was. One query."""
    people = made.sessions.select_related(
        "was_with", "session__client__account", "session__service__technique", "session__therapist",
        "session__place__room__location",
    )  # fmt: skip
    return list(people.order_by("was_at", "pk"))


def calls(made: Rearrangement) -> list[Call]:
    """Return whom to call, each client once: no e-mail, a letter that came back, or left open. Two queries."""
    returned = set(
        Message.objects.filter(key__startswith=f"rearranged:{made.pk}:", status=MessageStatus.FAILED).values_list(
            "subject_id", flat=True
        )
    )
    by_client: dict[int, list[Rearranged]] = {}
    for row in done(made):
        if row.session.client_id is not None and (row.is_news or row.answer == RearrangedAs.LATER):
            by_client.setdefault(row.session.client_id, []).append(row)
    found = []
    for rows in by_client.values():
        why = _why(rows, came_back=any(row.pk in returned for row in rows))
        client = rows[0].session.client
        if why and client is not None:
            found.append(Call(client, why, rows))
    return found


def _why(rows: list[Rearranged], *, came_back: bool) -> str:
    client = rows[0].session.client
    if any(row.answer == RearrangedAs.LATER for row in rows):
        return "left open: find something together"
    if client is not None and not client.mail_address:
        return "no e-mail"
    return "the letter came back" if came_back else ""

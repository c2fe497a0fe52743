"""One letter for two sessions that were booked as one, where both letters would go to the same address.

What each session owes by itself is taken back in the same transaction, so that nobody reads the news twice. Reminders
stay single: each leads to the questions of one person's day.
"""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message, MessageStatus
from sessions.models import MassageSession

BOOKED, MOVED, CANCELLED = "together_booked", "together_moved", "together_cancelled"
Both = tuple[MassageSession, MassageSession]

TOLD = "told_together"
WAITING = [MessageStatus.QUEUED, MessageStatus.RETRY]
KINDS = [BOOKED, MOVED, CANCELLED]
# act -> what each of the two owes by itself.
SINGLE = {BOOKED: ["booked", "requested"], MOVED: ["moved"], CANCELLED: ["cancelled"]}


def booked(*, both: Both, now: datetime) -> None:
    """Owe one confirmation for both."""
    _owe(BOOKED, both, now=now)


def moved(*, both: Both, now: datetime) -> None:
    """Owe the news of both new times in one letter."""
    _owe(MOVED, both, now=now)


def cancelled(*, both: Both, now: datetime) -> None:
    """Owe one letter that says that both are cancelled."""
    _owe(CANCELLED, both, now=now)


def _owe(kind: str, both: Both, *, now: datetime) -> None:
    one, other = both
    if not shares_letter(one, other) or one.together_id is None:
        return
    own = Message.objects.filter(
        kind__in=SINGLE[kind], subject_id__in=[one.pk, other.pk], status=MessageStatus.QUEUED, created_at=now
    )
    due_at = max([now, *own.values_list("due_at", flat=True)])
    for session in (one, other):
        outbox.void(kinds=SINGLE[kind], subject_id=session.pk, reason=TOLD)
    outbox.void(kinds=KINDS, subject_id=one.together_id, reason="told_anew")
    outbox.enqueue(
        kind=kind,
        key=f"{kind}:{one.together_id}:{one.revision}:{other.revision}",
        recipient=one.client.mail_address if one.client else "",
        subject_id=one.together_id,
        due_at=due_at,
        now=now,
    )


def shares_letter(one: MassageSession, other: MassageSession) -> bool:
    """Say whether one letter tells both: to one address, and neither waits for a document, which has its own."""
    if one.client is None or other.client is None or one.clearance_until or other.clearance_until:
        return False
    return bool(one.client.mail_address) and one.client.mail_address == other.client.mail_address


def part(*, client: Client, before: str) -> None:
    """Give somebody whose letters go elsewhere now their own letter back, where the one for both is not sent yet.

    The letter for both goes on to the address it was owed to, and names only whom it is still about.
    """
    for session in MassageSession.objects.filter(client=client).exclude(together=None):
        waiting = Message.objects.filter(
            kind__in=KINDS, subject_id=session.together_id, recipient=before, status__in=WAITING
        )
        if waiting.exists():
            Message.objects.filter(
                kind__in=[kind for kinds in SINGLE.values() for kind in kinds],
                subject_id=session.pk,
                revision=session.revision,
                status=MessageStatus.VOID,
                error=TOLD,
            ).update(status=MessageStatus.QUEUED, recipient=client.mail_address, error="")

"""Two records of one person become one."""

from datetime import datetime

from django.db import IntegrityError

from massage_booking.accounts.models import Client, FormerId, User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message, MessageStatus
from screening.services import joining
from screening.vault import VaultClosed
from sessions.models import MassageSession, Plan, Series, SymptomReport, WaitlistEntry
from sessions.models.session import BLOCKING_VALUES, CLIENT_GUARD
from sessions.services import clearance, handing_over, health, locks, wishes

# What a record without it takes from the other.
FILLED_IN = ("email", "phone", "date_of_birth")
# Kinds of message whose row is a client.
ABOUT_CLIENTS = ("handed_over",)


def merge(*, kept: Client, gone: Client, actor: User | None, now: datetime) -> Client:
    """Give one record everything of the other, which is deleted; its readings stay under its former id.

    Of answers the stricter count, and every session ahead is judged again. Raises Refused: "same_record",
    "merged_already" (somebody else was quicker), "sessions_overlap", "vault_closed".
    """
    if kept.pk == gone.pk:
        raise Refused("same_record")

    def work() -> Client:
        locks.lock(therapists=[], places=[], clients=[kept.pk, gone.pk])
        rows = Client.objects.select_related("account").filter(confirmed_at__isnull=False).in_bulk([kept.pk, gone.pk])
        if len(rows) < 2:
            raise Refused("merged_already")
        ours, theirs = rows[kept.pk], rows[gone.pk]
        refuse_overlap(ours, theirs)
        joining.join(kept=ours, gone=theirs, actor=actor, now=now)
        _move_sessions(ours, theirs)
        _move_plan(ours, theirs)
        wishes.merge(kept=ours, gone=theirs)
        _complete(ours, theirs)
        _keep_former_ids(ours, theirs, now)
        _move_mails(ours, theirs)
        theirs.delete()
        health.judge_again(client=ours, now=now)
        clearance.settle(client=ours, now=now)
        return ours

    try:
        return in_transaction(work)
    except VaultClosed as closed:
        raise Refused("vault_closed") from closed
    except IntegrityError as error:
        if is_overlap(error, CLIENT_GUARD):
            raise Refused("sessions_overlap") from error
        raise


def refuse_overlap(one: Client, other: Client) -> None:
    """Raise Refused("sessions_overlap") where nobody could be at both sessions."""
    blocking = MassageSession.objects.filter(status__in=BLOCKING_VALUES)
    for session in blocking.filter(client=one):
        if blocking.filter(client=other, starts_at__lt=session.ends_at, ends_at__gt=session.starts_at).exists():
            raise Refused("sessions_overlap", starts_at=session.starts_at)


def _move_sessions(kept: Client, gone: Client) -> None:
    MassageSession.objects.filter(client=gone).update(client=kept)
    Series.objects.filter(client=gone).update(client=kept)
    SymptomReport.objects.filter(client=gone).update(client=kept)
    WaitlistEntry.objects.filter(client=gone).update(client=kept)


def _move_plan(kept: Client, gone: Client) -> None:
    """Keep one rhythm: that of the kept record, unless it has none or has ended it."""
    ours, theirs = (Plan.objects.filter(client=client).first() for client in (kept, gone))
    if theirs is None:
        return
    if ours is not None and (ours.is_active or not theirs.is_active):
        theirs.delete()
        return
    if ours is not None:
        ours.delete()
    Plan.objects.filter(pk=theirs.pk).update(client=kept)


def _complete(kept: Client, gone: Client) -> None:
    """Fill in what the kept record lacks. An account that proved one of them has proved the person."""
    for name in FILLED_IN:
        if not getattr(kept, name):
            setattr(kept, name, getattr(gone, name))
    if kept.account is None:
        kept.account, kept.relation, kept.is_claimed = gone.account, gone.relation, gone.is_claimed
    elif kept.account == gone.account:
        kept.is_claimed = kept.is_claimed or gone.is_claimed
    kept.save(update_fields=[*FILLED_IN, "account", "relation", "is_claimed"])


def _keep_former_ids(kept: Client, gone: Client, now: datetime) -> None:
    FormerId.objects.filter(client=gone).update(client=kept)
    FormerId.objects.create(client=kept, public_id=gone.public_id, merged_at=now)


def _move_mails(kept: Client, gone: Client) -> None:
    """Send what is still owed to where the kept record's letters go."""
    waiting = Message.objects.filter(status__in=[MessageStatus.QUEUED, MessageStatus.RETRY])
    waiting.filter(kind__in=ABOUT_CLIENTS, subject_id=gone.pk).update(status=MessageStatus.VOID, error="merged")
    address, before = kept.mail_address, gone.mail_address
    if address and before and address != before:
        handing_over.send_on(client=kept, before=before)

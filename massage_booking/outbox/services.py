"""Owing, claiming and sending messages.

Order of a sending: claim (committed), compose from the row it is about, send, mark sent. A process that dies between
sending and marking leaves a claim whose lease runs out; the mail then goes out again under the same Message-ID.
"""

import json
import logging
import smtplib
import time
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4

from django.core.mail import get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, connection, transaction
from django.db.models import F, QuerySet

from massage_booking.core import sealing
from massage_booking.core.errors import Refused
from massage_booking.core.ids import new_public_id
from massage_booking.outbox import envelope
from massage_booking.outbox.models import Heartbeat, Message, MessageStatus
from massage_booking.outbox.registry import Mail, Void, composer_of

logger = logging.getLogger(__name__)

Clock = Callable[[], datetime]

BATCH = 20
LEASE = timedelta(minutes=10)
# A mail takes this long at worst (every answer of the server just within EMAIL_TIMEOUT): no sending begins with less.
LEASE_LEFT = timedelta(minutes=2)
# Tries of a mail that the server puts off, and of one that fails on our side or takes its worker down with it.
MOST_ATTEMPTS = 8
MOST_FAULTS = 5
# Minutes until the next try.
PAUSES = (1, 2, 5, 10, 30, 60, 120)
SEALED_LIFETIME = timedelta(minutes=10)


def enqueue(
    *,
    kind: str,
    key: str,
    recipient: str,
    due_at: datetime,
    now: datetime,
    subject_id: int | None = None,
    revision: int = 0,
) -> Message | None:
    """Owe a message. Nothing happens without an address, or when the key is owed already."""
    if not recipient:
        return None
    message = Message(
        key=key,
        kind=kind,
        recipient=recipient,
        subject_id=subject_id,
        revision=revision,
        due_at=due_at,
        created_at=now,
    )
    try:
        # Nearly always it is new; looking first would be one more question.
        with transaction.atomic():
            message.save(force_insert=True)
    except IntegrityError:
        known = Message.objects.filter(key=key).first()
        if known is None:
            raise
        return known
    return message


def enqueue_sealed(
    *, kind: str, key: str, recipient: str, subject: str, text: str, html: str, now: datetime
) -> Message:
    """Owe a ready-made mail that must not be readable in the database (a sign-in code that could not go at once)."""
    content = json.dumps({"subject": subject, "text": text, "html": html}).encode()
    return Message.objects.create(
        key=key,
        kind=kind,
        recipient=recipient,
        sealed=sealing.seal(content, purpose="outbox"),
        due_at=now,
        created_at=now,
    )


def void(*, kinds: list[str], subject_id: int, reason: str) -> int:
    """Take back what is still owed about a row. What is being sent at this moment decides by itself."""
    return (
        Message.objects.filter(kind__in=kinds, subject_id=subject_id)
        .filter(status__in=[MessageStatus.QUEUED, MessageStatus.RETRY])
        .update(status=MessageStatus.VOID, error=reason)
    )


def resend(*, message: Message, now: datetime) -> None:
    """Owe a message once more. Raises `Refused` for what is being sent, and for a sign-in code, which is gone."""
    if composer_of(message.kind) is None:
        raise Refused("cannot_be_composed_again")
    changes: dict[str, object] = {"status": MessageStatus.QUEUED, "due_at": now, "attempts": 0, "error": ""}
    if message.status == MessageStatus.SENT:
        # Mail programs show a second mail with the same Message-ID only once.
        changes["message_id"] = new_public_id()
    resendable = Message.objects.filter(pk=message.pk, sealed__isnull=True).exclude(status=MessageStatus.CLAIMED)
    if not resendable.update(**changes):
        raise Refused("is_being_sent")


def _waiting(now: datetime) -> QuerySet[Message]:
    return Message.objects.filter(status__in=[MessageStatus.QUEUED, MessageStatus.RETRY], due_at__lte=now)


def _abandoned(now: datetime) -> QuerySet[Message]:
    """Return claims of workers that are gone: their lease has run out."""
    return Message.objects.filter(status=MessageStatus.CLAIMED, lease_until__lt=now)


def _first_keys(due: QuerySet[Message], limit: int) -> list[int]:
    due = due.order_by("due_at", "pk")
    if connection.features.has_select_for_update_skip_locked:
        due = due.select_for_update(skip_locked=True)
    return list(due.values_list("pk", flat=True)[:limit])


def claim(*, now: datetime, limit: int = BATCH) -> tuple[str, list[Message]]:
    """Take up to `limit` due messages for this worker; nobody else gets them while the lease lasts.

    What a vanished worker has left is taken one at a time, and that try counted: the message that made it vanish
    then takes no others with it, and cannot be tried for ever.
    """
    me = uuid4().hex
    if not (_waiting(now) | _abandoned(now)).exists():
        return me, []  # without a lock: nothing to do is the usual case
    mine = {"status": MessageStatus.CLAIMED, "claimed_by": me, "lease_until": now + LEASE}
    with transaction.atomic():
        keys = _first_keys(_waiting(now), limit)
        if keys:
            _waiting(now).filter(pk__in=keys).update(**mine)
        else:
            _give_up_faulty(now)
            keys = _first_keys(_abandoned(now), 1)
            _abandoned(now).filter(pk__in=keys).update(**mine, attempts=F("attempts") + 1)
    return me, list(Message.objects.filter(claimed_by=me, status=MessageStatus.CLAIMED).order_by("due_at", "pk"))


def _give_up_faulty(now: datetime) -> None:
    faulty = _abandoned(now).filter(attempts__gte=MOST_FAULTS - 1)
    count = faulty.update(status=MessageStatus.FAILED, error="worker lost", attempts=F("attempts") + 1, sealed=None)
    if count:
        logger.error("%s message(s) given up: each took its worker down %s times", count, MOST_FAULTS)


def _settle(message: Message, me: str, **changes: object) -> bool:
    """Write the result, only while the claim is still ours."""
    mine = Message.objects.filter(pk=message.pk, claimed_by=me, status=MessageStatus.CLAIMED)
    return mine.update(**changes) == 1


def _put_back(me: str, *, error: str = "") -> int:
    """Give back what was claimed and not tried; how many."""
    rest = Message.objects.filter(claimed_by=me, status=MessageStatus.CLAIMED)
    return rest.update(status=MessageStatus.RETRY, lease_until=None, error=error)


def _compose(message: Message, now: datetime) -> Mail | Void:
    if message.sealed is not None:
        if now - message.created_at > SEALED_LIFETIME:
            return Void("too_late")
        return Mail(**json.loads(sealing.unseal(bytes(message.sealed), purpose="outbox")))
    composer = composer_of(message.kind)
    if composer is None:
        raise LookupError(f"no composer for the kind {message.kind}")
    return composer(message, now)


def send_one(message: Message, *, me: str, now: datetime, mail_connection: BaseEmailBackend) -> MessageStatus:
    """Compose and send one claimed message, and write down how it went."""
    try:
        mail = _compose(message, now)
        if isinstance(mail, Void):
            _settle(message, me, status=MessageStatus.VOID, error=mail.reason, sealed=None)
            return MessageStatus.VOID
        envelope.put_in(message, mail, mail_connection=mail_connection).send(fail_silently=False)
    except Exception as error:
        # Any fault of one message must leave the others going.
        return _postpone(message, me, error, now)
    _settle(message, me, status=MessageStatus.SENT, sent_at=now, error="", sealed=None, attempts=F("attempts") + 1)
    return MessageStatus.SENT


def _postpone(message: Message, me: str, error: Exception, now: datetime) -> MessageStatus:
    why = envelope.in_a_word(error)
    logger.warning("message %s (%s) not sent: %s", message.pk, message.kind, why)
    attempts = message.attempts + 1
    most = MOST_ATTEMPTS if envelope.is_from_server(error) else MOST_FAULTS
    if envelope.is_permanent(error) or attempts >= most:
        _settle(message, me, status=MessageStatus.FAILED, error=why, attempts=attempts, sealed=None)
        return MessageStatus.FAILED
    pause = timedelta(minutes=PAUSES[min(attempts, len(PAUSES)) - 1])
    _settle(message, me, status=MessageStatus.RETRY, due_at=now + pause, error=why, attempts=attempts)
    return MessageStatus.RETRY


def send_due(*, now: datetime, limit: int = 1000) -> dict[str, int]:
    """Send what is due, in batches over one connection; return how many ended in which status.

    A mail server that cannot be reached ends the round: no message is blamed for it, all wait for the next tick.
    """
    beat("mail", now=now)
    moment = _running_from(now)
    counts: Counter[str] = Counter()
    mail_connection = get_connection()
    try:
        while counts.total() < limit:
            me, batch = claim(now=moment())
            if not batch or not _send_batch(batch, me, moment, mail_connection, counts):
                break
    finally:
        _close(mail_connection)
    return dict(counts)


def _send_batch(
    batch: list[Message], me: str, moment: Clock, mail_connection: BaseEmailBackend, counts: Counter[str]
) -> bool:
    """Send one claimed batch; say whether the mail server can be reached."""
    lease_until = min(message.lease_until or moment() for message in batch)
    for message in batch:
        try:
            mail_connection.open()
        except OSError as error:
            why = envelope.in_a_word(error)
            counts[MessageStatus.RETRY.value] += _put_back(me, error=why)
            logger.warning("mail server not reached: %s", why)
            return False
        if lease_until - moment() < LEASE_LEFT:
            _put_back(me)
            return True
        status = send_one(message, me=me, now=moment(), mail_connection=mail_connection)
        counts[status.value] += 1
        if status in {MessageStatus.RETRY, MessageStatus.FAILED}:
            # A connection that has failed once may stay broken; the next mail opens a new one.
            _close(mail_connection)
    return True


def _running_from(now: datetime) -> Clock:
    """Return a clock that starts at `now`: a round may take minutes, and leases are measured in them."""
    started = time.monotonic()
    return lambda: now + timedelta(seconds=time.monotonic() - started)


def _close(mail_connection: BaseEmailBackend) -> None:
    try:
        mail_connection.close()
    except (OSError, smtplib.SMTPException):
        logger.info("mail connection was already gone")


def beat(job: str, *, now: datetime) -> None:
    """Note that a periodic job runs."""
    Heartbeat.objects.update_or_create(job=job, defaults={"beat_at": now})

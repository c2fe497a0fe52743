"""Erasing what is kept of a client's health, for good: in the database, and again in any backup that is restored."""

import logging
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction
from django.db.models import Model, Q, QuerySet

from massage_booking.accounts.models import Client, FormerId
from massage_booking.core.db import forget_log
from screening import consent as consent_texts
from screening import erasures, signals, vault
from screening.erasures import Erased
from screening.models import (
    BodyWishes,
    ClearanceRequest,
    Consent,
    Decision,
    Erasure,
    KioskTicket,
    Letter,
    Screening,
)
from screening.services.locks import lock

logger = logging.getLogger(__name__)

# What hangs on a client and is health data, or leads to it. Files go with their letters.
HELD: Final[tuple[type[Model], ...]] = (Decision, Screening, Letter, ClearanceRequest, BodyWishes, KioskTicket)
AT_ONCE: Final = 500


def erase_answers(*, client: Client, now: datetime) -> None:
    """Erase a client's key and everything sealed with it. The record of who read it stays.

    The erasure itself is written down, by public id and moment, in the database and in the erasures file.
    """
    with transaction.atomic():
        lock(client)
        _erase(client, now)
        erased = [Erased(now, public_id) for public_id in _ids_of(client)]
        Erasure.objects.bulk_create(Erasure(client_public_id=line.client_public_id, at=line.at) for line in erased)
        transaction.on_commit(lambda: erasures.append_or_say(erased))
        # The wrapped key most of all: with a master key it would open what an old copy of the file still holds.
        transaction.on_commit(forget_log)


def _ids_of(client: Client) -> list[str]:
    """Return every public id that the client's data may stand under in an older backup."""
    former = FormerId.objects.filter(client=client).order_by("pk").values_list("public_id", flat=True)
    return [client.public_id, *former]


def _erase(client: Client, now: datetime) -> None:
    for model in HELD:
        model._default_manager.filter(client=client).delete()
    vault.erase(client)
    signals.answers_erased.send(sender=Client, client=client, now=now)


def erase_old_answers(*, now: datetime) -> int:
    """Erase the answers of clients who have not renewed them for as long as the consent text promises to keep them.

    What was decided from answers, or read of them, does not make them younger.
    """
    bound = now - timedelta(days=consent_texts.KEPT_DAYS)
    held = Client.objects.filter(vault_key__isnull=False, vault_key__created_at__lt=bound)
    answered = Q(screenings__saved_at__gte=bound) | Q(screenings__unchanged_at__gte=bound)
    old = held.exclude(answered | Q(body_wishes__saved_at__gte=bound)).order_by("pk")
    return sum(_erase_if(client, old, now) for client in list(old[:AT_ONCE]))


def _erase_if(client: Client, old: QuerySet[Client], now: datetime) -> bool:
    """Erase a client's answers if they are still old under the lock: they may be given anew at this very moment."""
    with transaction.atomic():
        lock(client)
        is_old = old.filter(pk=client.pk).exists()
        if is_old:
            erase_answers(client=client, now=now)
    return is_old


# --- After a restore --------------------------------------------------------


def erase_again(*, erased: Iterable[Erased], now: datetime) -> int:
    """Erase in a restored database whoever was erased after the backup was made; return how many were.

    What a client gave anew after the erasure stays: its key is younger. A consent of before counts as taken back.
    """
    latest: dict[str, datetime] = {}
    for line in sorted(erased):
        latest[line.client_public_id] = line.at
    count = 0
    for public_id, at in latest.items():
        # By its own id alone: one that was joined to another since then has a line for each of its ids.
        client = Client.objects.filter(public_id=public_id).first()
        if client is not None:
            count += _erase_what_is_older(client, at, now)
    _write_down(latest)
    return count


def _erase_what_is_older(client: Client, at: datetime, now: datetime) -> int:
    key = getattr(client, "vault_key", None)
    if key is not None and key.created_at > at:
        return 0
    with transaction.atomic():
        lock(client)
        Consent.objects.filter(client=client, withdrawn_at__isnull=True, given_at__lte=at).update(withdrawn_at=at)
        held = key is not None or any(model._default_manager.filter(client=client).exists() for model in HELD)
        if held:
            _erase(client, now)
    return int(held)


def _write_down(latest: dict[str, datetime]) -> None:
    """Keep the whole list in the restored database too, so that its own backups carry it on."""
    known = set(Erasure.objects.values_list("client_public_id", "at"))
    missing = [(public_id, at) for public_id, at in latest.items() if (public_id, at) not in known]
    Erasure.objects.bulk_create(Erasure(client_public_id=public_id, at=at) for public_id, at in missing)


def all_erasures() -> list[Erased]:
    """Return the database's list."""
    rows = Erasure.objects.order_by("at", "pk").values_list("at", "client_public_id")
    return [Erased(at, public_id) for at, public_id in rows]


def catch_up_file() -> int:
    """Add to the erasures file what it lacks of the database's list; return how many lines. Raises OSError."""
    known = set(erasures.read_own())
    missing = [line for line in all_erasures() if line not in known]
    erasures.append(missing)
    return len(missing)

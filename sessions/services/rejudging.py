"""After other rules were published, other answers given, or another part of the rules counts for a technique, sessions
ahead are judged again.

What is left to do is read from the sessions themselves, so that a stopped server goes on where it was.
"""

import logging
from datetime import datetime
from typing import Final

from django.db.models import QuerySet

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Busy
from screening import selectors as screening
from screening.models import ScreeningState
from screening.vault import VaultClosed
from sessions.models import MassageSession
from sessions.selectors.standing import JUDGED
from sessions.services import clearance, health
from therapists.models import Technique

logger = logging.getLogger(__name__)
CHUNK: Final = 200


def judge_under_published(*, now: datetime, most: int = CHUNK) -> int:
    """Judge the sessions of up to `most` clients whose decision was made by other rules; return how many clients."""
    try:
        version = screening.published_version()
    except screening.NoRules:
        return 0
    return _judge_clients(_judgeable(now).exclude(decision__rules=version), now=now, most=most)


def judge_overtaken(*, now: datetime, most: int = CHUNK) -> int:
    """Judge the sessions of up to `most` clients whose answers are newer than the decision; return how many clients.

    Whoever gives answers judges at once. This is for a server that was stopped between the two.
    """
    overtaken = _judgeable(now).filter(decision__screening__state=ScreeningState.REPLACED)
    return _judge_clients(overtaken, now=now, most=most)


def _judgeable(now: datetime) -> QuerySet[MassageSession]:
    """Return the sessions ahead that were judged before and can be again."""
    return (
        MassageSession.objects.filter(status__in=JUDGED, ends_at__gt=now, decision__isnull=False)
        # Without answers there is nothing to judge by.
        .filter(client__screenings__state=ScreeningState.COMPLETE, client__date_of_birth__isnull=False)
    )


def _judge_clients(waiting: QuerySet[MassageSession], *, now: datetime, most: int) -> int:
    keys = waiting.order_by("client_id").values_list("client_id", flat=True).distinct()[:most]
    clients = Client.objects.filter(pk__in=list(keys)).order_by("pk")
    return sum(_is_judged(client, now=now) for client in clients)


def judge_with(*, technique: Technique, now: datetime) -> int:
    """Judge the sessions ahead of whoever has booked a technique; return how many clients.

    Where that cannot be done now, they are to be asked again: nobody comes back to them.
    """
    booked = MassageSession.objects.filter(status__in=JUDGED, ends_at__gt=now, service__technique=technique)
    clients = Client.objects.filter(pk__in=booked.values("client_id")).order_by("pk")
    return sum(_is_judged(client, now=now) or bool(health.ask_again(client=client, now=now)) for client in clients)


def _is_judged(client: Client, *, now: datetime) -> bool:
    try:
        health.judge_again(client=client, now=now)
        clearance.settle(client=client, now=now)
    except (VaultClosed, Busy) as error:
        # One client's closed vault keeps nobody else's session from being judged.
        logger.warning("A client's sessions are not judged anew yet: %s", type(error).__name__)
        return False
    return True

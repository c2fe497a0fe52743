"""A client's wishes: kept sealed, gone when nothing is wished for."""

from datetime import datetime

from django.db import transaction

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
from screening import selectors, vault, wishes
from screening.models import BodyWishes
from screening.services.locks import lock
from screening.wishes import Wishes


def keep_wishes(*, client: Client, wanted: Wishes, now: datetime) -> None:
    """Keep what a client wishes for in place of what was wished for before.

    Raises Refused: "no_consent", or "wishes_contradict" where an area is to be worked on and left alone.
    """
    if wanted.contradiction:
        raise Refused("wishes_contradict", areas=wanted.contradiction)
    with transaction.atomic():
        lock(client)
        if selectors.consent_in_force(client) is None:
            raise Refused("no_consent")
        if wanted.is_empty:
            BodyWishes.objects.filter(client=client).delete()
            return
        sealed = vault.seal(wishes.to_json(wanted), client=client, field=vault.wishes_field(client), now=now)
        BodyWishes.objects.update_or_create(client=client, defaults={"sealed": sealed, "saved_at": now})

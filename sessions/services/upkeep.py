"""Clearing what has expired: holds, guests who never confirmed, answers kept as long as promised, form keys."""

from datetime import datetime, timedelta

from massage_booking.accounts import services as accounts
from massage_booking.outbox import services as outbox
from screening import services as screening
from sessions.models import FormKey, MassageSession

FORM_KEYS_KEPT = timedelta(days=7)


def clear_expired(*, now: datetime) -> dict[str, int]:
    """Delete what nobody waits for any more; return how much of each."""
    outbox.beat("upkeep", now=now)
    return {
        "holds": MassageSession.objects.filter(status="held", held_until__lte=now).delete()[0],
        "guests": accounts.clear_guests(now=now),
        "answers": screening.erase_old_answers(now=now),
        "form_keys": FormKey.objects.filter(created_at__lt=now - FORM_KEYS_KEPT).delete()[0],
    }

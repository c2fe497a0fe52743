"""Clearing what has expired: holds, guests who never confirmed, answers kept as long as promised, form keys."""

from datetime import datetime, timedelta

from massage_booking.accounts import services as accounts
from massage_booking.core.db import in_transaction
from massage_booking.outbox import services as outbox
from screening import services as screening
from sessions.models import FormKey, MassageSession, Together
from sessions.services import asking_ahead, certificates, clearance, late_changes, rejudging, waitlist

FORM_KEYS_KEPT = timedelta(days=7)
PAIRS_KEPT = timedelta(hours=1)


def clear_expired(*, now: datetime) -> dict[str, int]:
    """Delete what nobody waits for any more; return how much of each."""
    outbox.beat("upkeep", now=now)
    clearance.warn_of_ending(now=now)
    certificates.warn_of_ending(now=now)
    asking_ahead.plan(now=now)
    cleared = {
        "holds": in_transaction(lambda: _clear_holds(now)),
        "late_changes_not_answered": late_changes.lapse(now=now),
        "times_kept_for_a_document": clearance.release_overdue(now=now),
        "judged_by_new_answers": rejudging.judge_overtaken(now=now),
        "judged_by_new_rules": rejudging.judge_under_published(now=now),
        "guests": accounts.clear_guests(now=now),
        "answers": screening.erase_old_answers(now=now),
        "form_keys": FormKey.objects.filter(created_at__lt=now - FORM_KEYS_KEPT).delete()[0],
    }
    # Last, so that it sees every time that is free again.
    waitlist.offer_free(now=now)
    return cleared


def _clear_holds(now: datetime) -> int:
    """Delete holds that have run out. A row that is being booked at this moment is waited for, and left."""
    expired = MassageSession.objects.select_for_update(of=("self",)).filter(status="held", held_until__lte=now)
    cleared = MassageSession.objects.filter(pk__in=list(expired.values_list("pk", flat=True))).delete()[0]
    # What bound two holds is of no use without them. One that is being made at this moment has its rows soon.
    Together.objects.filter(sessions=None, created_at__lt=now - PAIRS_KEPT).delete()
    return cleared

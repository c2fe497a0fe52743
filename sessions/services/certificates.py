"""Warning the admins before a certificate ends, once for each certificate and last day."""

from datetime import datetime, timedelta
from typing import Final

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.certificates import is_warning_due
from therapists.models import TherapistSpecialty

KIND: Final = "certificate_expiring"


def warn_of_ending(*, now: datetime) -> int:
    """Owe the admins a mail about each certificate that ends soon or has ended; return about how many."""
    studio = studio_selectors.current()
    if studio is None:
        return 0
    today, days = now.astimezone(studio.tz).date(), studio.certificate_warning_days
    near = TherapistSpecialty.objects.filter(
        has_certificate=True, therapist__is_active=True, expires_on__lte=today + timedelta(days=days)
    )
    admins = list(User.objects.filter(is_staff=True, is_active=True).order_by("pk"))
    return sum(
        _warn(training, admins, now=now)
        for training in near.order_by("expires_on", "pk")
        if is_warning_due(training.expires_on, warned_of=training.warned_of, today=today, warning_days=days)
    )


def _warn(training: TherapistSpecialty, admins: list[User], *, now: datetime) -> bool:
    """Owe the mails, unless another round has done so a moment ago, or there is nobody to write to yet."""
    if not admins:
        return False

    def owe() -> bool:
        rows = TherapistSpecialty.objects.filter(
            pk=training.pk, warned_of=training.warned_of, expires_on=training.expires_on
        )
        if rows.update(warned_of=training.expires_on) != 1:
            return False
        for admin in admins:
            outbox.enqueue(
                kind=KIND,
                key=f"{KIND}:{training.pk}:{training.expires_on}:{admin.pk}",
                recipient=admin.email,
                subject_id=training.pk,
                due_at=now,
                now=now,
            )
        return True

    return in_transaction(owe)

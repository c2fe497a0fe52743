"""One act that answers for several sessions at once: their therapist is away, or they lie outside the hours now."""

from datetime import datetime
from typing import Final

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from massage_booking.core.ids import new_public_id
from sessions.models.session import MassageSession
from therapists.models import Therapist


class RearrangedAs(models.TextChoices):
    """What becomes of one of them."""

    COLLEAGUE = "colleague", "Somebody else, or elsewhere, at the same time"
    TIME = "time", "Another time"
    CANCEL = "cancel", "Cancelled"
    KEEP = "keep", "Kept as it is"
    LATER = "later", "Left open"


# What the client has to hear of.
NEWS: Final = (RearrangedAs.COLLEAGUE.value, RearrangedAs.TIME.value, RearrangedAs.CANCEL.value)


class Rearrangement(models.Model):
    """Who decided when, about whose sessions, and the line that all clients read."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    # The same form sent twice is one act.
    form_key = models.CharField(max_length=40, unique=True)
    form_digest = models.CharField(max_length=64)
    therapist = models.ForeignKey(
        Therapist, on_delete=models.CASCADE, null=True, blank=True, related_name="+", help_text="Who is away."
    )
    first = models.DateField("from the day", null=True, blank=True)
    last = models.DateField("to the day", null=True, blank=True)
    words = models.CharField(max_length=300, blank=True, help_text="Every client who gets a letter reads this.")
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(therapist__isnull=True, first__isnull=True, last__isnull=True)
                | Q(therapist__isnull=False, first__isnull=False, last__gte=F("first")),
                name="rearrangement_days_whole",
            )
        ]

    def __str__(self) -> str:
        return f"Rearranged {self.made_at:%Y-%m-%d %H:%M} UTC"


class Rearranged(models.Model):
    """What became of one session, and how it was before. `revision` is the session's, after the act."""

    rearrangement = models.ForeignKey(Rearrangement, on_delete=models.CASCADE, related_name="sessions")
    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, related_name="rearranged")
    answer = models.CharField(max_length=9, choices=RearrangedAs)
    revision = models.PositiveIntegerField()
    was_at = models.DateTimeField()
    was_with = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="+")
    # A change that the client does not notice, another table in the same house, is no news.
    is_news = models.BooleanField(default=False)

    class Meta:
        ordering = ["was_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["rearrangement", "session"], name="rearranged_once_per_act"),
            models.CheckConstraint(condition=Q(answer__in=RearrangedAs.values), name="rearranged_answer_known"),
        ]

    def __str__(self) -> str:
        was: datetime = self.was_at
        return f"{self.get_answer_display()}, was {was:%Y-%m-%d %H:%M} UTC"

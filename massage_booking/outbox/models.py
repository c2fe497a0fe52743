"""Messages: one row for each e-mail to be sent at a time, once."""

from django.db import models
from django.db.models import Q

from massage_booking.core.ids import new_public_id


class MessageStatus(models.TextChoices):
    QUEUED = "queued", "Queued"
    CLAIMED = "claimed", "Being sent"
    SENT = "sent", "Sent"
    RETRY = "retry", "Waits for another try"
    FAILED = "failed", "Failed"
    VOID = "void", "Not needed any more"


# Still to be sent; a claim whose lease has run out counts as waiting again.
WAITING = (MessageStatus.QUEUED, MessageStatus.RETRY, MessageStatus.CLAIMED)


class Channel(models.TextChoices):
    EMAIL = "email", "E-mail"


class Message(models.Model):
    """A mail that is owed. What it says is decided when it is sent, from the row it is about."""

    key = models.CharField(max_length=200, unique=True, help_text="Says what this is, so that it cannot be owed twice.")
    kind = models.CharField(max_length=40)
    channel = models.CharField(max_length=10, choices=Channel, default=Channel.EMAIL)
    recipient = models.EmailField()
    subject_id = models.BigIntegerField(
        null=True, blank=True, help_text="Key of the row it is about; the kind knows which table."
    )
    revision = models.PositiveIntegerField(default=0, help_text="A move of the subject makes older revisions void.")
    # Ready-made content for the one kind that cannot be composed later (a sign-in code); sealed, never in clear.
    sealed = models.BinaryField(null=True, blank=True, editable=False)
    due_at = models.DateTimeField()
    status = models.CharField(max_length=10, choices=MessageStatus, default=MessageStatus.QUEUED)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=40, blank=True)
    lease_until = models.DateTimeField(null=True, blank=True)
    message_id = models.CharField(max_length=40, default=new_public_id, editable=False)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-due_at"]
        indexes = [
            models.Index(
                fields=["due_at"], name="message_waiting", condition=Q(status__in=["queued", "retry", "claimed"])
            ),
            models.Index(fields=["kind", "subject_id"], name="message_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} to be sent {self.due_at:%Y-%m-%d %H:%M} UTC"


class Heartbeat(models.Model):
    """When a periodic job last ran; the pulse page reads it."""

    job = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.job

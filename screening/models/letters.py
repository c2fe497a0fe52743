"""The clearance loop: what was asked of a doctor, and the letters that came. What they say is sealed."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id


class RequestState(models.TextChoices):
    OPEN = "open", "Requested"
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    CLOSED = "closed", "Closed"


class ClearanceRequest(models.Model):
    """A form for the doctor of one client. Which conditions it names, and who refers, is sealed."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="clearance_requests")
    state = models.CharField(max_length=8, choices=RequestState, default=RequestState.OPEN)
    requested_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    # codes (rows to cover), referral (who refers, in the client's words).
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["-requested_at"]
        constraints = [
            # One under way for each client: a new condition is added to it.
            models.UniqueConstraint(
                fields=["client"], condition=Q(state__in=["open", "received"]), name="clearance_request_once"
            )
        ]

    def __str__(self) -> str:
        return f"Clearance request {self.public_id}"


class LetterState(models.TextChoices):
    RECEIVED = "received", "Received"
    ACCEPTED = "accepted", "Accepted"
    REFUSED = "refused", "Not accepted"


class Letter(models.Model):
    """One document from a doctor. What it covers and allows is sealed; its state and last day are derived, plain."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="letters")
    request = models.ForeignKey(
        ClearanceRequest, on_delete=models.SET_NULL, null=True, blank=True, related_name="letters"
    )
    state = models.CharField(max_length=8, choices=LetterState, default=LetterState.RECEIVED)
    received_at = models.DateTimeField()
    received_from = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    reviewed_at = models.DateTimeField(null=True, blank=True)
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # The last day of the longest cover, for the status line and for asking in time. Null while not accepted.
    covers_until = models.DateField(null=True, blank=True)
    # See screening.letters.Scope; for a refused one its reason.
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["-received_at"]
        indexes = [models.Index(fields=["state", "received_at"], name="letter_waiting")]

    def __str__(self) -> str:
        return f"Letter {self.public_id}"


class LetterFile(models.Model):
    """The document itself, cleaned of metadata, checked and sealed with the client's key."""

    letter = models.OneToOneField(Letter, on_delete=models.CASCADE, related_name="file")
    content_type = models.CharField(max_length=20)
    bytes = models.PositiveIntegerField(help_text="Size before sealing.")
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"File of letter {self.letter_id}"

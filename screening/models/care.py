"""What stands around the answers: stops, wishes, the tablet's tickets."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id


class BookingStop(models.Model):
    """Nothing may be booked or begun until somebody has looked. Why is sealed elsewhere, with the report behind it."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="booking_stops")
    made_at = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(lifted_at__isnull=True), name="booking_stop_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"Stop for client {self.client_id}"


class BodyWishes(models.Model):
    """Where it hurts, where to work, where not to: on the body map and in words, sealed."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="body_wishes")
    saved_at = models.DateTimeField()
    sealed = models.BinaryField()

    def __str__(self) -> str:
        return f"Wishes of client {self.client_id}"


class KioskTicket(models.Model):
    """Lets one client answer on the studio's tablet, once. The code itself is kept as a keyed digest."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="kiosk_tickets")
    code_digest = models.CharField(max_length=64, db_index=True)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-made_at"]

    def __str__(self) -> str:
        return f"Ticket {self.public_id}"

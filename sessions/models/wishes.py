"""With whom a client would rather be, and who are not booked together any more. Neither says why."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.accounts.models import Client
from therapists.models import Therapist
from therapists.models.people import Gender


class ClientWish(models.Model):
    """A client's standing wish about who gives the massage."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="wish")
    therapist_gender = models.CharField(max_length=8, choices=Gender, blank=True)
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.get_therapist_gender_display() or "No wish"


class ApartSide(models.TextChoices):
    CLIENT = "client", "The client"
    THERAPIST = "therapist", "The therapist"
    STUDIO = "studio", "The studio"


class Apart(models.Model):
    """A client and a therapist who are not booked together, whoever of them wished it."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="apart")
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="apart")
    side = models.CharField(max_length=9, choices=ApartSide)
    made_at = models.DateTimeField()
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["client", "therapist", "side"], condition=Q(ended_at=None), name="apart_once_per_side"
            )
        ]

    def __str__(self) -> str:
        return f"Client {self.client_id} and therapist {self.therapist_id}"

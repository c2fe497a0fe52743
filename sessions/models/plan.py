"""A client's rhythm: twice a month unless they say otherwise."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from therapists.models import Service, Therapist, Weekday


class Plan(models.Model):
    """The interval a client accepted, and what they like; never made without their tap."""

    client = models.OneToOneField(Client, on_delete=models.CASCADE, related_name="plan")
    nonce = models.CharField(max_length=22, default=new_public_id, editable=False)
    interval_days = models.PositiveSmallIntegerField(
        "days between sessions", default=14, validators=[MinValueValidator(7), MaxValueValidator(60)]
    )
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    therapist = models.ForeignKey(Therapist, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    weekday = models.PositiveSmallIntegerField(choices=Weekday, null=True, blank=True)
    time_of_day = models.TimeField(null=True, blank=True)
    accepted_at = models.DateTimeField()
    paused_until = models.DateField(null=True, blank=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    last_nudged_at = models.DateTimeField(null=True, blank=True)
    unanswered_nudges = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(interval_days__gte=7, interval_days__lte=60), name="plan_interval_sensible"
            )
        ]

    def __str__(self) -> str:
        return f"Every {self.interval_days} days"

    @property
    def is_active(self) -> bool:
        return self.ended_at is None

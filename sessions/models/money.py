"""What was paid for a session. A row is never changed: a mistake is taken back, and stands."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.core.ids import new_public_id
from sessions.models.session import MassageSession


class PaidHow(models.TextChoices):
    CASH = "cash", "Cash"
    CARD = "card", "Card, at the terminal"
    TRANSFER = "transfer", "Bank transfer"
    VOUCHER = "voucher", "Voucher"
    OTHER = "other", "Another way"


class Payment(models.Model):
    """Money taken for a session, in the currency of the session."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(MassageSession, on_delete=models.PROTECT, related_name="payments")
    amount = models.DecimalField(max_digits=8, decimal_places=2)
    currency = models.CharField(max_length=3)
    how = models.CharField(max_length=8, choices=PaidHow)
    note = models.CharField(max_length=120, blank=True)
    taken_at = models.DateTimeField()
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    voided_at = models.DateTimeField(null=True, blank=True)
    voided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What a card service calls it, once there is one: see sessions/payments.py.
    reference = models.CharField(max_length=120, blank=True)

    class Meta:
        ordering = ["taken_at", "pk"]
        constraints = [models.CheckConstraint(condition=Q(amount__gt=0), name="payment_is_positive")]
        indexes = [models.Index(fields=["taken_at"], name="payment_day")]

    def __str__(self) -> str:
        return f"{self.amount} {self.currency}"

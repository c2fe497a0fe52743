"""A change that comes too late to be made alone: the therapist says yes or no."""

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.core.ids import new_public_id
from sessions.models.session import MassageSession
from therapists.models import Service, Therapist


class ChangeKind(models.TextChoices):
    MOVE = "move", "Another time"
    CANCEL = "cancel", "Cancel"


class ChangeAnswer(models.TextChoices):
    OPEN = "open", "Open"
    ACCEPTED = "accepted", "Accepted"
    DECLINED = "declined", "Declined"
    WITHDRAWN = "withdrawn", "Taken back"
    LAPSED = "lapsed", "Not answered in time"


class ChangeRequest(models.Model):
    """A late change that a client asks for. The new time is kept by a held row until somebody answers."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, related_name="change_requests")
    kind = models.CharField(max_length=6, choices=ChangeKind)
    held = models.ForeignKey(MassageSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(null=True, blank=True)
    therapist = models.ForeignKey(Therapist, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    service = models.ForeignKey(Service, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=ChangeAnswer, default=ChangeAnswer.OPEN)
    answered_at = models.DateTimeField(null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ["asked_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["session"], condition=Q(answer="open"), name="change_one_open_request"),
            models.CheckConstraint(
                condition=Q(kind="cancel") | Q(starts_at__isnull=False), name="change_move_has_time"
            ),
            models.CheckConstraint(condition=Q(answer__in=ChangeAnswer.values), name="change_answer_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, asked {self.asked_at:%Y-%m-%d %H:%M} UTC"

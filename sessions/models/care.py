"""What a therapist puts their name to before a session, and how somebody felt after it."""

from django.conf import settings
from django.db import models

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from screening.models import Decision
from sessions.models.session import MassageSession
from therapists.models import Therapist


class SignOff(models.Model):
    """A therapist has read what is safe for a session, and may have made it stricter. The newest counts.

    The limits here only ever tighten those of the decision; empty ones leave it as it stands. Why is sealed.
    """

    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, related_name="sign_offs")
    therapist = models.ForeignKey(Therapist, on_delete=models.PROTECT, related_name="+")
    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    at = models.DateTimeField()
    max_pressure = models.CharField(max_length=8, blank=True)
    avoid_areas = models.JSONField(default=list)
    avoid_techniques = models.JSONField(default=list)
    max_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    sealed_note = models.BinaryField(null=True)

    class Meta:
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"Sign-off of session {self.session_id}"


class SymptomReport(models.Model):
    """How somebody felt after a session. What was reported, advised and found is sealed."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, related_name="reports")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="reports")
    reported_at = models.DateTimeField()
    by = models.CharField(max_length=20, help_text="client or therapist")
    # kind (see screening.domain.after_session), words.
    sealed = models.BinaryField(null=True)
    stops_booking = models.BooleanField(default=False)
    call_by = models.DateTimeField(null=True, blank=True, help_text="Until when the therapist calls.")
    seen_at = models.DateTimeField(null=True, blank=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # advice, outcome.
    sealed_closing = models.BinaryField(null=True)

    class Meta:
        ordering = ["-reported_at"]
        indexes = [models.Index(fields=["closed_at", "reported_at"], name="symptom_report_open")]

    def __str__(self) -> str:
        return f"Report {self.public_id}"

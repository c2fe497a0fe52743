"""What happened to a session, and which forms were already answered."""

from django.conf import settings
from django.db import models

from sessions.models.session import MassageSession


class SessionEvent(models.Model):
    """One act on a session: who, when, what. Written in the transaction of the act; never health data."""

    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, related_name="events")
    at = models.DateTimeField()
    act = models.CharField(max_length=20)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    by = models.CharField(max_length=20, help_text="client, therapist, desk, admin or system")
    detail = models.JSONField(default=dict, blank=True)

    class Meta:
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.act} at {self.at:%Y-%m-%d %H:%M} UTC"


class FormKey(models.Model):
    """A form's random key: the same form sent twice gives the same answer, once."""

    key = models.CharField(max_length=40, unique=True)
    digest = models.CharField(
        max_length=64, help_text="Of what the form said: the same key with other content is refused."
    )
    session = models.ForeignKey(MassageSession, on_delete=models.CASCADE, null=True, related_name="form_keys")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.key

"""Consent, answers and what was decided from them."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from screening.models.rules import RuleVersion


class ConsentWay(models.TextChoices):
    ONLINE = "online", "Online"
    KIOSK = "kiosk", "On the studio's tablet"
    PAPER = "paper", "On paper, at the studio"


class CarerStanding(models.TextChoices):
    HELPS = "helps", "They answer themselves, I only help"
    ATTORNEY = "attorney", "I hold a power of attorney or am their legal guardian"
    FAMILY = "family", "I am family or a carer, and they agree"


class Consent(models.Model):
    """A client's (or carer's) explicit yes to keeping health answers, by the version of its text."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="consents")
    version = models.CharField(max_length=20)
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    way = models.CharField(max_length=8, choices=ConsentWay, default=ConsentWay.ONLINE)
    # For an adult in somebody's care: who speaks for them, and whether that person may read the answers later.
    carer_name = models.CharField(max_length=120, blank=True)
    carer_standing = models.CharField(max_length=8, choices=CarerStanding, blank=True)
    carer_may_read = models.BooleanField(default=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(withdrawn_at__isnull=True), name="consent_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"Consent {self.version} of client {self.client_id}"


class GuardianRelation(models.TextChoices):
    PARENT = "parent", "Mother or father"
    GUARDIAN = "guardian", "Legal guardian"
    CARER = "carer", "Somebody else with parental responsibility"


class GuardianConsent(models.Model):
    """The yes of a parent or guardian to the massage of a client under 18, signed by typing their name."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="guardian_consents")
    guardian_name = models.CharField(max_length=120)
    relation = models.CharField(max_length=8, choices=GuardianRelation)
    child_agrees = models.BooleanField(default=False, help_text="The young person was asked and said yes too.")
    given_at = models.DateTimeField()
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    withdrawn_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-given_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["client"], condition=Q(withdrawn_at__isnull=True), name="guardian_consent_in_force_once"
            )
        ]

    def __str__(self) -> str:
        return f"Guardian consent for client {self.client_id}"


class ScreeningState(models.TextChoices):
    DRAFT = "draft", "Being filled in"
    COMPLETE = "complete", "Complete"
    REPLACED = "replaced", "Replaced by a newer one"


class Screening(models.Model):
    """One set of a client's answers. The answers themselves are sealed with the client's key."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="screenings")
    rules = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="screenings")
    state = models.CharField(max_length=10, choices=ScreeningState, default=ScreeningState.DRAFT)
    sealed = models.BinaryField(null=True)
    started_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    completed_at = models.DateTimeField(null=True, blank=True)
    # When the client last said, in one tap, that nothing had changed. It re-dates no answer.
    unchanged_at = models.DateTimeField(null=True, blank=True)
    # Raised with every saving, so that a form from an older page is recognised.
    revision = models.PositiveIntegerField(default=0)

    class Meta:
        ordering = ["-started_at"]
        constraints = [
            models.UniqueConstraint(fields=["client"], condition=Q(state="draft"), name="screening_draft_once"),
            models.UniqueConstraint(fields=["client"], condition=Q(state="complete"), name="screening_complete_once"),
        ]

    def __str__(self) -> str:
        return f"Screening {self.public_id}"


# What was decided: never rewritten. Another judgement is another row.
VERDICT_FIELDS: Final = (
    "rules", "made_at", "for_date", "outcome", "status", "max_pressure", "avoid_areas", "avoid_techniques",
    "offered_techniques", "positions", "max_minutes", "guardian_in_room", "guardian_on_premises", "may_book",
    "re_ask_due", "day_asked_on", "held_until_answered", "trainings_needed",
)  # fmt: skip


class DecisionIsFinal(RuntimeError):
    """Somebody tried to change what a decision says."""


class Decision(models.Model):
    """What a screening meant for a session on a date: the little that calendars need, and the reasons, sealed.

    The plain columns are derived health data: never in mails, feeds, logs or caches; erased with the client.
    """

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="decisions")
    screening = models.ForeignKey(Screening, on_delete=models.CASCADE, null=True, related_name="decisions")
    rules = models.ForeignKey(RuleVersion, on_delete=models.PROTECT, related_name="decisions")
    made_at = models.DateTimeField()
    for_date = models.DateField()
    outcome = models.CharField(max_length=10)
    status = models.CharField(max_length=30)
    max_pressure = models.CharField(max_length=8)
    avoid_areas = models.JSONField(default=list)
    avoid_techniques = models.JSONField(default=list)
    offered_techniques = models.JSONField(default=list)
    positions = models.JSONField(default=list, help_text="Words only, such as “side-lying”, never the reason.")
    max_minutes = models.PositiveSmallIntegerField(null=True, blank=True)
    guardian_in_room = models.BooleanField(default=False)
    guardian_on_premises = models.BooleanField(default=False)
    may_book = models.BooleanField(default=False)
    re_ask_due = models.BooleanField(default=False)
    day_asked_on = models.DateField(
        null=True, blank=True, help_text="When the questions about today were last gone through."
    )
    held_until_answered = models.DateField(
        null=True, blank=True, help_text="A wait that ends in time: the deferring rows are asked again on this day."
    )
    trainings_needed = models.JSONField(
        null=True, help_text="Further trainings that the therapist must have. Empty: nobody asked yet."
    )
    # Reasons, position and therapist notes, advice, rows to ask again: they name conditions.
    sealed = models.BinaryField(null=True)

    class Meta:
        ordering = ["-made_at"]
        indexes = [models.Index(fields=["client", "-made_at"], name="decision_latest")]

    @property
    def shown_outcome(self) -> str:
        """Return the outcome as pages name it: what age alone limits is limited, too."""
        limits = (self.avoid_areas, self.avoid_techniques, self.max_minutes, self.max_pressure != "firm")
        return "modify" if self.outcome == "clear" and any(limits) else self.outcome

    def __str__(self) -> str:
        return f"Decision {self.public_id}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Refuse to rewrite an existing decision. Raises DecisionIsFinal; the database refuses it too (`finality`)."""
        if not self._state.adding:
            names = [field.attname for field in Decision._meta.concrete_fields if field.name in VERDICT_FIELDS]
            stored = Decision.objects.filter(pk=self.pk).values(*names).first()
            if stored is not None and any(stored[name] != getattr(self, name) for name in names):
                raise DecisionIsFinal(f"What {self} says is final.")
        super().save(*args, **kwargs)

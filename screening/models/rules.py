"""Rule versions: the clinical rules as data, as they stood when a decision was made."""

from typing import Any, Final

from django.conf import settings
from django.db import models
from django.db.models import Q

from massage_booking.core.ids import new_public_id


class RuleStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    TESTED = "tested", "Tested"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"

    @property
    def is_final(self) -> bool:
        """Tell whether decisions may have been made with it, so that its texts never change again."""
        return self in (RuleStatus.PUBLISHED, RuleStatus.RETIRED)


TEXTS: Final = ("rules_csv", "extra_json", "screen_json", "golden_json")


class RulesAreFinal(RuntimeError):
    """Somebody tried to change the texts of a version that is no draft."""


class RuleVersion(models.Model):
    """The four rule files of one version, kept to the letter; at most one version is published."""

    label = models.CharField(max_length=40, unique=True)
    status = models.CharField(max_length=10, choices=RuleStatus, default=RuleStatus.DRAFT)
    rules_csv = models.TextField()
    extra_json = models.TextField()
    screen_json = models.TextField()
    golden_json = models.TextField()
    checksum = models.CharField(max_length=64, editable=False)
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.CharField(max_length=120, blank=True)
    signed_off_licence = models.CharField(max_length=80, blank=True)
    signed_off_on = models.DateField(null=True, blank=True)
    based_on = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    note = models.TextField(blank=True, help_text="What was changed, and why.")
    # Raised with every edit, so that a form from an older page is recognised.
    revision = models.PositiveIntegerField(default=0)
    edited_at = models.DateTimeField(null=True, blank=True)
    edited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    tested_at = models.DateTimeField(null=True, blank=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    retired_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="published"), name="rules_published_once")
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def state(self) -> RuleStatus:
        return RuleStatus(self.status)

    @property
    def is_open(self) -> bool:
        """Tell whether it may still be edited: as a draft, or tested, which an edit makes a draft again."""
        return not self.state.is_final

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            self._refuse_to_rewrite(kwargs.get("update_fields"))
        super().save(*args, **kwargs)

    def _refuse_to_rewrite(self, update_fields: Any) -> None:
        """Keep what decisions were made with: only a draft's texts change. Raises RulesAreFinal."""
        # A text that was left in the database is not written either.
        touched = [name for name in TEXTS if name in self.__dict__ and (update_fields is None or name in update_fields)]
        stored = RuleVersion.objects.filter(pk=self.pk).values("status", *touched).first() if touched else None
        if stored is None or all(stored[name] == getattr(self, name) for name in touched):
            return
        goes_back = stored["status"] == RuleStatus.TESTED and self.status == RuleStatus.DRAFT
        if stored["status"] != RuleStatus.DRAFT and not goes_back:
            raise RulesAreFinal(f"The texts of {self.label} are final ({stored['status']}).")


class RuleCase(models.Model):
    """The studio's own example client, in the golden format: what the rules must say about it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    case = models.JSONField(help_text="One object of the golden format: id, title, input, expected, why.")
    is_active = models.BooleanField("in use", default=True)
    created_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    changed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        verbose_name = "example client"
        ordering = ["created_at", "pk"]

    def __str__(self) -> str:
        return str(self.case.get("title") or self.public_id)


class CaseReview(models.Model):
    """Somebody looked at what a version makes of an example client, after it had changed."""

    version = models.ForeignKey(RuleVersion, on_delete=models.CASCADE, related_name="case_reviews")
    case_key = models.CharField(max_length=60, help_text="Id of a golden client, or public id of one of our own.")
    # Of the case and of what the version makes of it: another result must be looked at again.
    digest = models.CharField(max_length=64)
    reviewed_at = models.DateTimeField()
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "case_key", "digest"], name="case_review_once")]

    def __str__(self) -> str:
        return f"{self.case_key} under {self.version_id}"

"""Rule versions: the clinical rules as data, as they stood when a decision was made."""

from django.db import models
from django.db.models import Q


class RuleStatus(models.TextChoices):
    DRAFT = "draft", "Draft"
    TESTED = "tested", "Tested"
    PUBLISHED = "published", "Published"
    RETIRED = "retired", "Retired"


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

    class Meta:
        ordering = ["-created_at"]
        constraints = [
            models.UniqueConstraint(fields=["status"], condition=Q(status="published"), name="rules_published_once")
        ]

    def __str__(self) -> str:
        return self.label

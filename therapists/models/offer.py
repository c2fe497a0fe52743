"""What can be booked: techniques, and services made of them."""

from itertools import count
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from massage_booking.core.vocabulary import TECHNIQUE_LABELS
from massage_booking.studio.models import PlaceKind

UNIT_MINUTES = 5
IS_USED = "Sessions are booked with this already. Make a new service, and untick “can be booked” at this one."


def validate_unit(minutes: int) -> None:
    """Lengths are multiples of five minutes: openings are computed in that unit."""
    if minutes % UNIT_MINUTES:
        raise ValidationError("Use a multiple of 5 minutes.")


class Technique(models.Model):
    """A way of massage. The screening rules know it under `screened_as`."""

    slug = models.SlugField(max_length=40, unique=True)
    name = models.CharField(max_length=60, unique=True)
    screened_as = models.CharField(
        "screening rules for",
        max_length=20,
        choices=list(TECHNIQUE_LABELS.items()),
        help_text="Which technique of the screening rules decides when this one is safe. "
        "Not sure: the strongest that comes near.",
    )
    summary = models.CharField(
        max_length=160, help_text="One line under the name, for example: Long strokes, light to medium."
    )
    description = models.TextField(max_length=1200, blank=True)
    place_kind = models.CharField("needs a", max_length=8, choices=PlaceKind, default=PlaceKind.TABLE)
    needs_certificate = models.BooleanField(
        default=False,
        help_text="Only therapists with a valid certificate in a specialty of this technique may give it.",
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Service(models.Model):
    """A technique, a length and a price."""

    slug = models.SlugField(max_length=60, unique=True)
    technique = models.ForeignKey(Technique, on_delete=models.PROTECT, related_name="services")
    minutes = models.PositiveSmallIntegerField(
        "length (minutes)", validators=[MinValueValidator(10), MaxValueValidator(240), validate_unit]
    )
    turnover_minutes = models.PositiveSmallIntegerField(
        "turnover (minutes)",
        default=15,
        validators=[MaxValueValidator(120), validate_unit],
        help_text="Kept free after the session, for airing the room and fresh linen.",
    )
    price = models.DecimalField(max_digits=8, decimal_places=2, validators=[MinValueValidator(0)])
    is_active = models.BooleanField("can be booked", default=True)

    class Meta:
        ordering = ["technique__position", "technique__name", "minutes"]
        constraints = [
            models.UniqueConstraint(fields=["technique", "minutes"], name="service_once_per_technique_and_length"),
            models.CheckConstraint(condition=models.Q(price__gte=0), name="service_price_not_negative"),
            models.CheckConstraint(condition=models.Q(minutes__gte=10), name="service_has_length"),
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save; a service without an address gets one from its technique and length."""
        if not self.slug:
            self.slug = self._free_slug()
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse to turn what is booked into something else: its sessions were judged as what they are."""
        before = Service.objects.filter(pk=self.pk).first() if self.pk else None
        if before is None or not before.is_used:
            return
        if self.technique_id != before.technique_id:
            raise ValidationError({"technique": IS_USED})
        if self.minutes != before.minutes:
            raise ValidationError({"minutes": IS_USED})

    @property
    def is_used(self) -> bool:
        """Say whether something rests on this service that keeps it from being deleted."""
        resting = [relation for relation in self._meta.related_objects if relation.on_delete is models.PROTECT]
        return any(getattr(self, str(relation.get_accessor_name())).exists() for relation in resting)

    def _free_slug(self) -> str:
        """Return swedish-60, or swedish-60-2 when another service has taken that."""
        wanted = f"{self.technique.slug}-{self.minutes}"
        taken = set(Service.objects.filter(slug__startswith=wanted).values_list("slug", flat=True))
        numbered = (f"{wanted}-{number}" for number in count(2))
        return wanted if wanted not in taken else next(slug for slug in numbered if slug not in taken)

    @property
    def name(self) -> str:
        return f"{self.technique.name}, {self.minutes} min"

    @property
    def discreet_name(self) -> str:
        """Return what mails and calendar files say: nothing that hints at health."""
        return f"Massage, {self.minutes} min"

"""When a therapist works: weekly hours in wall-clock time, and time off."""

from django.db import models
from django.db.models import F, Q

from massage_booking.studio.models import Location
from therapists.models.people import Therapist


class Weekday(models.IntegerChoices):
    MONDAY = 0, "Monday"
    TUESDAY = 1, "Tuesday"
    WEDNESDAY = 2, "Wednesday"
    THURSDAY = 3, "Thursday"
    FRIDAY = 4, "Friday"
    SATURDAY = 5, "Saturday"
    SUNDAY = 6, "Sunday"


class WeeklyHours(models.Model):
    """One block of a working week, in the studio's wall-clock time. A break is the gap between two blocks."""

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="weekly_hours")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="weekly_hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField("from")
    ends = models.TimeField("to", help_text="Earlier than the start: until then on the next day.")

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name = verbose_name_plural = "weekly hours"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="weekly_hours_weekday"),
            models.UniqueConstraint(fields=["therapist", "weekday", "starts"], name="weekly_hours_start_once"),
        ]

    def __str__(self) -> str:
        return f"{self.get_weekday_display()} {self.starts:%H:%M} to {self.ends:%H:%M}"


class TimeOff(models.Model):
    """A stretch in which a therapist does not work."""

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="time_off")
    starts_at = models.DateTimeField("from")
    ends_at = models.DateTimeField("to")
    note = models.CharField(max_length=120, blank=True, help_text="Only staff see this.")

    class Meta:
        ordering = ["starts_at"]
        verbose_name = verbose_name_plural = "time off"
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="time_off_has_length")]
        indexes = [models.Index(fields=["therapist", "ends_at"], name="time_off_ahead")]

    def __str__(self) -> str:
        return f"{self.therapist} off from {self.starts_at:%Y-%m-%d %H:%M} UTC"

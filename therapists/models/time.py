"""When a therapist works: weekly hours in wall-clock time, and time off."""

from django.db import models
from django.db.models import F, Q

from massage_booking.core.ids import new_public_id
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


class DatedHours(models.Model):
    """What a therapist works on one date instead of the weekly hours; also on a public holiday.

    All blocks of a date count together. One without times: no work that day.
    """

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="dated_hours")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, null=True, blank=True, related_name="dated_hours")
    day = models.DateField()
    starts = models.TimeField("from", null=True, blank=True)
    ends = models.TimeField("to", null=True, blank=True, help_text="Earlier than the start: until then the next day.")
    note = models.CharField(max_length=120, blank=True, help_text="Only staff see this.")

    class Meta:
        ordering = ["day", "starts"]
        verbose_name = verbose_name_plural = "hours on a date"
        constraints = [
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True, location__isnull=True)
                | Q(starts__isnull=False, ends__isnull=False, location__isnull=False),
                name="dated_hours_whole",
            ),
            models.UniqueConstraint(fields=["therapist", "day", "starts"], name="dated_hours_start_once"),
        ]
        indexes = [models.Index(fields=["therapist", "day"], name="dated_hours_day")]

    def __str__(self) -> str:
        return f"{self.therapist} on {self.day}"


class RepeatingTimeOff(models.Model):
    """Time off that comes back: every so many weeks on a weekday, in the studio's wall-clock time.

    Counted from the week of `first`. Without times it is the whole day; `ends` before `starts` runs past midnight.
    """

    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="repeating_time_off")
    weekday = models.PositiveSmallIntegerField(choices=Weekday)
    starts = models.TimeField("from", null=True, blank=True)
    ends = models.TimeField("to", null=True, blank=True)
    every_weeks = models.PositiveSmallIntegerField(default=1)
    first = models.DateField("from the day")
    last = models.DateField("to the day", null=True, blank=True, help_text="Empty: until you remove it.")
    note = models.CharField(max_length=120, blank=True, help_text="Only staff see this.")

    class Meta:
        ordering = ["weekday", "starts"]
        verbose_name = verbose_name_plural = "repeating time off"
        constraints = [
            models.CheckConstraint(condition=Q(weekday__lte=6), name="repeating_off_weekday"),
            models.CheckConstraint(condition=Q(every_weeks__gte=1, every_weeks__lte=8), name="repeating_off_weeks"),
            models.CheckConstraint(
                condition=Q(starts__isnull=True, ends__isnull=True) | Q(starts__isnull=False, ends__isnull=False),
                name="repeating_off_whole",
            ),
            models.CheckConstraint(condition=Q(last__isnull=True) | Q(last__gte=F("first")), name="repeating_off_ends"),
        ]

    def __str__(self) -> str:
        return f"{self.therapist} off, every {self.every_weeks} weeks on {self.get_weekday_display()}"


class OutsideCalendar(models.Model):
    """A calendar kept elsewhere whose busy times are read in: by its address, or from a file that was given once."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="outside_calendars")
    name = models.CharField(max_length=80)
    url = models.CharField("address", max_length=1000, blank=True)
    etag = models.CharField(max_length=200, blank=True)
    last_modified = models.CharField(max_length=80, blank=True)
    read_at = models.DateTimeField("last read", null=True, blank=True)
    tried_at = models.DateTimeField("last tried", null=True, blank=True)
    error = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ["name", "pk"]

    def __str__(self) -> str:
        return self.name


class OutsideBusy(models.Model):
    """A stretch that another calendar calls busy. What it is for is not read."""

    calendar = models.ForeignKey(OutsideCalendar, on_delete=models.CASCADE, related_name="busy")
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="outside_busy")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        ordering = ["starts_at"]
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="outside_busy_has_length")]
        indexes = [models.Index(fields=["therapist", "ends_at"], name="outside_busy_ahead")]

    def __str__(self) -> str:
        return f"{self.therapist} elsewhere from {self.starts_at:%Y-%m-%d %H:%M} UTC"

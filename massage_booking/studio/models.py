"""The studio itself: one row of settings, its locations, rooms and places."""

from zoneinfo import ZoneInfo, available_timezones

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models


def validate_zone(name: str) -> None:
    if name not in available_timezones():
        raise ValidationError(f"“{name}” is not a time zone. Use a name such as Europe/Dublin.")


class GridMinutes(models.IntegerChoices):
    FIVE = 5, "every 5 minutes"
    TEN = 10, "every 10 minutes"
    QUARTER = 15, "every 15 minutes"
    HALF = 30, "every 30 minutes"


class LateChange(models.TextChoices):
    """What becomes of a client's change after the time for free ones."""

    CALL = "call", "They are asked to call"
    ASK = "ask", "It becomes a request to the therapist"


class NewClients(models.TextChoices):
    """What somebody may do who was never here."""

    BOOK = "book", "Book like everybody"
    REQUEST = "request", "Ask for a time; a therapist says yes"


class PlaceKind(models.TextChoices):
    TABLE = "table", "Table"
    CHAIR = "chair", "Chair"
    MAT = "mat", "Floor mat"


class Studio(models.Model):
    """Everything an owner decides once. There is exactly one row."""

    name = models.CharField(max_length=80)
    tagline = models.CharField(max_length=160, blank=True, help_text="One sentence under the name on the home page.")
    address = models.TextField(max_length=300, help_text="As on a letter, one part a line.")
    directions = models.TextField(
        max_length=600, blank=True, help_text="How to find the door. Shown on the site and after booking."
    )
    parking = models.CharField(max_length=200, blank=True)
    steps = models.CharField("steps and lifts", max_length=200, blank=True)
    phone = models.CharField(max_length=40)
    email = models.EmailField("e-mail", help_text="Answers to the studio's mails go here.")
    opening_text = models.CharField(
        "opening hours in words", max_length=120, blank=True, help_text="For example: Monday to Saturday, 8:00 to 19:30"
    )
    zone = models.CharField(
        "time zone",
        max_length=64,
        default="Europe/London",
        validators=[validate_zone],
        help_text="For example Europe/Dublin.",
    )
    currency = models.CharField(
        max_length=3,
        default="EUR",
        validators=[RegexValidator(r"^[A-Z]{3}$", "Three capital letters, for example EUR.")],
    )
    emergency_number = models.CharField(max_length=20, default="112", help_text="Shown when answers need help at once.")
    urgent_number = models.CharField(
        max_length=80,
        blank=True,
        help_text="The local line for urgent advice, for example NHS 111. Empty: “an urgent-care line”.",
    )
    emergency_department = models.CharField(
        max_length=200, blank=True, help_text="The nearest emergency department, shown on the emergency page."
    )
    notice_minutes = models.PositiveIntegerField(
        "shortest notice (minutes)",
        default=120,
        validators=[MaxValueValidator(60 * 24 * 30)],
        help_text="Online bookings start at least this long from now.",
    )
    horizon_days = models.PositiveIntegerField(
        "furthest ahead (days)", default=90, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    grid_minutes = models.PositiveSmallIntegerField("sessions start", choices=GridMinutes, default=GridMinutes.QUARTER)
    cancellation_hours = models.PositiveIntegerField(
        "free to move or cancel until (hours before)", default=24, validators=[MaxValueValidator(24 * 14)]
    )
    late_policy = models.CharField(
        max_length=200,
        blank=True,
        help_text="One sentence: what happens to a late change. Empty: what the setting below says.",
    )
    late_changes = models.CharField(
        "a later change by the client", max_length=4, choices=LateChange, default=LateChange.ASK
    )
    late_fee_percent = models.PositiveSmallIntegerField(
        "fee for cancelling late (% of the price)", default=0, validators=[MaxValueValidator(100)]
    )
    no_show_fee_percent = models.PositiveSmallIntegerField(
        "fee for not coming (% of the price)", default=0, validators=[MaxValueValidator(100)]
    )
    undo_minutes = models.PositiveSmallIntegerField(
        "undo a change for (minutes)",
        default=3,
        validators=[MaxValueValidator(10)],
        help_text="So long the mail about it waits too. 0: no undo.",
    )
    upcoming_most = models.PositiveSmallIntegerField(
        "sessions ahead for one client, at most",
        default=12,
        validators=[MaxValueValidator(100)],
        help_text="0: as many as they like. The desk may book more.",
    )
    new_clients = models.CharField("new clients", max_length=7, choices=NewClients, default=NewClients.BOOK)
    hold_minutes = models.PositiveSmallIntegerField(
        default=10, validators=[MinValueValidator(2), MaxValueValidator(30)]
    )
    hold_most_minutes = models.PositiveSmallIntegerField(
        "hold at most (minutes)", default=30, validators=[MinValueValidator(5), MaxValueValidator(120)]
    )
    holds_per_browser = models.PositiveSmallIntegerField(
        default=2,
        validators=[MinValueValidator(1), MaxValueValidator(4)],
        help_text="Held times at once in one browser: two for a couple.",
    )
    holds_per_address = models.PositiveSmallIntegerField(
        default=5,
        validators=[MinValueValidator(1)],
        help_text="Held times at once from one address, for visitors not signed in.",
    )
    holiday_country = models.CharField(
        "public holidays of",
        max_length=2,
        blank=True,
        help_text="Two letters, for example IE. Empty: holidays are days like any other.",
    )
    holiday_region = models.CharField(
        "region", max_length=10, blank=True, help_text="Where a part of the country has its own, for example BY."
    )
    certificate_warning_days = models.PositiveSmallIntegerField(
        "warn before a certificate ends (days)", default=30, validators=[MinValueValidator(1), MaxValueValidator(365)]
    )
    clearance_days = models.PositiveSmallIntegerField(
        "keep a time for a doctor's letter (days)",
        default=5,
        validators=[MinValueValidator(1), MaxValueValidator(30)],
        help_text="At most so long, and never into the hours below.",
    )
    clearance_hours = models.PositiveSmallIntegerField(
        "letter needed (hours before the start)", default=48, validators=[MinValueValidator(2), MaxValueValidator(168)]
    )
    health_waivers = models.PositiveSmallIntegerField(
        "late changes for health, free in a year",
        default=4,
        validators=[MaxValueValidator(50)],
        help_text="Whoever falls ill and says so pays nothing, so many times in 365 days.",
    )
    aftercare_hours = models.PositiveSmallIntegerField(
        "ask how somebody feels (hours after)",
        default=24,
        validators=[MinValueValidator(24), MaxValueValidator(48)],
    )
    waitlist_hours = models.PositiveSmallIntegerField(
        "keep a time for somebody on the waitlist (hours)",
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(24)],
        help_text="Then the next in line is asked.",
    )
    reminder_hours = models.PositiveSmallIntegerField(
        "reminder (hours before)", default=24, validators=[MinValueValidator(1)]
    )
    nudge_days = models.PositiveSmallIntegerField("nudge (days before the next is due)", default=5)
    nudges_without_answer = models.PositiveSmallIntegerField("nudges without an answer, at most", default=3)
    quiet_from = models.TimeField("no nudges from", default="20:00")
    quiet_until = models.TimeField("no nudges until", default="08:00")

    class Meta:
        verbose_name = verbose_name_plural = "studio settings"
        constraints = [models.CheckConstraint(condition=models.Q(pk=1), name="studio_one_row")]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: object, **kwargs: object) -> None:
        self.pk = 1
        super().save(*args, **kwargs)  # type: ignore[arg-type]

    @property
    def tz(self) -> ZoneInfo:
        return ZoneInfo(self.zone)

    @property
    def zone_label(self) -> str:
        """Return the zone as people say it: “Dublin time”."""
        return f"{self.zone.rsplit('/', 1)[-1].replace('_', ' ')} time"

    @property
    def late_words(self) -> str:
        """Return what clients read about a late change: the studio's own sentence, else what the setting means."""
        if self.late_policy:
            return self.late_policy
        if self.late_changes == LateChange.ASK:
            return "After that you can ask for a change, and your therapist says yes or no."
        return "After that, please call us."

    @property
    def address_lines(self) -> list[str]:
        return [line.strip() for line in self.address.splitlines() if line.strip()]


class Location(models.Model):
    """A house with rooms. With only one, nobody sees the word."""

    name = models.CharField(max_length=80, unique=True)
    address = models.TextField(max_length=300, blank=True, help_text="Empty: the studio's address.")
    directions = models.TextField(max_length=600, blank=True)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="rooms")
    name = models.CharField(max_length=80)
    note = models.CharField(max_length=200, blank=True, help_text="For example: a table that lowers.")
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["location", "position", "name"]
        constraints = [models.UniqueConstraint(fields=["location", "name"], name="room_name_once_per_location")]

    def __str__(self) -> str:
        return self.name


class Place(models.Model):
    """What one session occupies: a table, chair or mat in a room. A couple's room has two."""

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="places")
    name = models.CharField(max_length=80, default="Table")
    kind = models.CharField(max_length=8, choices=PlaceKind, default=PlaceKind.TABLE)
    is_active = models.BooleanField("in use", default=True)

    class Meta:
        ordering = ["room", "name"]
        constraints = [models.UniqueConstraint(fields=["room", "name"], name="place_name_once_per_room")]

    def __str__(self) -> str:
        return f"{self.room.name}, {self.name.lower()}"

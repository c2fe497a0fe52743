"""The booked session, and the guards that keep two of them apart."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.timezone import localtime

from massage_booking.accounts.models import Client
from massage_booking.core.db import InstantRange, NoOverlap, WholeRange
from massage_booking.core.ids import new_public_id
from massage_booking.studio.models import Place
from screening.models import Decision
from sessions.domain.status import BLOCKING, Status
from therapists.models import Service, Therapist

STATUS_LABELS = {
    Status.HELD: "Held",
    Status.REQUESTED: "Requested",
    Status.BOOKED: "Booked",
    Status.ARRIVED: "Arrived",
    Status.STARTED: "Started",
    Status.DONE: "Done",
    Status.CANCELLED: "Cancelled",
    Status.NO_SHOW: "No-show",
}
STATUS_CHOICES = [(status.value, label) for status, label in STATUS_LABELS.items()]
BLOCKING_VALUES = sorted(status.value for status in BLOCKING)

THERAPIST_GUARD = "session_therapist_overlap"
PLACE_GUARD = "session_place_overlap"
CLIENT_GUARD = "session_client_overlap"
GUARDS = (THERAPIST_GUARD, PLACE_GUARD, CLIENT_GUARD)


class BookedVia(models.TextChoices):
    WEB = "web", "Online"
    PHONE = "phone", "By phone"
    NUDGE = "nudge", "From a nudge"
    STAFF = "staff", "By a therapist"
    WALK_IN = "walk_in", "Walked in"
    SERIES = "series", "In a series"


class Series(models.Model):
    """Several sessions booked in one go, one every so many days. What happens to one of them is kept with it."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="series")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="+")
    therapist = models.ForeignKey(Therapist, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    interval_days = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "series"

    def __str__(self) -> str:
        return f"Every {self.interval_days} days"


class Together(models.Model):
    """Two sessions at the same time that were booked as one: a couple's."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "together"

    def __str__(self) -> str:
        return self.public_id


class MassageSession(models.Model):
    """A session, half-open: therapist and place until `blocked_until`, the client until `ends_at`."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    # Part of every signed link to this session: a new nonce ends all links that were mailed.
    nonce = models.CharField(max_length=22, default=new_public_id, editable=False)
    # Raised by every move; mails about an older revision are void, and it is the calendar file's SEQUENCE.
    revision = models.PositiveIntegerField(default=0)
    status = models.CharField(max_length=10, choices=STATUS_CHOICES, default=Status.HELD.value)

    # A hold has no client yet.
    client = models.ForeignKey(Client, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    service = models.ForeignKey(Service, on_delete=models.PROTECT, related_name="sessions")
    therapist = models.ForeignKey(Therapist, on_delete=models.PROTECT, related_name="sessions")
    place = models.ForeignKey(Place, on_delete=models.PROTECT, null=True, blank=True, related_name="sessions")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    blocked_until = models.DateTimeField(help_text="End of the turnover.")
    # Copied when booked, so that a later change of the service does not rewrite the past.
    price = models.DecimalField(max_digits=8, decimal_places=2)
    currency = models.CharField(max_length=3)

    held_until = models.DateTimeField(null=True, blank=True)
    held_since = models.DateTimeField(null=True, blank=True)
    held_by = models.CharField(max_length=22, blank=True, help_text="The browser that holds it.")
    held_from = models.CharField(max_length=64, blank=True, help_text="Keyed digest of the visitor's address.")

    decision = models.ForeignKey(Decision, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    re_ask_due = models.BooleanField(default=False, help_text="Some answers must be asked again before hands go on.")
    needs_review = models.BooleanField(default=False, help_text="A therapist must look at it before the day.")
    held_back_at = models.DateTimeField(
        null=True, blank=True, help_text="Since when newer answers no longer allow it: it keeps its time, and waits."
    )
    clearance_until = models.DateTimeField(
        null=True, blank=True, help_text="Until when its time is kept for a doctor's letter."
    )
    day_answered_at = models.DateTimeField(
        null=True, blank=True, help_text="When the client answered the questions of the day from the reminder."
    )

    series = models.ForeignKey(Series, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")
    series_number = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Which of the series, from 1.")
    together = models.ForeignKey(Together, on_delete=models.SET_NULL, null=True, blank=True, related_name="sessions")

    booked_via = models.CharField(max_length=8, choices=BookedVia, blank=True)
    booked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    booked_at = models.DateTimeField(null=True, blank=True)
    chosen_because = models.CharField(
        max_length=30, blank=True, help_text="Why this therapist, when the client said “anyone”."
    )
    override_reason = models.CharField(
        max_length=200, blank=True, help_text="Why it stands against hours, notice, grid or horizon."
    )
    kept_at = models.DateTimeField(
        null=True, blank=True, help_text="When the therapist chose to keep it although it lies outside their hours now."
    )
    kept_for = models.CharField(
        max_length=40, blank=True, editable=False, help_text="What that was the answer to: other hours are asked anew."
    )
    arrived_at = models.DateTimeField(null=True, blank=True)
    late_minutes = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="How late the client said or came."
    )
    started_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    stopped_early = models.BooleanField(default=False)

    # What is owed beside or instead of the price: for a late change or for not coming. None: nothing was to be paid.
    fee = models.DecimalField(max_digits=8, decimal_places=2, null=True, blank=True)
    fee_waived_because = models.CharField(max_length=200, blank=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)
    cancelled_late = models.BooleanField(default=False)
    fee_waived = models.BooleanField(default=False, help_text="A late change that costs nothing.")
    created_at = models.DateTimeField()

    class Meta:
        db_table = "massage_session"
        ordering = ["starts_at", "pk"]
        verbose_name = "session"
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="session_has_length"),
            models.CheckConstraint(condition=Q(blocked_until__gte=F("ends_at")), name="session_turnover_after_end"),
            models.CheckConstraint(
                condition=~Q(status="held") | Q(held_until__isnull=False, held_since__isnull=False),
                name="session_hold_ends",
            ),
            models.CheckConstraint(condition=Q(status="held") | Q(client__isnull=False), name="session_has_client"),
            models.CheckConstraint(condition=Q(fee__isnull=True) | Q(fee__gte=0), name="session_fee_not_negative"),
            models.UniqueConstraint(fields=["series", "series_number"], name="session_once_in_series"),
            models.CheckConstraint(
                condition=Q(status__in=[value for value, _ in STATUS_CHOICES]), name="session_status_known"
            ),
            NoOverlap(
                name=THERAPIST_GUARD,
                index_type="gist",
                expressions=[(WholeRange("therapist"), "&&"), (InstantRange("starts_at", "blocked_until"), "&&")],
                condition=Q(status__in=BLOCKING_VALUES),
            ),
            NoOverlap(
                name=PLACE_GUARD,
                index_type="gist",
                expressions=[(WholeRange("place"), "&&"), (InstantRange("starts_at", "blocked_until"), "&&")],
                # A NULL id would become an endless range and block everyone.
                condition=Q(status__in=BLOCKING_VALUES, place__isnull=False),
            ),
            NoOverlap(
                name=CLIENT_GUARD,
                index_type="gist",
                expressions=[(WholeRange("client"), "&&"), (InstantRange("starts_at", "ends_at"), "&&")],
                condition=Q(status__in=BLOCKING_VALUES, client__isnull=False),
            ),
        ]
        indexes = [
            models.Index(fields=["therapist", "starts_at"], name="session_therapist_day"),
            models.Index(fields=["starts_at"], name="session_day"),
            models.Index(fields=["client", "starts_at"], name="session_client_time"),
            models.Index(fields=["blocked_until"], name="session_blocking", condition=Q(status__in=BLOCKING_VALUES)),
            models.Index(fields=["held_until"], name="session_holds", condition=Q(status="held")),
            models.Index(
                fields=["clearance_until"], name="session_awaits_letter", condition=Q(clearance_until__isnull=False)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.service} {localtime(self.starts_at):%Y-%m-%d %H:%M}"

    @property
    def state(self) -> Status:
        return Status(self.status)

    @property
    def minutes(self) -> int:
        return int((self.ends_at - self.starts_at).total_seconds() // 60)

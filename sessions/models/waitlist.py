"""Who waits for a time, and which times were offered to them. No health fact stands in either table."""

from django.db import models
from django.db.models import F, Q

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from sessions.domain.waitlist import Window
from sessions.models.session import MassageSession
from therapists.models import Service, Therapist


class WaitlistState(models.TextChoices):
    WAITING = "waiting", "Waiting"
    OFFERED = "offered", "A time is kept"
    BOOKED = "booked", "Booked"
    ENDED = "ended", "Ended"


ACTIVE = (WaitlistState.WAITING, WaitlistState.OFFERED)


class WaitlistEntry(models.Model):
    """A wish for a service within some days, weekdays and times of the wall; with one therapist or anyone."""

    # Also what holds its time in the calendar, where a browser's key stands otherwise.
    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    # Part of every signed link to an offer: a new nonce ends all links that were mailed.
    nonce = models.CharField(max_length=22, default=new_public_id, editable=False)
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="waitlist")
    service = models.ForeignKey(Service, on_delete=models.CASCADE, related_name="+")
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    first = models.DateField()
    last = models.DateField()
    weekdays = models.JSONField(default=list)
    earliest = models.TimeField(null=True, blank=True)
    latest = models.TimeField(null=True, blank=True)
    made_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=WaitlistState, default=WaitlistState.WAITING)
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        # The line: whoever came first is asked first.
        ordering = ["made_at", "pk"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="waitlist_window_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(state__in=WaitlistState.values), name="waitlist_state_known"),
        ]
        indexes = [
            models.Index(fields=["made_at"], name="waitlist_line", condition=Q(state__in=["waiting", "offered"]))
        ]

    def __str__(self) -> str:
        return f"{self.service}, {self.first} to {self.last}"

    @property
    def window(self) -> Window:
        return Window(self.first, self.last, frozenset(self.weekdays), self.earliest, self.latest)


class OfferAnswer(models.TextChoices):
    OPEN = "open", "Open"
    TAKEN = "taken", "Taken"
    DECLINED = "declined", "Declined"
    LAPSED = "lapsed", "Not answered in time"
    WITHDRAWN = "withdrawn", "Taken back"


class WaitlistOffer(models.Model):
    """A time that was kept for somebody. `session` is the held row, later the booking; None once the hold is gone."""

    entry = models.ForeignKey(WaitlistEntry, on_delete=models.CASCADE, related_name="offers")
    session = models.ForeignKey(MassageSession, on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    therapist = models.ForeignKey(Therapist, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    offered_at = models.DateTimeField()
    kept_until = models.DateTimeField()
    answer = models.CharField(max_length=9, choices=OfferAnswer, default=OfferAnswer.OPEN)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["entry", "starts_at"], name="waitlist_time_offered_once"),
            models.UniqueConstraint(fields=["entry"], condition=Q(answer="open"), name="waitlist_one_open_offer"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}"

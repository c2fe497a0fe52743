"""The series that clients have: which one goes on, what follows a session, how many more there may be."""

from datetime import date, datetime, timedelta

from django.db.models import Max

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.status import UPCOMING, Status
from sessions.models import MassageSession, Series
from therapists.models import Service

AHEAD = [Status.REQUESTED.value, Status.BOOKED.value, Status.ARRIVED.value]
# What a rhythm goes on from: sessions that are booked, or took place.
KEPT = [*AHEAD, Status.STARTED.value, Status.DONE.value]
# A series that has been quiet for more than so many intervals is over; the next one begins anew.
QUIET_INTERVALS = 2
# Nearer dates need the questions about today, which are asked on the way of a single booking.
SOON = timedelta(days=3)
WITH_PEOPLE = ("client__account", "service__technique", "therapist", "place__room__location", "decision", "series")


def last_session(*, client: Client) -> MassageSession | None:
    """Return the client's latest session that is booked or took place."""
    rows = MassageSession.objects.filter(client=client, status__in=KEPT).select_related("service__technique")
    return rows.order_by("-starts_at").first()


def continued(*, client: Client, service: Service, interval_days: int, now: datetime) -> Series | None:
    """Return the series that new dates belong to: same service and interval, and not quiet for long."""
    since = now - timedelta(days=QUIET_INTERVALS * interval_days)
    rows = Series.objects.filter(client=client, service=service, interval_days=interval_days)
    rows = rows.filter(sessions__status__in=KEPT).annotate(last=Max("sessions__starts_at")).filter(last__gte=since)
    return rows.order_by("-created_at", "-pk").first()


def latest(*, client: Client) -> Series | None:
    """Return the series that the client booked last, with its service and therapist."""
    rows = Series.objects.filter(client=client, sessions__status__in=KEPT).distinct()
    return rows.select_related("service__technique", "therapist").order_by("-created_at", "-pk").first()


def usual_begin(*, last: MassageSession | None, interval_days: int, now: datetime) -> date:
    """Return from when the next dates are wished: an interval after the last session, not within the next days."""
    zone = studio_selectors.require().tz
    soonest = now.astimezone(zone).date() + SOON
    if last is None:
        return soonest
    return max(last.starts_at.astimezone(zone).date() + timedelta(days=interval_days), soonest)


def next_number(series: Series) -> int:
    """Return the number of the next session of a series. Numbers are never given twice."""
    found = series.sessions.aggregate(last=Max("series_number"))["last"]
    return (found or 0) + 1


def ahead_count(*, client: Client, now: datetime) -> int:
    """Count the sessions that a client looks forward to."""
    return MassageSession.objects.filter(client=client, status__in=AHEAD, starts_at__gt=now).count()


def room_ahead(*, client: Client, now: datetime) -> int | None:
    """Return how many more sessions a client may book, None where the studio sets no limit."""
    most = studio_selectors.require().upcoming_most
    return max(most - ahead_count(client=client, now=now), 0) if most else None


def sessions_of(series: Series) -> list[MassageSession]:
    """Return all sessions of a series, the soonest first."""
    return list(series.sessions.select_related(*WITH_PEOPLE).order_by("starts_at", "pk"))


def following(session: MassageSession, *, now: datetime) -> list[MassageSession]:
    """Return a session of a series and those after it that can still be changed, the soonest first."""
    if session.series_id is None:
        return []
    rows = MassageSession.objects.filter(
        series=session.series_id,
        status__in=[status.value for status in UPCOMING],
        starts_at__gte=session.starts_at,
        starts_at__gt=now,
    )
    return list(rows.select_related(*WITH_PEOPLE).order_by("starts_at", "pk"))

"""A client's sessions for the account page."""

from datetime import datetime

from massage_booking.accounts.models import Client
from sessions.models import MassageSession

PAST_SHOWN = 12


def sessions_of(*, client: Client, now: datetime) -> tuple[list[MassageSession], list[MassageSession]]:
    """Return (upcoming, soonest first; past and cancelled, latest first). Two queries."""
    sessions = (
        MassageSession.objects.filter(client=client)
        .exclude(status="held")
        .select_related("service__technique", "therapist", "place__room__location", "decision")
    )
    coming = sessions.filter(status__in=["requested", "booked", "arrived", "started"], ends_at__gt=now)
    upcoming = list(coming.order_by("starts_at"))
    past = list(sessions.exclude(pk__in=[session.pk for session in upcoming]).order_by("-starts_at")[:PAST_SHOWN])
    return upcoming, past

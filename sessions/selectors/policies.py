"""Who may book what, as the studio has decided: how many sessions ahead, and whether somebody new asks first."""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import NewClients
from sessions.domain.status import UPCOMING, Status
from sessions.models import MassageSession

AHEAD = [status.value for status in UPCOMING]


def ahead_of(client: Client, *, now: datetime, without: int | None = None) -> int:
    """Count a client's sessions ahead, asked for or booked."""
    rows = MassageSession.objects.filter(client=client, status__in=AHEAD, starts_at__gt=now)
    return rows.exclude(pk=without or 0).count()


def most_ahead(client: Client, *, now: datetime, without: int | None = None) -> int | None:
    """Return the studio's most sessions ahead where a client has as many already; None while there is room.

    Whoever writes asks under the client's lock: two bookings at once then cannot both be the last.
    """
    most = studio_selectors.require().upcoming_most
    return most if most and ahead_of(client, now=now, without=without) >= most else None


def asks_first(client: Client) -> bool:
    """Say whether a client can only ask for a time, because they were never here. No query where anybody may book."""
    if studio_selectors.require().new_clients != NewClients.REQUEST:
        return False
    return not MassageSession.objects.filter(client=client, status=Status.DONE.value).exists()

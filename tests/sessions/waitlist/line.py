"""Standing in line, in one line each: who waits for Tuesday at ten with Ana, a round, what was offered."""

from datetime import date, datetime, time, timedelta
from typing import Any

from massage_booking.accounts.models import Client
from sessions.domain.waitlist import Window
from sessions.models import MassageSession, WaitlistEntry, WaitlistOffer
from sessions.services import upkeep, waitlist
from tests import cast
from therapists.models import Service, Therapist

TUESDAY = cast.TODAY + timedelta(days=8)
TEN = cast.at(10, days=8)
EVERY_DAY = frozenset(range(7))


def wait(
    house: cast.House,
    client: Client | None = None,
    *,
    service: Service | None = None,
    therapist: Therapist | None = None,
    anyone: bool = False,
    first: date = TUESDAY,
    last: date = TUESDAY,
    earliest: time | None = time(10),
    latest: time | None = time(10),
    now: datetime = cast.NOW,
) -> WaitlistEntry:
    """Put Nadia in line for Tuesday in a week at ten, Swedish with Ana, unless told otherwise."""
    return waitlist.join(
        client=client or house.nadia,
        service=service or house.swedish,
        therapist=None if anyone else therapist or house.ana,
        window=Window(first, last, EVERY_DAY, earliest, latest),
        now=now,
    )


def round_at(now: datetime = cast.NOW) -> None:
    upkeep.clear_expired(now=now)


def offered(entry: WaitlistEntry) -> list[tuple[datetime, str]]:
    """Return what was offered to an entry, and what came of it."""
    return list(WaitlistOffer.objects.filter(entry=entry).values_list("starts_at", "answer"))


def kept_for(entry: WaitlistEntry) -> WaitlistOffer:
    return WaitlistOffer.objects.select_related("session", "entry__client", "entry__service__technique").get(
        entry=entry, answer="open"
    )


def state_of(entry: WaitlistEntry) -> Any:
    return WaitlistEntry.objects.get(pk=entry.pk).state


def rows() -> list[tuple[str, datetime, str]]:
    """Return every row of the calendar: status, start, whose."""
    return [
        (row.status, row.starts_at, row.client.name if row.client else "")
        for row in MassageSession.objects.select_related("client").order_by("starts_at", "pk")
    ]

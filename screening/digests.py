"""Daily digests: the whole record of readings, as it stood at the end of a day, in one line that can be kept elsewhere.

A chain alone does not show that its end was cut off. The digest of a day is made of the last link of every client's
chain and of the digest of the day before; whoever keeps it on another machine can prove the record up to that day.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import Max, OuterRef, Subquery

from screening.models import AccessRecord, DailyDigest
from screening.readings import GENESIS, verify_chain

# A reading is written down within seconds; a day is closed when nobody can be on the way any more.
SETTLED: Final = timedelta(hours=1)


def start_of(day: date) -> datetime:
    """Return the first moment of a day in UTC, by which the record counts its days."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def digest_of_day(day: date, previous: str) -> tuple[int, str]:
    """Return (readings of the day, digest) from what the record says now."""
    end = start_of(day + timedelta(days=1))
    until = AccessRecord.objects.filter(at__lt=end)
    of_the_client = until.filter(client_public_id=OuterRef("client_public_id")).order_by()
    last = of_the_client.values("client_public_id").annotate(last=Max("number")).values("last")
    links = [
        list(link)
        for link in until.filter(number=Subquery(last))
        .order_by("client_public_id")
        .values_list("client_public_id", "number", "digest")
        .iterator()
    ]
    count = AccessRecord.objects.filter(at__gte=start_of(day), at__lt=end).count()
    said = json.dumps([day.isoformat(), count, previous, links], ensure_ascii=True)
    return count, hashlib.sha256(said.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in the record that is not as it was written: where, and what it looks like."""

    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.where}: {self.what}"


def faults_of_chains(client_public_id: str = "") -> list[Fault]:
    """Follow every client's chain, or one, link by link."""
    if client_public_id:
        clients = [client_public_id]
    else:
        found = AccessRecord.objects.order_by("client_public_id").values_list("client_public_id", flat=True)
        clients = list(found.distinct())
    broken = {client: verify_chain(client) for client in clients}
    return [
        Fault(f"client {client}", f"reading {number} was changed, moved here, or follows one that is gone")
        for client, number in broken.items()
        if number is not None
    ]


def faults_of_digests(kept: Mapping[date, str] | None = None) -> list[Fault]:
    """Make every day's digest again and compare; `kept` holds digests that were written down elsewhere."""
    found, previous, expected = [], GENESIS, None
    days = {row.day: row for row in DailyDigest.objects.order_by("day")}
    for day, row in days.items():
        if expected is not None and day != expected:
            found.append(Fault(f"{expected:%Y-%m-%d}", "the digest of this day is missing"))
        if row.previous_digest != previous:
            found.append(Fault(f"{day:%Y-%m-%d}", "the digest does not follow the one before"))
        if (row.records, row.digest) != digest_of_day(day, row.previous_digest):
            found.append(Fault(f"{day:%Y-%m-%d}", "readings up to this day were changed, added or cut off"))
        previous, expected = row.digest, day + timedelta(days=1)
    for day, digest in (kept or {}).items():
        if day not in days or days[day].digest != digest:
            found.append(Fault(f"{day:%Y-%m-%d}", "the digest differs from the one that was kept"))
    return found


def first_day_without() -> date | None:
    """Return the first day that has no digest yet; None while the record is empty."""
    newest = DailyDigest.objects.order_by("-day").first()
    if newest is not None:
        return newest.day + timedelta(days=1)
    first = AccessRecord.objects.order_by("at").first()
    return None if first is None else first.at.astimezone(UTC).date()


def last_closed_day(now: datetime) -> date:
    """Return the last day whose readings are all written down."""
    return (now.astimezone(UTC) - SETTLED).date() - timedelta(days=1)

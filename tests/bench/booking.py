"""How fast the booking service is in one process, against plain inserts into the same table under the same guards."""

import statistics
import time
from collections.abc import Callable, Iterator
from datetime import date, datetime

from django.db import connection, transaction

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from sessions.models import MassageSession
from sessions.selectors import openings
from sessions.services import booking
from tests import cast
from tests.bench import full_studio
from tests.bench.figures import Figure
from tests.bench.full_studio import FullStudio
from therapists.models import Service, Therapist

FIRST = date(2026, 6, 1)
RUNS = 7
TIMES = 60  # in a run
COLUMNS = [field.column for field in MassageSession._meta.concrete_fields if not field.primary_key]

Slot = tuple[Therapist, datetime]


def figures() -> Iterator[Figure]:
    """Book and insert by turns; the database is PostgreSQL, empty, and keeps what it says it has kept."""
    studio = full_studio.fill(therapists=50, first=FIRST)
    service = Service.objects.select_related("technique").get(pk=studio.service.pk)
    slots = free_slots(studio, service)
    people = [somebody(number, studio) for number in range(TIMES)]
    ratios, rates = [], []
    for _ in range(RUNS):
        works = [booked(client, service, slot, studio) for client, slot in zip(people, slots, strict=False)]
        ours = rate(works)
        floor = rate([inserted(slot, studio) for _, slot in zip(range(TIMES), slots, strict=False)])
        ratios.append(ours / floor)
        rates.append(ours)
        # Their next ones may lie at the same hours.
        MassageSession.objects.filter(client__in=people).update(status="cancelled")
    yield Figure(
        "booking service / plain inserts under the same guards", round(statistics.median(ratios), 4),
        0.05, 0.1, "higher", "×", RUNS,
    )  # fmt: skip
    yield Figure(
        "bookings by the service in a second", round(statistics.median(rates), 1), None, None, "higher", "/s", RUNS
    )


def somebody(number: int, studio: FullStudio) -> Client:
    """Return a client with an account, who has answered the health questions."""
    account = cast.make_user(f"bench{number}@massage.example", f"Bench {number}")
    client = cast.make_client(account.name, account=account, created_at=studio.now, confirmed_at=studio.now)
    cast.answer(client, now=studio.now)
    return client


def free_slots(studio: FullStudio, service: Service) -> Iterator[Slot]:
    """Yield openings on the hour: no two overlap for a therapist."""
    found = openings.openings(service=service, first=studio.first, last=studio.last, now=studio.now)
    yield from ((opening.therapist, opening.starts_at) for opening in list(found) if not opening.starts_at.minute)


def booked(client: Client, service: Service, slot: Slot, studio: FullStudio) -> Callable[[], object]:
    """Return what books by the service: all its checks, locks, the decision, the event and the mails that are owed."""
    therapist, starts_at = slot
    assessment = cast.assess(client, starts_at, now=studio.now)
    return lambda: booking.book(
        client=client,
        service=service,
        therapist=therapist,
        starts_at=starts_at,
        assessment=assessment,
        via="web",
        actor=client.account,
        by="client",
        now=studio.now,
        form_key=new_public_id(),
        form_digest="bench",
    )


def inserted(slot: Slot, studio: FullStudio) -> Callable[[], object]:
    """Return the floor: one INSERT with psycopg2, committed, under the same guards and indexes."""
    therapist, starts_at = slot
    place = MassageSession.objects.filter(therapist=therapist).values_list("place_id", flat=True)[0]
    row = full_studio.session(studio.service, therapist, None, None, starts_at)
    row.place_id, row.status, row.held_since, row.held_until = place, "held", studio.now, starts_at
    values = [getattr(row, field.attname) for field in MassageSession._meta.concrete_fields if not field.primary_key]
    statement = f"INSERT INTO massage_session ({', '.join(COLUMNS)}) VALUES ({', '.join(['%s'] * len(COLUMNS))})"

    def insert() -> None:
        with connection.connection.cursor() as cursor:
            cursor.execute(statement, values)

    return insert


def rate(works: list[Callable[[], object]]) -> float:
    """Return how many are done in a second."""
    assert not transaction.get_connection().in_atomic_block
    started = time.perf_counter()
    for work in works:
        work()
    return len(works) / (time.perf_counter() - started)

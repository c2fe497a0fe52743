"""A studio as full as the promises about speed suppose: many therapists, a month of days, most hours taken.

Rows are drawn with a fixed seed and written past the services: what is measured is reading and booking, not filling.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from typing import Final

from django.db import connection

from massage_booking.accounts.models import Client
from massage_booking.studio.models import Location, Place, Room, Studio
from sessions.models import MassageSession
from therapists.models import Service, Technique, Therapist, WeeklyHours

SEED: Final = 2026
DAYS: Final = 30
OPENS, CLOSES = 9, 18
SHARE: Final = 0.70
LENGTH, TURNOVER = 45, 15


@dataclass(frozen=True)
class FullStudio:
    """`first` is the first of the full days; the studio looks at them from the evening before, `now`."""

    service: Service
    therapists: list[Therapist]
    first: date
    now: datetime
    busy_rows: int

    @property
    def last(self) -> date:
        return self.first + timedelta(days=DAYS - 1)


def fill(*, therapists: int, first: date, share: float = SHARE) -> FullStudio:
    """Fill an empty database: one service of 45 + 15 minutes, hourly sessions, `share` of them taken.

    The zone is UTC, so that the days are alike whenever they are measured; another zone costs nothing but a table.
    """
    now = datetime.combine(first - timedelta(days=1), time(21), UTC)
    Studio.objects.create(
        name="Bench", address="1 Bench Lane", phone="1", email="bench@massage.example", zone="UTC", upcoming_most=0
    )
    location = Location.objects.create(name="Here")
    technique = Technique.objects.create(slug="swedish", name="Swedish", screened_as="swedish", summary="Long strokes.")
    service = Service.objects.create(
        slug="swedish-45", technique=technique, minutes=LENGTH, turnover_minutes=TURNOVER, price=Decimal(50)
    )
    people = Therapist.objects.bulk_create(
        Therapist(name=f"Therapist {number:04}", slug=f"therapist-{number}", position=number)
        for number in range(therapists)
    )
    service.therapists.set(people)
    rooms = Room.objects.bulk_create(Room(location=location, name=f"Room {number}") for number in range(therapists))
    tables = Place.objects.bulk_create(Place(room=room, name="Table") for room in rooms)
    WeeklyHours.objects.bulk_create(
        WeeklyHours(therapist=one, location=location, weekday=day, starts=time(OPENS), ends=time(CLOSES))
        for one in people
        for day in range(7)
    )
    clients = Client.objects.bulk_create(
        Client(name=f"Client {number}", created_at=now, confirmed_at=now) for number in range(therapists * 4)
    )
    rows = _sessions(people, tables, clients, service, first=first, share=share)
    MassageSession.objects.bulk_create(rows, batch_size=500)
    analyze()
    return FullStudio(service, people, first, now, len(rows))


def _sessions(
    people: list[Therapist], tables: list[Place], clients: list[Client], service: Service, *, first: date, share: float
) -> list[MassageSession]:
    dice = Random(SEED)
    made = []
    for day in range(DAYS):
        for hour in range(OPENS, CLOSES):
            starts_at = datetime.combine(first + timedelta(days=day), time(hour), UTC)
            guests = dice.sample(clients, len(people))
            for one, table, client in zip(people, tables, guests, strict=True):
                if dice.random() < share:
                    made.append(session(service, one, table, client, starts_at))
    return made


def session(service: Service, one: Therapist, table: Place, client: Client, starts_at: datetime) -> MassageSession:
    ends_at = starts_at + timedelta(minutes=LENGTH)
    return MassageSession(
        status="booked",
        client=client,
        service=service,
        therapist=one,
        place=table,
        starts_at=starts_at,
        ends_at=ends_at,
        blocked_until=ends_at + timedelta(minutes=TURNOVER),
        price=service.price,
        currency="EUR",
        created_at=starts_at,
    )


def analyze() -> None:
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE massage_session" if connection.vendor == "postgresql" else "ANALYZE")

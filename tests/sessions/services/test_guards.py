"""The database refuses an overlap itself, whatever code writes it: every way in, for therapist, place and client."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction

from sessions import guards
from sessions.models import MassageSession
from sessions.models.session import CLIENT_GUARD, PLACE_GUARD, THERAPIST_GUARD
from tests import cast

pytestmark = pytest.mark.django_db


def session_of(house: cast.House, **changes: Any) -> MassageSession:
    starts_at = changes.pop("starts_at", cast.at(10, days=1))
    values: dict[str, Any] = {
        "client": house.nadia,
        "service": house.swedish,
        "therapist": house.ana,
        "place": house.tables[0],
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=60),
        "blocked_until": starts_at + timedelta(minutes=75),
        "price": house.swedish.price,
        "currency": "EUR",
        "status": "booked",
        "created_at": cast.NOW,
    }
    return MassageSession(**{**values, **changes})


Clash = Callable[[cast.House], dict[str, Any]]
CLASHES: dict[str, tuple[str, Clash]] = {
    "therapist": (THERAPIST_GUARD, lambda house: {"client": house.ben, "place": house.tables[1]}),
    "place": (PLACE_GUARD, lambda house: {"client": house.ben, "therapist": house.uma}),
    "client": (CLIENT_GUARD, lambda house: {"therapist": house.uma, "place": house.tables[1]}),
}


def by_save(session: MassageSession) -> None:
    session.save()


def by_bulk_create(session: MassageSession) -> None:
    MassageSession.objects.bulk_create([session])


def moved_here_by_save(session: MassageSession) -> None:
    away = timedelta(days=1)
    elsewhere = {"starts_at": session.starts_at, "ends_at": session.ends_at, "blocked_until": session.blocked_until}
    for name, value in elsewhere.items():
        setattr(session, name, value + away)
    session.save()
    for name, value in elsewhere.items():
        setattr(session, name, value)
    session.save(update_fields=list(elsewhere))


def moved_here_by_update(session: MassageSession) -> None:
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at, "blocked_until": session.blocked_until}
    for name, value in times.items():
        setattr(session, name, value + timedelta(days=1))
    session.save()
    MassageSession.objects.filter(pk=session.pk).update(**times)


def moved_here_by_bulk_update(session: MassageSession) -> None:
    times = {"starts_at": session.starts_at, "ends_at": session.ends_at, "blocked_until": session.blocked_until}
    for name, value in times.items():
        setattr(session, name, value + timedelta(days=1))
    session.save()
    for name, value in times.items():
        setattr(session, name, value)
    MassageSession.objects.bulk_update([session], list(times))


def uncancelled(session: MassageSession) -> None:
    session.status = "cancelled"
    session.save()
    MassageSession.objects.filter(pk=session.pk).update(status="booked")


def lengthened(session: MassageSession) -> None:
    for name in ("starts_at", "ends_at", "blocked_until"):
        setattr(session, name, getattr(session, name) - timedelta(minutes=90))
    session.save()
    MassageSession.objects.filter(pk=session.pk).update(
        ends_at=session.ends_at + timedelta(minutes=60), blocked_until=session.blocked_until + timedelta(minutes=60)
    )


def by_raw_sql(session: MassageSession) -> None:
    session.status = "cancelled"
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("UPDATE massage_session SET status = 'booked' WHERE id = %s", [session.pk])


WAYS = [
    by_save,
    by_bulk_create,
    moved_here_by_save,
    moved_here_by_update,
    moved_here_by_bulk_update,
    uncancelled,
    lengthened,
    by_raw_sql,
]


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("who", list(CLASHES))
def test_an_overlap_is_refused(house: cast.House, who: str, way: Callable[[MassageSession], None]) -> None:
    guard, clash = CLASHES[who]
    session_of(house).save()
    other = session_of(house, **clash(house))

    with pytest.raises(IntegrityError, match=guard), transaction.atomic():
        way(other)


def test_changing_the_therapist_onto_a_busy_one_is_refused(house: cast.House) -> None:
    session_of(house).save()
    other = session_of(house, client=house.ben, therapist=house.uma, place=house.tables[1])
    other.save()

    with pytest.raises(IntegrityError, match=THERAPIST_GUARD), transaction.atomic():
        MassageSession.objects.filter(pk=other.pk).update(therapist=house.ana)


def test_touching_sessions_are_welcome(house: cast.House) -> None:
    session_of(house).save()
    session_of(house, starts_at=cast.at(11, 15, days=1), client=house.ben).save()
    session_of(house, starts_at=cast.at(8, 45, days=1), client=house.ben).save()

    assert MassageSession.objects.count() == 3


def test_a_client_may_come_again_during_the_turnover(house: cast.House) -> None:
    session_of(house).save()
    session_of(house, starts_at=cast.at(11, days=1), therapist=house.uma, place=house.tables[1]).save()

    assert MassageSession.objects.count() == 2


@pytest.mark.parametrize("status", ["cancelled", "no_show"])
def test_what_is_over_blocks_nobody(house: cast.House, status: str) -> None:
    session_of(house, status=status).save()
    session_of(house, client=house.ben).save()

    assert MassageSession.objects.filter(status="booked").count() == 1


def test_sessions_without_place_block_only_their_people(house: cast.House) -> None:
    session_of(house, place=None).save()
    session_of(house, place=None, therapist=house.uma, client=house.ben).save()

    assert MassageSession.objects.count() == 2


def test_holds_without_client_do_not_block_each_other_as_clients(house: cast.House) -> None:
    held = {"status": "held", "client": None, "held_since": cast.NOW, "held_until": cast.at(9)}
    session_of(house, **held).save()
    session_of(house, **held, therapist=house.uma, place=house.tables[1]).save()

    assert MassageSession.objects.filter(status="held").count() == 2


def test_full_clean_works_on_both_engines(house: cast.House) -> None:
    session_of(house).save()
    other = session_of(house, client=house.ben, place=house.tables[1])

    if connection.vendor == "postgresql":
        with pytest.raises(ValidationError):
            other.full_clean()
    else:
        other.full_clean()
    session_of(house, client=house.ben, therapist=house.uma, place=house.tables[1]).full_clean()


def test_the_guards_are_in_force_and_a_missing_one_is_an_error(house: cast.House) -> None:
    assert guards.missing(connection) == []
    if connection.vendor != "sqlite":
        return
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {THERAPIST_GUARD}_insert")
    assert guards.missing(connection) == [f"{THERAPIST_GUARD}_insert"]

    call_command("migrate", verbosity=0)

    assert guards.missing(connection) == []


def test_times_in_a_format_that_does_not_sort_are_refused_on_sqlite(house: cast.House) -> None:
    session_of(house).save()
    if connection.vendor != "sqlite":
        return
    with (
        pytest.raises(IntegrityError, match="session_time_format"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("UPDATE massage_session SET starts_at = '2026-06-02T09:00:00'")

"""A prepared question answers what its queryset would, in every thread, and keeps the locks' rule."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction

from massage_booking.accounts.models import Client
from massage_booking.core.prepared import Prepared, a_day, a_key, a_word, an_instant
from sessions.models import MassageSession
from tests import cast
from therapists.models import Therapist

pytestmark = pytest.mark.django_db

AHEAD = Prepared(
    lambda client, after: (
        MassageSession.objects.select_related("therapist", "service__technique")
        .filter(client_id=client, starts_at__gt=after)
        .order_by("-starts_at")
    ),
    client=a_key(),
    after=an_instant(),
)
NAMED = Prepared(lambda name: Therapist.objects.filter(name=name).values_list("slug", flat=True), name=a_word())
BORN = Prepared(lambda day: Client.objects.filter(date_of_birth=day).values_list("name"), day=a_day())
SERVICES = Prepared(lambda name: Therapist.objects.filter(name=name).prefetch_related("services"), name=a_word())
LOCKED = Prepared(lambda key: Client.objects.select_for_update().filter(pk=key).values_list("pk"), key=a_key())
DEFERRED = Prepared(lambda key: Client.objects.only("name").filter(pk=key)[:1], key=a_key())


def test_objects_come_with_what_is_fetched_along(
    house: cast.House, monday: Any, django_assert_num_queries: Any
) -> None:
    first, second = cast.book(house, starts_at=cast.at(10, days=3)), cast.book(house, starts_at=cast.at(10, days=10))
    with django_assert_num_queries(1):
        found = AHEAD.all(client=house.nadia.pk, after=cast.NOW)
        words = [(one.therapist.name, one.service.technique.name) for one in found]

    assert found == [second, first]
    assert words == [(house.ana.name, "Swedish")] * 2
    assert AHEAD.all(client=house.nadia.pk, after=cast.at(10, days=3)) == [second]
    assert AHEAD.all(client=house.ben.pk, after=cast.NOW) == []
    assert AHEAD.first(client=house.nadia.pk, after=cast.NOW) == second
    assert AHEAD.first(client=house.ben.pk, after=cast.NOW) is None


def test_an_instant_in_another_zone_is_the_same_instant(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    before = (session.starts_at - timedelta(minutes=1)).astimezone(house.studio.tz)

    assert AHEAD.all(client=house.nadia.pk, after=before) == [session]


def test_values_words_and_days_are_asked_for(house: cast.House) -> None:
    assert NAMED.all(name=house.ana.name) == [house.ana.slug]
    assert NAMED.all(name="'; DROP TABLE therapists_therapist; --") == []
    assert house.nadia.date_of_birth is not None
    assert (house.nadia.name,) in BORN.rows(day=house.nadia.date_of_birth)


def test_what_is_prefetched_comes_too(house: cast.House, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        (ana,) = SERVICES.all(name=house.ana.name)
        found = {service.pk for service in ana.services.all()}

    assert found == set(house.ana.services.values_list("pk", flat=True)) != set()


def test_each_answer_is_an_object_of_its_own(house: cast.House) -> None:
    one, other = (DEFERRED.first(key=house.nadia.pk) for _ in range(2))
    one.name = "Somebody Else"

    assert one is not other
    assert other.name == house.nadia.name
    # A column that was left in the database is fetched when it is asked for.
    assert other.date_of_birth == house.nadia.date_of_birth


@pytest.mark.django_db(transaction=True)
def test_a_lock_belongs_into_a_transaction(house: cast.House) -> None:
    with transaction.atomic():
        assert LOCKED.rows(key=house.nadia.pk) == [(house.nadia.pk,)]
    with pytest.raises(transaction.TransactionManagementError):
        LOCKED.rows(key=house.nadia.pk)


@pytest.mark.django_db(transaction=True)
def test_every_thread_asks_over_its_own_connection(house: cast.House) -> None:
    def ask(_: int) -> list[str]:
        try:
            return [found for _ in range(20) for found in NAMED.all(name=house.ana.name)]
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(ask, range(8))) == [[house.ana.slug] * 20] * 8


def test_a_value_that_is_missing_or_asked_for_nowhere_is_a_mistake(house: cast.House) -> None:
    with pytest.raises(KeyError):
        NAMED.all()
    with pytest.raises(AssertionError, match="does not ask about"):
        Prepared(lambda name: Therapist.objects.all(), name=a_word()).all(name="Ana")

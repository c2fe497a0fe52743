"""A series stays with its person: when two records become one, and when somebody gets an account of their own."""

from datetime import date

import pytest

from massage_booking.accounts import services as accounts
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, Series
from sessions.services import people
from tests import cast
from tests.sessions.series.dates import booked, tuesday

pytestmark = pytest.mark.django_db


def test_two_records_of_one_person_have_one_series(house: cast.House) -> None:
    twin = cast.make_client("Nadia Rahman", account=house.nadias_account, email="nadia@example.com")
    cast.answer(house.nadia)
    cast.answer(twin)
    found = booked(house, tuesday(1), tuesday(2), client=twin)

    people.merge(kept=house.nadia, gone=twin, actor=None, now=cast.NOW)

    assert Series.objects.get(client=house.nadia) == found.series
    assert MassageSession.objects.filter(series=found.series, client=house.nadia).count() == 2


def test_the_letter_follows_whoever_gets_an_account(house: cast.House) -> None:
    finn = cast.make_client(
        "Finn Rahman", account=house.nadias_account, relation="child", born=date(2008, 5, 1), is_claimed=True
    )
    cast.answer(finn)
    booked(house, tuesday(1), tuesday(2), client=finn, actor=house.nadias_account)

    accounts.hand_over(client=finn, email="finn@example.com", by=house.nadias_account, now=cast.NOW)

    assert Message.objects.get(kind="series_booked").recipient == "finn@example.com"

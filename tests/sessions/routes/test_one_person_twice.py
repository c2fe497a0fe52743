"""Somebody under two records: what is known under one is lost by no way under the other."""

from datetime import date
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from screening.document import GivenRow
from sessions.models import MassageSession
from tests import cast
from tests.sessions.routes import ways
from tests.sessions.routes.blocks import BLOCKS, DAY, case_of, on_the_day, young
from tests.sessions.routes.ways import Case

pytestmark = pytest.mark.django_db


def unproved(house: cast.House, **more: Any) -> Client:
    """Nadia under a second record, whose address nobody has proved yet, and which knows nothing against anything."""
    client = cast.make_client("Nadia Rahman", account=house.nadias_account, is_claimed=False, **more)
    cast.answer(client)
    return client


@pytest.mark.parametrize("why", BLOCKS)
def test_no_way_books_it_under_a_second_record(house: cast.House, why: str) -> None:
    """It becomes a request at most, so that nobody learns what is known, and nobody says yes to it."""
    BLOCKS[why](house, house.nadia)
    case = case_of(house, unproved(house))

    for way in ways.BOOKING:
        way(case)
        assert set(on_the_day()) <= {("requested", False)}, way.__name__
        for session in MassageSession.objects.filter(status="requested"):
            ways.approved(case, session)
            assert on_the_day() == [("requested", False)], way.__name__
        MassageSession.objects.all().delete()


@pytest.mark.parametrize("way", ways.MOVING, ids=lambda way: way.__name__)
def test_no_way_to_move_a_second_record_loses_a_limit(house: cast.House, way: Any) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    client = unproved(house)
    session = cast.book(house, client=client, starts_at=cast.at(10, days=4))

    way(Case(house, client, house.swedish, DAY), session)

    session.refresh_from_db()
    assert session.starts_at == DAY
    assert session.decision is not None
    assert (session.decision.max_pressure, "deep_tissue" in session.decision.avoid_techniques) == ("light", True)


@pytest.mark.parametrize("why", BLOCKS)
def test_two_records_that_are_proved_count_as_one_person(house: cast.House, why: str) -> None:
    """Until the desk has made one of them: what is answered, or stopped, under one holds back the other's sessions."""
    client = unproved(house)
    Client.objects.filter(pk=client.pk).update(is_claimed=True)
    client.refresh_from_db()
    session = cast.book(house, client=client, service=house.deep, starts_at=DAY)
    assert session.status == "booked"

    BLOCKS[why](house, house.nadia)

    session.refresh_from_db()
    # What is only to be asked again holds nothing back, and lets nothing begin.
    assert (session.held_back_at is None) == (why == "answers to be given again")
    assert session.re_ask_due
    for way in ways.BOOKING:
        MassageSession.objects.all().delete()
        way(case_of(house, client))
        assert on_the_day() == [], way.__name__


def test_a_child_under_a_second_record_keeps_the_limits_of_the_first(house: cast.House) -> None:
    first = young(house, date(2010, 1, 1), consent=True)
    cast.answer(first, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    again = young(house, date(2010, 1, 1), consent=True)
    Client.objects.filter(pk=again.pk).update(is_claimed=False)
    again.refresh_from_db()

    session = cast.book(house, client=again, starts_at=DAY)

    assert session.decision is not None and session.decision.max_pressure == "light"

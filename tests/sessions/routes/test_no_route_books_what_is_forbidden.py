"""Whatever way somebody takes to a session: what the verdict of that day forbids is not booked, moved to or begun."""

from datetime import date

import pytest
import time_machine

from screening import services as screening
from screening.document import GivenRow
from sessions.models import MassageSession
from tests import cast
from tests.sessions.routes import ways
from tests.sessions.routes.blocks import BLOCKS, DAY, answers, begin, case_of, on_the_day, young
from tests.sessions.routes.ways import Case
from tests.sessions.views.guest import Guest

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("why", BLOCKS)
def test_no_way_books_it(house: cast.House, why: str) -> None:
    BLOCKS[why](house, house.nadia)

    booked = {}
    for way in ways.BOOKING:
        way(case_of(house))
        booked[way.__name__] = on_the_day()
        MassageSession.objects.all().delete()

    assert {name: rows for name, rows in booked.items() if rows} == {}


def test_the_ways_are_ways(house: cast.House) -> None:
    """Without anything against it each of them books, but for the two that are no ways at all."""
    booked = {}
    for way in ways.BOOKING:
        way(case_of(house))
        booked[way.__name__] = len(on_the_day())
        MassageSession.objects.all().delete()

    assert {name for name, count in booked.items() if not count} == {"by_the_admin"}


def test_a_missing_letter_keeps_the_time_and_books_nothing(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="Not sure")})
    case = Case(house, house.nadia, house.swedish, DAY)

    for way in ways.BOOKING:
        way(case)
        assert set(on_the_day()) <= {("requested", True)}, way.__name__
        for session in MassageSession.objects.filter(status="requested"):
            ways.approved(case, session)
            assert on_the_day() == [("requested", True)], way.__name__
        MassageSession.objects.all().delete()


def test_a_guest_gets_no_further(house: cast.House) -> None:
    booked = {}
    for why, block in BLOCKS.items():
        guest = Guest(house)
        guest.book_step(service="deep-tissue-60")
        guest.answer()
        block(house, guest.client)
        guest.hold(DAY, service=house.deep)
        guest.browser.post("/sessions/confirm/", case_of(house, guest.client).signed)
        booked[why] = on_the_day()
        MassageSession.objects.all().delete()

    assert {why: rows for why, rows in booked.items() if rows} == {}


@pytest.mark.parametrize("why", BLOCKS)
def test_no_way_moves_a_session_there(house: cast.House, why: str) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=4))
    BLOCKS[why](house, house.nadia)

    moved = {}
    for way in ways.MOVING:
        session.refresh_from_db()
        way(case_of(house), session)
        moved[way.__name__] = on_the_day()

    assert {name: rows for name, rows in moved.items() if rows} == {}


def test_the_ways_to_move_are_ways(house: cast.House) -> None:
    for way in ways.MOVING:
        session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=4))
        way(case_of(house), session)
        assert on_the_day() == [("booked", False)], way.__name__
        MassageSession.objects.all().delete()


@pytest.mark.parametrize("why", [*BLOCKS, "a letter is missing"])
def test_nobody_says_yes_to_it_and_nothing_of_it_begins(house: cast.House, why: str) -> None:
    asked_for = cast.book(house, service=house.deep, starts_at=DAY, needs_review=True)
    booked = cast.book(house, service=house.deep, starts_at=cast.at(14, days=8))
    letter = answers(osteoporosis=GivenRow(answer="Not sure"))
    {**BLOCKS, "a letter is missing": letter}[why](house, house.nadia)

    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(booked)
    # Even where nobody judged it anew.
    MassageSession.objects.filter(pk=asked_for.pk).update(held_back_at=None)
    ways.approved(case_of(house), asked_for)

    asked_for.refresh_from_db()
    booked.refresh_from_db()
    assert booked.status == "booked"
    assert (asked_for.status, asked_for.re_ask_due) == ("requested", True)


def test_without_anything_against_it_it_begins(house: cast.House) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(14, days=8))

    begin(session)

    session.refresh_from_db()
    assert session.status == "started"


# --- The young --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("born", "consent", "minutes"),
    [
        pytest.param(date(2014, 1, 1), True, 60, id="too long for twelve"),
        pytest.param(date(2010, 1, 1), False, 60, id="no guardian has agreed"),
        pytest.param(date(2019, 1, 1), True, 60, id="too young"),
    ],
)
def test_no_way_books_it_for_the_young(house: cast.House, born: date, consent: bool, minutes: int) -> None:
    client = young(house, born, consent=consent)
    case = Case(house, client, house.swedish, DAY)

    booked = {}
    for way in ways.BOOKING:
        way(case)
        booked[way.__name__] = on_the_day(client)
        MassageSession.objects.all().delete()

    assert {name: rows for name, rows in booked.items() if rows} == {}


def test_a_guardian_who_takes_the_yes_back_stops_every_move(house: cast.House) -> None:
    client = young(house, date(2010, 1, 1), consent=True)
    session = cast.book(house, client=client, starts_at=cast.at(10, days=4))
    screening.withdraw_guardian_consent(client=client, now=cast.NOW)

    for way in ways.MOVING:
        session.refresh_from_db()
        way(Case(house, client, house.swedish, DAY), session)
        assert on_the_day(client) == [], way.__name__
    session.refresh_from_db()
    assert session.held_back_at is not None
    begin(session)
    session.refresh_from_db()
    assert session.status == "booked"

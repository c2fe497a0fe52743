"""Whatever way somebody takes: who is not for a client gives them no session, and is neither moved to nor says yes."""

from collections.abc import Callable
from datetime import date

import pytest
import time_machine

from massage_booking.accounts.models import Client
from screening.document import GivenRow
from sessions.models import ApartSide, MassageSession
from sessions.services import holds, wishes
from tests import cast
from tests.sessions.routes import ways
from tests.sessions.routes.blocks import DAY, begin, on_the_day
from tests.sessions.routes.ways import Case

pytestmark = pytest.mark.django_db

TREATED = GivenRow(
    answer="Treatment ended 1 to 5 years ago, or earlier but with lymph nodes removed or lasting effects, and no sign "
    "of cancer now (hormone tablets are fine)",
    sites=frozenset({"arms"}),
)
LONG_AGO = GivenRow(answer="Treatment ended over 5 years ago, no lymph nodes removed and no lasting effects")


def apart(side: ApartSide) -> Callable[[cast.House, Client], None]:
    def keep(house: cast.House, client: Client) -> None:
        wishes.keep_apart(client=client, therapist=house.ana, side=side, actor=None, now=cast.NOW)

    return keep


def untrained(house: cast.House, client: Client) -> None:
    cast.answer(client, {"cancer": TREATED})


def trained_until_the_day_before(house: cast.House, client: Client) -> None:
    cast.make_further_training(house.ana, "oncology", expires_on=date(2026, 6, 8))
    untrained(house, client)


AGAINST: dict[str, Callable[[cast.House, Client], None]] = {
    "the client asked for it": apart(ApartSide.CLIENT),
    "the therapist asked for it": apart(ApartSide.THERAPIST),
    "the studio decided it": apart(ApartSide.STUDIO),
    "no further training": untrained,
    "a training that ends before": trained_until_the_day_before,
}


def case_of(house: cast.House) -> Case:
    return Case(house, house.nadia, house.swedish, DAY)


@pytest.mark.parametrize("why", AGAINST)
def test_no_way_books_it(house: cast.House, why: str) -> None:
    AGAINST[why](house, house.nadia)

    booked = {}
    for way in ways.BOOKING:
        way(case_of(house))
        booked[way.__name__] = list(
            MassageSession.objects.filter(therapist=house.ana, client=house.nadia).values_list("status", flat=True)
        )
        MassageSession.objects.all().delete()

    assert {name: rows for name, rows in booked.items() if rows} == {}


@pytest.mark.parametrize("why", AGAINST)
def test_no_way_moves_a_session_there(house: cast.House, why: str) -> None:
    session = cast.book(house, therapist=house.uma, starts_at=cast.at(10, days=4))
    AGAINST[why](house, house.nadia)

    moved = {}
    for way in ways.MOVING:
        session.refresh_from_db()
        way(case_of(house), session)
        moved[way.__name__] = MassageSession.objects.filter(therapist=house.ana).exists()

    assert [name for name, there in moved.items() if there] == []


@pytest.mark.parametrize("why", AGAINST)
def test_nobody_says_yes_to_it(house: cast.House, why: str) -> None:
    asked_for = cast.book(house, starts_at=DAY, needs_review=True)
    AGAINST[why](house, house.nadia)
    MassageSession.objects.filter(pk=asked_for.pk).update(held_back_at=None)

    ways.approved(case_of(house), asked_for)

    asked_for.refresh_from_db()
    assert asked_for.status == "requested"


def test_who_is_trained_gives_it_by_every_way(house: cast.House) -> None:
    cast.make_further_training(house.ana, "oncology", expires_on=date(2026, 6, 9))
    untrained(house, house.nadia)

    booked = {}
    for way in ways.BOOKING:
        way(case_of(house))
        booked[way.__name__] = len(on_the_day())
        MassageSession.objects.all().delete()

    assert {name for name, count in booked.items() if not count} == {"by_the_admin"}


def test_an_answer_that_is_clear_asks_for_nobody_special(house: cast.House) -> None:
    cast.answer(house.nadia, {"cancer": LONG_AGO})

    session = cast.book(house, starts_at=DAY)

    assert session.decision is not None
    assert (session.status, session.decision.trainings_needed) == ("booked", [])


def test_a_session_that_newer_answers_take_from_its_therapist_is_held_back(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(14, days=8))

    untrained(house, house.nadia)

    session.refresh_from_db()
    assert session.held_back_at is not None and session.decision is not None
    assert session.decision.trainings_needed == ["oncology"]
    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(session)
    session.refresh_from_db()
    assert session.status == "booked"


def test_a_training_that_ended_before_the_day_keeps_it_from_beginning(house: cast.House) -> None:
    [training] = cast.make_further_training(house.ana, "oncology")
    untrained(house, house.nadia)
    session = cast.book(house, starts_at=cast.at(14, days=8))
    training.expires_on = date(2026, 6, 8)
    training.save()

    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(session)
    session.refresh_from_db()
    assert session.status == "booked"

    training.expires_on = date(2026, 6, 9)
    training.save()
    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(session)
    session.refresh_from_db()
    assert session.status == "started"


def test_what_is_booked_already_may_begin_although_the_two_are_apart(house: cast.House) -> None:
    """Whoever wished it was shown it, and left it as it was."""
    session = cast.book(house, starts_at=cast.at(14, days=8))
    AGAINST["the client asked for it"](house, house.nadia)

    with time_machine.travel(cast.at(13, days=8), tick=False):
        begin(session)

    session.refresh_from_db()
    assert session.status == "started"


@pytest.mark.parametrize("way", ["hold", "book"])
def test_anyone_keeps_to_a_wish_and_a_name_goes_before_it(house: cast.House, way: str) -> None:
    house.ana.gender, house.uma.gender = "woman", ""
    house.ana.save()
    house.uma.save()
    wishes.wish_for(client=house.nadia, gender="woman", now=cast.NOW)
    cast.book(house, client=house.ben, therapist=house.ana, starts_at=cast.at(12, days=8))

    def taken_with(therapist: object) -> str:
        if way == "book":
            session = cast.book(house, therapist=therapist, starts_at=DAY)
        else:
            session = holds.hold(
                service=house.swedish, therapist=therapist, starts_at=DAY, browser="b", address="a", signed_in=True,
                now=cast.NOW, whose=house.nadia,
            )  # fmt: skip
        name = session.therapist.first_name
        session.delete()
        return name

    # Uma has less to do that week, and has not said who she is.
    assert (taken_with(None), taken_with(house.uma)) == ("Ana", "Uma")

"""Somebody wishes not to be booked with a therapist at the moment a booking is made: one of both comes first."""

from typing import Any

import pytest

from massage_booking.core.errors import Taken
from sessions.models import Apart, ApartSide, MassageSession
from sessions.services import booking, changes, holds, taking, wishes
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    """Stop the clock for every test here."""
    return monday


def keep_apart(house: cast.House) -> Apart:
    return wishes.keep_apart(
        client=house.nadia, therapist=house.ana, side=ApartSide.THERAPIST, actor=None, now=cast.NOW
    )


def take(house: cast.House) -> MassageSession:
    starts_at = cast.at(10, days=3)
    return booking.book(
        client=house.nadia, service=house.swedish, therapist=house.ana, starts_at=starts_at, via="web", actor=None,
        assessment=cast.assess(house.nadia, starts_at), by="client", now=cast.NOW,
    )  # fmt: skip


def overtaken(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> MassageSession:
    """Book while the two are kept apart between the look at the calendar and the locks."""
    looked = taking.candidates

    def then_apart(*args: Any, **kwargs: Any) -> Any:
        found = looked(*args, **kwargs)
        keep_apart(house)
        return found

    monkeypatch.setattr(taking, "candidates", then_apart)
    return take(house)


def test_a_wish_of_a_moment_ago_refuses_the_booking(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    cast.answer(house.nadia)

    with pytest.raises(Taken) as refusal:
        overtaken(house, monkeypatch)

    assert (refusal.value.code, MassageSession.objects.count()) == ("apart", 0)
    assert {opening.therapist for opening in refusal.value.params["nearest"]} == {house.uma}


def test_without_the_look_under_the_lock_it_is_booked(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: what the guard is for."""
    cast.answer(house.nadia)
    monkeypatch.setattr(booking, "refuse_unfit", lambda **kwargs: None)

    session = overtaken(house, monkeypatch)

    assert (session.status, Apart.objects.count()) == ("booked", 1)


def test_a_time_that_was_kept_before_the_wish_is_refused_with_others_instead(house: cast.House) -> None:
    cast.answer(house.nadia)
    starts_at = cast.at(10, days=3)
    held = holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=starts_at, browser="b", address="a", signed_in=True,
        now=cast.NOW, whose=house.nadia,
    )  # fmt: skip
    assessment = cast.assess(house.nadia, starts_at)
    keep_apart(house)

    with pytest.raises(Taken) as refusal:
        booking.confirm_hold(session=held, client=house.nadia, assessment=assessment, actor=None, now=cast.NOW)

    assert (refusal.value.code, refusal.value.params["therapist"]) == ("apart", "Ana")
    assert {opening.therapist for opening in refusal.value.params["nearest"]} == {house.uma}
    assert [session.status for session in MassageSession.objects.all()] == ["held"]


def test_both_at_once(house: cast.House) -> None:
    """Either the booking was there before the wish, or it is refused; nobody waits in a circle."""
    cast.answer(house.nadia)

    for _ in range(ROUNDS):
        results = race(2, lambda number: keep_apart(house) if number else take(house))

        assert isinstance(results[1], Apart)
        booked = MassageSession.objects.filter(status="booked")
        if isinstance(results[0], MassageSession):
            assert [session.therapist for session in booked] == [house.ana]
        else:
            assert (type(results[0]), results[0].code, booked.count()) == (Taken, "apart", 0)
        MassageSession.objects.all().delete()
        Apart.objects.all().delete()


def test_a_move_there_is_refused_too(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    session = cast.book(house, therapist=house.uma, starts_at=cast.at(10, days=4))
    looked = taking.candidates
    monkeypatch.setattr(taking, "candidates", lambda *args, **kwargs: [looked(*args, **kwargs), keep_apart(house)][0])

    with pytest.raises(Taken, match="apart"):
        changes.move(
            session=session, starts_at=cast.at(10, days=3), therapist=house.ana, actor=None, by="desk", now=cast.NOW,
            assessment=cast.assess(house.nadia, cast.at(10, days=3)),
        )  # fmt: skip

    session.refresh_from_db()
    assert session.therapist == house.uma

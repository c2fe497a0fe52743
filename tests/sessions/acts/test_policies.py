"""How many sessions ahead, and who asks first."""

from typing import Any

import pytest

from massage_booking.core.errors import Refused
from sessions.models import MassageSession
from sessions.services import booking, changes, holds
from tests import cast
from tests.screening.letters.sent import BONES, accept, send

pytestmark = pytest.mark.django_db


def was_here(house: cast.House) -> None:
    """Nadia was here a month ago."""
    session = cast.book(house)
    MassageSession.objects.filter(pk=session.pk).update(
        status="done",
        starts_at=cast.at(10, days=-30),
        ends_at=cast.at(11, days=-30),
        blocked_until=cast.at(11, 15, days=-30),
    )


def test_a_client_books_as_many_as_the_studio_lets_them(house: cast.House) -> None:
    cast.make_studio(upcoming_most=2)
    cast.book(house, starts_at=cast.at(10, days=1))
    cast.book(house, starts_at=cast.at(10, days=2))

    with pytest.raises(Refused) as refusal:
        cast.book(house, starts_at=cast.at(10, days=3))

    assert (refusal.value.code, refusal.value.params["most"]) == ("too_many_ahead", 2)
    assert MassageSession.objects.filter(client=house.nadia).count() == 2


def test_the_same_goes_for_a_time_that_was_held(house: cast.House) -> None:
    cast.make_studio(upcoming_most=1)
    cast.book(house, starts_at=cast.at(10, days=1))
    held = holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=cast.at(10, days=2), browser="b", address="",
        signed_in=True, now=cast.NOW,
    )  # fmt: skip

    with pytest.raises(Refused) as refusal:
        booking.confirm_hold(
            session=held,
            client=house.nadia,
            assessment=cast.assess(house.nadia, held.starts_at),
            actor=None,
            now=cast.NOW,
        )

    assert refusal.value.code == "too_many_ahead"
    assert MassageSession.objects.get(pk=held.pk).status == "held"


def test_the_desk_books_more(house: cast.House) -> None:
    cast.make_studio(upcoming_most=1)
    cast.book(house, starts_at=cast.at(10, days=1))

    assert cast.book(house, starts_at=cast.at(10, days=2), by="desk", via="phone").status == "booked"


@pytest.mark.parametrize("ends", ["cancelled", "over"])
def test_what_is_not_ahead_does_not_count(house: cast.House, ends: str) -> None:
    cast.make_studio(upcoming_most=1)
    session = cast.book(house, starts_at=cast.at(10, days=1))
    now = cast.NOW
    if ends == "cancelled":
        changes.cancel(session=session, actor=None, by="desk", now=now)
    else:
        now = session.starts_at

    assert cast.book(house, starts_at=cast.at(10, days=3), now=now).status == "booked"


def test_none_means_as_many_as_they_like(house: cast.House) -> None:
    cast.make_studio(upcoming_most=0)

    assert [cast.book(house, starts_at=cast.at(10, days=day)).status for day in (1, 2, 3)] == ["booked"] * 3


def test_somebody_else_has_their_own_count(house: cast.House) -> None:
    cast.make_studio(upcoming_most=1)
    cast.book(house, starts_at=cast.at(10, days=1))

    assert cast.book(house, client=house.ben, starts_at=cast.at(10, days=2)).status == "booked"


def test_somebody_new_asks_if_the_studio_says_so(house: cast.House) -> None:
    cast.make_studio(new_clients="request")

    session = cast.book(house)
    approved = changes.approve(session=session, actor=None, by="therapist", now=cast.NOW)

    assert (approved.status, approved.needs_review) == ("booked", False)
    assert list(session.events.values_list("act", flat=True)) == ["request", "approve"]


def test_whoever_was_here_books(house: cast.House) -> None:
    was_here(house)
    cast.make_studio(new_clients="request")

    assert cast.book(house).status == "booked"


def test_the_desk_books_for_somebody_new(house: cast.House) -> None:
    cast.make_studio(new_clients="request")

    assert cast.book(house, by="desk", via="phone").status == "booked"


def test_a_letter_does_not_spare_somebody_new_the_yes(house: cast.House, monday: Any) -> None:
    cast.make_studio(new_clients="request")
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=14))

    accept(send(house.nadia), house)

    session.refresh_from_db()
    assert (session.status, session.clearance_until) == ("requested", None)


def test_the_time_of_a_request_is_kept(house: cast.House) -> None:
    cast.make_studio(new_clients="request")
    cast.book(house)

    with pytest.raises(Exception) as refusal:
        cast.book(house, client=house.ben)

    assert getattr(refusal.value, "code", "") == "just_taken"


def test_a_past_time_is_refused(house: cast.House) -> None:
    with pytest.raises(Exception) as refusal:
        cast.book(house, starts_at=cast.at(9, days=-1))

    assert getattr(refusal.value, "code", "") == "in_past"

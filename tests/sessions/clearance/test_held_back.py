"""A booked session that lacks a letter now: its time is kept until a deadline that is shown, then given back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail

from massage_booking.outbox import services as outbox
from screening.document import GivenRow
from sessions import links
from sessions.models import MassageSession
from sessions.selectors import safe_dates
from sessions.services import clearance, health
from tests import cast
from tests.screening.letters.sent import BONES, accept, send
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db
KEPT = cast.NOW + timedelta(days=5)


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


def booked(house: cast.House, *, days: int = 14) -> MassageSession:
    """A session of Nadia's, booked before she had to tell of her bones."""
    session = cast.book(house, starts_at=cast.at(10, days=days))
    cast.answer(house.nadia, BONES)
    return fresh(session)


def fresh(session: MassageSession) -> MassageSession:
    return MassageSession.objects.get(pk=session.pk)


def test_page_and_mail_say_until_when_its_time_is_kept(house: cast.House) -> None:
    session = booked(house)

    nadia = Guest(house, house.nadias_account)

    page = page_of(nadia.get(f"/sessions/{session.public_id}/"))
    letters = page_of(nadia.get(f"/screening/letters/{house.nadia.public_id}/"))
    outbox.send_due(now=cast.NOW + timedelta(hours=1))

    assert "A doctor’s letter is needed first." in page and "Saturday 6 June, 8:00" in page
    assert "Saturday 6 June, 8:00" in letters and "Once a letter is accepted, the session goes ahead." in letters
    letter = next(one for one in mail.outbox if "look at your session" in one.subject.lower())
    assert "A document is missing" in letter.body and "Saturday 6 June, 8:00" in letter.body
    assert "bones" not in letter.body.lower() and "doctor" not in letter.body.lower()


def test_at_its_end_the_time_is_given_back_and_others_are_offered(house: cast.House, at_eight: Any) -> None:
    session = booked(house)
    assert clearance.release_overdue(now=KEPT - timedelta(minutes=1)) == 0

    at_eight.move_to(KEPT)
    assert clearance.release_overdue(now=KEPT) == 1
    assert clearance.release_overdue(now=KEPT) == 0

    found = fresh(session)
    assert (found.status, found.cancelled_late, found.held_back_at) == ("cancelled", False, None)
    outbox.send_due(now=KEPT)
    assert "we had to give this time back" in mail.outbox[-1].body
    assert cast.book(house, client=house.ben, starts_at=session.starts_at, now=KEPT).status == "booked"


def test_two_days_before_the_start_is_the_latest(house: cast.House) -> None:
    session = booked(house, days=4)

    assert safe_dates.letter_by(session=session, now=cast.NOW) == session.starts_at - timedelta(hours=48)


def test_while_a_letter_waits_to_be_read_it_is_kept_as_long_as_it_can_be(house: cast.House) -> None:
    session = booked(house)
    send(house.nadia)

    assert clearance.release_overdue(now=KEPT) == 0
    assert clearance.release_overdue(now=session.starts_at - timedelta(hours=48)) == 1


def test_an_accepted_letter_lets_it_stand(house: cast.House) -> None:
    session = booked(house)
    accept(send(house.nadia), house)

    assert clearance.release_overdue(now=KEPT) == 0
    assert (fresh(session).status, fresh(session).held_back_at) == ("booked", None)


def test_what_is_too_near_for_a_letter_or_lacks_more_than_one_is_not_given_back(house: cast.House) -> None:
    near = booked(house, days=2)
    assert safe_dates.letter_by(session=near, now=cast.NOW) is None

    far = cast.book(house, client=house.ben, starts_at=cast.at(10, days=15))
    cast.answer(house.ben, {**BONES, "migraine": GivenRow(answer="Yes", still_running=True)})

    assert clearance.release_overdue(now=cast.at(9, days=2)) == clearance.release_overdue(now=KEPT) == 0
    assert {fresh(near).status, fresh(far).status} == {"booked"}


def test_an_end_is_counted_from_the_answers_that_brought_it(house: cast.House, at_eight: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=21))
    cast.answer(house.nadia, {"migraine": GivenRow(answer="Yes", still_running=True)})
    assert fresh(session).held_back_at is not None
    later = cast.NOW + timedelta(days=9)
    at_eight.move_to(later)

    cast.answer(house.nadia, BONES, now=later)
    health.judge_again(client=house.nadia, now=later)

    assert clearance.release_overdue(now=later) == 0
    assert safe_dates.letter_by(session=fresh(session), now=later) == later + timedelta(days=5)


def test_the_link_of_a_mail_says_the_end_and_not_what_is_missing_from_whom(house: cast.House) -> None:
    session = booked(house)

    page = page_of(Guest(house).get(f"/sessions/manage/{links.make(session)}/"))

    assert "Saturday 6 June, 8:00" in page and "bones" not in page.lower()

"""A free time is kept for whoever is next in line, if the rules let them have it; what comes of that."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest

from massage_booking.accounts.models import Client, User
from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from screening import services as screening
from screening.document import GivenRow
from screening.models import BookingStop
from sessions.models import MassageSession, WaitlistEntry
from sessions.services import waitlist_offers
from sessions.services.waitlist import end
from tests import cast
from tests.screening.letters.sent import BONES
from tests.sessions.waitlist.line import TEN, kept_for, offered, round_at, rows, state_of, wait

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


@pytest.fixture
def answered(house: cast.House) -> cast.House:
    """Nadia and Ben have answered the questions; nothing stands against anything."""
    cast.answer(house.nadia)
    cast.answer(house.ben)
    return house


def test_a_free_time_is_kept_for_three_hours_and_one_letter_goes_out(answered: cast.House) -> None:
    entry = wait(answered)

    round_at()
    round_at()

    kept = kept_for(entry)
    assert kept.session is not None
    assert (kept.session.status, kept.session.starts_at, kept.session.therapist, kept.session.client) == (
        "held",
        TEN,
        answered.ana,
        None,
    )
    assert kept.session.held_until == kept.kept_until == cast.NOW + timedelta(hours=3)
    assert Message.objects.filter(kind="waitlist_offer", recipient="nadia@example.com").count() == 1
    assert state_of(entry) == "offered"


def test_nothing_is_offered_while_nothing_is_free(answered: cast.House) -> None:
    cast.book(answered, client=answered.ben, starts_at=TEN)
    entry = wait(answered)

    round_at()

    assert (offered(entry), state_of(entry)) == ([], "waiting")


def test_a_cancelled_time_goes_to_whoever_came_first(answered: cast.House) -> None:
    first = wait(answered, answered.ben)
    second = wait(answered, now=cast.NOW + timedelta(minutes=1))

    round_at(cast.NOW + timedelta(minutes=2))

    assert [offered(first), offered(second)] == [[(TEN, "open")], []]


def test_after_three_hours_without_a_word_the_next_is_asked_and_nobody_twice(answered: cast.House) -> None:
    first, second = wait(answered, answered.ben), wait(answered)
    round_at()
    three, six = cast.NOW + timedelta(hours=3), cast.NOW + timedelta(hours=6)

    round_at(three)
    assert [offered(first), offered(second)] == [[(TEN, "lapsed")], [(TEN, "open")]]
    round_at(six)

    assert [offered(first), offered(second)] == [[(TEN, "lapsed")], [(TEN, "lapsed")]]
    assert (rows(), state_of(first), state_of(second)) == ([], "waiting", "waiting")


def test_no_thank_you_gives_it_to_the_next(answered: cast.House) -> None:
    first, second = wait(answered, answered.ben), wait(answered)
    round_at()

    waitlist_offers.settle(kept=kept_for(first), wanted="declined", now=cast.NOW)
    round_at()

    assert [offered(first), offered(second)] == [[(TEN, "declined")], [(TEN, "open")]]
    assert state_of(first) == "waiting"


def test_whoever_lets_three_go_by_does_not_wait_any_more(answered: cast.House) -> None:
    entry = wait(answered, latest=time(16))
    for hours in (0, 3, 6, 9):
        round_at(cast.NOW + timedelta(hours=hours))

    assert [answer for _, answer in offered(entry)] == ["lapsed"] * 3
    assert state_of(entry) == "ended"


def test_nobody_is_written_to_in_the_quiet_hours(answered: cast.House) -> None:
    entry = wait(answered)

    round_at(cast.at(20))
    assert offered(entry) == []
    round_at(cast.at(8, days=1))

    assert offered(entry) == [(TEN, "open")]


def test_two_wishes_of_one_client_get_one_offer_at_a_time(answered: cast.House) -> None:
    one = wait(answered)
    other = wait(answered, earliest=time(14), latest=time(14))

    round_at()

    assert [len(offered(one)), len(offered(other))] == [1, 0]


def test_nothing_is_offered_over_a_session_of_their_own(answered: cast.House) -> None:
    cast.book(answered, starts_at=TEN, therapist=answered.uma)
    entry = wait(answered)

    round_at()

    assert offered(entry) == []


def child_of(account: User, *, born: date, guardian: str) -> Client:
    child = cast.make_client("Mia Kelly", account=account, born=born, relation="child")
    screening.give_guardian_consent(
        client=child, name=guardian, relation="parent", child_agrees=True, given_by=account, now=cast.NOW
    )
    return child


# --- Never what the rules refuse ----------------------------------------------


def _stopped(house: cast.House) -> None:
    cast.answer(house.nadia)
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)


def _half_done(house: cast.House) -> None:
    cast.answer(house.nadia)
    screening.withdraw_consent(client=house.nadia, now=cast.NOW)


def rows_of(**given: GivenRow) -> Callable[[cast.House], None]:
    return lambda house: cast.answer(house.nadia, given)


FORBIDDEN: dict[str, Callable[[cast.House], None]] = {
    "refused": rows_of(saddle_numbness_bladder=GivenRow(answer="New or changed")),
    "needs a letter": rows_of(**BONES),
    "a wait that outlasts the day": rows_of(
        recent_fracture=GivenRow(
            answer="Spine, rib, pelvis, hip, collarbone or shoulder blade, within 12 weeks", event_on=date(2026, 5, 20)
        )
    ),
    "bookings stopped": _stopped,
    "answers taken back": _half_done,
    "never answered": lambda house: None,
}


@pytest.mark.parametrize("forbid", FORBIDDEN.values(), ids=FORBIDDEN)
def test_what_the_verdict_of_that_day_forbids_is_never_offered(
    house: cast.House, forbid: Callable[[cast.House], None]
) -> None:
    entry = wait(house)
    forbid(house)

    round_at()

    assert (offered(entry), rows()) == ([], [])


def test_a_technique_that_is_ruled_out_is_never_offered_and_cannot_be_joined_for(house: cast.House) -> None:
    entry = wait(house, service=house.deep)
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    gentle = wait(house)

    round_at()

    assert (offered(entry), offered(gentle)) == ([], [(TEN, "open")])
    with pytest.raises(Refused, match="waitlist_not_open"):
        wait(house, service=house.deep, first=cast.TODAY)


def test_what_is_too_long_for_their_age_is_never_offered(house: cast.House) -> None:
    half_an_hour = cast.make_service("swedish", 30)
    house.ana.services.add(half_an_hour)
    child = child_of(house.bens_account, born=date(2014, 5, 1), guardian="Ben Kelly")
    too_long, right = wait(house, child), wait(house, child, service=half_an_hour)
    cast.answer(child)

    round_at()

    assert (offered(too_long), offered(right)) == ([], [(TEN, "open")])


def test_a_day_within_a_wait_is_passed_over_for_the_first_after_it(house: cast.House) -> None:
    entry = wait(house, first=cast.TODAY + timedelta(days=1), last=cast.TODAY + timedelta(days=50))
    ends = cast.TODAY + timedelta(days=28)
    cast.answer(
        house.nadia,
        {
            "recent_fracture": GivenRow(
                answer="Spine, rib, pelvis, hip, collarbone or shoulder blade, within 12 weeks",
                event_on=ends - timedelta(weeks=12),
            )
        },
    )

    round_at()

    [(starts_at, _)] = offered(entry)
    assert starts_at.date() >= ends
    assert cast.assess(house.nadia, starts_at).refusals("swedish", 60) == []


def test_newer_answers_take_an_offer_back_and_the_next_gets_it(answered: cast.House) -> None:
    first, second = wait(answered), wait(answered, answered.ben)
    round_at()
    BookingStop.objects.create(client=answered.nadia, made_at=cast.NOW)

    round_at()

    assert [offered(first), offered(second)] == [[(TEN, "withdrawn")], [(TEN, "open")]]


def test_a_guardian_is_not_the_therapist_who_is_found(house: cast.House) -> None:
    assert house.ana.user is not None
    child = child_of(house.ana.user, born=date(2009, 5, 1), guardian="Ana Quiroga")
    own, anyone = wait(house, child), wait(house, child, anyone=True)
    cast.answer(child)

    round_at()

    assert offered(own) == []
    assert kept_for(anyone).therapist == house.uma


# --- Ends -----------------------------------------------------------------------


def test_after_its_last_day_nobody_waits(answered: cast.House) -> None:
    cast.book(answered, client=answered.ben, starts_at=TEN)
    entry = wait(answered)

    round_at(cast.at(8, days=8))
    assert state_of(entry) == "waiting"
    round_at(cast.at(8, days=9))

    assert (offered(entry), state_of(entry)) == ([], "ended")


def test_whoever_stops_waiting_gives_the_kept_time_back(answered: cast.House) -> None:
    entry = wait(answered)
    round_at()

    end(entry=entry, now=cast.NOW)

    assert (rows(), state_of(entry), offered(entry)) == ([], "ended", [(TEN, "declined")])


def test_the_same_wish_twice_is_one_and_three_are_the_most(answered: cast.House) -> None:
    wait(answered)
    wait(answered)
    wait(answered, earliest=time(11), latest=time(11))
    wait(answered, earliest=time(12), latest=time(12))

    assert WaitlistEntry.objects.count() == 3
    with pytest.raises(Refused, match="waitlist_full"):
        wait(answered, earliest=time(13), latest=time(13))


def test_a_time_taken_on_the_way_through_the_questions_ends_the_wait(answered: cast.House) -> None:
    entry = wait(answered)
    round_at()
    MassageSession.objects.update(status="booked", client=answered.nadia, held_until=None, held_since=None)

    round_at(cast.NOW + timedelta(hours=4))

    assert (state_of(entry), offered(entry)) == ("booked", [(TEN, "taken")])


def test_the_mail_goes_to_whoever_looks_after_a_child(answered: cast.House) -> None:
    mum = cast.make_client("Ida Kelly", account=answered.bens_account, born=date(1950, 1, 1), relation="parent")
    cast.answer(mum)
    wait(answered, mum)

    round_at()

    assert Message.objects.get(kind="waitlist_offer").recipient == "ben@example.com"


def test_whoever_may_not_sign_in_any_more_is_offered_nothing(house: cast.House) -> None:
    cast.answer(house.nadia)
    entry = wait(house)
    house.nadias_account.is_active = False
    house.nadias_account.save()

    round_at()

    assert offered(entry) == []

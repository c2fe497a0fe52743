"""A series under load: one form many times is one series, and rivals for its dates never share one."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from sessions.models import FormKey, MassageSession, Series, SessionEvent
from sessions.services import record, series_changes
from sessions.services.series_changes import By, NewTime
from tests import cast
from tests.concurrency.racing import race
from tests.sessions.series.dates import booked, tuesday

pytestmark = pytest.mark.django_db(transaction=True)

SENDINGS = 20
KEY = {"form_key": "k" * 22, "form_digest": "d"}


@pytest.fixture(autouse=True)
def answered(house: cast.House) -> None:
    """Both have answered: everything is fine."""
    cast.answer(house.nadia)
    cast.answer(house.ben)


def sent_at_once(house: cast.House, number_of: int, **more: Any) -> list[Any]:
    return race(number_of, lambda number: booked(house, **more))


def test_a_form_sent_twenty_times_makes_one_series(house: cast.House) -> None:
    answers = sent_at_once(house, SENDINGS, **KEY)

    assert {answer.series.pk for answer in answers} == {Series.objects.get().pk}, answers
    assert {len(answer.sessions) for answer in answers} == {6}
    assert MassageSession.objects.count() == 6
    assert (FormKey.objects.count(), Message.objects.filter(kind="series_booked").count()) == (1, 1)


def test_the_control_without_the_key_the_same_form_is_refused_and_not_answered(house: cast.House) -> None:
    """Shows that the key, and not luck, gives every sending the same answer: without it all but one are refused."""
    answers = sent_at_once(house, SENDINGS)

    assert Counter(isinstance(answer, Taken) for answer in answers) == {True: SENDINGS - 1, False: 1}, answers
    assert MassageSession.objects.count() == 6


def test_the_control_without_looking_at_the_key_again_under_the_lock(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Shows the race that the second look closes: nobody knows the key, and no form gets another's answer."""
    monkeypatch.setattr(record, "answered_before", lambda **asked: None)

    answers = sent_at_once(house, 8, **KEY)

    assert sum(not isinstance(answer, Exception) for answer in answers) == 1, answers
    assert MassageSession.objects.count() == 6


def test_two_people_who_want_the_same_dates_never_share_one(house: cast.House) -> None:
    """Ana alone: one gets all, the other none; nobody gets a part of all or nothing."""
    people = [house.nadia, house.ben] * 4
    answers = race(len(people), lambda number: booked(house, client=people[number], actor=people[number].account))

    won = [answer for answer in answers if not isinstance(answer, Exception)]
    assert len(won) == 1
    assert all(isinstance(answer, Taken) for answer in answers if isinstance(answer, Exception)), answers
    assert MassageSession.objects.count() == 6
    assert MassageSession.objects.values("client").distinct().count() == 1


def test_dates_asked_for_in_opposite_order_never_wait_for_each_other_in_a_circle(house: cast.House) -> None:
    """With anyone, both orders, both people: locks are taken in one order, so that all end."""
    house.studio.horizon_days = 365
    house.studio.save()
    weeks = [list(range(1, 7)), list(range(6, 0, -1))]

    def run(number: int) -> Any:
        person = (house.nadia, house.ben)[number % 2]
        starts = [tuesday(week) for week in weeks[number % 2]]
        return booked(house, *starts, client=person, actor=person.account, therapist=None)

    answers = race(8, run)

    won = [answer for answer in answers if not isinstance(answer, Exception)]
    assert {answer.sessions[0].client for answer in won} == {house.nadia, house.ben}, answers
    assert all(isinstance(answer, Taken) for answer in answers if isinstance(answer, Exception)), answers
    assert MassageSession.objects.count() == 12


def test_two_forms_that_go_on_with_a_series_give_each_number_once(house: cast.House) -> None:
    booked(house, tuesday(1))

    answers = race(2, lambda number: booked(house, tuesday(2 + number)))

    assert not [answer for answer in answers if isinstance(answer, Exception)], answers
    numbers = MassageSession.objects.filter(series=Series.objects.get()).values_list("series_number", flat=True)
    assert sorted(number for number in numbers if number) == [1, 2, 3]


def four(house: cast.House) -> list[MassageSession]:
    return list(booked(house, *[tuesday(number) for number in range(1, 5)]).sessions)


def moved_at_once(house: cast.House, sessions: list[MassageSession], times: int, **key: str) -> list[Any]:
    """Send the same move, each session a day later, so many times at the same moment."""

    def run(number: int) -> Any:
        fresh = MassageSession.objects.select_related("series", "client__account", "service__technique", "therapist")
        moves = [
            NewTime(one, one.starts_at + timedelta(days=1), house.ana)
            for one in fresh.filter(pk__in=[session.pk for session in sessions]).order_by("starts_at")
        ]
        return series_changes.move(moves=moves, by=By(None, "client"), now=cast.NOW, **key)

    return race(times, run)


def test_a_move_of_all_that_follow_sent_many_times_moves_them_once(house: cast.House) -> None:
    sessions = four(house)

    answers = moved_at_once(house, sessions[1:], 8, **KEY)

    # A sending that reads the sessions when they have moved already asks for other times: that is another form.
    refused = [answer for answer in answers if isinstance(answer, Exception)]
    assert all(isinstance(answer, Refused | Taken) for answer in refused), answers
    rows = list(MassageSession.objects.order_by("series_number"))
    assert [(row.series_number, row.starts_at) for row in rows] == [
        (1, tuesday(1)), *[(number, tuesday(number) + timedelta(days=1)) for number in (2, 3, 4)],
    ]  # fmt: skip
    assert SessionEvent.objects.filter(act="move").count() == 3
    assert Message.objects.filter(kind="series_moved", status="queued").count() == 1


def test_a_move_and_a_rival_for_one_of_its_times_end_with_nobody_twice(house: cast.House) -> None:
    sessions = four(house)

    def run(number: int) -> Any:
        if number % 2:
            wanted = tuesday(3) + timedelta(days=1)
            return booked(house, wanted, client=house.ben, actor=house.ben.account)
        moves = [NewTime(one, one.starts_at + timedelta(days=1), house.ana) for one in sessions]
        return series_changes.move(moves=moves, by=By(None, "client"), now=cast.NOW)

    answers = race(6, run)

    assert sum(not isinstance(answer, Exception) for answer in answers) == 1, answers
    shifted = MassageSession.objects.filter(client=house.nadia, starts_at=tuesday(1) + timedelta(days=1)).count()
    days = timedelta(days=1) if shifted else timedelta(0)
    starts = MassageSession.objects.filter(client=house.nadia).order_by("starts_at").values_list("starts_at", flat=True)
    assert list(starts) == [tuesday(number) + days for number in (1, 2, 3, 4)]

"""Both or neither: who may have whom, what stands against one of the two, and what the database keeps apart."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused, Taken
from massage_booking.outbox.models import Message
from sessions.models import MassageSession, SessionEvent, Together
from sessions.selectors import together as selectors
from sessions.services import together
from tests import cast
from tests.sessions.together.two import TEN, book, hold, pair, terms, who_and_where
from therapists.models import WeeklyHours


def common(wish: Any) -> list[Any]:
    """Return when both can begin on the Monday after."""
    day = TEN.date()
    found = selectors.look(wish, first=day, last=day, now=cast.NOW)
    return [found.at(minute) for minute in found.anyone()]


def test_both_are_booked_in_one_step(house: cast.House, sam: Client) -> None:
    sessions = book(pair(house, sam, two=house.swedish45))

    both = Together.objects.get()
    assert [(one.client, one.minutes, one.price, one.status, one.together) for one in sessions] == [
        (house.nadia, 60, house.swedish.price, "booked", both),
        (sam, 45, house.swedish45.price, "booked", both),
    ]
    assert list(SessionEvent.objects.values_list("act", "by")) == [("confirm", "client")] * 2
    assert selectors.companion_of(sessions[0]) == sessions[1]


def test_anyone_for_both_are_two_different_people(house: cast.House, sam: Client) -> None:
    one, two = book(pair(house, sam, with_one=None, with_two=None))

    assert {one.therapist, two.therapist} == {house.ana, house.uma}
    assert one.chosen_because != ""


def test_anyone_leaves_the_one_who_was_named_to_the_other(house: cast.House, sam: Client) -> None:
    one, two = book(pair(house, sam, with_one=None, with_two=house.ana))

    assert (one.therapist, two.therapist) == (house.uma, house.ana)


def test_what_only_one_gives_goes_to_that_one(house: cast.House, sam: Client) -> None:
    one, two = book(pair(house, sam, with_one=None, two=house.deep, with_two=None))

    assert (one.therapist, two.therapist) == (house.uma, house.ana)


def test_without_two_tables_of_one_room_two_rooms_will_do(house: cast.House, sam: Client) -> None:
    house.tables[1].is_active = False
    house.tables[1].save()
    wish = pair(house, sam)

    assert {time.side_by_side for time in common(wish)} == {False}
    assert common(replace(wish, side_by_side=True)) == []
    with pytest.raises(Taken):
        book(replace(wish, side_by_side=True))
    assert {where for _, where in who_and_where(book(wish))} == {"Room 1, table", "Room 2, right table"}


def test_the_answers_of_each_count_for_each(house: cast.House, sam: Client) -> None:
    wish = pair(house, sam)
    closed = replace(wish.second, allowed_on=lambda day: day != TEN.date())

    assert common(replace(wish, second=closed)) == []
    assert common(wish) != []


def test_what_each_has_booked_already_counts_for_each(house: cast.House, sam: Client) -> None:
    bea = cast.make_therapist("Bea Flynn", location=house.location, services=[house.swedish])
    cast.book(house, client=sam, therapist=bea, starts_at=TEN)

    assert TEN not in [time.starts_at for time in common(pair(house, sam))]
    with pytest.raises(Taken):
        book(pair(house, sam))
    assert MassageSession.objects.count() == 1


def test_nobody_is_given_their_own_guardian(house: cast.House) -> None:
    idris = cast.make_client("Idris Quiroga", account=house.ana.user, born=date(2012, 6, 2), relation="child")
    wish = pair(house, idris, with_one=None, with_two=None)

    found = selectors.look(wish, first=TEN.date(), last=TEN.date(), now=cast.NOW)

    assert set(found.second.therapists) == {house.uma.pk}
    assert set(found.first.therapists) == {house.ana.pk, house.uma.pk}


@pytest.mark.parametrize("index", [0, 1])
def test_if_one_of_the_two_is_refused_neither_is_booked(house: cast.House, sam: Client, index: int) -> None:
    wish = pair(house, sam)
    judged = terms(wish)
    refused = replace(judged.assessments[index], aheads=(), may_book=False)
    both = tuple(refused if number == index else one for number, one in enumerate(judged.assessments))

    with pytest.raises(Refused) as error:
        together.book_two(wish, terms=replace(judged, assessments=both), starts_at=TEN, now=cast.NOW)

    assert (error.value.code, error.value.params["index"]) == ("screening", index)
    assert (MassageSession.objects.count(), Together.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_one_client_is_not_two(house: cast.House, sam: Client) -> None:
    wish = pair(house, sam)

    with pytest.raises(Refused, match="same_client_twice"):
        book(replace(wish, second=wish.first))
    with pytest.raises(Refused, match="same_client_twice"):
        hold(replace(wish, second=wish.first))


def test_the_second_is_lost_to_somebody_after_the_first_was_written_and_nothing_stays(
    house: cast.House, sam: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    wish = pair(house, sam)
    real = together.booking.settle

    def failing(row: Any, **more: Any) -> Any:
        if row.client == sam:
            raise Refused("answers_changed")
        return real(row, **more)

    monkeypatch.setattr(together.booking, "settle", failing)
    with pytest.raises(Refused, match="answers_changed"):
        book(wish)

    assert (MassageSession.objects.count(), Together.objects.count(), Message.objects.count()) == (0, 0, 0)


def test_the_nearest_three_are_common_times(house: cast.House, sam: Client) -> None:
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=TEN)

    with pytest.raises(Taken) as lost:
        book(pair(house, sam))

    times = [(time.starts_at, time.side_by_side, time.with_anyone) for time in lost.value.params["nearest"]]
    # Uma is busy from ten to a quarter past eleven; before, an hour with turnover must fit since nine.
    assert times == [
        (TEN + timedelta(minutes=75), True, False),
        (TEN + timedelta(minutes=90), True, False),
        (TEN + timedelta(minutes=105), True, False),
    ]
    assert (lost.value.code, MassageSession.objects.count()) == ("not_free_for_two", 1)


def test_the_nearest_with_others_say_so(house: cast.House, sam: Client) -> None:
    cast.make_therapist("Bea Flynn", location=house.location, services=[house.swedish])
    WeeklyHours.objects.filter(therapist=house.uma).delete()

    found = selectors.nearest(pair(house, sam), wanted=TEN, now=cast.NOW)

    assert [(time.starts_at, time.with_anyone) for time in found][1] == (TEN, True)
    assert all(time.with_anyone for time in found)


def test_two_without_mail_in_common_get_a_letter_each(house: cast.House) -> None:
    book(pair(house, house.ben), actor=None, via="phone", by="desk")

    owed = Message.objects.filter(kind__in=["booked", "together_booked"], status="queued")
    assert sorted(owed.values_list("kind", "recipient")) == [
        ("booked", "ben@example.com"),
        ("booked", "nadia@example.com"),
    ]


def test_the_queries_do_not_grow_with_the_calendar(house: cast.House, sam: Client) -> None:
    wish, counts = pair(house, sam, with_one=None, with_two=None), []
    for number in (1, 3):
        for more in range(number):
            cast.book(house, client=house.ben, starts_at=cast.at(9 + 2 * more, days=7 + number))
        with CaptureQueriesContext(
            connection,
        ) as seen:
            found = selectors.look(wish, first=TEN.date(), last=TEN.date() + timedelta(days=27), now=cast.NOW)
            assert found.anyone()
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_two_who_were_moved_apart_belong_together_no_more(house: cast.House, sam: Client) -> None:
    one, two = book(pair(house, sam))
    assert selectors.belong(one, two)

    MassageSession.objects.filter(pk=two.pk).update(status="cancelled")
    one.refresh_from_db()

    assert selectors.companion_of(one) is None

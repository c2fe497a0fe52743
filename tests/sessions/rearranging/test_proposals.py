"""What is proposed for each session of somebody who is not in."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.accounts.models import Client
from screening.document import GivenRow
from sessions.models import MassageSession, Together
from sessions.selectors import rearranging
from tests import cast
from tests.sessions.rearranging.acting import away_today
from therapists.models import Therapist

pytestmark = pytest.mark.django_db

Book = Callable[..., MassageSession]


def rows(house: cast.House, **more: Any) -> list[rearranging.Row]:
    return rearranging.rows_of_days(away=away_today(house, **more), now=cast.NOW)


def in_words(row: rearranging.Row) -> list[str]:
    found = [f"{one.therapist.first_name} then" for one in row.colleagues]
    return found + [f"{one.therapist.first_name} {one.starts_at:%d %H:%M}" for one in row.times]


def test_a_colleague_at_the_same_time_comes_first_then_three_times_near_it_two_with_the_same_therapist(
    house: cast.House, booked: Book
) -> None:
    booked(10)

    (row,) = rows(house)

    assert row.colleagues[0].therapist == house.uma
    assert row.proposed == row.colleagues[0]
    assert in_words(row) == ["Uma then", "Uma 01 08:45", "Ana 02 08:00", "Ana 02 08:15"]


def test_a_time_with_the_same_therapist_is_one_after_the_days_off(house: cast.House, booked: Book) -> None:
    session = booked(16)
    house.uma.weekly_hours.all().delete()

    (row,) = rows(house)

    assert row.colleagues == []
    assert {one.therapist for one in row.times} == {house.ana}
    assert min(one.starts_at for one in row.times) >= cast.at(9, days=1)
    assert row.proposed is not None and row.proposed.starts_at - session.starts_at < timedelta(days=1)


def test_requests_couples_arrived_clients_and_those_that_wait_for_a_letter_are_listed(
    house: cast.House, booked: Book, carl: Client
) -> None:
    asked, here = booked(10, needs_review=True), booked(12, client=house.ben)
    MassageSession.objects.filter(pk=here.pk).update(status="arrived")
    waits = booked(14, client=carl, via="phone", by="desk", assessment=None)
    MassageSession.objects.filter(pk=waits.pk).update(status="requested", clearance_until=cast.at(9, days=1))
    gone = booked(16, client=house.ben)
    MassageSession.objects.filter(pk=gone.pk).update(status="cancelled")
    started = booked(16)
    MassageSession.objects.filter(pk=started.pk).update(status="started")

    assert [row.session for row in rows(house)] == [asked, here, waits]
    assert [row.colleagues[0].therapist for row in rows(house)] == [house.uma] * 3


def test_half_a_couple_is_given_to_a_colleague_but_not_moved_away_by_itself(house: cast.House, booked: Book) -> None:
    pair = Together.objects.create(created_at=cast.NOW)
    session = booked(10)
    MassageSession.objects.filter(pk=session.pk).update(together=pair)

    (with_uma,) = rows(house)
    house.uma.weekly_hours.all().delete()
    (alone,) = rows(house)

    assert with_uma.proposed is not None and with_uma.proposed.therapist == house.uma
    assert (alone.proposed, len(alone.times)) == (None, 3)


def test_whom_the_client_saw_last_comes_before_others_and_the_reason_is_known(
    house: cast.House, booked: Book, mara: Therapist
) -> None:
    booked(10)
    MassageSession.objects.create(
        client=house.nadia, service=house.swedish, therapist=mara, place=house.tables[1], status="done",
        starts_at=cast.at(10, days=-14), ends_at=cast.at(11, days=-14), blocked_until=cast.at(11, days=-14),
        price=68, currency="EUR", created_at=cast.NOW,
    )  # fmt: skip

    (row,) = rows(house)

    assert [(one.therapist, one.because) for one in row.colleagues] == [(mara, "last_seen"), (house.uma, "")]


def test_who_is_not_trained_for_it_is_not_proposed(house: cast.House, booked: Book, mara: Therapist) -> None:
    technique = house.deep.technique
    technique.needs_certificate = True
    technique.save()
    mara.services.add(house.deep)
    for person in (house.ana, house.uma):
        cast.make_training(person, technique)
    booked(10, service=house.deep)

    (row,) = rows(house)
    cast.make_training(mara, technique)
    (trained,) = rows(house)
    mara.trainings.update(expires_on=cast.TODAY - timedelta(days=1))
    (lapsed,) = rows(house)

    assert [[one.therapist for one in found.colleagues] for found in (row, trained, lapsed)] == [[], [mara], []]
    assert {one.therapist for one in lapsed.times} == {house.ana}


def test_a_guardian_is_not_proposed_for_their_own_child(house: cast.House, booked: Book, mara: Therapist) -> None:
    booked(10)
    Client.objects.filter(pk=house.nadia.pk).update(date_of_birth="2011-05-01", account=house.uma.user)

    (row,) = rows(house)

    assert [one.therapist for one in row.colleagues] == [mara]


def test_two_sessions_are_not_proposed_the_same_colleague_or_table_at_the_same_time(
    house: cast.House, booked: Book
) -> None:
    """Two hours of Ana's day, and one free hour of Uma's: the second goes elsewhere."""
    first, second = booked(10), booked(12, client=house.ben)
    house.uma.weekly_hours.update(starts="10:00", ends="11:00")

    found = {row.session: row.proposed for row in rows(house)}

    assert found[first] is not None and found[first].starts_at == cast.at(10)
    assert found[second] is not None and found[second].therapist == house.ana
    assert found[second].starts_at >= cast.at(9, days=1)


def test_two_sessions_that_must_move_get_two_times(house: cast.House, booked: Book) -> None:
    house.uma.weekly_hours.all().delete()
    first, second = booked(15), booked(10, client=house.ben)
    house.ana.weekly_hours.exclude(weekday=1).delete()
    house.ana.weekly_hours.update(starts="09:00", ends="11:15")

    found = [row.proposed for row in rows(house)]

    assert all(found)
    assert len({(one.therapist.pk, one.starts_at) for one in found if one}) == 2
    assert {first, second} == {row.session for row in rows(house)}


def test_the_day_of_another_time_is_one_that_the_answers_allow(house: cast.House, booked: Book) -> None:
    """Nobody is moved to a day on which they would have to wait; the colleague takes the session as it stands."""
    booked(10)
    cast.answer(house.nadia, {"neck_injury": GivenRow(answer="Within the last 3 days", event_on=cast.TODAY)})

    (row,) = rows(house)

    assert [one.therapist for one in row.colleagues] == [house.uma]
    assert row.times and min(one.starts_at for one in row.times) >= cast.at(9, days=3)


def test_what_stands_beside_the_grid_may_stay_at_its_minute_with_a_colleague(house: cast.House, booked: Book) -> None:
    session = booked(10)
    MassageSession.objects.filter(pk=session.pk).update(
        starts_at=cast.at(10, 5), ends_at=cast.at(11, 5), blocked_until=cast.at(11, 20)
    )

    (row,) = rows(house)

    assert [(one.therapist, one.starts_at) for one in row.colleagues] == [(house.uma, cast.at(10, 5))]


def test_what_was_made_longer_is_proposed_as_long_as_it_is(house: cast.House, booked: Book) -> None:
    session = booked(10)
    MassageSession.objects.filter(pk=session.pk).update(ends_at=cast.at(11, 30), blocked_until=cast.at(11, 45))
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(11, 30))

    (row,) = rows(house)

    assert row.colleagues == []
    assert all(one.starts_at + timedelta(minutes=90) <= cast.at(17) for one in row.times if one.therapist == house.uma)

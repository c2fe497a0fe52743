"""Proposing the dates of a series: every one checked, what clashes replaced, and the reason said."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from massage_booking.studio.models import Place
from screening.document import GivenRow
from sessions.selectors.series import Planning
from sessions.selectors.series_rows import Pick
from tests import cast
from tests.sessions.series.dates import FIRST, asked, count_of, in_the_way, rows, told, tuesday
from therapists.models import DatedHours, TimeOff

pytestmark = pytest.mark.django_db

WAITS = {
    "recent_fracture": GivenRow(
        answer="Spine, rib, pelvis, hip, collarbone or shoulder blade, within 12 weeks", event_on=date(2026, 5, 20)
    )
}


@pytest.fixture(autouse=True)
def answered(house: cast.House) -> None:
    """Nadia has answered: everything is fine."""
    cast.answer(house.nadia)


def test_six_dates_as_wished(house: cast.House) -> None:
    assert told(rows(house)) == [("fits", tuesday(number), "") for number in range(1, 7)]


def test_each_date_is_checked_and_not_only_the_first(house: cast.House) -> None:
    """Taken, off, and closed for the day: the fourth, the fifth and the sixth."""
    in_the_way(house, tuesday(4))
    TimeOff.objects.create(therapist=house.ana, starts_at=tuesday(5, 8), ends_at=tuesday(5, 18))
    DatedHours.objects.create(therapist=house.ana, day=FIRST + timedelta(days=70))

    found = told(rows(house))

    assert [state for state, _, _ in found] == ["fits", "fits", "fits", "moved", "moved", "moved"]
    assert [why for _, _, why in found[3:]] == ["therapist_busy", "outside_hours", "outside_hours"]
    # The same day where it has something near ten, else the same time on the day before.
    assert [at for _, at, _ in found[3:]] == [
        tuesday(4, 11, 15),
        tuesday(5) - timedelta(days=1),
        tuesday(6) - timedelta(days=1),
    ]


def test_a_full_room_is_a_reason_of_its_own(house: cast.House) -> None:
    Place.objects.filter(pk__in=[place.pk for place in house.tables[1:]]).update(is_active=False)
    in_the_way(house, tuesday(2), therapist=house.uma)

    second = rows(house, count=2)[1]

    assert (second.state.value, second.why) == ("moved", "no_place")


def test_with_anyone_somebody_else_gives_it_at_the_very_time(house: cast.House) -> None:
    in_the_way(house, tuesday(2))

    second = rows(house, count=2, therapist=None)[1]

    assert (second.state.value, second.time and second.time.starts_at) == ("fits", tuesday(2))
    assert second.time and second.time.who == (house.uma,)


def test_two_sessions_are_never_proposed_on_one_day(house: cast.House) -> None:
    cast.book(house, starts_at=tuesday(2, 15))

    second = rows(house, count=2)[1]

    assert (second.state.value, second.why) == ("moved", "client_that_day")
    assert second.time and second.time.starts_at.date() != tuesday(2).date()


def test_the_answers_are_asked_for_each_day(house: cast.House) -> None:
    """A wait that is over in the middle of August: earlier dates cannot be had, the last one can."""
    cast.answer(house.nadia, WAITS)

    found = told(rows(house))

    assert found[:4] == [("none", None, "wait")] * 4
    assert found[-1] == ("fits", tuesday(6), "")


def test_what_is_too_far_ahead_is_said(house: cast.House) -> None:
    found = told(rows(house, count=8))

    assert [state for state, _, _ in found] == ["fits"] * 6 + ["too_far"] * 2
    assert found[-1] == ("too_far", None, "too_far")


def test_a_long_horizon_is_looked_at_whole(house: cast.House) -> None:
    house.studio.horizon_days = 365
    house.studio.save()

    found = rows(house, count=12, interval=30)

    assert {row.state.value for row in found} <= {"fits", "moved"}
    assert found[-1].time and found[-1].time.starts_at > cast.at(10, days=300)


def test_the_wall_clock_stays_when_the_clocks_change(house: cast.House) -> None:
    house.studio.horizon_days = 365
    house.studio.save()

    found = rows(house, count=12)

    local = [row.time.starts_at.astimezone(house.studio.tz) for row in found if row.time]
    assert {at.hour for at in local} == {10}
    assert {at.utcoffset() for at in local} == {timedelta(hours=1), timedelta(0)}


def test_the_number_of_queries_does_not_grow_with_the_dates(house: cast.House) -> None:
    house.studio.horizon_days = 365
    house.studio.save()
    counts = []
    for count in (2, 12):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            planning = Planning(asked(house, count=count))
            for row in planning.rows:
                planning.nearest(row)
        counts.append(count_of(queries))

    assert counts[0] == counts[1] <= 32, counts


def test_what_was_chosen_is_kept_while_it_is_free(house: cast.House) -> None:
    picks = {0: Pick(tuesday(1, 14), "ana-quiroga"), 1: None}

    found = told(rows(house, count=3, picks=picks))

    assert found == [("chosen", tuesday(1, 14), ""), ("out", None, ""), ("fits", tuesday(3), "")]


def test_what_was_chosen_and_is_gone_gives_way_to_the_nearest_of_it(house: cast.House) -> None:
    in_the_way(house, tuesday(1, 14))

    first = rows(house, count=2, picks={0: Pick(tuesday(1, 14), "ana-quiroga")})[0]

    assert (first.lost, first.state.value) == (tuesday(1, 14), "moved")
    assert first.time and first.time.starts_at == tuesday(1, 12, 45)


@pytest.mark.parametrize("slug", ["nobody", "uma-ruiz"])
def test_a_time_with_somebody_who_does_not_work_then_is_no_choice(house: cast.House, slug: str) -> None:
    TimeOff.objects.create(therapist=house.uma, starts_at=tuesday(1, 8), ends_at=tuesday(1, 18))

    first = rows(house, count=2, picks={0: Pick(tuesday(1), slug)})[0]

    assert (first.lost, first.time and first.time.starts_at) == (tuesday(1), tuesday(1))


def test_the_desk_hears_no_reason_of_health(house: cast.House) -> None:
    cast.answer(house.nadia, WAITS)

    first = rows(house, by_desk=True)[0]

    assert (first.state.value, first.why) == ("none", "screening")

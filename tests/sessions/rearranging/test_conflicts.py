"""Sessions that hours, time off, certificates, services or places no longer cover: found, named, kept or asked anew."""

from collections.abc import Callable
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any

import pytest

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import midnight
from massage_booking.studio.models import Location, Place, Room
from sessions.domain.outside import Outside
from sessions.models import MassageSession
from sessions.selectors import conflicts
from tests import cast
from tests.sessions.rearranging.acting import keep, rearrange
from therapists.domain.hours import WeeklyBlock
from therapists.models import DatedHours, OutsideBusy, OutsideCalendar, RepeatingTimeOff, TimeOff, WeeklyHours
from therapists.services import replace_weekly_hours

pytestmark = pytest.mark.django_db

Book = Callable[..., MassageSession]
TOMORROW = date(2026, 6, 2)
Change = Callable[[cast.House], Any]


def found(house: cast.House, *, therapist: Any = None) -> dict[MassageSession, tuple[Outside, ...]]:
    return {one.session: one.reasons for one in conflicts.open_ones(now=cast.NOW, therapist=therapist)}


def other_week(house: cast.House) -> None:
    replace_weekly_hours(
        therapist=house.ana, blocks=[WeeklyBlock(1, time(12), time(17), house.location.pk)], now=cast.NOW
    )


def other_hours_on_the_date(house: cast.House) -> None:
    DatedHours.objects.create(
        therapist=house.ana, day=TOMORROW, starts=time(14), ends=time(18), location=house.location
    )


def no_work_on_the_date(house: cast.House) -> None:
    DatedHours.objects.create(therapist=house.ana, day=TOMORROW)


def time_off(house: cast.House) -> None:
    TimeOff.objects.create(therapist=house.ana, starts_at=cast.at(10, 30, days=1), ends_at=cast.at(11, days=1))


def every_tuesday_off(house: cast.House) -> None:
    RepeatingTimeOff.objects.create(therapist=house.ana, weekday=1, first=cast.TODAY)


def busy_elsewhere(house: cast.House) -> None:
    calendar = OutsideCalendar.objects.create(therapist=house.ana, name="Home", created_at=cast.NOW)
    OutsideBusy.objects.create(
        therapist=house.ana, calendar=calendar, starts_at=cast.at(9, days=1), ends_at=cast.at(10, 15, days=1)
    )


def another_house(house: cast.House) -> None:
    harbour = Location.objects.create(name="Harbour")
    Place.objects.create(room=Room.objects.create(location=harbour, name="Room 9"))
    WeeklyHours.objects.filter(therapist=house.ana).update(location=harbour)


def out_of_use(house: cast.House) -> None:
    Place.objects.update(is_active=False)


def not_given(house: cast.House) -> None:
    house.ana.services.remove(house.swedish)


def not_here(house: cast.House) -> None:
    house.ana.is_active = False
    house.ana.save()


def needs_a_certificate(house: cast.House) -> None:
    technique = house.swedish.technique
    technique.needs_certificate = True
    technique.save()


def ends_before(house: cast.House) -> None:
    needs_a_certificate(house)
    cast.make_training(house.ana, house.swedish.technique, expires_on=cast.TODAY)


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        (other_week, (Outside.HOURS,)),
        (other_hours_on_the_date, (Outside.HOURS,)),
        (no_work_on_the_date, (Outside.HOURS,)),
        (time_off, (Outside.TIME_OFF,)),
        (every_tuesday_off, (Outside.TIME_OFF,)),
        (busy_elsewhere, (Outside.ELSEWHERE,)),
        (another_house, (Outside.LOCATION,)),
        (out_of_use, (Outside.PLACE,)),
        (not_given, (Outside.SERVICE,)),
        (not_here, (Outside.THERAPIST,)),
        (needs_a_certificate, (Outside.CERTIFICATE,)),
        (ends_before, (Outside.CERTIFICATE,)),
    ],
    ids=lambda value: getattr(value, "__name__", ""),
)
def test_every_change_under_a_session_is_found_and_named(
    house: cast.House, booked: Book, change: Change, reasons: tuple[Outside, ...]
) -> None:
    session = booked(10, days=1)
    cast.book(house, client=house.ben, therapist=house.uma, service=house.swedish45, starts_at=cast.at(14, days=2))
    assert found(house) == {}

    change(house)

    assert found(house)[session] == reasons
    session.refresh_from_db()
    assert (session.status, session.starts_at, session.therapist) == ("booked", cast.at(10, days=1), house.ana)


def test_a_public_holiday_that_is_switched_on_is_named(house: cast.House, booked: Book) -> None:
    """The first Monday in June is one in Ireland; the clock stands on it, so the session is in August."""
    session = cast.book(house, starts_at=cast.at(10, days=63), now=cast.NOW + timedelta(days=5))
    house.studio.holiday_country = "IE"
    house.studio.save()

    assert found(house) == {session: (Outside.HOLIDAY,)}


def test_one_who_works_on_a_holiday_all_the_same_has_nothing_outside(house: cast.House) -> None:
    cast.book(house, starts_at=cast.at(10, days=63), now=cast.NOW + timedelta(days=5))
    house.studio.holiday_country = "IE"
    house.studio.save()
    DatedHours.objects.create(
        therapist=house.ana, day=date(2026, 8, 3), starts=time(9), ends=time(12), location=house.location
    )

    assert found(house) == {}


def test_what_fits_to_the_minute_is_not_outside_and_its_turnover_may_be(house: cast.House, booked: Book) -> None:
    booked(10, days=1)
    WeeklyHours.objects.filter(therapist=house.ana).update(starts=time(10), ends=time(11))

    assert found(house) == {}


def test_several_reasons_are_all_named(house: cast.House, booked: Book) -> None:
    session = booked(10, days=1)
    not_here(house)
    time_off(house)
    out_of_use(house)

    assert found(house)[session] == (Outside.THERAPIST, Outside.TIME_OFF, Outside.PLACE)


def test_what_is_over_cancelled_or_begun_is_nobodys_question(house: cast.House, booked: Book) -> None:
    for hour, status in ((10, "done"), (12, "cancelled"), (14, "started"), (16, "no_show")):
        MassageSession.objects.filter(pk=booked(hour, days=1).pk).update(status=status)
    not_here(house)

    assert found(house) == {}


def test_one_agreed_against_the_hours_is_not_asked_about_but_for_time_off(house: cast.House, booked: Book) -> None:
    session = booked(10, days=1)
    MassageSession.objects.filter(pk=session.pk).update(override_reason="She asked for it.")
    other_week(house)
    assert found(house) == {}

    time_off(house)

    assert found(house) == {session: (Outside.TIME_OFF,)}


def test_the_therapist_sees_their_own_and_the_desk_everybodys(house: cast.House, booked: Book) -> None:
    own = booked(10, days=1)
    other = cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(10, days=1))
    Place.objects.update(is_active=False)

    assert set(found(house)) == {own, other}
    assert set(found(house, therapist=house.uma)) == {other}


def test_what_is_kept_is_not_asked_again_until_the_hours_change_again(house: cast.House, booked: Book) -> None:
    session = booked(10, days=1)
    other_week(house)
    (stranded,) = conflicts.open_ones(now=cast.NOW)

    rearrange(house, keep(session, stranded.mark), away=None)
    assert found(house) == {}
    assert [one.is_kept for one in conflicts.stranded(now=cast.NOW)] == [True]

    other_week(house)
    assert found(house) == {}, "saved again, but the same"

    replace_weekly_hours(
        therapist=house.ana, blocks=[WeeklyBlock(1, time(13), time(17), house.location.pk)], now=cast.NOW
    )
    assert found(house) == {session: (Outside.HOURS,)}


@pytest.mark.parametrize("change", [time_off, out_of_use, not_given, not_here], ids=lambda change: change.__name__)
def test_another_reason_asks_anew_about_what_was_kept(house: cast.House, booked: Book, change: Change) -> None:
    session = booked(10, days=1)
    other_week(house)
    (stranded,) = conflicts.open_ones(now=cast.NOW)
    rearrange(house, keep(session, stranded.mark), away=None)

    change(house)

    assert set(found(house)) == {session}


def test_the_queries_do_not_grow_with_sessions_or_therapists(
    house: cast.House, booked: Book, django_assert_num_queries: Any
) -> None:
    with django_assert_num_queries(1):
        assert conflicts.stranded(now=cast.NOW) == []
    booked(10, days=1)
    with django_assert_num_queries(6):
        assert conflicts.stranded(now=cast.NOW) == []
    Place.objects.update(is_active=False)
    time_off(house)
    with django_assert_num_queries(9):
        assert len(conflicts.stranded(now=cast.NOW)) == 1
    Place.objects.update(is_active=True)
    for number, client in enumerate((house.nadia, house.ben)):
        cast.book(house, client=client, therapist=house.uma, starts_at=cast.at(12 + 2 * number, days=1))
    Place.objects.update(is_active=False)
    with django_assert_num_queries(9):
        assert len(conflicts.stranded(now=cast.NOW)) == 3


def test_clocks_that_change_do_not_strand_anybody(house: cast.House) -> None:
    """The last Sunday in October, and the Monday after it, in the wall's own hours."""
    WeeklyHours.objects.create(therapist=house.ana, location=house.location, weekday=6, starts=time(0), ends=time(6))
    begins = instant_of(midnight(date(2026, 10, 25), house.studio.tz))
    for hours in (0, 2, 5):
        MassageSession.objects.create(
            client=house.nadia, service=house.swedish, therapist=house.ana, place=house.tables[0], status="booked",
            starts_at=begins + timedelta(hours=hours), ends_at=begins + timedelta(hours=hours + 1),
            blocked_until=begins + timedelta(hours=hours + 1), price=Decimal(68), currency="EUR", created_at=cast.NOW,
        )  # fmt: skip

    assert found(house) == {}

"""Days on which the studio is closed, as a client meets them."""

from datetime import date, time
from typing import Any

import pytest

from sessions.models import MassageSession
from sessions.selectors.closed import closed_days
from tests import cast
from tests.reading import text_of
from tests.sessions.views.guest import Guest, page_of
from therapists.models import DatedHours

pytestmark = pytest.mark.django_db

FIND = "/sessions/find/"
AUGUST = f"{FIND}?service=swedish-60&month=2026-08"
HOLIDAY = date(2026, 8, 3)


def open_on_it(house: cast.House, therapist: Any) -> None:
    DatedHours.objects.create(therapist=therapist, day=HOLIDAY, starts=time(10), ends=time(12), location=house.location)


def days_open(response: Any) -> list[int]:
    return [day.date.day for week in response.context["month"].weeks for day in week if day and day.count]


def test_a_closed_day_stands_in_the_month_with_its_name(guest: Guest, house: cast.House) -> None:
    cast.make_studio(holiday_country="IE")

    response = guest.get(AUGUST)

    assert 3 not in days_open(response) and 4 in days_open(response)
    assert "Closed: Mon 3 Aug (August Bank Holiday)." in text_of(response)
    assert 'class="closed"' in page_of(response)
    assert "3 closed, August Bank Holiday" in text_of(response)


def test_a_closed_day_that_is_asked_for_says_why_it_has_no_times(guest: Guest, house: cast.House) -> None:
    cast.make_studio(holiday_country="IE")

    said = text_of(guest.get(f"{FIND}?service=swedish-60&day=2026-08-03"))

    assert "Monday 3 August Closed: August Bank Holiday. The days with a bar under them have times." in said


def test_without_a_country_nothing_is_closed(guest: Guest, house: cast.House) -> None:
    response = guest.get(AUGUST)

    assert 3 in days_open(response)
    assert "Closed:" not in text_of(response)


def test_whoever_has_set_hours_on_a_holiday_can_be_booked(guest: Guest, house: cast.House) -> None:
    cast.make_studio(holiday_country="IE")
    open_on_it(house, house.uma)

    anyone = guest.get(AUGUST)
    assert 3 in days_open(anyone)
    assert "Closed:" not in text_of(anyone)

    ana = guest.get(f"{AUGUST}&therapist=ana-quiroga")
    assert 3 not in days_open(ana)
    assert "Closed:" not in text_of(ana)  # she is off, the studio is not closed


def test_a_holiday_with_hours_that_are_full_is_not_called_closed(house: cast.House) -> None:
    studio = cast.make_studio(holiday_country="IE")
    open_on_it(house, house.uma)

    assert closed_days(studio=studio, first=HOLIDAY, last=HOLIDAY) == {}


def test_somebody_set_as_not_working_or_gone_does_not_open_a_holiday(house: cast.House) -> None:
    studio = cast.make_studio(holiday_country="IE")
    DatedHours.objects.create(therapist=house.ana, day=HOLIDAY)
    open_on_it(house, house.uma)
    house.uma.is_active = False
    house.uma.save()

    assert closed_days(studio=studio, first=HOLIDAY, last=HOLIDAY) == {HOLIDAY: "August Bank Holiday"}


def test_holidays_that_are_over_or_beyond_the_horizon_are_not_told(
    guest: Guest, house: cast.House, monday: Any
) -> None:
    cast.make_studio(holiday_country="IE", horizon_days=20)
    monday.move_to(cast.at(9, days=1))

    said = text_of(guest.get(f"{FIND}?service=swedish-60&month=2026-06"))

    assert "Closed:" not in said  # 1 June was yesterday


def test_a_holiday_cannot_be_booked_at_all(guest: Guest, house: cast.House) -> None:
    cast.make_studio(holiday_country="IE")

    response = guest.browser.post(
        "/sessions/hold/", {"service": "swedish-60", "therapist": "any", "starts_at": "2026-08-03T09:00:00Z"}
    )

    assert response.status_code == 409
    assert "Monday 3 August, 10:00 cannot be had" in text_of(response)
    assert "We are closed that day: August Bank Holiday. These are nearest to it" in text_of(response)
    assert not MassageSession.objects.exists()

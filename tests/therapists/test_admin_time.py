"""Hours on dates and repeating time off of everybody, in the admin."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from sessions.selectors.openings import openings
from tests import cast
from tests.reading import admin_errors, text_of
from therapists.models import DatedHours, RepeatingTimeOff, WeeklyHours

pytestmark = pytest.mark.usefixtures("monday")

DATES, REPEATING = "/admin/therapists/datedhours/", "/admin/therapists/repeatingtimeoff/"
SUNDAY = date(2026, 6, 7)


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


def block(house: cast.House, **changes: Any) -> dict[str, Any]:
    data = {
        "therapist": house.ana.pk, "day": "2026-06-07", "starts": "10:00", "ends": "12:00",
        "location": house.location.pk, "note": "",
    }  # fmt: skip
    return {**data, **changes}


def repeat(house: cast.House, **changes: Any) -> dict[str, Any]:
    data = {
        "therapist": house.ana.pk, "every_weeks": "2", "weekday": "3", "starts": "13:00", "ends": "17:00",
        "first": "2026-06-01", "last": "", "note": "",
    }  # fmt: skip
    return {**data, **changes}


@pytest.mark.parametrize("path", [DATES, f"{DATES}add/", REPEATING, f"{REPEATING}add/"])
def test_every_page_opens(house: cast.House, admin: Browser, path: str) -> None:
    assert admin.get(path).status_code == 200


def test_hours_on_a_date_can_be_booked_at_once(house: cast.House, admin: Browser) -> None:
    response = admin.post(f"{DATES}add/", block(house))
    assert (response.status_code, admin_errors(response)) == (302, [])
    admin.post(f"{DATES}add/", block(house, starts="14:00", ends="15:00"))

    found = openings(service=house.swedish, first=SUNDAY, last=SUNDAY, now=cast.NOW, therapist=house.ana)
    assert [f"{opening.starts_at:%H:%M}" for opening in found] == ["09:00", "09:15", "09:30", "09:45", "10:00", "13:00"]
    assert "10:00 to 12:00" in text_of(admin.get(DATES))


def test_a_date_without_work_needs_no_times_and_no_place(house: cast.House, admin: Browser) -> None:
    response = admin.post(f"{DATES}add/", block(house, starts="", ends=""))

    assert (response.status_code, admin_errors(response)) == (302, [])
    assert DatedHours.objects.values_list("day", "starts", "location").get() == (SUNDAY, None, None)
    assert "not working" in text_of(admin.get(DATES))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": ""}, "Give both times, or neither."),
        ({"location": ""}, "Say where."),
        ({"ends": "10:00"}, "From and to are the same."),
        ({"ends": "09:00"}, "That is 23 hours, into the next day. Write the afternoon as 13:00 and later."),
        ({"day": "2026-05-31"}, "That date is over already."),
        ({"day": "2036-05-31"}, "That is more than 400 days ahead. Set it when it is nearer."),
        ({"day": "0001-01-01"}, "Check the year."),
        (
            {"day": "2027-03-28", "starts": "01:30"},
            "The clocks go forward that night: 1:30 on Sunday 28 March does not exist. Choose a time before or after.",
        ),
        (
            {"day": "2026-06-02", "starts": "22:00", "ends": "09:30"},
            "Tuesday 22:00–09:30 and Wednesday 09:00–17:00 overlap on Wednesday from 09:00 to 09:30.",
        ),
    ],
    ids=[
        "half",
        "nowhere",
        "no length",
        "slip",
        "over",
        "ten years",
        "year 1",
        "skipped",
        "into tomorrow",
    ],
)
def test_a_date_that_makes_no_sense_is_refused(
    house: cast.House, admin: Browser, changes: dict[str, Any], told: str
) -> None:
    response = admin.post(f"{DATES}add/", block(house, **changes))

    assert admin_errors(response) == [told]
    assert not DatedHours.objects.exists()


def test_blocks_of_one_date_neither_overlap_nor_stand_beside_no_work(house: cast.House, admin: Browser) -> None:
    admin.post(f"{DATES}add/", block(house))

    assert admin_errors(admin.post(f"{DATES}add/", block(house, starts="11:00", ends="13:00"))) == [
        "Sunday 10:00–12:00 and Sunday 11:00–13:00 overlap on Sunday from 11:00 to 12:00."
    ]
    assert admin_errors(admin.post(f"{DATES}add/", block(house, starts="", ends=""))) == [
        "This date is set already, as working or as not. Change or delete that row first."
    ]
    row = DatedHours.objects.get()
    assert admin.post(f"{DATES}{row.pk}/change/", block(house, starts="11:00")).status_code == 302
    assert admin.post(f"{DATES}add/", block(house, therapist=house.uma.pk)).status_code == 302
    assert list(house.ana.dated_hours.values_list("starts", flat=True)) == [time(11)]


def test_a_night_of_the_week_before_a_date_is_seen(house: cast.House, admin: Browser) -> None:
    WeeklyHours.objects.create(therapist=house.ana, weekday=5, starts=time(20), ends=time(11), location=house.location)

    assert admin_errors(admin.post(f"{DATES}add/", block(house))) == [
        "Saturday 20:00–11:00 and Sunday 10:00–12:00 overlap on Sunday from 10:00 to 11:00."
    ]


def test_repeating_time_off_is_kept_and_told_with_its_next_day(house: cast.House, admin: Browser) -> None:
    response = admin.post(f"{REPEATING}add/", repeat(house))

    assert (response.status_code, admin_errors(response)) == (302, [])
    said = text_of(admin.get(REPEATING))
    assert "Every 2 weeks on Thursday, 13:00 to 17:00" in said and "4 Jun 2026" in said


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"ends": ""}, "Give both times, or neither for the whole day."),
        ({"every_weeks": "9"}, "Select a valid choice. 9 is not one of the available choices."),
        ({"last": "2026-05-01"}, "The last day comes before the first."),
        ({"last": "2026-06-02"}, "Between these days it never comes round. Check the weekday and the last day."),
        ({"first": "0001-01-01"}, "Check the year."),
    ],
    ids=["half", "too many weeks", "reversed", "never", "year 1"],
)
def test_repeating_time_off_that_makes_no_sense_is_refused(
    house: cast.House, admin: Browser, changes: dict[str, Any], told: str
) -> None:
    assert admin_errors(admin.post(f"{REPEATING}add/", repeat(house, **changes))) == [told]
    assert not RepeatingTimeOff.objects.exists()

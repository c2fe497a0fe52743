"""A therapist's own hours and time off."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from massage_booking.studio.models import Location
from sessions.selectors.openings import openings
from tests import cast
from tests.reading import field_errors, text_of
from therapists.models import TimeOff

SignIn = Callable[[User], Browser]
HOURS, TIME_OFF = "/therapists/hours/", "/therapists/time-off/"

pytestmark = pytest.mark.usefixtures("monday")


def week(**days: list[tuple[str, str]]) -> dict[str, Any]:
    """Return the form of a working week: day0=[("9:00", "17:00")], one empty row at each day's end."""
    data: dict[str, Any] = {}
    for number in range(7):
        blocks = days.get(f"day{number}", [])
        data |= {f"day{number}-TOTAL_FORMS": len(blocks) + 1, f"day{number}-INITIAL_FORMS": 0}
        for row, (starts, ends) in enumerate([*blocks, ("", "")]):
            data |= {f"day{number}-{row}-starts": starts, f"day{number}-{row}-ends": ends}
    return data


def stored(house: cast.House) -> list[tuple[int, time, time]]:
    return list(house.ana.weekly_hours.values_list("weekday", "starts", "ends"))


@pytest.fixture
def ana(house: cast.House, sign_in: SignIn) -> Browser:
    assert house.ana.user is not None
    return sign_in(house.ana.user)


@pytest.mark.parametrize("path", [HOURS, TIME_OFF])
def test_only_therapists_come_in(house: cast.House, sign_in: SignIn, path: str) -> None:
    stranger = Browser().get(path)
    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/code/?next={path}")

    assert [sign_in(user).get(path).status_code for user in (house.nadias_account, house.desk, house.admin)] == [
        404
    ] * 3

    assert house.ana.user is not None
    assert sign_in(house.ana.user).get(path).status_code == 200


def test_a_therapist_who_left_cannot_come_in(house: cast.House, ana: Browser) -> None:
    house.ana.is_active = False
    house.ana.save()

    assert ana.get(HOURS).status_code == 404


def test_the_week_is_shown_with_an_empty_row_a_day(house: cast.House, ana: Browser) -> None:
    page = ana.get(HOURS).content.decode()

    assert page.count('value="09:00"') == page.count('value="17:00"') == 5
    assert [f'name="day0-{row}-starts"' in page for row in (0, 1, 2)] == [True, True, False]
    assert "location" not in page


def test_a_saved_week_is_what_clients_can_book_at_once(house: cast.House, ana: Browser) -> None:
    tomorrow = cast.TODAY + timedelta(days=1)

    response = ana.post(HOURS, week(day1=[("13:00", "15:00"), ("9:00", "10:00")]))

    assert (response.status_code, response["Location"]) == (302, HOURS)
    assert stored(house) == [(1, time(9), time(10)), (1, time(13), time(15))]
    found = openings(service=house.swedish, first=cast.TODAY, last=tomorrow, now=cast.NOW, therapist=house.ana)
    assert [opening.starts_at for opening in found] == [
        cast.at(9, days=1), *(cast.at(13, minute, days=1) for minute in (0, 15, 30, 45)), cast.at(14, days=1)
    ]  # fmt: skip


def test_an_empty_week_is_a_week_too(house: cast.House, ana: Browser) -> None:
    ana.post(HOURS, week())

    assert stored(house) == []


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (
            {"day0": [("9:00", "12:00"), ("11:30", "15:00")]},
            ["Monday 09:00–12:00 and Monday 11:30–15:00 overlap on Monday from 11:30 to 12:00."],
        ),
        (
            {"day0": [("9:00", "12:00"), ("9:00", "12:00")]},
            ["Monday 09:00–12:00 and Monday 09:00–12:00 overlap on Monday from 09:00 to 12:00."],
        ),
        (
            {"day6": [("22:00", "2:00")], "day0": [("1:00", "9:00")]},
            ["Monday 01:00–09:00 and Sunday 22:00–02:00 overlap on Monday from 01:00 to 02:00."],
        ),
        ({"day2": [("9:00", "")]}, ["Say until when."]),
        ({"day2": [("", "17:00")]}, ["Say from when."]),
        ({"day2": [("9:00", "9:00")]}, ["From and to are the same."]),
        (
            {"day2": [("9:00", "5:00")]},
            ["That is 20 hours, into the next day. Write the afternoon as 13:00 and later."],
        ),
        ({"day2": [("nine", "25:00")]}, ["Enter a valid time.", "Enter a valid time."]),
    ],
    ids=["overlap", "twice", "past midnight", "no end", "no start", "no length", "slip of the clock", "no times"],
)
def test_a_week_that_makes_no_sense_is_shown_again_with_the_reason_at_its_row(
    house: cast.House, ana: Browser, days: dict[str, list[tuple[str, str]]], told: list[str]
) -> None:
    before = stored(house)

    response = ana.post(HOURS, week(**days))

    assert field_errors(response) == told
    assert "Nothing was saved yet" in text_of(response)
    assert stored(house) == before


def test_work_may_run_past_midnight(house: cast.House, ana: Browser) -> None:
    ana.post(HOURS, week(day5=[("20:00", "01:30")]))

    assert stored(house) == [(5, time(20), time(1, 30))]


@pytest.mark.parametrize("total", ["", "x", "-1", "999999999999999999999", "3"])
def test_a_tampered_form_is_never_an_error(house: cast.House, ana: Browser, total: str) -> None:
    before = stored(house)

    response = ana.post(HOURS, {**week(), "day3-TOTAL_FORMS": total, "day3-0-location": "9" * 30})

    assert response.status_code in (200, 302)
    assert stored(house) in (before, [])


def test_with_several_locations_each_block_says_where(house: cast.House, ana: Browser) -> None:
    harbour = Location.objects.create(name="Harbour", position=1)
    data = week(day0=[("9:00", "12:00"), ("14:00", "17:00")])

    refused = ana.post(HOURS, {**data, "day0-0-location": "999"})
    assert field_errors(refused) == ["Select a valid choice. 999 is not one of the available choices."]

    ana.post(HOURS, {**data, "day0-0-location": house.location.pk, "day0-1-location": harbour.pk})
    assert list(house.ana.weekly_hours.values_list("location__name", flat=True)) == ["Weir Lane", "Harbour"]


def test_sessions_left_outside_the_hours_are_named_and_stay_booked(house: cast.House, ana: Browser) -> None:
    session = cast.book(house)

    ana.post(HOURS, week(day1=[("13:00", "17:00")]))

    said = text_of(ana.get(HOURS))
    assert "One booked session lies outside your hours" in said
    assert "Tue 2 Jun, 10:00 , Nadia R., 60 min" in said.replace("\u00a0", " ")
    session.refresh_from_db()
    assert session.status == "booked"


def test_time_off_is_added_listed_and_removed(house: cast.House, ana: Browser) -> None:
    response = ana.post(TIME_OFF, {"first": "2026-08-03", "last": "2026-08-14", "note": "Summer"})
    assert (response.status_code, response["Location"]) == (302, TIME_OFF)
    assert "Mon 3 Aug to Fri 14 Aug Summer" in text_of(ana.get(TIME_OFF))

    item = TimeOff.objects.get()
    assert (item.therapist, item.note) == (house.ana, "Summer")
    assert ana.get(f"{TIME_OFF}{item.pk}/remove/").status_code == 405

    ana.post(f"{TIME_OFF}{item.pk}/remove/")
    assert not TimeOff.objects.exists()


def test_part_of_a_day_can_be_off(house: cast.House, ana: Browser) -> None:
    ana.post(TIME_OFF, {"first": "2026-06-02", "starts": "9:00", "ends": "12:00"})

    assert TimeOff.objects.values_list("starts_at", "ends_at").get() == (cast.at(9, days=1), cast.at(12, days=1))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "This field is required."),
        ({"first": "2026-08-03", "last": "2026-08-02"}, "This is before the first day."),
        ({"first": "0001-01-01"}, "Check the year."),
        ({"first": "9999-12-31"}, "Check the year."),
        ({"first": "2026-08-03", "starts": "12:00", "ends": "9:00"}, "The end comes before the beginning."),
        ({"first": "2020-08-03"}, "That time is over already."),
        ({"first": "2027-03-28", "starts": "1:30"}, "The clocks go forward that night"),
        ({"first": "31/31/31"}, "Enter a valid date."),
        ({"first": "2026-08-03", "note": "x" * 121}, "Ensure this value has at most 120 characters"),
    ],
    ids=["nothing", "reversed", "year 1", "year 9999", "hours reversed", "over", "skipped", "no date", "long note"],
)
def test_time_off_that_makes_no_sense_is_refused(
    house: cast.House, ana: Browser, data: dict[str, str], told: str
) -> None:
    response = ana.post(TIME_OFF, data)

    assert response.status_code == 200
    assert told in text_of(response)
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize("pk", ["0", "9223372036854775808", "99999999999999999999999"])
def test_nobody_removes_anothers_time_off(house: cast.House, ana: Browser, pk: str) -> None:
    item = house.uma.time_off.create(starts_at=cast.at(9), ends_at=cast.at(10))

    assert [ana.post(f"{TIME_OFF}{key}/remove/").status_code for key in (item.pk, pk)] == [404, 404]
    assert TimeOff.objects.get() == item


def test_time_off_that_is_over_is_not_listed(house: cast.House, ana: Browser) -> None:
    house.ana.time_off.create(starts_at=cast.at(9, days=-9), ends_at=cast.at(10, days=-9), note="Long ago")

    assert "None. You are bookable in all your hours." in text_of(ana.get(TIME_OFF))


def test_a_day_off_empties_that_day(house: cast.House, ana: Browser) -> None:
    ana.post(TIME_OFF, {"first": "2026-06-02"})

    found = openings(service=house.swedish, first=date(2026, 6, 2), last=date(2026, 6, 2), now=cast.NOW)
    assert {opening.therapist for opening in found} == {house.uma}

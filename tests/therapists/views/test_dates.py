"""A therapist's own pages of hours on dates and of repeating time off."""

from collections.abc import Callable
from datetime import date, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from massage_booking.studio.models import Location
from tests import cast
from tests.reading import field_errors, text_of
from therapists.models import DatedHours, RepeatingTimeOff

SignIn = Callable[[User], Browser]
DATES, REPEATING = "/therapists/dates/", "/therapists/repeating/"
TUESDAY = date(2026, 6, 2)

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def ana(house: cast.House, sign_in: SignIn) -> Browser:
    assert house.ana.user is not None
    return sign_in(house.ana.user)


def form(day: str, *blocks: tuple[str, str], **more: str) -> dict[str, Any]:
    """Return a date with its blocks as the page sends it, one empty row at the end."""
    data: dict[str, Any] = {"day": day, "block-TOTAL_FORMS": len(blocks) + 1, "block-INITIAL_FORMS": 0, **more}
    for row, (starts, ends) in enumerate([*blocks, ("", "")]):
        data |= {f"block-{row}-starts": starts, f"block-{row}-ends": ends}
    return data


def dated(house: cast.House) -> list[tuple[date, time | None, time | None]]:
    return list(house.ana.dated_hours.values_list("day", "starts", "ends"))


@pytest.mark.parametrize("path", [DATES, REPEATING, "/therapists/calendars/"])
def test_only_therapists_come_in(house: cast.House, sign_in: SignIn, ana: Browser, path: str) -> None:
    stranger = Browser().get(path)
    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/code/?next={path}")

    assert [sign_in(user).get(path).status_code for user in (house.nadias_account, house.desk, house.admin)] == [
        404
    ] * 3
    assert ana.get(path).status_code == 200


def test_hours_on_a_date_are_added_listed_changed_and_removed(house: cast.House, ana: Browser) -> None:
    response = ana.post(DATES, form("2026-06-02", ("11:00", "13:00"), ("9:00", "10:00"), note="Fair"))
    assert (response.status_code, response["Location"]) == (302, DATES)
    assert dated(house) == [(TUESDAY, time(9), time(10)), (TUESDAY, time(11), time(13))]
    assert "Tue 2 Jun 9:00 to 10:00 11:00 to 13:00 Fair" in text_of(ana.get(DATES))

    change = ana.get(f"{DATES}?day=2026-06-02").content.decode()
    assert [f'value="{written}"' in change for written in ("09:00", "10:00", "11:00", "13:00", "Fair")] == [True] * 5

    ana.post(DATES, form("2026-06-02", is_off="on"))
    assert dated(house) == [(TUESDAY, None, None)]
    assert "Tue 2 Jun Not working" in text_of(ana.get(DATES))
    assert "checked" in ana.get(f"{DATES}?day=2026-06-02").content.decode()

    assert ana.get(f"{DATES}2026-06-02/remove/").status_code == 405
    ana.post(f"{DATES}2026-06-02/remove/")
    assert dated(house) == []
    assert "None. Every date goes by your week." in text_of(ana.get(DATES))


def test_a_date_that_is_not_set_begins_with_the_hours_of_its_weekday(house: cast.House, ana: Browser) -> None:
    page = ana.get(f"{DATES}?day=2026-06-02").content.decode()

    assert page.count('value="09:00"') == page.count('value="17:00"') == 1
    assert 'value="09:00"' not in ana.get(f"{DATES}?day=2026-06-07").content.decode()


def test_a_public_holiday_is_named_beside_the_date(house: cast.House, ana: Browser) -> None:
    cast.make_studio(holiday_country="IE")

    said = text_of(ana.get(f"{DATES}?day=2026-08-03"))

    assert "August Bank Holiday, a public holiday: without hours set here the studio is closed." in said


@pytest.mark.parametrize("day", ["", "x", "9999-99-99", "0001-01-01", "2026-06-31"])
def test_a_date_that_cannot_be_read_is_an_empty_form(house: cast.House, ana: Browser, day: str) -> None:
    assert "Set a date" in text_of(ana.get(DATES, {"day": day}))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (form(""), "This field is required."),
        (form("2026-06-02"), "Say from when to when you work, or tick that you do not work that day."),
        (form("2026-06-02", ("9:00", "12:00"), is_off="on"), "You ticked that you do not work that day"),
        (form("2026-06-02", ("9:00", "")), "Say until when."),
        (form("2026-06-02", ("9:00", "9:00")), "From and to are the same."),
        (form("2026-06-02", ("9:00", "5:00")), "That is 20 hours, into the next day."),
        (form("2026-06-02", ("nine", "25:00")), "Enter a valid time."),
        (form("2026-06-02", ("9:00", "12:00"), ("11:00", "14:00")), "overlap on Tuesday from 11:00 to 12:00."),
        (form("2026-05-31", ("9:00", "12:00")), "That date is over already."),
        (form("2036-06-02", ("9:00", "12:00")), "That is more than 400 days ahead."),
        (form("0001-01-01", ("9:00", "12:00")), "Check the year."),
        (form("9999-12-31", ("9:00", "12:00")), "Check the year."),
        (form("2027-03-28", ("1:30", "5:00")), "The clocks go forward that night"),
        (form("2026-06-02", ("9:00", "12:00"), note="x" * 121), "Ensure this value has at most 120 characters"),
        ({"day": "2026-06-02"}, "ManagementForm data is missing"),
    ],
    ids=["nothing", "neither", "both", "no end", "no length", "slip of the clock", "no times", "overlap", "over",
         "ten years", "year 1", "year 9999", "skipped", "long note", "tampered"],
)  # fmt: skip
def test_a_date_that_makes_no_sense_is_shown_again_with_the_reason(
    house: cast.House, ana: Browser, data: dict[str, Any], told: str
) -> None:
    response = ana.post(DATES, data)

    assert response.status_code == 200
    assert told in text_of(response) + " ".join(field_errors(response))
    assert dated(house) == []


def test_with_several_locations_each_block_says_where(house: cast.House, ana: Browser) -> None:
    harbour = Location.objects.create(name="Harbour", position=1)

    ana.post(DATES, form("2026-06-02", ("9:00", "12:00"), **{"block-0-location": str(harbour.pk)}))

    assert list(house.ana.dated_hours.values_list("location__name", flat=True)) == ["Harbour"]
    assert "9:00 to 12:00 , Harbour" in text_of(ana.get(DATES))


@pytest.mark.parametrize("day", ["2026-06-02", "x", "0000-00-00", "9" * 300])
def test_nobody_removes_anothers_date(house: cast.House, ana: Browser, day: str) -> None:
    DatedHours.objects.create(therapist=house.uma, day=TUESDAY)

    assert ana.post(f"{DATES}{day}/remove/").status_code == 404
    assert DatedHours.objects.count() == 1


def test_dates_that_are_over_are_not_listed(house: cast.House, ana: Browser) -> None:
    DatedHours.objects.create(therapist=house.ana, day=cast.TODAY - timedelta(days=1), note="Yesterday")

    assert "Yesterday" not in text_of(ana.get(DATES))


def test_sessions_left_outside_are_named_and_stay_booked(house: cast.House, ana: Browser) -> None:
    session = cast.book(house)

    ana.post(DATES, form("2026-06-02", is_off="on"))

    assert "One booked session lies outside your hours" in text_of(ana.get(DATES))
    session.refresh_from_db()
    assert session.status == "booked"


def test_the_queries_do_not_grow_with_the_dates(
    house: cast.House, ana: Browser, django_assert_max_num_queries: Any
) -> None:
    for path, add in ((DATES, _add_date), (REPEATING, _add_repeating)):
        add(house, 1)
        ana.get(path)
        with django_assert_max_num_queries(12) as one:
            ana.get(path)
        add(house, 2)
        add(house, 3)
        with django_assert_max_num_queries(12) as three:
            ana.get(path)
        assert len(three) == len(one)


def _add_date(house: cast.House, number: int) -> None:
    day = cast.TODAY + timedelta(days=number)
    DatedHours.objects.create(therapist=house.ana, day=day, starts=time(9), ends=time(12), location=house.location)


def _add_repeating(house: cast.House, number: int) -> None:
    RepeatingTimeOff.objects.create(therapist=house.ana, weekday=number, first=cast.TODAY)


REPEAT = {"every_weeks": "2", "weekday": "3", "starts": "13:00", "ends": "17:00", "first": "2026-06-01"}


def test_repeating_time_off_is_added_listed_with_its_next_dates_and_removed(house: cast.House, ana: Browser) -> None:
    response = ana.post(REPEATING, {**REPEAT, "last": "2026-09-30", "note": "Course"})
    assert (response.status_code, response["Location"]) == (302, REPEATING)
    assert (
        "Every 2 weeks on Thursday, 13:00 to 17:00 Until Wednesday 30 September 2026. "
        "Next: Thu 4 Jun, Thu 18 Jun, Thu 2 Jul . Course"
    ) in text_of(ana.get(REPEATING))

    item = RepeatingTimeOff.objects.get()
    assert (item.therapist, item.every_weeks, item.weekday) == (house.ana, 2, 3)
    assert ana.get(f"{REPEATING}{item.pk}/remove/").status_code == 405
    ana.post(f"{REPEATING}{item.pk}/remove/")
    assert not RepeatingTimeOff.objects.exists()


def test_what_has_come_round_for_the_last_time_is_not_listed(house: cast.House, ana: Browser) -> None:
    RepeatingTimeOff.objects.create(therapist=house.ana, weekday=0, first=date(2026, 1, 1), last=date(2026, 5, 31))

    assert "Nothing. You are bookable in all your hours." in text_of(ana.get(REPEATING))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({"weekday": "7"}, "Select a valid choice."),
        ({"every_weeks": "0"}, "Select a valid choice."),
        ({"every_weeks": "nine"}, "Select a valid choice."),
        ({"first": ""}, "This field is required."),
        ({"first": "0001-01-01"}, "Check the year."),
        ({"last": "9999-12-31"}, "Check the year."),
        ({"last": "2036-06-01"}, "That is more than five years away."),
        ({"last": "2026-05-01"}, "This is before the first day."),
        ({"last": "2026-06-03"}, "Between these days it never comes round."),
        ({"ends": ""}, "Say until when, or leave both empty for the whole day."),
        ({"starts": ""}, "Say from when, or leave both empty for the whole day."),
        ({"ends": "13:00"}, "From and until are the same."),
        ({"note": "x" * 121}, "Ensure this value has at most 120 characters"),
    ],
)  # fmt: skip
def test_repeating_time_off_that_makes_no_sense_is_refused(
    house: cast.House, ana: Browser, more: dict[str, str], told: str
) -> None:
    response = ana.post(REPEATING, {**REPEAT, **more})

    assert response.status_code == 200
    assert told in text_of(response)
    assert not RepeatingTimeOff.objects.exists()


@pytest.mark.parametrize("pk", ["0", "9223372036854775808", "99999999999999999999999"])
def test_nobody_removes_anothers_repeating_time_off(house: cast.House, ana: Browser, pk: str) -> None:
    item = RepeatingTimeOff.objects.create(therapist=house.uma, weekday=0, first=cast.TODAY)

    assert [ana.post(f"{REPEATING}{key}/remove/").status_code for key in (item.pk, pk)] == [404, 404]
    assert RepeatingTimeOff.objects.get() == item

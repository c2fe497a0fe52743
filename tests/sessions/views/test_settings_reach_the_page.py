"""What the admin sets about openings, seen on the page where a client looks for a time."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from sessions.models import MassageSession
from tests import cast
from tests.reading import admin_errors, text_of
from tests.sessions.views.guest import Guest
from tests.studio.test_admin import SETTINGS, settings_form

pytestmark = pytest.mark.django_db

FIND = "/sessions/find/?service=swedish-60&therapist=ana-quiroga"
TOMORROW = "2026-06-02"


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


def change(admin: Browser, **changes: Any) -> None:
    response = admin.post(SETTINGS, settings_form(**changes))
    assert (response.status_code, admin_errors(response)) == (302, [])


def times(guest: Guest, day: str, zone: str = "Europe/Dublin") -> list[str]:
    shown = guest.get(f"{FIND}&day={day}").context["times"].openings
    return [f"{item.starts_at.astimezone(ZoneInfo(zone)):%H:%M}" for item in shown]


def days_open(guest: Guest, month: str) -> list[int]:
    weeks = guest.get(f"{FIND}&month={month}").context["month"].weeks
    return [day.date.day for week in weeks for day in week if day and day.count]


@pytest.mark.parametrize(
    ("grid", "first", "count"),
    [
        (5, ["09:00", "09:05", "09:10"], 85),
        (10, ["09:00", "09:10", "09:20"], 43),
        (15, ["09:00", "09:15", "09:30"], 29),
        (30, ["09:00", "09:30", "10:00"], 15),
    ],
)
def test_sessions_start_on_the_grid(guest: Guest, admin: Browser, grid: int, first: list[str], count: int) -> None:
    change(admin, grid_minutes=grid)

    shown = times(guest, TOMORROW)

    assert (shown[:3], len(shown)) == (first, count)


def test_the_shortest_notice_cuts_what_is_too_soon(guest: Guest, admin: Browser) -> None:
    """It is eight o'clock on Monday."""
    change(admin, notice_minutes=0)
    assert times(guest, "2026-06-01")[0] == "09:00"
    change(admin, notice_minutes=6 * 60 + 7)
    assert times(guest, "2026-06-01")[0] == "14:15"
    change(admin, notice_minutes=48 * 60)
    assert (times(guest, "2026-06-01"), times(guest, TOMORROW), times(guest, "2026-06-03")[0]) == ([], [], "09:00")


def test_nothing_is_offered_beyond_the_horizon(guest: Guest, admin: Browser) -> None:
    change(admin, horizon_days=8)

    assert days_open(guest, "2026-06") == [1, 2, 3, 4, 5, 8, 9]
    assert guest.get(f"{FIND}&month=2026-07").context["month"].first == date(2026, 6, 1)
    assert guest.get(f"{FIND}&day=2036-06-01").context["times"].day == date(2026, 6, 1)


def test_a_certificate_that_ends_takes_its_days_away(guest: Guest, house: cast.House) -> None:
    technique = house.swedish.technique
    technique.needs_certificate = True
    technique.save()
    cast.make_training(house.ana, technique, expires_on=cast.TODAY + timedelta(days=3))

    assert days_open(guest, "2026-06") == [1, 2, 3, 4]


@pytest.mark.parametrize("zone", ["Asia/Kathmandu", "Pacific/Chatham", "Australia/Adelaide", "America/St_Johns"])
def test_the_grid_is_that_of_the_wall_in_zones_of_half_and_quarter_hours(
    guest: Guest, admin: Browser, zone: str
) -> None:
    change(admin, zone=zone, grid_minutes=30, notice_minutes=0)

    halves = [f"{hour:02d}:{minute}" for hour in range(9, 17) for minute in ("00", "30")]
    assert times(guest, TOMORROW, zone) == halves[:-1]


@pytest.mark.parametrize(
    ("starts_at", "told"),
    [
        ("2026-06-02T09:07:00Z", "Sessions start every 15 minutes."),
        ("2026-05-31T09:00:00Z", "That time is over."),
        ("2036-06-02T09:00:00Z", "That is further ahead than we plan: at most 90 days."),
        ("2026-06-01T08:00:00Z", "That is too soon for us to get ready."),
        ("2026-06-02T03:00:00Z", "Ana does not work at that time."),
        ("2026-06-02T09:00:00", "We could not read that time."),
        ("9999-12-31T23:59:00Z", "We could not read that time."),
        ("yesterday", "We could not read that time."),
    ],
    ids=["off the grid", "past", "in ten years", "too soon", "at night", "without a zone", "year 9999", "no time"],
)
def test_a_time_that_is_no_opening_is_refused_with_a_sentence(guest: Guest, starts_at: str, told: str) -> None:
    response = guest.browser.post(
        "/sessions/hold/",
        {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": starts_at},
        follow=True,
    )

    assert told in text_of(response)
    assert not MassageSession.objects.exists()


def test_with_anyone_a_time_at_night_is_nobodys(guest: Guest) -> None:
    wish = {"service": "swedish-60", "therapist": "any", "starts_at": "2026-06-02T03:00:00Z"}

    assert "Nobody works at that time." in text_of(guest.browser.post("/sessions/hold/", wish))


def test_a_time_that_somebody_has_is_just_taken(guest: Guest, house: cast.House) -> None:
    cast.book(house)
    wish = {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": "2026-06-02T09:30:00Z"}

    response = guest.browser.post("/sessions/hold/", wish)

    assert response.status_code == 409
    assert "Tuesday 2 June, 10:30 is gone" in text_of(response)
    assert "That time is not free any more. These are nearest to it" in text_of(response)

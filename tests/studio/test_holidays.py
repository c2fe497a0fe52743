"""Public holidays: from the settings to the day, in countries and their regions."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Studio
from tests import cast
from tests.reading import admin_errors, text_of
from tests.studio.test_admin import SETTINGS, settings_form

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


def studio_in(country: str, region: str = "") -> Studio:
    return Studio(holiday_country=country, holiday_region=region)


@pytest.mark.parametrize(
    ("country", "region", "day", "name"),
    [
        ("IE", "", date(2027, 2, 1), "Saint Brigid's Day"),
        ("IE", "", date(2026, 3, 17), "Saint Patrick's Day"),
        ("IE", "", date(2026, 12, 25), "Christmas Day"),
        ("DE", "", date(2026, 11, 1), None),
        ("DE", "BY", date(2026, 11, 1), "All Saints' Day"),
        ("GB", "SCT", date(2026, 11, 30), "Saint Andrew's Day"),
        ("GB", "ENG", date(2026, 11, 30), None),
        ("", "", date(2026, 12, 25), None),
        ("", "BY", date(2026, 12, 25), None),
        # What the library does not know (any more) closes no day by mistake.
        ("XX", "", date(2026, 12, 25), None),
        ("DE", "XX", date(2026, 12, 25), None),
    ],
)
def test_a_day_is_a_holiday_where_it_is_one(country: str, region: str, day: date, name: str | None) -> None:
    assert holidays_here.names(studio=studio_in(country, region), first=day, last=day).get(day) == name


def test_a_range_over_new_year_has_the_holidays_of_both_years() -> None:
    found = holidays_here.names(studio=studio_in("IE"), first=date(2026, 12, 25), last=date(2027, 1, 1))

    assert found == {
        date(2026, 12, 25): "Christmas Day",
        date(2026, 12, 26): "Saint Stephen's Day",
        date(2027, 1, 1): "New Year's Day",
    }


@pytest.mark.parametrize("country", [code for code, _ in holidays_here.countries()])
def test_every_country_that_can_be_chosen_can_be_asked(country: str) -> None:
    found = holidays_here.names(studio=studio_in(country), first=date(2026, 1, 1), last=date(2026, 12, 31))

    assert all(day.year == 2026 and name for day, name in found.items())
    assert holidays_here.is_known(country, "")


def test_a_country_chosen_is_shown_with_its_next_holidays(house: cast.House, admin: Browser) -> None:
    response = admin.post(SETTINGS, settings_form(holiday_country="IE"))

    assert (response.status_code, admin_errors(response)) == (302, [])
    assert Studio.objects.get().holiday_country == "IE"
    said = text_of(admin.get(SETTINGS))
    assert "Monday 1 June 2026: June Bank Holiday Monday 3 August 2026: August Bank Holiday" in said

    admin.post(SETTINGS, settings_form(holiday_country="DE", holiday_region="BY"))
    assert "Thursday 4 June 2026: Corpus Christi" in text_of(admin.get(SETTINGS))

    admin.post(SETTINGS, settings_form(holiday_country="", holiday_region="BY"))
    studio = Studio.objects.get()
    assert (studio.holiday_country, studio.holiday_region) == ("", "")
    assert "None. Choose a country and save to see them." in text_of(admin.get(SETTINGS))


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"holiday_country": "XX"}, "Select a valid choice. XX is not one of the available choices."),
        (
            {"holiday_country": "GB", "holiday_region": "BY"},
            "“BY” is no region whose holidays are known. One of: ENG, NIR, SCT, WLS.",
        ),
        (
            {"holiday_country": "IE", "holiday_region": "BY"},
            "“BY” is no region whose holidays are known. This country has none; leave it empty.",
        ),
    ],
    ids=["country", "region of another", "no regions"],
)
def test_a_country_or_region_that_nobody_knows_is_refused(
    house: cast.House, admin: Browser, changes: dict[str, Any], told: str
) -> None:
    response = admin.post(SETTINGS, settings_form(**changes))

    assert (response.status_code, admin_errors(response)) == (200, [told])
    assert Studio.objects.get().holiday_country == ""

"""The client's own pages of questions, used as somebody would: by tap, by key, without scripts."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core import clock
from screening import wishes
from screening.document import GivenRow
from screening.vault import Reader
from tests import cast
from tests.browser.conftest import Visit, sign_in
from tests.browser.steps import press
from tests.browser.test_every_page import look_at

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


@pytest.fixture
def nadia_came_last_month(open_house: cast.House) -> cast.House:
    answers = {
        "heartburn": GivenRow("Yes"),
        "low_bp_fainting": GivenRow("Low readings or dizziness only, or no faint in the last 3 months"),
    }
    cast.answer(open_house.nadia, answers, now=clock.now() - timedelta(days=40))
    return open_house


def test_the_body_map_is_drawn_on_by_key_and_by_tap_and_the_list_follows(
    visit: Sit, nadia_came_last_month: cast.House
) -> None:
    nadia = nadia_came_last_month.nadia
    visitor = visit("phone")
    sign_in(visitor, "nadia@example.com")
    page = visitor.open(f"/screening/wishes/{nadia.public_id}/")

    areas = page.locator('svg [role="button"]')
    assert page.locator('svg [tabindex="0"]').count() == 1
    areas.first.focus()
    page.keyboard.press("ArrowRight")
    neck = page.locator('svg [tabindex="0"]')
    assert neck.get_attribute("aria-label") == "Neck, front"
    page.keyboard.press("Space")
    assert neck.get_attribute("aria-label") == "Neck, front, hurts"
    assert neck.get_attribute("aria-pressed") == "true"
    assert page.get_by_label("Neck: Hurts").is_checked()

    page.locator("label", has_text="Leave alone").first.click()
    assert neck.get_attribute("aria-pressed") == "false"
    page.locator('svg [data-area="abdomen"]').first.click()
    assert page.get_by_label("Abdomen: Leave alone").is_checked()
    page.get_by_label("Feet: Leave alone").click()
    assert "is-avoid" in str(page.locator('svg [data-area="feet"]').first.get_attribute("class"))
    press(page, "Keep this")

    kept = wishes.for_card(nadia, reader=Reader("Ana Quiroga", "therapist"), now=clock.now())
    assert kept == wishes.Wishes(avoid=("abdomen", "feet"), hurts=("neck",))
    assert visitor.complaints == []


def test_has_anything_changed_is_gone_through_without_scripts(visit: Sit, nadia_came_last_month: cast.House) -> None:
    visitor = visit("phone", script=False)
    sign_in(visitor, "nadia@example.com")
    page = visitor.open("/account/")
    press(page, "Has anything changed?")
    press(page, "No, nothing has changed")
    page.get_by_text("Still true", exact=True).click()
    press(page, "Go on")

    assert page.get_by_role("heading", name="One question again").count() == 1
    press(page, "That is everything")
    assert page.get_by_role("heading", name="Yes. And here is how we will work.").count() == 1


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_of_somebody_known_read_well(visit: Sit, nadia_came_last_month: cast.House, width: str) -> None:
    visitor = visit(width, for_axe=True)
    sign_in(visitor, "nadia@example.com")
    page = visitor.open("/account/")
    press(page, "Has anything changed?")
    found: list[Any] = []
    look_at(visitor, "still", "/screening/still/", dark=False, found=found)
    look_at(visitor, "changed", "/screening/changed/", dark=True, found=found)
    page.locator("label", has_text="A medicine").click()
    press(page, "Go on")
    look_at(visitor, "reask-signs", "", dark=False, found=found)
    press(page, "None of these")
    look_at(visitor, "reask", "", dark=True, found=found)
    public_id = nadia_came_last_month.nadia.public_id
    look_at(visitor, "wishes", f"/screening/wishes/{public_id}/", dark=False, found=found)

    assert found == []

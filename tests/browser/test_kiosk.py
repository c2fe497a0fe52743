"""The studio's tablet: the desk hands it over, the client answers without seeing what was kept, and nothing stays."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from playwright.sync_api import expect

from massage_booking.core import clock
from screening import selectors
from screening.document import GivenRow
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


def test_handed_over_on_one_device_it_is_answered_blind_and_ends_signed_out(visit: Sit, open_house: cast.House) -> None:
    cast.answer(open_house.nadia, BONES, now=clock.now() - timedelta(days=2))
    dora = visit("desk")
    sign_in(dora, open_house.desk.email)
    page = dora.open(f"/sessions/desk/clients/{open_house.nadia.public_id}/")
    steps.press(page, "Answer on the tablet")
    keep_picture(dora, "tablet-code-1280")

    steps.press(page, "Answer on this device")
    page.locator(".right-now").wait_for()
    assert page.locator("nav").count() == 0
    steps.nothing_right_now(page)
    keep_picture(dora, "tablet-questions-1280")
    assert page.locator(".choices input[type=checkbox]:checked").count() == 0
    assert not page.get_by_role("button", name="Save and go on later").is_visible()
    steps.answer_questions(page, {"Migraine": "No, I am between attacks"})

    expect(page.get_by_role("heading", name="Thank you")).to_be_visible()
    keep_picture(dora, "tablet-done-1280")
    page.go_back()
    page.wait_for_load_state()
    assert page.locator("input[type=checkbox]").count() == 0
    dora.open("/sessions/desk/")
    assert "/accounts/login/code/" in page.url
    _, complete = selectors.forms_of(open_house.nadia)
    assert complete is not None
    assert set(selectors.document_of(complete, selectors.published_rules()[1]).rows) == {"migraine"}
    assert dora.complaints == []

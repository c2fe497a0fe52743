"""With whom: a client says it on their page, books by it, and reads a kind sentence where somebody is not for them."""

from collections.abc import Callable

import pytest

from massage_booking.core import clock
from sessions.models import Apart, MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def test_a_wish_is_said_kept_to_and_gone_over_by_a_name(visit: Sit, open_house: cast.House) -> None:
    open_house.ana.gender, open_house.uma.gender = "woman", "man"
    open_house.ana.save()
    open_house.uma.save()
    cast.answer(open_house.nadia, now=clock.now())
    client = visit("phone", script=False)
    sign_in(client, "nadia@example.com")
    page = client.open("/account/")

    page.get_by_role("link", name="With whom").first.click()
    page.locator("label", has_text="A woman").click()
    steps.press(page, "Save")
    assert page.get_by_label("A woman").is_checked()
    page.goto(f"{client.address}/sessions/find/?service=swedish-60&therapist=any")
    assert page.locator("#times-head ~ .times small").first.inner_text() == "Ana"
    page.goto(f"{client.address}/sessions/find/?service=swedish-60&therapist=uma-ruiz")
    steps.keep_first_time(page)
    page.get_by_label("Nadia Rahman").check(force=True)
    page.get_by_label("With whom").select_option("uma-ruiz")
    page.locator("main form .flow-buttons button").first.click()
    page.goto(f"{client.address}/sessions/confirm/")
    assert "Your wish is a woman. For this session you chose Uma yourself" in page.locator("main").inner_text()
    keep_picture(client, "confirm-over-wish")


def test_not_with_somebody_again(visit: Sit, open_house: cast.House) -> None:
    cast.answer(open_house.nadia, now=clock.now())
    client = visit("desk")
    sign_in(client, "nadia@example.com")
    page = client.open(f"/sessions/with-whom/{open_house.nadia.public_id}/")

    page.locator("#apart select").select_option("ana-quiroga")
    steps.press(page, "Do not book me with them again")

    assert "Not with Ana Quiroga" in page.locator("#apart").inner_text()
    assert Apart.objects.get().side == "client"
    page.goto(f"{client.address}/sessions/find/?service=swedish-60&therapist=ana-quiroga")
    assert "Ana has no times for you to book online. Please call us." in page.locator("main").inner_text()
    steps.keep_first_time(page)
    assert MassageSession.objects.get().therapist == open_house.uma
    page.goto(f"{client.address}/sessions/with-whom/{open_house.nadia.public_id}/")
    steps.press(page, "End this")
    assert "Not with Ana Quiroga" not in page.locator("#apart").inner_text()
    assert client.complaints == []

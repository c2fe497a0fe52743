"""Therapist, desk and admin at work."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from massage_booking.core import clock
from sessions.models import MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in
from therapists.models import WeeklyHours

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def booked(house: cast.House, *, hours: int = 50) -> MassageSession:
    """Book Nadia with Ana, a round hour from now."""
    now = clock.now()
    starts_at = (now + timedelta(hours=hours)).replace(hour=12, minute=0, second=0, microsecond=0)
    cast.answer(house.nadia, now=now)
    return cast.book(house, starts_at=starts_at, now=now)


@pytest.mark.smoke
def test_a_client_signs_in_with_a_mailed_code_and_sees_sessions(visit: Sit, open_house: cast.House) -> None:
    booked(open_house)
    nadia = visit("phone")

    sign_in(nadia, "nadia@example.com")
    page = nadia.open("/account/")

    keep_picture(nadia, "account-390")
    assert "Swedish" in page.locator("main").inner_text()
    assert nadia.complaints == []


def test_a_therapist_changes_hours_and_times_follow_at_once(visit: Sit, open_house: cast.House) -> None:
    visitor, ana = visit("desk"), visit("desk")
    address = "/sessions/find/?service=swedish-60&therapist=ana-quiroga"
    assert visitor.open(address).locator("table.month a").count() > 0

    sign_in(ana, "ana@stillwater.example")
    page = ana.open("/therapists/hours/")
    for field in page.locator("main form input[type=time]").all():
        if field.is_visible():
            field.fill("")
    page.locator("main form button[type=submit]").last.click()
    page.wait_for_load_state()

    assert WeeklyHours.objects.filter(therapist=open_house.ana).count() == 0
    visitor.open(address)
    assert visitor.page.locator("table.month a").count() == 0
    assert ana.complaints == []


def test_a_therapist_sees_the_day_and_the_week(visit: Sit, open_house: cast.House) -> None:
    session = booked(open_house)
    ana = visit("desk")
    sign_in(ana, "ana@stillwater.example")

    day = session.starts_at.astimezone(open_house.studio.tz).date()
    page = ana.open(f"/sessions/calendar/?day={day.isoformat()}")
    keep_picture(ana, "calendar-day-1280")
    assert "Nadia R." in page.locator("main").inner_text()

    page = ana.open(f"/sessions/calendar/week/?day={day.isoformat()}")
    page.wait_for_timeout(1500)
    keep_picture(ana, "calendar-week-1280")
    assert "Nadia R." in page.locator("main").inner_text()
    assert ana.complaints == []


@pytest.mark.smoke
def test_the_desk_finds_a_client_and_books_by_phone(visit: Sit, open_house: cast.House) -> None:
    cast.answer(open_house.ben, now=clock.now())
    dora = visit("desk")
    sign_in(dora, "dora@stillwater.example")

    page = dora.open("/sessions/desk/clients/?q=kelly")
    page.get_by_role("link", name="Ben Kelly").first.click()
    page.wait_for_load_state()
    page.locator("main").get_by_role("link", name="Book").first.click()
    page.wait_for_load_state()
    steps.tick(page, "Swedish, 60 min")
    steps.press(page, "Show open times")
    steps.pick_first_day(page, skip=1)
    page.locator("button.time").first.click()
    page.wait_for_load_state()

    session = MassageSession.objects.get(client=open_house.ben)
    assert (session.status, session.booked_via) == ("booked", "phone")
    assert dora.complaints == []


def test_an_admin_edits_a_specialty_and_the_site_follows(visit: Sit, open_house: cast.House) -> None:
    cast.make_training(open_house.ana, open_house.swedish.technique)
    adam, visitor = visit("desk"), visit("desk")
    sign_in(adam, "adam@stillwater.example")

    page = adam.open("/admin/therapists/specialty/")
    page.locator("#result_list tbody a").first.click()
    page.wait_for_load_state()
    page.locator("input[name=name]").fill("Swedish, the quiet way")
    page.locator("input[name=_save], button[name=_save]").first.click()
    page.wait_for_load_state()

    assert "Swedish, the quiet way" in visitor.open("/therapists/ana-quiroga/").locator("main").inner_text()
    assert adam.complaints == []


def test_nobody_gets_a_step_further_with_garbage_typed_in(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone")
    page = guest.open("/sessions/find/?service=swedish-60")
    steps.pick_first_day(page)
    steps.keep_first_time(page)

    page.get_by_text("Myself", exact=True).first.click()
    steps.press(page, "Next")

    assert "/sessions/book/" in page.url
    assert page.locator(".invalid-feedback, .alert-danger").count() >= 1

"""Several dates at once: a client without script, the desk on the phone, and all that follow moved."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

import pytest
from playwright.sync_api import Page

from massage_booking.core import clock
from sessions.models import MassageSession, Series
from sessions.services import plans
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, deliver, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def in_a_week(house: cast.House) -> date:
    return clock.now().astimezone(house.studio.tz).date() + timedelta(days=7)


def with_a_rhythm(house: cast.House) -> MassageSession:
    """Book Nadia with Ana at noon in three days, and let her keep a rhythm from there."""
    now = clock.now()
    starts_at = (now + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
    cast.answer(house.nadia, now=now)
    session = cast.book(house, starts_at=starts_at, now=now)
    plans.accept(session=session, now=now)
    return session


def dates_of(house: cast.House) -> list[date]:
    rows = MassageSession.objects.filter(client=house.nadia, series__isnull=False).order_by("series_number")
    return [one.starts_at.astimezone(house.studio.tz).date() for one in rows]


def choose_other(page: Page, number: int) -> str:
    """Choose the second of the times for a date; return what it sends."""
    field = page.locator(f"select[name=date-{number}]")
    value = field.locator("option").nth(1).get_attribute("value") or ""
    field.select_option(value)
    return value


@pytest.mark.smoke
def test_a_client_plans_six_changes_one_leaves_one_out_and_books(visit: Sit, open_house: cast.House) -> None:
    first = with_a_rhythm(open_house)
    nadia = visit("phone", script=False)
    sign_in(nadia, "nadia@example.com")

    page = nadia.open("/account/")
    page.get_by_role("link", name="Change or pause").click()
    page.get_by_role("link", name="Propose my next six").click()
    page.wait_for_load_state()
    assert page.locator(".series-dates > li").count() == 6
    keep_picture(nadia, "series-390")

    page.locator("#date-row-3").get_by_role("button", name="More times").click()
    page.wait_for_load_state()
    chosen = choose_other(page, 3)
    page.locator("select[name=date-5]").select_option("out")
    steps.press(page, "Check these choices")
    assert page.locator("select[name=date-3]").input_value() == chosen
    assert page.locator("select[name=date-5]").input_value() == "out"
    steps.press(page, "Book five of six")

    assert "Five dates ahead" in page.locator("main").inner_text()
    keep_picture(nadia, "series-booked-390")
    begin = first.starts_at.astimezone(open_house.studio.tz).date()
    found = dates_of(open_house)
    assert len(found) == 5
    assert [found[0], found[-1]] == [begin + timedelta(days=14), begin + timedelta(days=14 * 6)]
    subjects = [letter.subject for letter in deliver()]
    assert [subject.split(" from ")[0] for subject in subjects if "sessions from" in subject] == [
        "Booked: five sessions"
    ]
    assert nadia.complaints == []


def test_a_time_that_is_taken_meanwhile_is_shown_with_the_nearest(visit: Sit, open_house: cast.House) -> None:
    with_a_rhythm(open_house)
    cast.answer(open_house.ben, now=clock.now())
    nadia = visit("phone")
    sign_in(nadia, "nadia@example.com")
    page = nadia.open(f"/sessions/plan/{open_house.nadia.public_id}/series/?count=3")
    stamp = page.locator("select[name=date-2]").input_value().partition("~")[0]
    cast.book(open_house, client=open_house.ben, starts_at=datetime.fromisoformat(stamp), now=clock.now())

    steps.press(page, "Book all three")

    assert "Nothing is booked yet." in page.get_by_role("alert").inner_text()
    assert "This is the nearest." in page.locator("#date-row-2").inner_text()
    assert page.locator("select[name=date-2]").input_value().partition("~")[0] != stamp
    keep_picture(nadia, "series-taken-390")
    assert dates_of(open_house) == []
    steps.press(page, "Book all three")
    assert len(dates_of(open_house)) == 3
    # The answer 409 is what the browser complains of, and nothing else.
    assert [text for text in nadia.complaints if "409" not in text] == []


def test_the_desk_books_several_on_the_phone(visit: Sit, open_house: cast.House) -> None:
    with_a_rhythm(open_house)
    dora = visit("desk")
    sign_in(dora, "dora@stillwater.example")

    page = dora.open("/sessions/desk/clients/?q=rahman")
    page.get_by_role("link", name="Nadia Rahman").first.click()
    page.wait_for_load_state()
    page.get_by_role("link", name="Book several").click()
    page.wait_for_load_state()
    page.get_by_label("How many").fill("3")
    steps.press(page, "Propose dates")
    assert page.locator(".series-dates > li").count() == 3
    keep_picture(dora, "series-desk-1280")
    steps.press(page, "Book all three")

    assert "Three sessions are booked for Nadia R." in page.locator("main").inner_text()
    assert len(dates_of(open_house)) == 3
    assert dora.complaints == []


def test_this_one_and_all_after_it_move_by_a_day(visit: Sit, open_house: cast.House) -> None:
    with_a_rhythm(open_house)
    nadia = visit("desk")
    sign_in(nadia, "nadia@example.com")
    page = nadia.open(f"/sessions/plan/{open_house.nadia.public_id}/series/?count=4")
    steps.press(page, "Book all four")
    before = dates_of(open_house)

    page.get_by_role("link", name="This and all after it").nth(1).click()
    page.wait_for_load_state()
    page.get_by_label("To the day").fill((before[1] + timedelta(days=1)).isoformat())
    steps.press(page, "Show the new times")
    keep_picture(nadia, "series-following-1280")
    steps.press(page, "Move them")

    assert dates_of(open_house) == [before[0], *(day + timedelta(days=1) for day in before[1:])]
    assert Series.objects.count() == 1
    assert nadia.complaints == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_are_accessible(visit: Sit, open_house: cast.House, width: str) -> None:
    with_a_rhythm(open_house)
    nadia = visit(width, for_axe=True)
    sign_in(nadia, "nadia@example.com")

    page = nadia.open(f"/sessions/plan/{open_house.nadia.public_id}/series/?open=2&date-4=out")
    assert nadia.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    steps.press(page, "Book five of six")
    assert nadia.axe() == []
    page.get_by_role("link", name="This and all after it").first.click()
    page.wait_for_load_state()
    page.get_by_label("Time of day").fill("13:00")
    steps.press(page, "Show the new times")
    assert nadia.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")

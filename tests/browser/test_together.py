"""Two at once, as people do it: a guest with a partner, an account, the desk on the phone, and what comes after."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from playwright.sync_api import Page

from massage_booking.accounts.models import Client, User
from massage_booking.core import clock
from sessions import links
from sessions.models import MassageSession
from sessions.selectors import offer, together
from sessions.services import together as booking
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, deliver, keep_picture, sign_in
from tests.browser.test_every_page import walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def say_who_comes(page: Page) -> None:
    """Choose oneself and one's partner, with their birthdays."""
    for name, whom, born in (("first", "self", "1985-03-14"), ("second", "partner", "1986-04-15")):
        page.locator(f"label[for=id_{name}-whom_{whom}]").click()
        page.locator(f"input[name={name}-date_of_birth]").fill(born)
    steps.press(page, "Next")


def answer_for_one(page: Page, *, carer: str = "") -> None:
    """Go through the health step of one of the two, and on with its last button; `carer` answers for somebody else."""
    if carer:
        page.locator("label", has_text="They answer themselves").click()
        page.locator("input[name=carer_name]").fill(carer)
        page.locator("label", has_text="Yes, that is agreed").click()
    steps.consent(page)
    steps.nothing_right_now(page)
    steps.answer_questions(page)
    page.locator("main a.btn-primary").first.click()
    page.wait_for_load_state()


def book_two(guest: Visit) -> None:
    """From the session step to the confirmation of both."""
    page = guest.open("/sessions/book/")
    page.get_by_role("link", name="For two at once").first.click()
    page.wait_for_load_state()
    say_who_comes(page)
    answer_for_one(page)
    assert page.url.endswith("/screening/consent/"), "the second is asked too"
    answer_for_one(page, carer="Greta Gast")
    assert page.url.endswith("/sessions/together/time/")
    steps.pick_first_day(page)
    steps.keep_first_time(page)
    assert MassageSession.objects.filter(status="held").count() == 2
    page.locator("input[name=first_name]").fill("Greta Gast")
    page.locator("input[name=second_name]").fill("Paul Gast")
    page.locator("input[name=email]").fill("guest@example.com")
    page.locator("label[for=id_accepts]").click()
    steps.press(page, "Book both")


@pytest.mark.smoke
def test_a_guest_books_for_two_on_a_phone_without_script(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone", script=False)

    book_two(guest)

    one, two = MassageSession.objects.order_by("pk")
    assert [(row.client.name, row.status) for row in (one, two)] == [("Greta Gast", "booked"), ("Paul Gast", "booked")]
    assert {row.client.account for row in (one, two)} == {User.objects.get(email="guest@example.com")}
    assert (one.starts_at, one.place.room, one.therapist != two.therapist) == (two.starts_at, two.place.room, True)
    words = guest.page.locator("main").inner_text()
    assert "Together with Paul" in words
    letter = deliver()[-1]
    assert [attachment[0] for attachment in letter.attachments] == ["massage-1.ics", "massage-2.ics"]
    assert all(links.make(row)[:20] in letter.body for row in (one, two))


def test_with_script_nothing_complains_and_both_are_moved_and_cancelled_by_the_link(
    visit: Sit, open_house: cast.House
) -> None:
    guest = visit("desk")
    book_two(guest)
    assert guest.complaints == []
    one = MassageSession.objects.order_by("pk")[0]
    page = guest.open(f"/sessions/manage/{links.make(one)}/")

    page.get_by_role("link", name="Move it").click()
    page.get_by_role("link", name="Move both together").click()
    page.wait_for_load_state()
    steps.choose_day(page, page.locator("table.month a").count() - 1)
    page.locator("button.time").last.click()
    page.wait_for_load_state()
    moved = MassageSession.objects.values_list("starts_at", "revision").distinct().get()
    assert (moved[0] != one.starts_at, moved[1]) == (True, 1)
    assert deliver()[-1].subject.startswith("Both moved to")

    page.get_by_role("link", name="Cancel it").click()
    page.get_by_role("link", name="Cancel both").click()
    page.wait_for_load_state()
    keep_picture(guest, "cancel-both-1280")
    steps.press(page, "Yes, cancel both")
    assert set(MassageSession.objects.values_list("status", flat=True)) == {"cancelled"}
    assert deliver()[-1].subject.startswith("Both cancelled")
    assert guest.complaints == []


def test_the_desk_books_two_who_are_on_the_phone(visit: Sit, open_house: cast.House) -> None:
    dora = visit("desk")
    sign_in(dora, "dora@stillwater.example")
    page = dora.open("/sessions/desk/")

    page.get_by_role("link", name="Book two at once").click()
    for name, words in (("first", "nadia"), ("second", "kelly")):
        page.locator(f"input[name={name}-q]").fill(words)
        page.locator("form[role=search]").first.get_by_role("button", name="Find").click()
        page.wait_for_load_state()
        page.get_by_role("link", name=re.compile("^Choose")).first.click()
        page.wait_for_load_state()
    page.locator("select[name=second_service]").select_option("swedish-45")
    page.locator("label[for=rooms-side]").click()
    steps.press(page, "Show times for both")
    steps.pick_first_day(page)
    keep_picture(dora, "desk-two-1280")
    steps.keep_first_time(page)

    one, two = MassageSession.objects.order_by("pk")
    assert [(row.client, row.minutes, row.booked_via) for row in (one, two)] == [
        (open_house.nadia, 60, "phone"),
        (open_house.ben, 45, "phone"),
    ]
    assert "are booked together" in page.locator("body").inner_text()
    assert dora.complaints == []


@pytest.fixture
def a_couple(open_house: cast.House) -> tuple[MassageSession, MassageSession]:
    """Nadia and Sam, of one account, booked side by side in a few days."""
    now = clock.now()
    sam = cast.make_client("Sam Rahman", account=open_house.nadias_account, relation="partner")
    starts_at = (now + timedelta(hours=98)).replace(hour=12, minute=0, second=0, microsecond=0)
    seats, judged = [], []
    for client in (open_house.nadia, sam):
        cast.answer(client, now=now)
        seats.append(together.Seat(client, open_house.swedish))
        judged.append(offer.assess(client=client, starts_at=starts_at, now=now))
    terms = booking.Terms((judged[0], judged[1]), open_house.nadias_account)
    return booking.book_two(together.Pair(*seats), terms=terms, starts_at=starts_at, now=now)


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_about_two_are_accessible_and_fit(visit: Sit, a_couple: Any, width: str) -> None:
    one, _ = a_couple
    paths = {
        "two": "/sessions/together/",
        "two-session": f"/sessions/{one.public_id}/",
        "two-booked": f"/sessions/{one.public_id}/booked/",
        "two-move": f"/sessions/{one.public_id}/move/",
        "two-move-both": f"/sessions/{one.public_id}/move/both/",
        "two-cancel": f"/sessions/{one.public_id}/cancel/",
        "two-cancel-both": f"/sessions/{one.public_id}/cancel/both/",
        "two-account": "/account/",
    }

    assert walk(visit, width, paths, who="nadia@example.com") == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_steps_in_between_are_accessible_and_fit(visit: Sit, a_couple: Any, width: str) -> None:
    """The time and the last look, in the browser that is in the middle of it."""
    nadia = visit(width, for_axe=True)
    sign_in(nadia, "nadia@example.com")
    page = nadia.open("/sessions/together/")
    steps.press(page, "Next")
    steps.pick_first_day(page, skip=6)
    found = [("time", trouble) for trouble in nadia.axe()]
    keep_picture(nadia, f"two-time-{width}")
    steps.keep_first_time(page)
    assert page.url.endswith("/sessions/together/confirm/")
    found += [("confirm", trouble) for trouble in nadia.axe()]
    keep_picture(nadia, f"two-confirm-{width}")
    steps.press(page, "Book both")
    found += [("errors", trouble) for trouble in nadia.axe()]

    assert found == []
    assert MassageSession.objects.filter(status="held").count() == 2


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_desks_pages_about_two_are_accessible_and_fit(visit: Sit, a_couple: Any, width: str) -> None:
    one, two = a_couple
    both = f"first={one.client.public_id}&second={Client.objects.get(name='Ben Kelly').public_id}"
    paths = {
        "desk-two-search": f"/sessions/desk/together/?first={one.client.public_id}&second-q=kelly",
        "desk-two-choice": f"/sessions/desk/together/?{both}",
        "desk-two-times": f"/sessions/desk/together/?{both}&first_service=swedish-60&second_service=swedish-60",
        "desk-two-move": f"/sessions/desk/{two.public_id}/move/both/",
        "desk-two-cancel": f"/sessions/desk/{two.public_id}/cancel/both/",
        "desk-two-session": f"/sessions/calendar/{one.public_id}/",
        "desk-two-day": f"/sessions/desk/?day={one.starts_at.date().isoformat()}",
    }

    assert walk(visit, width, paths, who="dora@stillwater.example") == []

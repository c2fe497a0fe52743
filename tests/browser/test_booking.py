"""From the home page to the confirmation and back out again, as people do it."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page

from sessions.models import MassageSession, Plan
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, deliver, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]
BONES = {"Thin bones (osteoporosis)": "No, thin bones but no fractures"}


def book_as_guest(page: Page, *, ticks: dict[str, str] | None = None, email: str = "guest@example.com") -> None:
    """From the home page to the confirmation."""
    page.get_by_role("link", name="Find a time").first.click()
    page.wait_for_load_state()
    steps.pick_first_day(page)
    steps.keep_first_time(page)
    steps.say_who(page)
    steps.consent(page)
    steps.nothing_right_now(page)
    steps.answer_questions(page, ticks)
    page.locator("main a.btn-primary").first.click()
    page.wait_for_load_state()
    steps.press(page, "Go on with this time")
    steps.sign(page, name="Greta Gast", email=email)


def link_in(mail: Any, part: str) -> str:
    """Return the path of the first link in a mail that contains `part`."""
    found = re.search(rf"https?://[^\s/]+(\S*{part}\S*)", str(mail.body))
    assert found, mail.body
    return found.group(1)


@pytest.mark.smoke
def test_a_guest_books_on_a_phone_without_script(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone", script=False)
    page = guest.open("/")

    book_as_guest(page)

    session = MassageSession.objects.get(client__name="Greta Gast")
    assert (session.status, session.held_by) == ("booked", "")
    assert "/booked/" in page.url
    assert "Dublin time" in page.locator("main").inner_text()
    mail = deliver()[-1]
    assert mail.to == ["guest@example.com"]
    assert [attachment[0] for attachment in mail.attachments if "ics" in str(attachment[0])]


def test_a_guest_books_with_script_and_the_browser_has_no_complaint(visit: Sit, open_house: cast.House) -> None:
    guest = visit("desk")
    page = guest.open("/")

    book_as_guest(page)
    keep_picture(guest, "booked-1280")

    assert MassageSession.objects.get(client__name="Greta Gast").status == "booked"
    assert guest.complaints == []


@pytest.mark.smoke
def test_the_letter_moves_and_cancels(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone")
    book_as_guest(guest.open("/"))
    session = MassageSession.objects.get(client__name="Greta Gast")
    page = guest.open(link_in(deliver()[-1], "/sessions/manage/"))
    assert MassageSession.objects.get(pk=session.pk).revision == 0

    page.get_by_role("link", name=re.compile("Move")).first.click()
    page.wait_for_load_state()
    steps.choose_day(page, page.locator("table.month a").count() - 1)
    page.locator("button.time").last.click()
    page.wait_for_load_state()
    moved = MassageSession.objects.get(pk=session.pk)
    assert (moved.revision, moved.starts_at != session.starts_at) == (1, True)
    assert "moved" in str(deliver()[-1].subject).lower()

    page = guest.open(link_in(deliver()[-1], "/sessions/manage/"))
    page.get_by_role("link", name=re.compile("Cancel")).first.click()
    page.wait_for_load_state()
    assert MassageSession.objects.get(pk=session.pk).status == "booked"
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()
    assert MassageSession.objects.get(pk=session.pk).status == "cancelled"
    assert "cancelled" in str(deliver()[-1].subject).lower()


def test_what_the_answers_rule_out_is_greyed_with_the_reason(visit: Sit, open_house: cast.House) -> None:
    guest = visit("desk")
    page = guest.open("/sessions/find/?service=deep-tissue-60")
    steps.pick_first_day(page)
    steps.keep_first_time(page)
    steps.say_who(page)
    steps.consent(page)
    steps.nothing_right_now(page)

    steps.answer_questions(page, BONES)

    assert "not for now" in page.locator("main").inner_text().lower()
    guest.open("/sessions/time/?service=deep-tissue-60")
    out = page.locator(".option.out", has_text="Deep tissue")
    assert out.count() == 1
    assert len(out.locator(".why").inner_text()) > 20
    assert page.locator("button.time").count() == 0 or "deep" not in page.content().split("times-head")[0]


def test_an_emergency_answer_shows_the_number_and_nothing_to_book(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone")
    page = guest.open("/sessions/find/?service=swedish-60")
    steps.pick_first_day(page)
    steps.keep_first_time(page)
    steps.say_who(page)
    steps.consent(page)

    steps.tick(page, "Yes, at least one of these")
    steps.press(page, "Go on with what I ticked")

    keep_picture(guest, "emergency-390")
    assert page.locator("a[href='tel:112']").count() >= 1
    assert page.locator("body.alarm").count() == 1
    assert page.get_by_role("link", name="Book").count() == 0
    assert MassageSession.objects.count() == 0
    assert guest.complaints == []


def test_booking_works_with_the_keyboard_alone(visit: Sit, open_house: cast.House) -> None:
    guest = visit("desk")
    page = guest.open("/sessions/find/?service=swedish-60")

    page.locator("table.month a").first.focus()
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.closest('table.month') !== null")
    page.keyboard.press("Enter")
    page.locator("#times-head:focus").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.classList.contains('time')")
    page.keyboard.press("Enter")
    page.wait_for_url("**/sessions/book/")

    assert MassageSession.objects.get().status == "held"


def test_one_tap_after_booking_keeps_the_rhythm(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone")
    page = guest.open("/")
    book_as_guest(page)

    steps.press(page, "twice a month")

    assert Plan.objects.get().interval_days == 14


def test_somebody_else_cannot_open_the_confirmation(visit: Sit, open_house: cast.House) -> None:
    guest = visit("desk")
    page = guest.open("/")
    book_as_guest(page)
    path = page.url.removeprefix(guest.address)

    stranger = visit("desk")
    stranger.open(path)

    assert "Greta" not in stranger.page.content()
    assert stranger.page.locator("h1").count() == 1

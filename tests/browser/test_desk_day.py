"""A day at the desk: a time that is not open, somebody who walks in, money, and a therapist who books by phone."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from massage_booking.core import clock
from massage_booking.studio.models import Studio
from sessions.models import MassageSession, Payment
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def test_the_desk_books_against_the_hours_with_a_reason(visit: Sit, open_house: cast.House) -> None:
    cast.answer(open_house.ben, now=clock.now())
    dora = visit("desk")
    sign_in(dora, "dora@stillwater.example")

    page = dora.open(f"/sessions/desk/clients/{open_house.ben.public_id}/book/?service=swedish-60")
    page.get_by_role("link", name="A time that is not open").click()
    page.get_by_label("Time", exact=True).fill("23:10")
    page.get_by_label("Day", exact=True).fill(f"{clock.now() + timedelta(days=2):%Y-%m-%d}")
    steps.press(page, "See who is free then")
    assert "outside the working hours" in page.locator("main").inner_text()
    keep_picture(dora, "anyway-1280")
    steps.tick(page, "Ana Quiroga")
    page.get_by_label("Why all the same?").fill("Comes off the last ferry")
    steps.press(page, "Book it all the same")

    session = MassageSession.objects.get(client=open_house.ben)
    assert (session.status, session.override_reason) == ("booked", "Comes off the last ferry")
    assert "Comes off the last ferry" in page.locator("main").inner_text()
    assert dora.complaints == []


def test_somebody_walks_in_and_pays(visit: Sit, open_house: cast.House) -> None:
    open_house.ana.weekly_hours.update(starts="00:00", ends="00:00")
    open_house.uma.weekly_hours.update(starts="00:00", ends="00:00")
    cast.answer(open_house.nadia, now=clock.now())
    dora = visit("desk")
    sign_in(dora, "dora@stillwater.example")

    page = dora.open("/sessions/desk/")
    page.get_by_role("link", name="Somebody walked in").click()
    page.get_by_label("Name, phone or e-mail").fill("+353 87 555 0101")
    steps.press(page, "Find a client")
    page.get_by_role("link", name="Take in Nadia Rahman").click()
    steps.tick(page, "Swedish, 60 min")
    steps.press(page, "See who is free")
    keep_picture(dora, "walk-in-1280")
    page.get_by_role("button", name="with Ana Quiroga").click()
    page.wait_for_load_state()
    session = MassageSession.objects.get()
    assert (session.status, session.booked_via, session.therapist) == ("arrived", "walk_in", open_house.ana)

    page.get_by_role("link", name="Take €68").click()
    page.get_by_label("Amount (EUR)").fill("20")
    steps.press(page, "Note that it is paid")
    page.get_by_role("link", name="Take €48").click()
    page.get_by_label("How", exact=True).select_option(label="Card, at the terminal")
    steps.press(page, "Note that it is paid")
    page.get_by_role("link", name="See what was paid").click()
    page.locator("li", has_text="€20").get_by_role("button", name="Take it back").click()
    page.wait_for_load_state()
    keep_picture(dora, "pay-1280")
    assert "€20 due" in page.locator("h1").inner_text()
    assert sorted(Payment.objects.values_list("amount", "voided_by__name")) == [(20, "Dora Byrne"), (48, None)]

    page = dora.open("/sessions/desk/takings/")
    keep_picture(dora, "takings-1280")
    shown = page.locator("main").inner_text()
    assert "€48 taken, 1 payment." in shown
    assert "Taken back" in shown
    with page.expect_download() as saving:
        page.get_by_role("link", name="Save as a table").click()
    assert saving.value.suggested_filename.startswith("takings-")
    assert dora.complaints == []


def test_a_therapist_books_by_phone_without_script(visit: Sit, open_house: cast.House) -> None:
    cast.answer(open_house.ben, now=clock.now())
    ana = visit("phone", script=False)
    sign_in(ana, "ana@stillwater.example")

    page = ana.open("/sessions/calendar/")
    page.get_by_role("link", name="Book for a client").click()
    page.get_by_label("Name, phone or e-mail").fill("kelly")
    steps.press(page, "Find a client")
    keep_picture(ana, "own-clients-390")
    page.get_by_role("link", name="Book Ben Kelly").click()
    steps.tick(page, "Swedish, 60 min")
    steps.press(page, "Show open times")
    steps.pick_first_day(page, skip=1)
    steps.keep_first_time(page)

    session = MassageSession.objects.get(client=open_house.ben)
    assert (session.therapist, session.booked_via) == (open_house.ana, "staff")


def test_a_fee_is_let_go(visit: Sit, open_house: cast.House) -> None:
    Studio.objects.update(late_fee_percent=50, cancellation_hours=24 * 14)
    now = clock.now()
    cast.answer(open_house.nadia, now=now)
    starts_at = now.replace(hour=12, minute=0, second=0, microsecond=0) + (cast.at(0, days=3) - cast.at(0))
    session = cast.book(open_house, starts_at=starts_at, now=now)
    dora = visit("phone")
    sign_in(dora, "dora@stillwater.example")

    page = dora.open(f"/sessions/desk/{session.public_id}/cancel/")
    keep_picture(dora, "cancel-fee-390")
    steps.tick(page, "The client’s: the fee is due")
    steps.press(page, "Cancel the session")
    page = dora.open(f"/sessions/calendar/{session.public_id}/")
    page.get_by_role("link", name="Let the fee go").click()
    page.get_by_label("Why is it let go?").fill("The buses do not run")
    steps.press(page, "Let it go")

    assert "Let go: The buses do not run" in page.locator("main").inner_text()
    assert dora.complaints == []


@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_nothing_on_the_new_pages(visit: Sit, open_house: cast.House, dark: bool) -> None:
    Studio.objects.update(late_fee_percent=50, cancellation_hours=24 * 14)
    now = clock.now()
    cast.answer(open_house.nadia, now=now)
    starts_at = now.replace(hour=12, minute=0, second=0, microsecond=0) + (cast.at(0, days=3) - cast.at(0))
    session = cast.book(open_house, starts_at=starts_at, now=now)
    Payment.objects.create(session=session, amount=20, currency="EUR", how="cash", taken_at=now)
    Payment.objects.create(session=session, amount=5, currency="EUR", how="card", taken_at=now, voided_at=now)
    nadia = open_house.nadia.public_id
    a_time = f"service=swedish-60&day={starts_at:%Y-%m-%d}&time=12:20"
    found = {}
    for width in ("phone", "desk"):
        dora, ana = visit(width, dark=dark, for_axe=True), visit(width, dark=dark, for_axe=True)
        sign_in(dora, "dora@stillwater.example")
        sign_in(ana, "ana@stillwater.example")
        for who, address in (
            (dora, f"/sessions/desk/?day={starts_at:%Y-%m-%d}"),
            (dora, "/sessions/desk/walk-in/?q=nadia"),
            (dora, f"/sessions/desk/walk-in/{nadia}/?service=swedish-60"),
            (dora, f"/sessions/desk/clients/{nadia}/book/anyway/?{a_time}"),
            (dora, f"/sessions/desk/{session.public_id}/cancel/"),
            (dora, f"/sessions/calendar/{session.public_id}/pay/"),
            (dora, f"/sessions/calendar/{session.public_id}/"),
            (dora, "/sessions/desk/takings/"),
            (ana, "/sessions/calendar/clients/?q=nadia"),
            (ana, f"/sessions/calendar/{session.public_id}/move/anyway/"),
        ):  # fmt: skip
            page = who.open(address)
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            trouble = who.axe() + ([f"scrolls sideways by {wide}"] if wide > 0 else [])
            if trouble:
                found[width, address] = trouble
    assert found == {}

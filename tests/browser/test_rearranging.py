"""Somebody is not in, and hours that change under sessions: answered on one page, in one act."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

import pytest
from django.core import mail
from playwright.sync_api import Page

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from sessions.models import MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, deliver, keep_picture, sign_in
from therapists.models import TimeOff, WeeklyHours

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def in_days(days: int, hour: int) -> datetime:
    """Return an hour (UTC) some days from now."""
    return (clock.now() + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)


def booked(house: cast.House, client: Client, starts_at: datetime) -> MassageSession:
    return cast.book(house, client=client, starts_at=starts_at, now=clock.now())


def choose(page: Page, client: str, words: str) -> None:
    """Choose what becomes of somebody's session by the first option that says so."""
    page.locator("fieldset.answer", has_text=client).locator("label", has_text=words).first.click()


def choose_value(page: Page, client: str, value: str) -> None:
    """Choose the first option whose value begins or ends so: the whole row of an option is its label."""
    row = page.locator("fieldset.answer", has_text=client)
    option = row.locator(f"input[value^='{value}'], input[value$='{value}']").first.get_attribute("id")
    row.locator(f"label[for='{option}']").click()


def standing(session: MassageSession) -> tuple[str, str]:
    session.refresh_from_db()
    return session.status, session.therapist.first_name


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_somebody_is_not_in_and_three_sessions_are_answered_for_at_once(
    visit: Sit, open_house: cast.House, width: str
) -> None:
    eve = cast.make_client("Eve Hart", account=cast.make_user("eve@example.com", "Eve Hart"))
    day = in_days(3, 12).date()
    stays, moves, ends = (
        booked(open_house, client, in_days(3, hour))
        for client, hour in ((open_house.nadia, 10), (open_house.ben, 12), (eve, 14))
    )
    deliver()
    dora = visit(width)
    sign_in(dora, "dora@stillwater.example")

    page = dora.open(f"/sessions/desk/?day={day.isoformat()}")
    page.get_by_role("link", name="Somebody is not in").click()
    page.wait_for_load_state()
    page.get_by_label("Who is not in").select_option(label="Ana Quiroga")
    steps.press(page, "Show the sessions")
    keep_picture(dora, f"away-{width}")
    choose_value(page, "Ben Kelly", "time|")
    choose(page, "Eve Hart", "Cancel it")
    mail.outbox.clear()
    steps.press(page, "Do all of this")
    keep_picture(dora, f"away-done-{width}")

    assert "All done" in page.locator("h1").inner_text()
    assert [standing(one) for one in (stays, ends)] == [("booked", "Uma"), ("cancelled", "Ana")]
    assert standing(moves)[0] == "booked" and moves.starts_at != in_days(3, 12)
    assert TimeOff.objects.filter(therapist=open_house.ana).count() == 1
    letters = {letter.to[0]: letter for letter in deliver() if "change" in letter.subject}
    assert set(letters) == {"nadia@example.com", "ben@example.com", "eve@example.com"}
    assert dora.complaints == []


def test_a_therapist_changes_hours_and_decides_about_what_lies_outside(visit: Sit, open_house: cast.House) -> None:
    eve = cast.make_client("Eve Hart", account=cast.make_user("eve@example.com", "Eve Hart"))
    kept, moved, ended = (
        booked(open_house, client, in_days(days, 10))
        for client, days in ((open_house.nadia, 3), (open_house.ben, 4), (eve, 5))
    )
    WeeklyHours.objects.filter(therapist=open_house.ana).update(starts=time(15))
    ana = visit("phone")
    sign_in(ana, "ana@stillwater.example")

    page = ana.open("/therapists/hours/")
    page.get_by_role("link", name="Decide").click()
    page.wait_for_load_state()
    keep_picture(ana, "outside-phone")
    choose(page, "Nadia Rahman", "Keep it as it is")
    choose_value(page, "Ben Kelly", "|ana-quiroga")
    choose(page, "Eve Hart", "Cancel it")
    page.get_by_label("A line for all of them").fill("I start later from now on.")
    steps.press(page, "Do all of this")

    assert [standing(one) for one in (kept, moved, ended)] == [
        ("booked", "Ana"), ("booked", "Ana"), ("cancelled", "Ana"),
    ]  # fmt: skip
    assert moved.starts_at != in_days(4, 10)
    assert kept.kept_at is not None
    assert "Nothing to decide" in ana.open("/sessions/rearrange/outside/").locator("main").inner_text()
    assert [letter for letter in deliver() if "I start later from now on." in str(letter.body)]
    assert ana.complaints == []


def test_nothing_is_wrong_with_the_pages_for_those_who_hear_them(visit: Sit, open_house: cast.House) -> None:
    booked(open_house, open_house.nadia, in_days(3, 10))
    day = in_days(3, 12).date().isoformat()
    dora = visit("phone", for_axe=True)
    sign_in(dora, "dora@stillwater.example")

    found = {}
    for dark in (False, True):
        dora.page.emulate_media(color_scheme="dark" if dark else "light")
        for path in ("", f"?therapist=ana-quiroga&first={day}&last={day}"):
            page = dora.open(f"/sessions/rearrange/away/{path}")
            wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            found[path, dark] = (dora.axe(), max(wide, 0))
    WeeklyHours.objects.filter(therapist=open_house.ana).delete()
    page = dora.open("/sessions/rearrange/outside/")
    found["outside", True] = (dora.axe(), 0)
    dora.open("/sessions/desk/")
    found["desk", True] = (dora.axe(), 0)

    assert {key: value for key, value in found.items() if value != ([], 0)} == {}

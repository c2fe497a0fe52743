"""Changing one's mind: undo, a late change that is asked for and answered, a longer session, somebody late."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest

from massage_booking.core import clock
from sessions.models import ChangeRequest, MassageSession
from sessions.services import late_changes
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def booked(house: cast.House, *, hours: int = 50) -> MassageSession:
    """Book Nadia with Ana at noon, two days from now; changes can be undone, late ones asked for."""
    cast.make_studio(undo_minutes=3, late_changes="ask")
    now = clock.now()
    starts_at = (now + timedelta(hours=hours)).replace(hour=12, minute=0, second=0, microsecond=0)
    cast.answer(house.nadia, now=now)
    return cast.book(house, starts_at=starts_at, now=now)


def test_a_client_cancels_and_thinks_better_of_it(visit: Sit, open_house: cast.House) -> None:
    session = booked(open_house)
    nadia = visit("phone", for_axe=True)
    sign_in(nadia, "nadia@example.com")

    page = nadia.open(f"/sessions/{session.public_id}/cancel/")
    steps.press(page, "Yes, cancel it")
    page.wait_for_selector("text=Cancelled by mistake?")
    keep_picture(nadia, "undo-390")
    assert nadia.axe() == []
    steps.press(page, "Undo")

    page.wait_for_selector("text=Your session is as it was")
    assert MassageSession.objects.get(pk=session.pk).status == "booked"
    assert nadia.complaints == []


def test_a_late_change_is_asked_for_and_accepted(visit: Sit, open_house: cast.House) -> None:
    session = booked(open_house)
    cast.make_studio(undo_minutes=3, late_changes="ask", cancellation_hours=24 * 14)
    nadia, ana = visit("phone", script=False), visit("desk", for_axe=True)
    sign_in(nadia, "nadia@example.com")
    day = (session.starts_at + timedelta(days=2)).date().isoformat()

    page = nadia.open(f"/sessions/{session.public_id}/move/?month={day[:7]}&day={day}")
    page.locator("main button[name=starts_at]").first.click()
    assert "You have asked Ana for" in page.locator("main").inner_text()
    asked = ChangeRequest.objects.get()

    sign_in(ana, "ana@stillwater.example")
    page = ana.open("/sessions/calendar/review/")
    page.get_by_role("link", name="Answer").first.click()
    page.wait_for_selector("text=A late change is asked for")
    keep_picture(ana, "late-change-1280")
    assert ana.axe() == []
    steps.press(page, "Yes, without a fee")

    page.wait_for_selector("text=Accepted.")
    moved = MassageSession.objects.get(pk=session.pk)
    assert (moved.starts_at, moved.fee_waived) == (asked.starts_at, True)
    assert ana.complaints == []


def test_the_desk_makes_a_session_longer_and_notes_who_is_late(visit: Sit, open_house: cast.House) -> None:
    session = booked(open_house)
    long = cast.make_service("swedish", 90, price=Decimal("98.00"))
    long.therapists.set([open_house.ana])
    dora = visit("phone", dark=True, for_axe=True)
    sign_in(dora, "dora@stillwater.example")

    page = dora.open(f"/sessions/calendar/{session.public_id}/")
    page.get_by_role("link", name="Change", exact=True).click()
    page.wait_for_selector("text=Longer or shorter")
    keep_picture(dora, "change-390-dark")
    assert dora.axe() == []
    steps.press(page, "Make it 90 min")
    page.wait_for_selector("text=90 minutes now")

    now = clock.now()
    MassageSession.objects.filter(pk=session.pk).update(
        starts_at=now, ends_at=now + timedelta(minutes=90), blocked_until=now + timedelta(minutes=105)
    )
    page.reload()
    page.get_by_label("They are late by").fill("12")
    steps.press(page, "Note it")
    page.wait_for_selector("text=is late")
    keep_picture(dora, "late-390-dark")
    assert dora.axe() == []
    assert MassageSession.objects.get(pk=session.pk).late_minutes == 12
    assert dora.complaints == []


def test_what_nobody_answers_says_so(visit: Sit, open_house: cast.House) -> None:
    session = booked(open_house)
    cast.make_studio(late_changes="ask", cancellation_hours=24 * 14)
    late_changes.ask_to_cancel(session=session, actor=None, now=clock.now())
    late_changes.lapse(now=session.starts_at)
    nadia = visit("phone", dark=True, for_axe=True)
    sign_in(nadia, "nadia@example.com")

    page = nadia.open(f"/sessions/{session.public_id}/")

    assert "nobody could answer in time" in page.locator("main").inner_text()
    assert nadia.axe() == []

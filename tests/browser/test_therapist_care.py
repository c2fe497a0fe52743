"""A therapist's care around a session: signing off, the reasons, and a report afterwards."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from massage_booking.core import clock
from screening import selectors as screening
from screening.document import GivenRow
from sessions import links
from sessions.models import MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def test_a_therapist_signs_reads_why_and_a_report_stops_and_closing_lifts(visit: Sit, open_house: cast.House) -> None:
    now = clock.now()
    noon = (now + timedelta(days=2)).replace(hour=12, minute=0, second=0, microsecond=0)
    cast.answer(open_house.nadia, SETTLED, now=now)
    session = cast.book(open_house, starts_at=noon, now=now)
    ana = visit("desk")
    sign_in(ana, "ana@stillwater.example")

    page = ana.open(f"/sessions/calendar/{session.public_id}/")
    assert "Osteoarthritis" not in page.locator("main").inner_text()
    page.get_by_role("link", name="Sign off").click()
    page.locator("label.pick", has_text="Light").click()
    page.locator("label", has_text="Neck").click()
    page.locator("#note").fill("Stiff since Sunday.")
    keep_picture(ana, "sign-off-1280")
    steps.press(page, "Sign off")
    assert "Light" in page.locator(".pressure .ok").all_inner_texts()
    assert "Neck" in page.locator(".safety .avoid").inner_text()

    steps.press(page, "Show why")
    keep_picture(ana, "why-1280")
    assert "Osteoarthritis or gout" in page.locator("main").inner_text()

    MassageSession.objects.filter(pk=session.pk).update(
        status="done", starts_at=now - timedelta(hours=26), ends_at=now - timedelta(hours=25), blocked_until=now
    )
    session.refresh_from_db()
    nadia = visit("phone")
    told = nadia.open(f"/sessions/manage/{links.make(session, purpose='feeling')}/feeling/")
    steps.tick(told, "Dizziness, a change in sight or speech")
    steps.press(told, "Tell Ana")
    keep_picture(nadia, "feeling-help-390")
    assert "Please get help now" in told.locator("main").inner_text()
    assert screening.is_stopped(open_house.nadia)

    page = ana.open("/sessions/calendar/review/")
    page.locator("main").get_by_role("link", name="Read").first.click()
    page.locator("textarea[name=advice]").fill("Emergency department, at once")
    page.locator("textarea[name=outcome]").fill("Checked, nothing found")
    steps.press(page, "Close the report")
    assert not screening.is_stopped(open_house.nadia)

    sign_in(nadia, "nadia@example.com")
    read = nadia.open(f"/screening/answers/{open_house.nadia.public_id}/").locator("main").inner_text()
    assert "Ana Quiroga" in read
    assert (ana.complaints, nadia.complaints) == ([], [])

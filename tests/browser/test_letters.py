"""A letter on its way, in real browsers: asked for, kept a time for, sent from a phone, accepted by the therapist."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sessions.models import MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in
from tests.screening.letters import files

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]
BONES = {"Thin bones (osteoporosis)": "Yes, over 12 weeks ago and healed"}


def test_a_letter_books_the_session_that_waited_for_it(visit: Sit, open_house: cast.House, tmp_path: Path) -> None:
    guest = visit("phone")
    page = guest.open("/")
    page.get_by_role("link", name="Find a time").first.click()
    page.wait_for_load_state()
    steps.pick_first_day(page, skip=8)
    steps.keep_first_time(page)
    steps.say_who(page)
    steps.consent(page)
    steps.nothing_right_now(page)
    steps.answer_questions(page, BONES)
    assert "What the letter is about" in page.locator("main").inner_text()
    keep_picture(guest, "letters-result-390")
    page.locator("main a.btn-primary").first.click()
    page.wait_for_load_state()
    keep_picture(guest, "letters-time-390")
    steps.press(page, "Go on with this time")
    keep_picture(guest, "letters-confirm-390")
    page.locator("input[name=name]").fill("Greta Gast")
    page.locator("input[name=email]").fill("guest@example.com")
    page.locator("input[name=phone]").fill("087 555 0199")
    page.locator("label[for=id_accepts]").click()
    steps.press(page, "Keep this time for me")
    session = MassageSession.objects.get(client__name="Greta Gast")
    assert (session.status, session.clearance_until is not None) == ("requested", True)
    keep_picture(guest, "letters-kept-390")

    sign_in(guest, "guest@example.com")
    page = guest.open("/screening/letters/")
    page.get_by_label("Who will fill it in?").fill("Dr Grey")
    steps.press(page, "Get the form")
    with page.expect_download() as form:
        page.get_by_role("link", name="Save the form (PDF)").click()
    assert Path(form.value.path()).read_bytes().startswith(b"%PDF")
    photo = tmp_path / "letter.jpg"
    photo.write_bytes(files.photo())
    page.get_by_label("Take a photo").set_input_files(photo)
    keep_picture(guest, "letters-own-390")
    steps.press(page, "Send it")
    assert "Received. A therapist looks at it" in page.locator("main").inner_text()

    therapist = visit("desk")
    sign_in(therapist, session.therapist.user.email)
    staff = therapist.open("/sessions/calendar/review/")
    staff.get_by_role("link", name="Read").first.click()
    staff.wait_for_load_state()
    keep_picture(therapist, "letters-review-1280")
    staff.get_by_label("Who signed it").fill("Dr Grey")
    staff.get_by_label("Their role").fill("doctor")
    staff.get_by_label("Signed on").fill(session.created_at.date().isoformat())
    steps.press(staff, "Accept it")
    assert "is booked, and the client is told" in staff.locator("main").inner_text()

    session.refresh_from_db()
    assert (session.status, session.clearance_until) == ("booked", None)
    page.reload()
    assert "Accepted until" in page.locator("main").inner_text()
    keep_picture(guest, "letters-accepted-390")
    assert guest.complaints == therapist.complaints == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_pages_of_letters_have_no_barrier(visit: Sit, open_house: cast.House, width: str, monkeypatch: Any) -> None:
    from massage_booking.core import clock
    from tests.screening.letters import sent

    now = clock.now()
    cast.answer(open_house.nadia, sent.BONES, now=now)
    letter = sent.send(open_house.nadia, now=now)
    client = visit(width, for_axe=True)
    sign_in(client, "nadia@example.com")
    client.open(f"/screening/letters/{open_house.nadia.public_id}/")
    keep_picture(client, f"letters-axe-own-{width}")
    assert client.axe() == []

    therapist = visit(width, for_axe=True)
    sign_in(therapist, "ana@stillwater.example")
    page = therapist.open(f"/sessions/letters/{letter.public_id}/")
    page.locator("details > summary").first.click()
    keep_picture(therapist, f"letters-axe-review-{width}")
    assert therapist.axe() == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")

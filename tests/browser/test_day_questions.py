"""From the reminder's second button to a safe date: somebody has a fever, says so, and nobody has to phone."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core import clock
from massage_booking.core.intervals import instant_of
from massage_booking.outbox.models import Message
from sessions.models import MassageSession
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, deliver, keep_picture

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


def book_for_tomorrow(house: cast.House) -> MassageSession:
    """Book for about this hour tomorrow, some days ago; the reminder is due by now."""
    now, booked_at = clock.now(), clock.now() - timedelta(days=5)
    grid = int(now.timestamp()) // 60 // 15 * 15
    starts_at = instant_of(grid) + timedelta(hours=23)
    # The house opens at six and closes at 23: in the small hours the next morning will do.
    while not 6 <= starts_at.astimezone(house.studio.tz).hour <= 21:
        starts_at -= timedelta(hours=1)
    cast.answer(house.nadia, now=booked_at)
    return cast.book(house, starts_at=starts_at, now=booked_at)


def link_in(mail: Any, part: str) -> str:
    found = re.search(rf"https?://[^\s/]+(\S*{part}\S*)", str(mail.body))
    assert found, mail.body
    return found.group(1)


def test_a_fever_the_day_before_becomes_a_safe_date(visit: Sit, open_house: cast.House) -> None:
    session = book_for_tomorrow(open_house)
    letter = next(mail for mail in deliver() if "/today/" in str(mail.body))
    client = visit("phone", script=False)
    page = client.open(link_in(letter, "/today/"))
    keep_picture(client, "day-questions-390")

    steps.tick(page, "Fever, cold, flu")
    page.get_by_text("Feverish, heavy cold or cough, sick or unwell", exact=True).click()
    page.locator("input[name^='date-fever_infection'][type=date]").first.fill(clock.now().date().isoformat())
    steps.tick(page, "No, nothing new")
    steps.press(page, "That is how it is today")

    keep_picture(client, "held-back-390")
    assert "This session cannot go ahead as it is" in page.locator("main").inner_text()
    assert "fever" not in page.locator("main").inner_text().lower()
    held = MassageSession.objects.get(pk=session.pk)
    assert held.held_back_at is not None and held.status == "booked"

    steps.press(page, "Move here")

    moved = MassageSession.objects.get(pk=session.pk)
    keep_picture(client, "held-back-moved-390")
    assert (moved.held_back_at, moved.revision) == (None, 1)
    assert moved.starts_at >= session.starts_at + timedelta(hours=20)
    assert Message.objects.get(kind="needs_change").status == "void"
    assert client.complaints == []

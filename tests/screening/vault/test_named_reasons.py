"""A page that names what was answered is a reading of the answers, and on record; every address is tried."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction
from django.test import Client as Browser

from screening.document import GivenRow
from screening.models import AccessRecord, Letter
from screening.services import letters as letter_services
from sessions.models import MassageSession
from sessions.views import reasons
from tests import cast
from tests.access.addresses import ROLES, Things, account_of, names

pytestmark = pytest.mark.django_db

ROWS = {
    "osteoporosis": GivenRow(answer="No, thin bones but no fractures"),
    "blood_thinners": GivenRow(answer="Only one of low-dose aspirin or clopidogrel, and I do not bruise easily"),
}
BETRAYING = ("thin bones", "osteopor", "blood thin", "aspirin")
# Pages that show rules, and nobody's answers.
ABOUT_RULES = ("admin:",)


@pytest.fixture
def limited(house: cast.House, monday: Any) -> Things:
    """Return what addresses name; Nadia's answers rule out deep tissue, and she waits for it all the same."""
    things = Things(house)
    cast.answer(house.nadia, ROWS)
    things.entry.service = house.deep
    things.entry.save()
    return things


def requests(things: Things) -> Iterator[tuple[str, str, str, str]]:
    """Yield (name, address, role, method), those left out that erase what is looked for."""
    for name in names():
        address = None if name.startswith(ABOUT_RULES) else things.filled(name)
        for role in ROLES if address else ():
            for method in ("get", "post"):
                if method == "get" or "withdraw" not in name:
                    yield name, str(address), role, method


# Each request in a transaction of its own: inside one long one PostgreSQL wades through all that was taken back before.
@pytest.mark.django_db(transaction=True)
def test_no_page_names_what_was_answered_without_a_row_in_the_record(limited: Things) -> None:
    silent, loud = [], set()
    for name, address, role, method in requests(limited):
        user, browser = account_of(limited.house, role), limited.browser_of(role)
        cache.clear()
        with transaction.atomic():
            before = AccessRecord.objects.count()
            response = getattr(browser, method)(address)
            readers = set(AccessRecord.objects.order_by("pk")[before:].values_list("reader_account", flat=True))
            transaction.set_rollback(True)
        text = "" if response.streaming else response.content.decode(errors="replace").lower()
        if not any(word in text for word in BETRAYING):
            continue
        loud.add((name, role))
        if user is None or readers != {user.pk}:
            silent.append((name, role, method, readers))

    assert silent == []
    assert loud == {
        ("accounts:home", "nadia"),
        ("screening:answers_of", "nadia"),
        ("sessions:book", "nadia"),
        ("sessions:waitlist", "nadia"),
        ("sessions:why", "ana"),
    }


# --- Pages that are not reached by an address alone ---------------------------


def signed_in(house: cast.House) -> Browser:
    browser = Browser()
    browser.force_login(house.nadias_account, backend="django.contrib.auth.backends.ModelBackend")
    return browser


def purposes() -> list[str]:
    return list(AccessRecord.objects.filter(what=reasons.WHAT).order_by("pk").values_list("purpose", flat=True))


def test_choosing_a_session_and_a_time_with_limits_is_two_readings(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, ROWS)
    browser = signed_in(house)
    wish = {"service": house.swedish.slug, "therapist": "any", "whom": house.nadia.public_id}
    assert "thin bones" in browser.get("/sessions/book/").content.decode().lower()
    browser.post("/sessions/book/", wish)
    page = browser.get("/sessions/time/")

    assert "thin bones" in page.content.decode().lower()
    assert purposes() == ["choosing a session", "choosing a time"]


def test_without_limits_nothing_is_named_and_nothing_written_down(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia)
    browser = signed_in(house)
    browser.get("/sessions/book/")
    browser.post("/sessions/book/", {"service": house.swedish.slug, "therapist": "any", "whom": house.nadia.public_id})
    browser.get("/sessions/time/")

    assert AccessRecord.objects.count() == 0


def test_a_session_that_is_held_back_says_why_and_writes_that_down(house: cast.House, monday: Any) -> None:
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, ROWS)
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW)
    page = signed_in(house).get(f"/sessions/{session.public_id}/").content.decode().lower()

    assert "thin bones" in page
    assert purposes() == ["a session that is held back"]


def test_the_day_a_wait_ends_is_named_with_its_reason_and_written_down(house: cast.House, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cold = "Feverish, heavy cold or cough, sick or unwell"
    cast.answer(house.nadia, {"fever_infection": GivenRow(answer=cold, event_on=cast.TODAY - timedelta(days=1))})
    browser = signed_in(house)
    told = "48 hours with no fever"
    for address in ("/sessions/find/", f"/sessions/{session.public_id}/move/"):
        assert told in browser.get(address).content.decode(), address

    assert purposes() == ["looking for a time", "moving a session"]


# --- Forms that come back -----------------------------------------------------


def test_a_therapist_whose_form_comes_back_has_read_the_rows_once_more(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, {"blood_thinners": ROWS["blood_thinners"]})
    cast.book(house)
    request = letter_services.request_form(
        client=house.nadia, codes=["blood_thinners"], doctor="", referral="", now=cast.NOW
    )
    letter = Letter.objects.create(client=house.nadia, request=request, received_at=cast.NOW)
    browser = Browser()
    browser.force_login(house.ana.user, backend="django.contrib.auth.backends.ModelBackend")
    # Without having looked at the page before.
    page = browser.post(f"/sessions/letters/{letter.public_id}/accept/", {}).content.decode().lower()

    assert 'value="blood_thinners"' in page
    assert list(AccessRecord.objects.values_list("reader_name", "what", "address")) == [
        ("Ana Quiroga", "what a letter must cover", "127.0.0.1")
    ]


def test_questions_of_the_day_that_come_back_name_the_rows_once_more(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, {"migraine": GivenRow(answer="No, I am between attacks")})
    session = cast.book(house, starts_at=cast.at(16))
    browser = signed_in(house)
    page = browser.post(f"/sessions/{session.public_id}/today/", {}).content.decode().lower()

    assert "migraine" in page
    assert list(AccessRecord.objects.values_list("what", "purpose")) == [("answers", "questions of the day")]

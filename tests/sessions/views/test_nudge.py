"""Times that a mail proposed: still free, taken, booked; and no more of them."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from screening import services as screening_services
from sessions import links
from sessions.models import MassageSession, Plan
from sessions.selectors import openings
from sessions.selectors.openings import Opening
from tests import cast
from tests.sessions.views.guest import Guest, hidden_fields, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def plan(house: cast.House) -> Plan:
    """Nadia's rhythm, one nudge unanswered; her answers are fresh."""
    cast.answer(house.nadia)
    return Plan.objects.create(
        client=house.nadia, service=house.swedish, therapist=house.ana, accepted_at=cast.NOW - timedelta(days=12),
        unanswered_nudges=1, last_nudged_at=cast.NOW,
    )  # fmt: skip


@pytest.fixture
def opening(house: cast.House) -> Opening:
    """Ten o'clock in a week, with Ana."""
    found = openings.openings(
        service=house.swedish, first=cast.TODAY + timedelta(days=7), last=cast.TODAY + timedelta(days=7), now=cast.NOW,
        therapist=house.ana,
    )  # fmt: skip
    return next(item for item in found if item.starts_at == cast.at(10, days=7))


@pytest.fixture
def address(plan: Plan, opening: Opening) -> str:
    return reverse("sessions:nudge", args=[links.make_offer(plan, opening)])


def press(browser: Browser, address: str, **changes: str):
    page = browser.get(address)
    body = {**hidden_fields(page, "key", "therapist"), "starts_at": cast.at(10, days=7).isoformat()}
    return browser.post(address, {**body, **changes})


def test_the_page_says_that_the_time_is_still_free_and_keeps_nothing(address: str) -> None:
    page = page_of(Browser().get(address))

    assert "Still free" in page and "Monday 8 June, 10:00" in page and "Dublin time" in page
    assert MassageSession.objects.count() == 0


def test_one_press_books_it_and_answers_the_nudge(address: str, plan: Plan, house: cast.House) -> None:
    browser = Browser()

    response = press(browser, address)

    session = MassageSession.objects.get()
    assert (session.client, session.starts_at, session.booked_via, session.status) == (
        house.nadia,
        cast.at(10, days=7),
        "nudge",
        "booked",
    )
    plan.refresh_from_db()
    assert plan.unanswered_nudges == 0
    assert browser.get(response["Location"]).status_code == 200


def test_the_page_asks_whether_anything_has_changed_and_a_yes_comes_before_the_booking(
    address: str, house: cast.House, monday: Any
) -> None:
    monday.move_to(cast.NOW + timedelta(hours=25))
    browser, nadia = Browser(), Guest(house, house.nadias_account)

    page = page_of(browser.get(address))
    assert "Has anything changed in your health" in page and "Nothing has changed: book this time" in page
    stranger = press(browser, address, changed="yes")

    assert stranger["Location"] == reverse("sessions:book")
    assert MassageSession.objects.get().status == "held"
    MassageSession.objects.all().delete()
    press(nadia.browser, address, changed="yes")
    assert nadia.held.starts_at == cast.at(10, days=7)
    assert nadia.get(reverse("screening:consent"))["Location"] == reverse("screening:changed")
    MassageSession.objects.all().delete()
    # Until it is told what, the button books nothing for anybody who has the letter.
    assert press(Browser(), address)["Location"] == reverse("sessions:book")
    assert not MassageSession.objects.exclude(status="held").exists()


def test_whoever_answered_within_a_day_is_not_asked_again(address: str) -> None:
    assert "Has anything changed" not in page_of(Browser().get(address))


def test_the_same_press_twice_books_once(address: str) -> None:
    browser = Browser()
    body = {**hidden_fields(browser.get(address), "key", "therapist"), "starts_at": cast.at(10, days=7).isoformat()}

    first, second = browser.post(address, body), browser.post(address, body)

    assert first["Location"] == second["Location"]
    assert MassageSession.objects.count() == 1


def test_with_something_booked_the_link_offers_nothing_more(address: str, house: cast.House) -> None:
    cast.book(house, starts_at=cast.at(10, days=9))

    page = page_of(Browser().get(address))
    response = Browser().post(address, {"starts_at": cast.at(10, days=7).isoformat(), "therapist": "ana-quiroga"})

    assert "You have a session already" in page and "Wednesday 10 June, 10:00" in page
    assert response.status_code == 200
    assert MassageSession.objects.count() == 1


def test_a_taken_time_offers_the_nearest_and_books_one_of_them(address: str, house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(10, days=7))
    browser = Browser()

    page = browser.get(address)
    assert "was just taken" in page_of(page)
    assert [item.starts_at for item in page.context["nearest"]] == [
        cast.at(11, 15, days=7),
        cast.at(11, 30, days=7),
        cast.at(11, 45, days=7),
    ]
    press(browser, address, starts_at=cast.at(11, 15, days=7).isoformat())

    assert MassageSession.objects.filter(client=house.nadia).get().starts_at == cast.at(11, 15, days=7)


def test_without_valid_answers_the_time_is_kept_and_the_questions_come_first(address: str, house: cast.House) -> None:
    screening_services.withdraw_consent(client=house.nadia, now=cast.NOW)
    browser, nadia = Browser(), Guest(house, house.nadias_account)

    stranger = press(browser, address)
    assert stranger["Location"] == reverse("sessions:book")
    assert MassageSession.objects.get().status == "held"

    MassageSession.objects.all().delete()
    assert press(nadia.browser, address)["Location"] == reverse("screening:consent")
    assert nadia.held.starts_at == cast.at(10, days=7)


@pytest.mark.parametrize("starts_at", ["", "nonsense", "1999-01-01T00:00:00Z", "9223372036854775808"])
def test_garbage_books_nothing(address: str, starts_at: str) -> None:
    response = Browser().post(address, {"starts_at": starts_at, "therapist": "ana-quiroga", "key": "x" * 3000})

    assert response.status_code == 409
    assert MassageSession.objects.count() == 0


def test_a_broken_or_revoked_link_finds_nothing(address: str, plan: Plan) -> None:
    codes = [
        Browser().get(bad).status_code for bad in (address[:-2] + "/", "/sessions/nudge/x/", "/sessions/nudges/stop/x/")
    ]
    Plan.objects.update(nonce="another")
    codes.append(Browser().get(address).status_code)

    assert codes == [404] * 4


def test_a_link_for_one_purpose_does_not_serve_another(address: str, plan: Plan) -> None:
    token = address.split("/")[-2]

    assert Browser().get(reverse("sessions:nudge_stop", args=[token])).status_code == 404
    assert Browser().get(reverse("sessions:nudge", args=[links.make_stop(plan)])).status_code == 404
    assert Browser().get(reverse("sessions:manage", args=[token])).status_code == 404


def test_stopping_asks_first(plan: Plan) -> None:
    page = page_of(Browser().get(reverse("sessions:nudge_stop", args=[links.make_stop(plan)])))

    assert "Stop these letters?" in page
    plan.refresh_from_db()
    assert plan.is_active


def test_one_click_in_a_mail_program_stops_them_without_a_cookie(plan: Plan) -> None:
    program = Browser(enforce_csrf_checks=True)

    response = program.post(
        reverse("sessions:nudge_stop", args=[links.make_stop(plan)]), {"List-Unsubscribe": "One-Click"}
    )

    plan.refresh_from_db()
    assert (response.status_code, plan.is_active) == (200, False)


def test_booking_from_a_link_needs_the_forms_token(address: str) -> None:
    strict = Browser(enforce_csrf_checks=True)

    assert strict.post(address, {"starts_at": cast.at(10, days=7).isoformat()}).status_code == 403

"""The rhythm: accepted with one tap, changed, paused, ended."""

from datetime import date

import pytest
from django.test import Client as Browser
from django.urls import reverse

from sessions import links
from sessions.models import MassageSession, Plan
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    """Nadia's session with Ana in a week, at ten."""
    return cast.book(house, starts_at=cast.at(10, days=7))


@pytest.fixture
def nadia(house: cast.House) -> Guest:
    return Guest(house, house.nadias_account)


def test_one_tap_after_booking_begins_it(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm()
    address = guest.confirm()["Location"]

    response = guest.browser.post(address.replace("booked", "plan"), follow=True)

    plan = Plan.objects.get()
    assert (plan.interval_days, plan.therapist, plan.weekday) == (14, house.ana, 0)
    assert "Your rhythm: every 14 days" in page_of(response)


def test_twice_is_once(nadia: Guest, session: MassageSession) -> None:
    address = reverse("sessions:plan_accept", args=[session.public_id])
    nadia.browser.post(address)
    nadia.browser.post(address)

    assert Plan.objects.count() == 1


def test_asking_for_the_tap_with_get_is_not_possible(nadia: Guest, session: MassageSession) -> None:
    assert nadia.get(reverse("sessions:plan_accept", args=[session.public_id])).status_code == 405
    assert Plan.objects.count() == 0


def test_the_page_changes_and_pauses(nadia: Guest, house: cast.House, session: MassageSession) -> None:
    nadia.browser.post(reverse("sessions:plan_accept", args=[session.public_id]))
    page = reverse("sessions:plan", args=[house.nadia.public_id])

    response = nadia.browser.post(page, {"interval_days": "21", "paused_until": "2026-08-01"}, follow=True)

    plan = Plan.objects.get()
    assert (plan.interval_days, plan.paused_until) == (21, date(2026, 8, 1))
    assert "every 21 days" in page_of(response) and "Paused until Saturday 1 August." in page_of(response)


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"interval_days": "6"}, "interval_days"),
        ({"interval_days": "61"}, "interval_days"),
        ({"interval_days": "9223372036854775808"}, "interval_days"),
        ({"interval_days": ""}, "interval_days"),
        ({"interval_days": "14", "paused_until": "0000-00-00"}, "paused_until"),
        ({"interval_days": "14", "paused_until": "2036-01-01"}, "paused_until"),
    ],
)
def test_what_makes_no_rhythm_is_refused(
    nadia: Guest, house: cast.House, session: MassageSession, form: dict[str, str], field: str
) -> None:
    nadia.browser.post(reverse("sessions:plan_accept", args=[session.public_id]))

    response = nadia.browser.post(reverse("sessions:plan", args=[house.nadia.public_id]), form)

    assert list(response.context["form"].errors) == [field]
    assert Plan.objects.get().interval_days == 14


def test_a_pause_that_is_over_is_no_pause(nadia: Guest, house: cast.House, session: MassageSession) -> None:
    nadia.browser.post(reverse("sessions:plan_accept", args=[session.public_id]))

    nadia.browser.post(
        reverse("sessions:plan", args=[house.nadia.public_id]), {"interval_days": "14", "paused_until": "2026-05-01"}
    )

    assert Plan.objects.get().paused_until is None


def test_it_ends_and_begins_again(nadia: Guest, house: cast.House, session: MassageSession) -> None:
    nadia.browser.post(reverse("sessions:plan_accept", args=[session.public_id]))
    page = reverse("sessions:plan", args=[house.nadia.public_id])

    ended = page_of(nadia.browser.post(page, {"act": "end"}, follow=True))
    assert Plan.objects.get().ended_at == cast.NOW
    assert "Keep a rhythm" in ended

    nadia.browser.post(page, {"act": "accept"})
    assert Plan.objects.get().is_active


def test_the_link_of_a_mail_opens_it_too(session: MassageSession) -> None:
    page = reverse("sessions:manage_plan", args=[links.make(session)])

    assert "It begins as the last session was" in page_of(Browser().get(page))
    Browser().post(page, {"act": "accept"})

    assert Plan.objects.get().is_active
    assert "every 14 days" in page_of(Browser().get(page))


def test_strangers_find_nothing(house: cast.House, session: MassageSession) -> None:
    ben = Guest(house, house.bens_account)

    assert ben.get(reverse("sessions:plan", args=[house.nadia.public_id])).status_code == 404
    assert (
        ben.browser.post(reverse("sessions:plan", args=[house.nadia.public_id]), {"act": "accept"}).status_code == 404
    )
    assert Browser().get(reverse("sessions:plan"))["Location"].startswith("/accounts/login/code/")


def test_the_short_address_opens_the_accounts_own(nadia: Guest, session: MassageSession) -> None:
    assert "Twice a month, if it does you good" in page_of(nadia.get("/sessions/plan/"))

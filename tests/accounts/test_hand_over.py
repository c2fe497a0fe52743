"""At eighteen control passes to the client: what a guardian agreed to ends, and the page is handed over."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from massage_booking.outbox import registry
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import selectors, services
from screening.models import AccessRecord
from sessions import links
from sessions.services import handing_over
from tests import cast
from tests.accounts.test_door import sign_in_by_mail
from tests.reading import text_of

SignIn = Callable[[User], Browser]

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def finn(house: cast.House) -> Client:
    """Nadia's child, eighteen today, who answered when seventeen."""
    finn = cast.make_client("Finn Rahman", account=house.nadias_account, born=date(2008, 6, 1), relation="child")
    services.give_guardian_consent(
        client=finn, name="Nadia Rahman", relation="parent", child_agrees=True, given_by=finn.account, now=LAST_YEAR
    )
    cast.answer(finn, now=LAST_YEAR)
    return finn


LAST_YEAR = cast.at(9, days=-200)


@pytest.fixture
def nadia(house: cast.House, sign_in: SignIn) -> Browser:
    return sign_in(house.nadias_account)


def page(finn: Client) -> str:
    return f"/account/people/{finn.public_id}/hand-over/"


def answers(finn: Client) -> str:
    return f"/screening/answers/{finn.public_id}/"


def hand_over(browser: Browser, finn: Client, email: str = "Finn@example.com", again: str = "") -> Any:
    return browser.post(page(finn), {"email": email, "again": again or email})


def test_the_day_before_everything_is_still_the_guardians(finn: Client, nadia: Browser, monday: Any) -> None:
    monday.move_to(cast.at(9, days=-1))

    assert selectors.consent_in_force(finn) is not None
    assert selectors.may_read_answers(finn.account, finn)
    assert nadia.get(page(finn)).status_code == 404
    assert "Hand over" not in text_of(nadia.get("/account/"))


def test_on_the_birthday_what_the_guardian_agreed_to_has_ended(finn: Client, nadia: Browser) -> None:
    read_before = AccessRecord.objects.count()

    shown = text_of(nadia.get(answers(finn)))

    assert selectors.consent_in_force(finn) is None
    assert selectors.needs_screening(client=finn, now=cast.NOW)
    assert "these answers are Finn’s to read, not yours any more" in shown
    assert "ended on the eighteenth birthday" in shown
    assert AccessRecord.objects.count() == read_before
    assert nadia.post(f"{answers(finn)}withdraw/").status_code == 404


def test_the_guardians_form_begins_empty_and_the_grown_up_is_asked_anew(finn: Client, nadia: Browser) -> None:
    nadia.post(f"{answers(finn)}renew/")

    consent = text_of(nadia.get("/screening/consent/"))

    assert "May we keep your health answers?" in consent and "Who answers for Finn?" in consent
    assert "For a parent or guardian" not in consent


def test_the_account_is_told_how_to_hand_over(finn: Client, nadia: Browser) -> None:
    shown = nadia.get("/account/")

    assert "Finn is 18" in text_of(shown) and page(finn) in shown.content.decode()


def test_handed_over_it_is_finns_own_once_a_code_was_used(finn: Client, nadia: Browser) -> None:
    response = hand_over(nadia, finn)

    assert response["Location"] == "/account/"
    finn.refresh_from_db()
    assert finn.account is not None
    assert (finn.account.email, finn.relation, finn.email, finn.is_claimed) == (
        "finn@example.com", "self", "finn@example.com", False,
    )  # fmt: skip
    assert nadia.get(answers(finn)).status_code == 404
    outbox.send_due(now=cast.NOW)
    (letter,) = mail.outbox
    assert (letter.to, letter.subject) == (["finn@example.com"], "Your page at Stillwater Massage is yours now")
    own = Browser()
    sign_in_by_mail(own, "finn@example.com")
    finn.refresh_from_db()
    assert finn.is_claimed
    assert "Finn" in text_of(own.get("/account/"))


def test_sessions_ahead_stay_and_links_mailed_to_the_guardian_end(
    house: cast.House, finn: Client, nadia: Browser
) -> None:
    services.give_consent(client=finn, version="2026-11", given_by=None, now=cast.NOW)
    session = cast.book(house, client=finn, starts_at=cast.at(10, days=7))
    token = links.make(session)

    hand_over(nadia, finn)

    session.refresh_from_db()
    assert (session.client, session.status) == (finn, "booked")
    assert links.read(token) is None
    owed = Message.objects.filter(subject_id=session.pk, kind__in=["booked", "reminder"])
    assert set(owed.values_list("recipient", flat=True)) == {"finn@example.com"}


def test_every_kind_of_message_to_a_client_follows_them() -> None:
    follow = {
        *handing_over.ABOUT_SESSIONS,
        *handing_over.ABOUT_LETTERS,
        *handing_over.ABOUT_PLANS,
        *handing_over.ABOUT_OFFERS,
        *handing_over.ABOUT_SERIES,
        *handing_over.ABOUT_TWO,
        *handing_over.ABOUT_CHANGES,
        *handing_over.ABOUT_REARRANGED,
    }
    # To the studio's own people, and the one that says that the page is somebody else's now.
    others = {"report_waiting", "document_to_review", "change_waiting", "handed_over", "certificate_expiring"}

    assert set(registry.kinds()) - others == follow


@pytest.mark.parametrize(
    ("email", "again", "told"),
    [
        ("nadia@example.com", "nadia@example.com", "This is your own address. They need one of their own."),
        ("finn@example.com", "fin@example.com", "The two addresses differ. Please look at both."),
        ("finn", "finn", "Enter a valid email address."),
    ],
)
def test_an_address_that_cannot_be_finns_is_refused(
    finn: Client, nadia: Browser, email: str, again: str, told: str
) -> None:
    response = hand_over(nadia, finn, email, again)

    assert told in text_of(response)
    finn.refresh_from_db()
    assert finn.relation == "child"


def test_nobody_elses_child_and_no_partner_is_handed_over(house: cast.House, finn: Client, sign_in: SignIn) -> None:
    partner = cast.make_client("Omar Rahman", account=house.nadias_account, relation="partner")

    assert hand_over(sign_in(house.bens_account), finn).status_code == 404
    assert hand_over(sign_in(house.nadias_account), partner).status_code == 404


def test_the_desk_hands_over_to_whoever_is_of_age_and_asks(house: cast.House, finn: Client, sign_in: SignIn) -> None:
    """The parents cannot keep it by doing nothing."""
    dora = sign_in(house.desk)
    page = f"/sessions/desk/clients/{finn.public_id}/"
    assert "Of age: an account of their own" in dora.get(page).content.decode()
    own = {"email": "finn@example.com", "again": "finn@example.com"}

    assert dora.post(f"{page}hand-over/", own)["Location"] == page

    finn.refresh_from_db()
    assert finn.account is not None
    assert (finn.account.email, finn.relation, finn.is_claimed) == ("finn@example.com", "self", False)
    assert dora.get(f"{page}hand-over/").status_code == 404


def test_the_desk_hands_over_no_child(house: cast.House, finn: Client, sign_in: SignIn) -> None:
    Client.objects.filter(pk=finn.pk).update(date_of_birth=date(2012, 1, 1))
    dora = sign_in(house.desk)

    assert "Of age" not in dora.get(f"/sessions/desk/clients/{finn.public_id}/").content.decode()
    assert dora.post(f"/sessions/desk/clients/{finn.public_id}/hand-over/", {}).status_code == 404

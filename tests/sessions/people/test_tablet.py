"""Answering on the studio's tablet: handed over by staff, written without reading, and nothing left behind."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from screening import kiosk, selectors
from screening.document import GivenRow
from screening.models import AccessRecord, Consent, GuardianConsent, KioskTicket, Screening
from tests import cast
from tests.reading import text_of
from tests.screening.views.helpers import CONSENT, NOW_PAGE, QUESTIONS, RESULT, TODAY, fields

SignIn = Callable[[User], Browser]
KIOSK, STOP, DONE = "/screening/kiosk/", "/screening/kiosk/stop/", "/screening/kiosk/done/"
PAGES = (NOW_PAGE, QUESTIONS, TODAY, RESULT, "/screening/again/")
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
YES = {"agree": "on", "version": "2026-11", "standing": ""}


@pytest.fixture
def mary(house: cast.House) -> Client:
    return cast.make_client("Mary Casey")


def code_for(browser: Browser, client: Client) -> str:
    page = browser.post(f"/sessions/desk/clients/{client.public_id}/tablet/").content.decode()
    found = re.search(r'name="code" value="(\d{6})"', page)
    assert found is not None
    return found[1]


def tablet_of(dora: Browser, client: Client) -> Browser:
    """Return a tablet on which the client's code was typed."""
    tablet = Browser()
    assert tablet.post(KIOSK, {"code": code_for(dora, client)})["Location"] == CONSENT
    return tablet


def answer_all(tablet: Browser, rows: dict[str, Any] | None = None) -> Any:
    tablet.post(NOW_PAGE, fields(groups=("now",), revision=0))
    return tablet.post(QUESTIONS, fields(rows, revision=0))


def kept(client: Client) -> dict[str, str | None]:
    _, complete = selectors.forms_of(client)
    assert complete is not None
    document = selectors.document_of(complete, selectors.published_rules()[1])
    return {code: row.given.answer for code, row in document.rows.items()}


def test_a_client_without_an_account_answers_on_the_tablet(mary: Client, dora: Browser) -> None:
    tablet = tablet_of(dora, mary)

    assert "May we keep your health answers?" in text_of(tablet.get(CONSENT))
    assert tablet.post(CONSENT, YES)["Location"] == NOW_PAGE
    response = answer_all(tablet, {"heartburn": "Yes"})

    assert response["Location"] == DONE
    assert "Please hand the tablet back" in text_of(tablet.get(DONE))
    assert kept(mary) == {"heartburn": "Yes"}
    consent = Consent.objects.get()
    assert (consent.way, consent.given_by, consent.client) == ("kiosk", None, mary)


def test_nothing_that_was_answered_before_is_ever_shown(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, BONES)
    before = AccessRecord.objects.count()
    tablet = tablet_of(dora, house.nadia)

    shown = [tablet.get(path, follow=True).content.decode() for path in (CONSENT, *PAGES)]

    assert [page for page in shown if " checked>" in page or "answered this on" in page] == []
    assert "/account/" not in "".join(shown)
    assert AccessRecord.objects.count() == before
    answer_all(tablet, {"heartburn": "Yes"})
    assert kept(house.nadia) == {"heartburn": "Yes"}


def test_what_is_typed_on_the_tablet_is_there_when_one_goes_back(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, BONES)
    tablet = tablet_of(dora, house.nadia)
    tablet.post(NOW_PAGE, fields(groups=("now",), revision=0))
    tablet.post(QUESTIONS, {"ticks": ["heartburn"], "revision": 0, "rules": "draft-2", "later": "1"})

    page = tablet.get(QUESTIONS).content.decode()

    assert re.findall(r'name="ticks" value="(\w+)"[^>]* checked', page) == ["heartburn"]
    assert AccessRecord.objects.order_by("-pk").first().reader_name == "On the studio’s tablet"


def test_after_the_last_page_the_browser_knows_nothing(house: cast.House, dora: Browser) -> None:
    tablet = tablet_of(dora, house.nadia)
    tablet.post(CONSENT, YES)
    answer_all(tablet)

    assert set(tablet.session.keys()) == {kiosk.TABLET}
    for path in (CONSENT, *PAGES):
        response = tablet.get(path)
        assert (response["Location"], response["Cache-Control"]) == (KIOSK, "no-store"), path
    assert tablet.get("/account/")["Location"].startswith("/accounts/")


def test_begun_on_the_same_device_staff_are_signed_out_of_it(house: cast.House, dora: Browser) -> None:
    code = code_for(dora, house.nadia)

    assert dora.post(KIOSK, {"code": code})["Location"] == CONSENT

    assert "_auth_user_id" not in dora.session
    assert dora.get("/sessions/desk/")["Location"].startswith("/accounts/")
    dora.post(STOP)
    assert dora.get("/sessions/desk/")["Location"].startswith("/accounts/")


def test_stop_leaves_nothing_and_takes_back_an_empty_form(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, BONES)
    begun = Screening.objects.create(
        client=house.nadia, rules=selectors.published_version(), started_at=cast.NOW, saved_at=cast.NOW
    )
    tablet = tablet_of(dora, house.nadia)
    tablet.post(NOW_PAGE, fields(groups=("now",), revision=0))

    assert tablet.post(STOP)["Location"] == DONE

    assert set(tablet.session.keys()) == {kiosk.TABLET}
    draft, complete = selectors.forms_of(house.nadia)
    assert draft is not None and complete is not None
    assert (draft.pk, kept(house.nadia)) == (begun.pk, {"osteoporosis": "No, thin bones but no fractures"})


def test_what_was_ticked_before_stop_still_counts(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    tablet = tablet_of(dora, house.nadia)
    tablet.post(NOW_PAGE, fields(groups=("now",), revision=0))
    tablet.post(QUESTIONS, {"ticks": ["migraine"], "revision": 0, "rules": "draft-2", "later": "1"})

    tablet.post(STOP)

    assert selectors.needs_screening(client=house.nadia, now=cast.NOW)


def test_after_half_an_hour_the_tablet_closes_itself(house: cast.House, dora: Browser, monday: Any) -> None:
    tablet = tablet_of(dora, house.nadia)
    tablet.post(CONSENT, YES)
    monday.shift(timedelta(minutes=30))

    assert tablet.get(NOW_PAGE)["Location"] == DONE
    assert set(tablet.session.keys()) == {kiosk.TABLET}


def test_help_now_is_said_and_nothing_else_and_the_tablet_goes_back(mary: Client, dora: Browser) -> None:
    tablet = tablet_of(dora, mary)
    tablet.post(CONSENT, YES)
    response = tablet.post(NOW_PAGE, {"ticks": ["emergency_symptoms_now"], "revision": 0, "rules": "draft-2"})

    page = tablet.get(response["Location"])

    assert "Please get help now" in text_of(page) and "go back to the questions" not in text_of(page)
    assert tablet.post(STOP)["Location"] == DONE
    assert set(tablet.session.keys()) == {kiosk.TABLET}


def test_advice_is_read_before_the_tablet_goes_back(mary: Client, dora: Browser) -> None:
    tablet = tablet_of(dora, mary)
    tablet.post(CONSENT, YES)
    response = answer_all(tablet, {"high_blood_pressure": "180/110 or higher, feeling well"})

    page = text_of(tablet.get(response["Location"]))

    assert "This needs medical advice today" in page and "lood pressure" not in page
    assert tablet.post(STOP)["Location"] == DONE
    assert set(tablet.session.keys()) == {kiosk.TABLET}
    assert selectors.forms_of(mary)[1] is not None


def test_for_a_child_a_grown_up_signs_on_the_tablet(house: cast.House, dora: Browser) -> None:
    finn = cast.make_client("Finn Casey", born=date(2013, 3, 1))
    tablet = tablet_of(dora, finn)
    signed = {"name": "Mara Casey", "relation": "parent", "child_agrees": "on", "may_decide": "on"}

    assert "For a parent or guardian" in text_of(tablet.get(CONSENT))
    assert tablet.post(CONSENT, {"agree": "on", "version": "2026-11"}).status_code == 200
    assert tablet.post(CONSENT, {"agree": "on", "version": "2026-11", **signed})["Location"] == NOW_PAGE
    assert GuardianConsent.objects.get().guardian_name == "Mara Casey"


def test_whoever_helps_an_adult_is_named_with_the_consent(mary: Client, dora: Browser) -> None:
    tablet = tablet_of(dora, mary)

    assert "Please type the name." in text_of(tablet.post(CONSENT, {**YES, "standing": "helps"}))
    tablet.post(CONSENT, {**YES, "standing": "helps", "carer_name": "Nora Casey"})

    consent = Consent.objects.get()
    assert (consent.carer_standing, consent.carer_name) == ("helps", "Nora Casey")


def test_questions_about_today_are_asked_when_the_session_is_near(
    house: cast.House, mary: Client, dora: Browser
) -> None:
    wish = {"starts_at": cast.at(10).isoformat(), "therapist": house.ana.slug, "service": "swedish-60", "key": "k" * 22}
    dora.post(f"/sessions/desk/clients/{mary.public_id}/book/", wish)
    tablet = tablet_of(dora, mary)
    tablet.post(CONSENT, YES)

    assert answer_all(tablet)["Location"] == TODAY
    assert tablet.post(TODAY, fields(groups=("today",), revision=0))["Location"] == DONE


def test_the_page_of_a_session_hands_the_tablet_over_too(house: cast.House, ana: Browser, uma: Browser) -> None:
    session = cast.book(house)
    path = f"/sessions/calendar/{session.public_id}/tablet/"

    assert "The tablet for Nadia" in text_of(ana.post(path))
    assert uma.post(path).status_code == 404
    assert ana.get(path).status_code == 405
    assert KioskTicket.objects.count() == 1


@pytest.mark.parametrize("typed", ["", "12", "abcdef", "1" * 30])
def test_what_is_no_code_opens_nothing(house: cast.House, client: Browser, typed: str) -> None:
    response = client.post(KIOSK, {"code": typed})

    assert response.status_code == 200
    assert kiosk.GRANT not in client.session

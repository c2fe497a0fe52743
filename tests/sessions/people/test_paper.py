"""A paper form, typed by the therapist of the session: what is on the paper, and nothing of what was kept."""

from typing import Any

from django.test import Client as Browser

from massage_booking.accounts.models import Client
from screening import kiosk
from screening.document import GivenRow
from screening.models import AccessRecord, Consent
from tests import cast
from tests.reading import text_of
from tests.screening.views.helpers import CONSENT, NOW_PAGE, QUESTIONS, TODAY, fields
from tests.sessions.people.test_tablet import kept

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
YES = {"agree": "on", "version": "2026-11", "standing": ""}


def paper(session: Any) -> str:
    return f"/sessions/calendar/{session.public_id}/paper/"


def booked_by_phone(house: cast.House, dora: Browser) -> Any:
    mary = cast.make_client("Mary Casey")
    wish = {"starts_at": cast.at(10).isoformat(), "therapist": house.ana.slug, "service": "swedish-60", "key": "k" * 22}
    dora.post(f"/sessions/desk/clients/{mary.public_id}/book/", wish)
    return mary.sessions.get()


def test_the_therapist_types_the_paper_and_the_session_can_go_on(
    house: cast.House, dora: Browser, ana: Browser
) -> None:
    session = booked_by_phone(house, dora)

    assert ana.post(paper(session))["Location"] == CONSENT
    page = text_of(ana.get(CONSENT))
    assert "The paper form of Mary Casey" in page and "The paper says yes, with a signature" in page
    assert ana.post(CONSENT, YES)["Location"] == NOW_PAGE
    ana.post(NOW_PAGE, fields(groups=("now",), revision=0))
    assert ana.post(QUESTIONS, fields({"heartburn": "Yes"}, revision=0))["Location"] == TODAY
    done = ana.post(TODAY, fields(groups=("today",), revision=0))

    assert done["Location"] == "/screening/paper/done/"
    assert f"/sessions/calendar/{session.public_id}/" in ana.get(done["Location"]).content.decode()
    consent = Consent.objects.get()
    assert (consent.way, consent.given_by) == ("paper", house.ana.user)
    session.refresh_from_db()
    assert (kept(session.client), session.re_ask_due) == ({"heartburn": "Yes"}, False)


def test_the_therapist_starts_with_an_empty_form_and_is_in_the_list_of_readings(
    house: cast.House, ana: Browser
) -> None:
    cast.answer(house.nadia, BONES)
    session = cast.book(house, starts_at=cast.at(10, days=7))
    ana.post(paper(session))

    assert " checked>" not in ana.get(QUESTIONS, follow=True).content.decode()
    ana.post(NOW_PAGE, fields(groups=("now",), revision=0))
    ana.get(QUESTIONS)

    last = AccessRecord.objects.order_by("-pk").first()
    assert last is not None
    assert (last.reader_name, last.reader_role) == ("Ana Quiroga", "therapist")


def test_only_the_sessions_own_therapist_may(house: cast.House, uma: Browser, dora: Browser, nadia: Browser) -> None:
    session = cast.book(house)

    assert [browser.post(paper(session)).status_code for browser in (uma, dora, nadia)] == [404, 404, 404]
    assert Browser().post(paper(session))["Location"].startswith("/accounts/")


def test_who_signs_in_next_cannot_go_on_with_it(house: cast.House, ana: Browser) -> None:
    session = cast.book(house)
    ana.post(paper(session))
    grant = ana.session[kiosk.GRANT]
    other = Browser()
    other.force_login(house.uma.user, backend="django.contrib.auth.backends.ModelBackend")
    stolen = other.session
    stolen[kiosk.GRANT] = grant
    stolen.save()

    assert other.get(NOW_PAGE)["Location"] == "/sessions/book/"


def test_the_therapist_cannot_sign_as_the_guardian(house: cast.House, ana: Browser) -> None:
    session = cast.book(house)
    Client.objects.filter(pk=house.nadia.pk).update(date_of_birth="2013-03-01")
    ana.post(paper(session))
    signed = {"name": "Ana Quiroga", "relation": "parent", "child_agrees": "on", "may_decide": "on"}

    page = text_of(ana.post(CONSENT, {**YES, **signed}))

    assert "A guardian cannot be the therapist." in page

"""Booked by phone, nothing answered: a letter with a link, sign in, and straight into the questions."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import flow
from sessions.models import MassageSession
from sessions.services import asking_ahead, changes, upkeep
from tests import cast
from tests.accounts.test_door import sign_in_by_mail
from tests.reading import text_of
from tests.sessions.test_discretion import everything_in, told

KIND = "screening_due"
CONSENT = "/screening/consent/"


def booked(dora: Browser, client: Client, starts_at: datetime) -> MassageSession:
    wish = {
        "starts_at": starts_at.isoformat(), "therapist": "ana-quiroga", "service": "swedish-60", "key": new_public_id(),
    }  # fmt: skip
    assert dora.post(f"/sessions/desk/clients/{client.public_id}/book/", wish).status_code == 302
    return MassageSession.objects.get(client=client, starts_at=starts_at)


def letters() -> list[Any]:
    outbox.send_due(now=cast.NOW)
    return [letter for letter in mail.outbox if letter.subject.startswith("A few questions before your visit")]


def link_of(letter: Any) -> str:
    found = re.search(r"http://testserver(/sessions/answer/\S+)", letter.body)
    assert found is not None, letter.body
    return found[1]


@pytest.fixture
def session(house: cast.House, dora: Browser) -> MassageSession:
    """Nadia's session in a week, booked by phone; she has answered nothing."""
    return booked(dora, house.nadia, cast.at(10, days=7))


def test_the_letter_goes_at_once_and_says_no_word_of_health(session: MassageSession) -> None:
    (letter,) = letters()

    assert (letter.to, letter.subject) == (["nadia@example.com"], "A few questions before your visit on Monday 8 June")
    assert "please sign in" in letter.body
    assert told(everything_in(letter)) == [] and "health" not in everything_in(letter).lower()


def test_who_has_answered_gets_none(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    booked(dora, house.nadia, cast.at(10, days=7))

    assert not Message.objects.filter(kind=KIND).exists()


def test_who_has_no_address_gets_none(house: cast.House, dora: Browser) -> None:
    booked(dora, cast.make_client("Mary Casey"), cast.at(10, days=7))

    assert not Message.objects.filter(kind=KIND).exists()


def test_answered_or_cancelled_before_it_goes_it_does_not_go(house: cast.House, dora: Browser) -> None:
    booked(dora, house.nadia, cast.at(10, days=7))
    gone = booked(dora, house.ben, cast.at(14, days=7))
    cast.answer(house.nadia)
    changes.cancel(session=gone, actor=None, by="desk", now=cast.NOW)

    assert letters() == []
    assert sorted(Message.objects.filter(kind=KIND).values_list("error", flat=True)) == ["answered", "cancelled"]


def test_the_link_leads_to_sign_in_and_then_straight_into_the_questions(session: MassageSession) -> None:
    path, browser = link_of(letters()[0]), Browser()

    page = browser.get(path)
    assert f"/accounts/login/code/?next={quote(path)}" in page.content.decode()
    assert browser.post(path).status_code == 200
    response = sign_in_by_mail(browser, "nadia@example.com", next=path)

    assert response["Location"] == path
    assert browser.get(path)["Location"] == CONSENT
    assert (browser.session[flow.CLIENT_KEY], browser.session[flow.NEXT_KEY]) == (
        session.client.public_id, "accounts:home",
    )  # fmt: skip


def test_a_record_that_was_not_proved_yet_is_recognised_by_letter_and_code(house: cast.House, dora: Browser) -> None:
    form = {"name": "Mary Casey", "phone": "087 555 0199", "email": "Nadia@example.com", "date_of_birth": "1970-01-01"}
    dora.post("/sessions/desk/clients/add/", form)
    mary = Client.objects.get(name="Mary Casey")
    assert (mary.account, mary.is_claimed) == (house.nadias_account, False)
    booked(dora, mary, cast.at(10, days=7))
    browser = Browser()
    browser.force_login(house.nadias_account, backend="django.contrib.auth.backends.ModelBackend")
    Client.objects.filter(pk=mary.pk).update(is_claimed=False)
    path = link_of(letters()[0])

    assert "Begin" in text_of(browser.get(path))
    assert not Client.objects.get(pk=mary.pk).is_claimed
    assert browser.post(path)["Location"] == CONSENT
    assert Client.objects.get(pk=mary.pk).is_claimed


def test_signed_in_as_somebody_else_it_opens_nothing(
    house: cast.House, session: MassageSession, sign_in: Callable[..., Browser]
) -> None:
    path, ben = link_of(letters()[0]), sign_in(house.bens_account)

    assert "You are signed in with another address here" in text_of(ben.get(path))
    assert ben.post(path).status_code == 200
    assert flow.CLIENT_KEY not in ben.session


def test_a_new_nonce_ends_the_link_and_other_links_do_not_open_it(session: MassageSession) -> None:
    path = link_of(letters()[0])
    MassageSession.objects.filter(pk=session.pk).update(nonce=new_public_id())

    assert [Browser().get(page).status_code for page in (path, "/sessions/answer/nonsense/")] == [404, 404]
    assert Browser().get(path.replace("/answer/", "/manage/")).status_code == 404


def test_after_the_session_there_is_nothing_to_answer(session: MassageSession, nadia: Browser, monday: Any) -> None:
    path = link_of(letters()[0])
    monday.shift(timedelta(days=8))

    assert "Nothing to answer here any more" in text_of(nadia.get(path))


def test_it_is_asked_once_more_three_days_before_and_no_more(session: MassageSession) -> None:
    counts = []
    for hours in (0, 24, 95, 96, 97, 150):
        asking_ahead.plan(now=cast.at(10) + timedelta(hours=hours))
        counts.append(Message.objects.filter(kind=KIND).count())

    assert counts == [1, 1, 1, 2, 2, 2]


def test_near_sessions_are_asked_about_once(house: cast.House, dora: Browser) -> None:
    booked(dora, house.nadia, cast.at(10, days=1))

    asking_ahead.plan(now=cast.NOW + timedelta(hours=3))

    assert Message.objects.filter(kind=KIND).count() == 1


def test_the_second_letter_waits_for_the_end_of_quiet_hours(session: MassageSession) -> None:
    MassageSession.objects.filter(pk=session.pk).update(starts_at=cast.at(3, days=8), ends_at=cast.at(4, days=8),
                                                       blocked_until=cast.at(4, days=8))  # fmt: skip
    asking_ahead.plan(now=cast.at(3, 10, days=5))

    second = Message.objects.filter(kind=KIND).latest("pk")
    assert second.due_at > cast.at(6, days=5)


def test_the_upkeep_catches_up_with_what_was_missed(session: MassageSession) -> None:
    Message.objects.filter(kind=KIND).delete()

    upkeep.clear_expired(now=cast.NOW)

    assert Message.objects.filter(kind=KIND).count() == 1


def test_the_desk_sends_it_again_but_not_over_and_over(session: MassageSession, dora: Browser, monday: Any) -> None:
    page, path = f"/sessions/desk/clients/{session.client.public_id}/", "ask/"
    at_once = text_of(dora.post(page + path, follow=True))
    counts = []
    for _ in range(7):
        monday.shift(timedelta(hours=1, minutes=1))
        dora.post(page + path)
        counts.append(Message.objects.filter(kind=KIND).count())

    assert "A letter went out less than an hour ago." in at_once
    assert counts == [2, 3, 4, 5, 6, 6, 6]
    assert "That is enough letters about one session." in text_of(dora.get(page))


def test_the_therapist_sends_it_from_the_page_of_the_session(
    session: MassageSession, ana: Browser, uma: Browser, monday: Any
) -> None:
    page = f"/sessions/calendar/{session.public_id}/"
    monday.shift(timedelta(hours=2))

    assert "Send the questions" in text_of(ana.get(page))
    assert "A letter with the link to the questions goes to Nadia R." in text_of(ana.post(f"{page}ask/", follow=True))
    assert uma.post(f"{page}ask/").status_code == 404


def test_desk_and_page_say_that_answers_are_due_and_what_can_be_done(house: cast.House, dora: Browser) -> None:
    booked(dora, house.nadia, cast.at(10))

    assert "answers due of Nadia Rahman" in text_of(dora.get("/sessions/desk/"))
    page = text_of(dora.get(f"/sessions/desk/clients/{house.nadia.public_id}/"))
    for words in ("Answers due", "Answer on the tablet", "Send the questions", "Call 087 555 0101"):
        assert words in page

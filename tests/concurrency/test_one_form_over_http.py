"""One form sent twenty times at once, over HTTP, wherever something is booked or moved: once, one mail, one answer."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import signing

from sessions import links
from tests.concurrency import audit
from tests.concurrency.browsers import Answer, Browser, at_once, day_at, fields, new_key
from tests.concurrency.server import Served, studio_server

SENDINGS = 20
REUSED = "sent before with other words"


@dataclass(frozen=True)
class Form:
    """A form as a browser sends it, the same with other words in it, and which mail it owes."""

    browser: Browser
    page: str
    sent: dict[str, Any]
    changed: dict[str, Any]
    mail: str

    def at_once(self) -> list[Answer]:
        return at_once([lambda: self._copy().post(self.page, self.sent)] * SENDINGS)

    def otherwise(self) -> Answer:
        """Send it once more, the key the same and the words not."""
        return self._copy().post(self.page, {**self.sent, **self.changed})

    def _copy(self) -> Browser:
        copy = Browser(self.browser.host, self.browser.cookies.get("sid", ""))
        copy.host = self.browser.host
        return copy


def later(starts_at: datetime, **days: int) -> dict[str, str]:
    return {"starts_at": (starts_at + timedelta(**days)).isoformat()}


def guest_confirms(served: Served) -> Form:
    guest = served.people["guests"][0]
    sent = {
        **fields(datetime.fromisoformat(guest["starts_at"])), "name": "Greta Gast", "email": "greta@example.com",
        "phone": "087 555 0199", "accepts": "on",
    }  # fmt: skip
    return Form(Browser(served.address, guest["sid"]), "/sessions/confirm/", sent, {"name": "Greta G. Gast"}, "booked")


def client_confirms(served: Served) -> Form:
    starts_at = day_at(9, days=20)
    browser = Browser(served.address, served.people["clients"][0]["sid"])
    return Form(
        browser, "/sessions/confirm/", {**fields(starts_at), "accepts": "on"}, later(starts_at, days=1), "booked"
    )


def desk_books(served: Served) -> Form:
    starts_at = day_at(9, days=21)
    page = f"/sessions/desk/clients/{served.people['clients'][1]['public_id']}/book/"
    browser = Browser(served.address, served.people["desk"][0])
    return Form(browser, page, fields(starts_at), later(starts_at, days=1), "booked")


def nudge_is_pressed(served: Served) -> Form:
    starts_at = day_at(9, days=23)
    content = [*served.people["clients"][6]["plan"], starts_at.isoformat()]
    token = signing.dumps(content, key=served.environment["SECRET_KEY"], salt=links.OFFER_SALT, compress=False)
    page = f"/sessions/nudge/{token}/"
    return Form(Browser(served.address), page, fields(starts_at), later(starts_at, days=1), "booked")


def client_moves(served: Served) -> Form:
    session, starts_at = served.people["sessions"][3], day_at(9, days=25)
    browser = Browser(served.address, served.people["clients"][3]["sid"])
    page = f"/sessions/{session['public_id']}/move/"
    return Form(browser, page, fields(starts_at), later(starts_at, days=1), "moved")


def desk_moves(served: Served) -> Form:
    session, starts_at = served.people["sessions"][4], day_at(9, days=27)
    browser = Browser(served.address, served.people["desk"][0])
    page = f"/sessions/desk/{session['public_id']}/move/"
    return Form(browser, page, fields(starts_at), later(starts_at, days=1), "moved")


FORMS: dict[str, Callable[[Served], Form]] = {
    form.__name__: form
    for form in (guest_confirms, client_confirms, desk_books, nudge_is_pressed, client_moves, desk_moves)
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory, django_db_setup: Any) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("forms")
    with studio_server(folder, clients=9, sessions=6, waiting=2, guests=1) as running:
        yield running
        assert running.trouble == []


def mails(served: Served, kind: str) -> int:
    return int(served.ask(f"SELECT count(*) FROM outbox_message WHERE kind = '{kind}'")[0][0])


def sessions(served: Served) -> int:
    return int(served.ask("SELECT count(*) FROM massage_session WHERE status <> 'held'")[0][0])


@pytest.mark.parametrize("name", list(FORMS))
def test_a_form_sent_twenty_times_acts_once_and_gives_one_answer(served: Served, name: str) -> None:
    form = FORMS[name](served)
    before = mails(served, form.mail), sessions(served)

    answers = form.at_once()

    booked = 0 if form.mail == "moved" else 1
    assert {(answer.status, answer.location) for answer in answers} == {(302, answers[0].location)}
    assert (mails(served, form.mail), sessions(served)) == (before[0] + 1, before[1] + booked)
    again = form.otherwise()
    assert (again.status, REUSED in again.page) == (409, True)
    assert (mails(served, form.mail), sessions(served)) == (before[0] + 1, before[1] + booked)
    assert audit.without_event(served) == audit.without_reminder(served) == audit.of_the_past(served) == []


def test_a_time_offered_from_the_waitlist_is_booked_once_by_twenty_presses(served: Served) -> None:
    mine, other = (f"/sessions/waitlist/offer/{offer['token']}/" for offer in served.people["offers"])
    sent, before = {"act": "book", "key": new_key()}, (mails(served, "booked"), sessions(served))
    form = Form(Browser(served.address), mine, sent, {}, "booked")

    answers = form.at_once()

    assert {(answer.status, answer.location) for answer in answers} == {(302, answers[0].location)}
    assert (mails(served, "booked"), sessions(served)) == (before[0] + 1, before[1] + 1)
    again = Browser(served.address).post(other, sent)
    assert (again.status, REUSED in again.page) == (409, True)
    assert sessions(served) == before[1] + 1


def test_without_a_key_of_its_own_each_sending_would_book(served: Served) -> None:
    """The control: twenty forms with twenty keys are twenty wishes."""
    starts_at = day_at(9, days=29)
    page = f"/sessions/desk/clients/{served.people['clients'][5]['public_id']}/book/"
    desk, before = served.people["desk"][0], sessions(served)

    answers = at_once(
        [
            lambda hours=hours: Browser(served.address, desk).post(page, fields(starts_at + timedelta(hours=hours)))
            for hours in range(0, 6, 2)
        ]
    )

    assert [answer.status for answer in answers] == [302, 302, 302]
    assert sessions(served) == before + 3

"""What the tests of two at once have in common: a pair, its booking, and a browser that books for two."""

from datetime import date, datetime
from typing import Any

from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from screening import selectors as screening
from sessions.models import MassageSession
from sessions.selectors import offer
from sessions.selectors.together import Pair, Seat
from sessions.services import together
from sessions.services.together import Sessions, Terms
from tests import cast
from tests.sessions.views.guest import hidden_fields

TEN = cast.at(10, days=7)


def seat(client: Client, service: Any, therapist: Any = None, own: MassageSession | None = None) -> Seat:
    """Return one of the two, with the answers given if they are missing."""
    if screening.needs_screening(client=client, now=cast.NOW):
        cast.answer(client)
    allowed = offer.allowed_on(client=client, service=service, now=cast.NOW, for_letter=True)
    return Seat(client, service, therapist, allowed, own)


def pair(house: cast.House, sam: Client, *, side_by_side: bool = False, **more: Any) -> Pair:
    """Return Nadia with Ana and Sam with Uma, Swedish for an hour each, unless told otherwise."""
    first = seat(house.nadia, more.get("one", house.swedish), more.get("with_one", house.ana))
    second = seat(sam, more.get("two", house.swedish), more.get("with_two", house.uma))
    return Pair(first, second, side_by_side=side_by_side)


def terms(wish: Pair, starts_at: datetime = TEN, **more: Any) -> Terms:
    judged = tuple(cast.assess(one.client, starts_at) for one in wish.seats)
    return Terms((judged[0], judged[1]), more.pop("actor", wish.first.client.account), **more)


def book(wish: Pair, starts_at: datetime = TEN, **more: Any) -> Sessions:
    """Book both without a hold."""
    return together.book_two(wish, terms=terms(wish, starts_at, **more), starts_at=starts_at, now=cast.NOW)


def hold(wish: Pair, starts_at: datetime = TEN, *, browser: str = "one", **more: Any) -> list[MassageSession]:
    values = {"address": "here", "signed_in": False, "now": cast.NOW}
    return together.hold_two(wish, starts_at=starts_at, browser=browser, **{**values, **more})


def who_and_where(sessions: Any) -> list[tuple[str, str]]:
    return [(session.therapist.name, str(session.place)) for session in sessions]


class Two:
    """One browser that books for two, without script, with or without an account."""

    def __init__(self, house: cast.House, account: User | None = None) -> None:
        self.house = house
        self.browser = Browser()
        self.account = account
        if account is not None:
            self.browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, page: str = "", **more: Any) -> Any:
        return self.browser.get(f"/sessions/together/{page}", **more)

    def post(self, page: str = "", **body: Any) -> Any:
        return self.browser.post(f"/sessions/together/{page}", body)

    def choose(self, **changes: Any) -> Any:
        """Send step 1: as a guest oneself and one's partner, signed in the first two of the account."""
        body = {"rooms": "any"}
        for name, whom, born in (("first", "self", "1985-04-03"), ("second", "partner", "1986-05-04")):
            body |= {
                f"{name}-whom": whom,
                f"{name}-date_of_birth": born,
                f"{name}-service": self.house.swedish.slug,
                f"{name}-therapist": "any",
            }
        if self.account is not None:
            for name, client in zip(("first", "second"), self.account.clients.order_by("pk"), strict=False):
                body[f"{name}-whom"] = client.public_id
        return self.post("", **{**body, **changes})

    @property
    def clients(self) -> list[Client]:
        state = self.browser.session["together"]
        return [Client.objects.get(public_id=state[name]["client"]) for name in ("first", "second")]

    @property
    def held(self) -> list[MassageSession]:
        return list(MassageSession.objects.filter(status="held").order_by("pk"))

    def answer(self) -> None:
        """Answer the health questions of both, without going through their pages."""
        for client in self.clients:
            if screening.needs_screening(client=client, now=cast.NOW):
                cast.answer(client)

    def hold(self, starts_at: datetime = TEN, **more: Any) -> Any:
        return self.post("hold/", starts_at=starts_at.isoformat(), **more)

    def up_to_confirm(self, starts_at: datetime = TEN, **changes: Any) -> None:
        assert self.choose(**changes).status_code == 302
        self.answer()
        kept = self.hold(starts_at)
        assert (kept.status_code, kept.headers.get("Location")) == (302, "/sessions/together/confirm/"), kept.content

    def contact(self, **changes: Any) -> dict[str, Any]:
        """Return what step 4 sends, its hidden fields read from the page."""
        page = self.get("confirm/")
        assert page.status_code == 200, page.headers.get("Location")
        typed = {"accepts": "on"}
        if self.account is None:
            typed |= {"first_name": "Greta Gast", "second_name": "Paul Gast", "email": "greta@example.com"}
        return {**hidden_fields(page, "key", "starts_at", "for_whom"), **typed, **changes}

    def confirm(self, body: dict[str, Any] | None = None, **changes: Any) -> Any:
        return self.post("confirm/", **(body or self.contact(**changes)))


def born(year: int) -> date:
    return date(year, 5, 1)

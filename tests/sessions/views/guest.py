"""A visitor who books without script and without an account: what their browser sends at each step."""

import re
from datetime import date, datetime
from html import unescape
from typing import Any

from django.http import HttpResponse
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.accounts.models import Client, User
from sessions.models import MassageSession
from tests import cast


def page_of(response: Any) -> str:
    """Return a page's text as it reads, signs resolved, white space as one space."""
    return re.sub(r"\s+", " ", unescape(response.content.decode()))


def hidden_fields(response: Any, *names: str) -> dict[str, str]:
    found = {}
    for name in names:
        match = re.search(rf'name="{name}" value="([^"]*)"', response.content.decode())
        assert match, f"no field {name}"
        found[name] = unescape(match.group(1))
    return found


class Guest:
    """One browser, with or without an account."""

    def __init__(self, house: cast.House, account: User | None = None) -> None:
        self.house = house
        self.browser = Browser()
        if account is not None:
            self.browser.force_login(account, backend="django.contrib.auth.backends.ModelBackend")

    def get(self, address: str, **more: Any) -> Any:
        return self.browser.get(address, **more)

    def hold(self, starts_at: datetime | None = None, *, service: Any = None, therapist: Any = None) -> HttpResponse:
        body = {
            "service": (service or self.house.swedish).slug,
            "therapist": (therapist or self.house.ana).slug,
            "starts_at": (starts_at or cast.at(10, days=7)).isoformat(),
        }
        return self.browser.post(reverse("sessions:hold"), body)

    def book_step(self, **changes: Any) -> HttpResponse:
        body = {
            "service": self.house.swedish.slug,
            "therapist": self.house.ana.slug,
            "whom": "self",
            "date_of_birth": date(1985, 4, 3).isoformat(),
        }
        return self.browser.post(reverse("sessions:book"), {**body, **changes})

    @property
    def client(self) -> Client:
        """The client this browser is booking for."""
        return Client.objects.get(public_id=self.browser.session["booking"]["client"])

    @property
    def held(self) -> MassageSession:
        return MassageSession.objects.get(status="held", held_by=self.browser.session["browser"])

    def answer(self, rows: Any = None, **more: Any) -> None:
        """Answer the health questions, without going through their pages."""
        cast.answer(self.client, rows, **more)

    def up_to_confirm(self, starts_at: datetime | None = None, **changes: Any) -> None:
        """Keep a time, say who is coming, answer the questions."""
        assert self.hold(starts_at).status_code == 302
        assert self.book_step(**changes).status_code == 302
        self.answer()

    def contact(self, **changes: Any) -> dict[str, Any]:
        """Return what step 4 sends, its hidden fields read from the page."""
        page = self.get(reverse("sessions:confirm"))
        assert page.status_code == 200, page.headers.get("Location")
        hidden = hidden_fields(page, "key", "starts_at", "service", "therapist")
        typed = {"name": "Greta Gast", "email": "greta@example.com", "phone": "087 555 0199", "accepts": "on"}
        return {**hidden, **typed, **changes}

    def confirm(self, body: dict[str, Any] | None = None, **changes: Any) -> HttpResponse:
        return self.browser.post(reverse("sessions:confirm"), body or self.contact(**changes))

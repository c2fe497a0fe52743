from datetime import datetime

import pytest

from massage_booking.accounts.permissions import GUEST_CLIENTS
from screening import flow, wanted
from tests.screening import factories


@pytest.fixture
def studio(db):
    return factories.make_studio()


@pytest.fixture
def user(db):
    return factories.make_user()


@pytest.fixture
def client_record(user):
    """Return the signed-in person's own client record (`client` is Django's test browser)."""
    return factories.make_client(account=user)


@pytest.fixture
def guest(db):
    return factories.make_client(name="")


@pytest.fixture
def at(monkeypatch):
    """Set the clock; it stands at NOW until a test moves it."""

    def move(moment: datetime) -> None:
        monkeypatch.setattr("massage_booking.core.clock.now", lambda: moment)

    move(factories.NOW)
    return move


@pytest.fixture
def booking(monkeypatch):
    """Say what the browser is booking, in place of the app that books."""

    def choose(**fields) -> None:
        monkeypatch.setattr(wanted, "find", lambda request, now: wanted.Wanted(**fields))

    choose()
    return choose


@pytest.fixture
def browser(client, guest, studio, at, booking):
    """Return a browser in which a guest is in the health step of booking."""
    session = client.session
    session[GUEST_CLIENTS] = [guest.public_id]
    session[flow.CLIENT_KEY] = guest.public_id
    session.save()
    return client

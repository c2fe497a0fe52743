"""Fixtures of every test: the cast, the clock, and who is signed in."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client as Browser

from massage_booking.accounts.models import User
from tests import cast


@pytest.fixture
def house(db: Any) -> cast.House:
    """A small studio with its people."""
    return cast.make_house()


@pytest.fixture
def monday() -> Iterator[Any]:
    """Stop the clock on Monday, 1 June 2026, 8:00 in Dublin."""
    with time_machine.travel(cast.NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Forget rate limits between tests."""
    cache.clear()
    yield


@pytest.fixture
def sign_in() -> Callable[[User], Browser]:
    """Return a browser in which a user has signed in just now."""

    def signed_in(user: User) -> Browser:
        browser = Browser()
        browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    return signed_in

"""Everybody at work on Monday, 1 June 2026, eight in the morning."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from tests import cast

SignIn = Callable[[User], Browser]


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> None:
    """Stop the clock for every test here."""


@pytest.fixture
def ana(house: cast.House, sign_in: SignIn) -> Browser:
    """Ana's browser: a therapist."""
    return sign_in(house.ana.user)


@pytest.fixture
def uma(house: cast.House, sign_in: SignIn) -> Browser:
    """Uma's browser: another therapist."""
    return sign_in(house.uma.user)


@pytest.fixture
def dora(house: cast.House, sign_in: SignIn) -> Browser:
    """Dora's browser: the desk."""
    return sign_in(house.desk)


@pytest.fixture
def adam(house: cast.House, sign_in: SignIn) -> Browser:
    """Adam's browser: the admin."""
    return sign_in(house.admin)


@pytest.fixture
def nadia(house: cast.House, sign_in: SignIn) -> Browser:
    """Nadia's browser: a client."""
    return sign_in(house.nadias_account)

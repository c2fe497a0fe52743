"""Browsers of the cast."""

from collections.abc import Callable

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from tests import cast

SignIn = Callable[[User], Browser]


@pytest.fixture
def ana(house: cast.House, sign_in: SignIn) -> Browser:
    """Ana's browser: a therapist."""
    assert house.ana.user is not None
    return sign_in(house.ana.user)


@pytest.fixture
def uma(house: cast.House, sign_in: SignIn) -> Browser:
    """Uma's browser: another therapist."""
    assert house.uma.user is not None
    return sign_in(house.uma.user)


@pytest.fixture
def dora(house: cast.House, sign_in: SignIn) -> Browser:
    """Dora's browser: the desk."""
    return sign_in(house.desk)


@pytest.fixture
def nadia(house: cast.House, sign_in: SignIn) -> Browser:
    """Nadia's browser: a client."""
    return sign_in(house.nadias_account)

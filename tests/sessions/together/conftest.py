"""The house on Monday at eight, with Sam in Nadia's care."""

from typing import Any

import pytest

from massage_booking.accounts.models import Client
from tests import cast


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> None:
    """Stop the clock for every test here."""


@pytest.fixture
def sam(house: cast.House) -> Client:
    """Nadia's partner, on her account."""
    return cast.make_client("Sam Rahman", account=house.nadias_account, relation="partner")

"""A guest's browser on Monday, 1 June 2026, eight in the morning, and what it does in booking."""

from typing import Any

import pytest

from tests import cast
from tests.sessions.views.guest import Guest


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> None:
    """Stop the clock for every test here."""


@pytest.fixture
def guest(house: cast.House) -> Guest:
    """A browser that has never been here."""
    return Guest(house)

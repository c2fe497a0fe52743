"""Monday, 1 June 2026; Uma has the day off."""

from typing import Any

import pytest

from tests import cast


@pytest.fixture
def house(house: cast.House, monday: Any) -> cast.House:
    """Nadia's answers allow everything so far."""
    cast.answer(house.nadia)
    return house

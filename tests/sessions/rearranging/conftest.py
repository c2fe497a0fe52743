"""A studio in which Ana is not in: Nadia and Ben are booked with her, Uma and Mara work beside her."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from sessions.models import MassageSession
from tests import cast
from therapists.models import Therapist


@pytest.fixture
def mara(house: cast.House) -> Therapist:
    """A second colleague."""
    return cast.make_therapist("Mara Lind", location=house.location, services=[house.swedish, house.swedish45])


@pytest.fixture
def booked(house: cast.House) -> Callable[..., MassageSession]:
    """Book with Ana today at an hour, for Nadia unless told otherwise."""

    def book(hour: int, *, days: int = 0, client: Client | None = None, **more: Any) -> MassageSession:
        return cast.book(house, starts_at=cast.at(hour, days=days), client=client or house.nadia, **more)

    return book


@pytest.fixture
def carl(house: cast.House) -> Client:
    """Somebody who was booked by phone and has no e-mail."""
    return cast.make_client("Carl Ney", email="", phone="087 555 0177")


@pytest.fixture
def dora(house: cast.House, monday: Any, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(house.desk)


@pytest.fixture
def ana(house: cast.House, monday: Any, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(house.ana.user)


@pytest.fixture
def uma(house: cast.House, monday: Any, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(house.uma.user)

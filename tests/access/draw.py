"""Draws the table of access anew, to be read line by line: `pytest tests/access/draw.py`."""

from typing import Any

import pytest

from tests import cast
from tests.access.addresses import ROLES
from tests.access.test_who_may_what import TABLE, all_names, house_things, measured


@pytest.mark.django_db
def test_draw(house: cast.House, monday: Any) -> None:
    house_things(house)
    drawn = [measured(house, name) for name in all_names()]
    heads = " ".join(f"{role[:5]:<5}" for role in ROLES)
    TABLE.write_text("\n".join([f"{'# address':<42} GET {heads}  POST {heads}".rstrip(), *drawn]) + "\n")

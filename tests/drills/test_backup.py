"""Backup under load and restore into an empty place, over and over; one short round belongs to `make test`."""

from pathlib import Path

import pytest

from tests.drills import rounds

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 10


def test_a_busy_studio_comes_back_whole(tmp_path: Path) -> None:
    rounds.make_studio()

    assert rounds.one_round(tmp_path) > 0


@pytest.mark.drill
def test_a_busy_studio_comes_back_whole_ten_times(tmp_path: Path) -> None:
    rounds.make_studio()

    found = [rounds.one_round(tmp_path, number) for number in range(1, ROUNDS + 1)]

    assert found == sorted(found) and found[-1] > found[0]

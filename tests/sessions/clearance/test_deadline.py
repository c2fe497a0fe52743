"""How long a time is kept: the earlier of some days from now and some hours before the start."""

from datetime import timedelta

import pytest

from sessions.domain import clearance
from tests.cast import NOW, at


@pytest.mark.parametrize(
    ("starts_at", "kept_until"),
    [
        (at(10, days=20), NOW + timedelta(days=5)),
        (at(10, days=7), NOW + timedelta(days=5)),
        (at(10, days=6), at(10, days=4)),
        (at(12, days=2), NOW + timedelta(hours=4)),
        (at(11, days=2), None),
        (at(10, days=1), None),
    ],
)
def test_until_when_a_time_is_kept(starts_at, kept_until) -> None:
    assert clearance.kept_until(starts_at, NOW, days=5, hours=48) == kept_until


def test_every_start_from_the_first_on_leaves_time() -> None:
    first = clearance.first_start(NOW, hours=48)

    assert clearance.kept_until(first, NOW, days=5, hours=48)
    assert not clearance.kept_until(first - timedelta(minutes=1), NOW, days=5, hours=48)


def test_the_reminder_comes_a_day_before_or_not_at_all() -> None:
    assert clearance.remind_at(NOW + timedelta(days=3), NOW) == NOW + timedelta(days=2)
    assert clearance.remind_at(NOW + timedelta(hours=20), NOW) is None

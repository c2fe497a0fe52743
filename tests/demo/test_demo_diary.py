"""The demo's day, at whatever hour it is opened."""

import random
from datetime import timedelta
from typing import Any

import pytest

from massage_booking.demo.demo_diary import Diary
from tests import cast


@pytest.mark.django_db
@pytest.mark.parametrize("answered_days_ago", [0, 6])
def test_somebody_lies_down_whenever_they_answered(house: cast.House, monday: Any, answered_days_ago: int) -> None:
    asked_at = cast.NOW - timedelta(days=answered_days_ago, hours=1)
    session = cast.book(house, starts_at=cast.at(9, 15), now=asked_at)
    now = cast.at(9, 30)
    diary = Diary(house.studio.tz, cast.TODAY, now, [], [], {}, random.Random(1))

    diary.begin(session)

    session.refresh_from_db()
    assert session.status == "started"

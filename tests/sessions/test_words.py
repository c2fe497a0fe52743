"""A session in words."""

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest

from sessions import words
from tests import cast

DUBLIN = ZoneInfo("Europe/Dublin")


@pytest.mark.parametrize(
    ("moment", "said"),
    [
        (datetime(2026, 11, 12, 10, tzinfo=DUBLIN), "Thursday, the twelfth of November, at ten"),
        (datetime(2026, 11, 1, 12, tzinfo=DUBLIN), "Sunday, the first of November, at noon"),
        (datetime(2026, 12, 31, 14, tzinfo=DUBLIN), "Thursday, the thirty-first of December, at two in the afternoon"),
        (datetime(2026, 6, 22, 18, tzinfo=DUBLIN), "Monday, the twenty-second of June, at six in the evening"),
        (datetime(2026, 6, 3, 9, 15, tzinfo=DUBLIN), "Wednesday, the third of June, at 9:15"),
        (datetime(2026, 6, 3, 0, tzinfo=DUBLIN), "Wednesday, the third of June, at 0:00"),
    ],
)
def test_a_time_is_told_as_people_say_it(moment: datetime, said: str) -> None:
    assert words.spoken(moment) == said


@pytest.mark.parametrize(
    ("minutes", "named"), [(0, "UTC+0"), (60, "UTC+1"), (-210, "UTC−3:30"), (345, "UTC+5:45"), (-600, "UTC−10")]
)
def test_an_offset_has_a_name(minutes: int, named: str) -> None:
    assert words.offset(datetime(2026, 1, 1, tzinfo=timezone(timedelta(minutes=minutes)))) == named


@pytest.mark.django_db
def test_a_service_stands_in_a_sentence(house: cast.House) -> None:
    house.swedish45.technique.name = "Weir Lane special"

    assert words.in_a_sentence(house.deep) == "Deep tissue, 60\u00a0min".replace("D", "d")
    assert words.in_a_sentence(house.swedish) == "Swedish, 60\u00a0min"
    assert words.in_a_sentence(house.swedish45) == "Weir Lane special, 45\u00a0min"


@pytest.mark.django_db
def test_a_house_of_its_own_has_its_own_address(house: cast.House) -> None:
    session = cast.book(house)
    assert words.where_lines(session, house.studio) == ["4 Weir Lane", "Galway"]

    session.place.room.location.address = "9 Quay Street"
    session.place.room.location.directions = "Second floor."

    assert words.where_lines(session, house.studio) == ["9 Quay Street"]
    assert words.directions(session, house.studio) == "Second floor."
    session.place.room.location.directions = ""
    assert words.directions(session, house.studio) == ""
    session.place.room.location.address = ""
    assert words.directions(session, house.studio) == house.studio.directions

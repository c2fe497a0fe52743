"""Adding and removing time off, in the studio's wall-clock time."""

from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from massage_booking.core.errors import Refused
from tests import cast
from therapists import services
from therapists.messages import sentence
from therapists.models import TimeOff

pytestmark = pytest.mark.django_db

DUBLIN = ZoneInfo("Europe/Dublin")


def add(house: cast.House, first: date, last: date | None = None, **more: Any) -> TimeOff:
    values = {"starts": None, "ends": None, "note": "", "zone": DUBLIN, "now": cast.NOW}
    return services.add_time_off(therapist=house.ana, first=first, last=last or first, **{**values, **more})


def stretch(item: TimeOff) -> tuple[datetime, datetime]:
    return item.starts_at, item.ends_at


def test_whole_days_run_from_midnight_to_midnight(house: cast.House) -> None:
    item = add(house, date(2026, 8, 3), date(2026, 8, 14), note="Summer")

    assert stretch(item) == (datetime(2026, 8, 2, 23, tzinfo=UTC), datetime(2026, 8, 14, 23, tzinfo=UTC))
    assert item.note == "Summer"


def test_times_narrow_the_first_and_the_last_day(house: cast.House) -> None:
    item = add(house, date(2026, 8, 3), date(2026, 8, 4), starts=time(14), ends=time(10, 30))

    assert stretch(item) == (datetime(2026, 8, 3, 13, tzinfo=UTC), datetime(2026, 8, 4, 9, 30, tzinfo=UTC))


@pytest.mark.parametrize(
    ("day", "hours"), [(date(2027, 3, 28), 23), (date(2026, 10, 25), 25)], ids=["clocks go forward", "clocks go back"]
)
def test_a_whole_day_is_as_long_as_the_wall_says(house: cast.House, day: date, hours: int) -> None:
    item = add(house, day)

    assert (item.ends_at - item.starts_at).total_seconds() == hours * 3600


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (
            {"first": date(2027, 3, 28), "starts": time(1, 30)},
            "The clocks go forward that night: 1:30 on Sunday 28 March does not exist. Choose a time before or after.",
        ),
        (
            {"first": date(2026, 10, 25), "ends": time(1, 30)},
            "The clocks go back that night: 1:30 on Sunday 25 October comes twice. Choose a time before or after it.",
        ),
        ({"first": date(2026, 8, 3), "last": date(2026, 8, 2)}, "The end comes before the beginning."),
        ({"first": date(2026, 8, 3), "starts": time(14), "ends": time(13)}, "The end comes before the beginning."),
        ({"first": date(2026, 5, 31)}, "That time is over already."),
        (
            {"first": date(2026, 8, 3), "last": date(2028, 8, 3)},
            "That is more than 400 days. Add it in shorter parts.",
        ),
    ],
    ids=["skipped time", "time shown twice", "days reversed", "times reversed", "over", "too long"],
)
def test_what_makes_no_sense_is_refused_with_a_sentence(house: cast.House, more: dict[str, Any], told: str) -> None:
    with pytest.raises(Refused) as refusal:
        add(house, **more)

    assert sentence(refusal.value) == told
    assert not TimeOff.objects.exists()


def test_the_last_time_before_and_the_first_after_the_missing_hour_are_fine(house: cast.House) -> None:
    item = add(house, date(2027, 3, 28), starts=time(0, 59), ends=time(2))

    assert stretch(item) == (datetime(2027, 3, 28, 0, 59, tzinfo=UTC), datetime(2027, 3, 28, 1, 0, tzinfo=UTC))


def test_the_same_stretch_twice_is_one_row(house: cast.House) -> None:
    first, second = add(house, date(2026, 8, 3)), add(house, date(2026, 8, 3), note="again")

    assert first == second
    assert TimeOff.objects.count() == 1


def test_removed_time_off_is_gone(house: cast.House) -> None:
    services.remove_time_off(time_off=add(house, date(2026, 8, 3)), now=cast.NOW)

    assert not TimeOff.objects.exists()

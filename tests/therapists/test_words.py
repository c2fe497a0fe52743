"""How profiles put values into words."""

from datetime import UTC, date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from tests.cast import TODAY
from therapists.models import Service, Specialty, Technique, Therapist, TherapistSpecialty, TimeOff
from therapists.profiles import Price, Training, days_in_words, listed_techniques, prices, training_on
from therapists.templatetags.profiles import time_off_words


@pytest.mark.parametrize(
    ("days", "words"),
    [
        ([], ""),
        ([0], "Monday"),
        ([0, 1], "Monday and Tuesday"),
        ([1, 2, 3, 4], "Tuesday to Friday"),
        ([0, 2, 4], "Monday, Wednesday and Friday"),
        ([0, 1, 2, 5], "Monday to Wednesday and Saturday"),
        ([6, 5, 0], "Monday, Saturday and Sunday"),
    ],
)
def test_working_days_are_told_as_people_tell_them(days: list[int], words: str) -> None:
    assert days_in_words(days) == words


def test_techniques_read_as_a_sentence_and_a_studios_own_names_stay() -> None:
    named = [("Swedish", "swedish"), ("Thai", "thai"), ("Deep tissue", "deep_tissue"), ("Lomi Lomi", "swedish")]

    words = listed_techniques(Technique(name=name, screened_as=code) for name, code in named)

    assert words == "Swedish, Thai, deep tissue, Lomi Lomi"


def test_a_length_with_two_prices_is_told_from_the_lower_one() -> None:
    rows = [(60, "72.00"), (60, "68.00"), (30, "42.00")]

    found = prices(Service(minutes=minutes, price=Decimal(price)) for minutes, price in rows)

    assert found == [Price(30, Decimal("42.00"), False), Price(60, Decimal("68.00"), True)]


@pytest.mark.parametrize(
    ("seen", "expires_on", "expected"),
    [
        (True, None, Training("Neck", "", "Diploma", "no expiry", False)),
        (True, date(2028, 5, 31), Training("Neck", "", "Diploma", "May 2028", False)),
        (True, TODAY, Training("Neck", "", "Diploma", "June 2026", False)),
        (True, date(2026, 5, 31), Training("Neck", "", "Diploma", "ended May 2026", True)),
        (False, None, Training("Neck", "", "", "", False)),
    ],
    ids=["no expiry", "valid", "last day", "lapsed", "not seen"],
)
def test_a_certificate_is_shown_once_the_studio_has_seen_it(
    seen: bool, expires_on: date | None, expected: Training
) -> None:
    row = TherapistSpecialty(
        therapist=Therapist(name="Ana"),
        specialty=Specialty(name="Neck"),
        certificate="Diploma",
        has_certificate=seen,
        expires_on=expires_on,
    )

    assert training_on(row, TODAY) == expected


@pytest.mark.parametrize(
    ("starts", "ends", "words"),
    [
        ((2026, 8, 2, 23), (2026, 8, 3, 23), "Mon 3 Aug"),
        ((2026, 8, 2, 23), (2026, 8, 14, 23), "Mon 3 Aug to Fri 14 Aug"),
        ((2026, 8, 3, 8), (2026, 8, 3, 11), "Mon 3 Aug, 9:00 to 12:00"),
        ((2026, 8, 3, 13), (2026, 8, 5, 9), "Mon 3 Aug, 14:00 to Wed 5 Aug, 10:00"),
    ],
    ids=["a day", "days", "hours", "hours over days"],
)
def test_time_off_is_told_in_the_studios_time(starts: tuple[int, ...], ends: tuple[int, ...], words: str) -> None:
    item = TimeOff(starts_at=datetime(*starts, tzinfo=UTC), ends_at=datetime(*ends, tzinfo=UTC))  # type: ignore[misc,arg-type]

    with timezone.override(ZoneInfo("Europe/Dublin")):
        assert time_off_words(item) == words

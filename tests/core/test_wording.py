"""Words for times, lengths, lists and money."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.utils import timezone

from massage_booking.core import clock, money, wording
from massage_booking.core.templatetags import house

TEN_IN_DUBLIN = datetime(2026, 7, 9, 9, 0, tzinfo=UTC)


def test_an_instant_is_told_in_the_zone_in_force() -> None:
    with timezone.override("Europe/Dublin"):
        told = [
            house.local_time(TEN_IN_DUBLIN),
            house.local_date(TEN_IN_DUBLIN),
            house.local_date_long(TEN_IN_DUBLIN),
            house.local_date_full(TEN_IN_DUBLIN),
            house.local_datetime(TEN_IN_DUBLIN),
        ]

    assert told == ["10:00", "Thu 9 Jul", "Thursday 9 July", "Thursday 9 July 2026", "Thu 9 Jul, 10:00"]


def test_a_zone_named_wins_over_the_one_in_force() -> None:
    with timezone.override("Europe/Dublin"):
        assert house.local_datetime(TEN_IN_DUBLIN, "Pacific/Auckland") == "Thu 9 Jul, 21:00"


def test_wall_clock_times_and_days_are_told_as_they_are() -> None:
    with timezone.override("Pacific/Auckland"):
        assert house.local_time(time(9, 5)) == "9:05"
        assert house.local_time(time(0, 0)) == "0:00"
        assert house.local_date(date(2026, 11, 12)) == "Thu 12 Nov"


def test_nothing_is_told_as_nothing() -> None:
    assert [house.local_time(None), house.local_date(None), wording.iso(None), house.money_filter(None)] == [""] * 4


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 7, 8, 22, 59, tzinfo=UTC), "Tomorrow"),
        (datetime(2026, 7, 8, 23, 0, tzinfo=UTC), "Today"),
        (datetime(2026, 7, 7, 12, 0, tzinfo=UTC), "Thu 9 Jul"),
    ],
    ids=["before-midnight-there", "after-midnight-there", "two-days-before"],
)
def test_near_days_are_counted_on_the_studios_calendar(
    monkeypatch: pytest.MonkeyPatch, now: datetime, words: str
) -> None:
    monkeypatch.setattr(clock, "now", lambda: now)

    assert wording.near_date(TEN_IN_DUBLIN, "Europe/Dublin") == words


def test_machines_get_instants_in_utc() -> None:
    assert wording.iso(TEN_IN_DUBLIN) == "2026-07-09T09:00Z"
    assert wording.iso(date(2026, 7, 9)) == "2026-07-09"


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        (Decimal("68.00"), "EUR", "€68"),
        (Decimal("68.5"), "EUR", "€68.50"),
        (1250, "GBP", "£1,250"),
        (Decimal("6800.4"), "JPY", "¥6,800"),
        (Decimal("9.125"), "KWD", "KWD\u00a09.125"),
        (68, "CHF", "CHF\u00a068"),
        (Decimal("-12.30"), "USD", "−$12.30"),
        (0, "EUR", "€0"),
    ],
)
def test_amounts_are_written_as_their_currency_does(amount: Decimal | int, currency: str, written: str) -> None:
    assert money.write(amount, currency) == written


def test_an_amount_takes_the_currency_in_force() -> None:
    with money.in_currency("GBP"):
        assert house.money_filter(Decimal(55)) == "£55"
        assert house.money_filter(Decimal(55), "EUR") == "€55"


@pytest.mark.parametrize(
    ("hours", "words"), [(1, "an hour"), (12, "12 hours"), (24, "a day"), (30, "30 hours"), (48, "two days")]
)
def test_a_span_of_hours_is_put_in_words(hours: int, words: str) -> None:
    assert wording.span(hours) == words


def test_lengths_and_lists_read_as_a_sentence_does() -> None:
    assert [wording.duration(minutes) for minutes in (45, 60, 270)] == ["45 min", "1 h", "4 h 30"]
    assert [wording.listed(words) for words in ([], ["a"], ["a", "b"], ["a", "b", "c"])] == [
        "",
        "a",
        "a and b",
        "a, b and c",
    ]


def test_codes_become_words_in_the_order_of_the_vocabulary() -> None:
    assert wording.area_names(["hands", "legs", "feet", "legs"]) == "Legs, feet, hands"
    assert wording.technique_names(["thai", "hot_stone", "deep_tissue"]) == "Deep tissue, hot stone, Thai"
    assert wording.technique_names([]) == wording.area_names([]) == ""


def test_zones_are_named_as_people_name_them() -> None:
    assert [wording.zone_words(zone) for zone in ("Europe/Dublin", "America/New_York", "UTC")] == [
        "Dublin time",
        "New York time",
        "UTC",
    ]

"""Notice, horizon, grid, cancelling and holds. Now is Thursday 12 November 2026, 10:00 in Dublin (on UTC then)."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sessions.domain.policy import (
    BookingRules,
    act_refusals,
    change_refusals,
    earliest_start,
    extended_hold,
    free_to_cancel_until,
    held_until,
    hold_is_live,
    is_late_change,
    latest_start,
    start_refusals,
)
from sessions.domain.refusals import Refusal, Why
from sessions.domain.status import Act, Status

DUBLIN = ZoneInfo("Europe/Dublin")
NOW = datetime(2026, 11, 12, 10, tzinfo=UTC)
RULES = BookingRules(zone=DUBLIN, notice_minutes=120, horizon_days=90, grid_minutes=15)


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("starts_at", "codes"),
    [
        ("2026-11-12 09:45", ["in_past"]),
        ("2026-11-12 10:00", ["too_soon"]),
        ("2026-11-12 11:45", ["too_soon"]),
        ("2026-11-12 12:00", []),
        ("2026-11-12 12:10", ["off_grid"]),
        ("2026-11-12 12:15:30", ["off_grid"]),
        ("2027-02-10 23:45", []),
        ("2027-02-11 00:00", ["too_far"]),
        ("2027-02-11 00:10", ["too_far", "off_grid"]),
        ("2026-11-12 09:10", ["in_past", "off_grid"]),
    ],
)
def test_a_start_is_refused_because(starts_at, codes):
    assert [refusal.code for refusal in start_refusals(utc(starts_at), now=NOW, rules=RULES)] == codes


def test_refusals_carry_what_their_sentences_need():
    soon = start_refusals(utc("2026-11-12 11:00"), now=NOW, rules=RULES)
    far = start_refusals(utc("2027-03-01 11:05"), now=NOW, rules=RULES)

    assert soon == [Refusal(Why.TOO_SOON, {"notice_minutes": 120, "earliest": utc("2026-11-12 12:00")})]
    assert far == [
        Refusal(Why.TOO_FAR, {"horizon_days": 90, "latest": utc("2027-02-11 00:00")}),
        Refusal(Why.OFF_GRID, {"grid_minutes": 15}),
    ]


def test_the_grid_is_that_of_the_wall():
    kathmandu = BookingRules(ZoneInfo("Asia/Kathmandu"), notice_minutes=0, horizon_days=90, grid_minutes=30)

    assert start_refusals(utc("2026-11-13 03:15"), now=NOW, rules=kathmandu) == []
    assert [refusal.code for refusal in start_refusals(utc("2026-11-13 03:30"), now=NOW, rules=kathmandu)] == [
        "off_grid"
    ]


def test_a_start_that_names_no_zone_is_an_error():
    with pytest.raises(ValueError, match="names no zone"):
        start_refusals(datetime(2026, 11, 13, 10), now=NOW, rules=RULES)  # noqa: DTZ001


@pytest.mark.parametrize(
    ("now", "days", "expected"),
    [
        ("2026-11-12 10:00", 1, "2026-11-14 00:00"),
        ("2026-11-12 23:59", 1, "2026-11-14 00:00"),
        ("2026-11-13 00:00", 1, "2026-11-15 00:00"),
        ("2026-06-10 22:59", 7, "2026-06-17 23:00"),
        ("2026-06-10 23:00", 7, "2026-06-18 23:00"),
        ("2026-10-20 10:00", 7, "2026-10-28 00:00"),
    ],
    ids=[
        "tomorrow",
        "a minute to midnight",
        "midnight",
        "summer, before midnight",
        "summer, midnight",
        "over a change",
    ],
)
def test_the_horizon_ends_at_a_midnight_on_the_wall(now, days, expected):
    rules = BookingRules(DUBLIN, notice_minutes=0, horizon_days=days, grid_minutes=15)

    assert latest_start(utc(now), rules) == utc(expected)


def test_the_notice_counts_from_this_very_second():
    assert earliest_start(NOW + timedelta(seconds=7), RULES) == utc("2026-11-12 12:00:07")


@pytest.mark.parametrize(
    ("starts_at", "hours", "expected"),
    [
        ("2026-11-16 10:00", 24, "2026-11-15 10:00"),
        ("2026-11-16 10:00", 0, "2026-11-16 10:00"),
        ("2026-03-29 09:00", 24, "2026-03-28 09:00"),
        ("2026-10-25 10:00", 48, "2026-10-23 10:00"),
    ],
    ids=["a day", "until the start", "clocks go forward", "clocks go back"],
)
def test_cancelling_is_free_until_hours_that_have_passed_not_hours_on_the_wall(starts_at, hours, expected):
    free_until = free_to_cancel_until(utc(starts_at), hours)

    assert free_until == utc(expected)
    assert not is_late_change(utc(starts_at), hours, free_until)
    assert is_late_change(utc(starts_at), hours, free_until + timedelta(seconds=1))


@pytest.mark.parametrize(
    ("status", "act", "starts_at", "refusals"),
    [
        (Status.BOOKED, Act.CANCEL, "2026-11-13 10:00", []),
        (
            Status.BOOKED,
            Act.MOVE,
            "2026-11-13 09:00",
            [Refusal(Why.TOO_LATE_TO_CHANGE, {"hours": 24, "free_until": utc("2026-11-12 09:00")})],
        ),
        (Status.BOOKED, Act.CANCEL, "2026-11-12 10:00", [Refusal(Why.IN_PAST)]),
        (Status.DONE, Act.CANCEL, "2026-11-13 10:00", [Refusal(Why.WRONG_STATUS, {"act": "cancel", "status": "done"})]),
    ],
    ids=["in time", "late", "begun", "over"],
)
def test_a_client_may_change_a_session(status, act, starts_at, refusals):
    assert change_refusals(status, act, starts_at=utc(starts_at), hours=24, now=NOW) == refusals


@pytest.mark.parametrize(
    ("status", "act", "starts_at", "codes"),
    [
        (Status.BOOKED, Act.ARRIVE, "2026-11-12 18:00", []),
        (Status.BOOKED, Act.ARRIVE, "2026-11-13 09:00", ["too_early_for_act"]),
        (Status.BOOKED, Act.START, "2026-11-13 09:00", ["too_early_for_act"]),
        (Status.BOOKED, Act.NO_SHOW, "2026-11-12 10:00", []),
        (Status.BOOKED, Act.NO_SHOW, "2026-11-12 10:05", ["too_early_for_act"]),
        (Status.BOOKED, Act.CANCEL, "2026-11-20 10:00", []),
        (Status.STARTED, Act.COMPLETE, "2026-11-12 09:30", []),
        (Status.CANCELLED, Act.ARRIVE, "2026-11-12 18:00", ["wrong_status"]),
    ],
)
def test_staff_do_things_in_their_time(status, act, starts_at, codes):
    refusals = act_refusals(status, act, starts_at=utc(starts_at), now=NOW, zone=DUBLIN)

    assert [refusal.code for refusal in refusals] == codes


def test_an_act_too_early_says_from_when():
    refusals = act_refusals(
        Status.BOOKED, Act.ARRIVE, starts_at=utc("2026-06-11 09:00"), now=utc("2026-06-10 22:00"), zone=DUBLIN
    )

    assert refusals == [Refusal(Why.TOO_EARLY_FOR_ACT, {"act": "arrive", "from_at": utc("2026-06-10 23:00")})]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([], "10:10"),
        (["10:04"], "10:14"),
        (["10:09", "10:18"], "10:28"),
        (["10:09", "10:18", "10:27"], "10:30"),
        (["10:09", "10:18", "10:27", "10:29"], "10:30"),
        (["10:10"], None),
        (["10:09", "10:19"], None),
        (["10:09", "10:18", "10:27", "10:30"], None),
    ],
    ids=["made", "one step", "two", "the most", "still the most", "run out", "run out later", "thirty minutes"],
)
def test_a_hold_grows_with_each_saved_step(steps, expected):
    until: datetime | None = held_until(NOW)
    for step in steps:
        assert until is not None
        until = extended_hold(NOW, until, utc(f"2026-11-12 {step}"))

    assert until == (utc(f"2026-11-12 {expected}") if expected else None)


def test_a_step_never_takes_time_away():
    long = NOW + timedelta(minutes=45)

    assert extended_hold(NOW, long, NOW + timedelta(minutes=5)) == long
    assert extended_hold(NOW, held_until(NOW, 20), NOW + timedelta(minutes=5), minutes=5) == held_until(NOW, 20)


def test_a_hold_is_live_up_to_its_end():
    until = held_until(NOW, 5)

    assert until == utc("2026-11-12 10:05")
    assert hold_is_live(until, until - timedelta(seconds=1))
    assert not hold_is_live(until, until)

"""One exact minute: what a reason may set aside, and what nobody may."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_booking.core.intervals import minute_before
from sessions.domain import exact
from sessions.domain.exact import Exact, Free
from sessions.domain.masks import Place
from sessions.domain.policy import BookingRules
from sessions.domain.refusals import Why
from therapists.domain.hours import OpenSpan

NOW = datetime(2026, 6, 1, 7, 0, tzinfo=UTC)
HERE, THERE = 1, 2
ANA, UMA = 7, 8
TABLE, PAIR, FAR, CHAIR = 21, 22, 23, 24
PLACES = [
    Place(PAIR, HERE, "table", 2),
    Place(TABLE, HERE, "table", 1),
    Place(FAR, THERE, "table", 1),
    Place(CHAIR, HERE, "chair", 1),
]
RULES = BookingRules(ZoneInfo("Europe/Dublin"), notice_minutes=120, horizon_days=90, grid_minutes=15)
# 10:00 to 11:00, turnover to 11:15, as minutes of a day of its own.
WANTED = Exact(600, 660, 675, "table")


def free(**changed: object) -> Free:
    values: dict[str, object] = {
        "therapists": [ANA], "places": PLACES, "busy": [], "client_busy": [], "at": {ANA: {HERE}},
    }  # fmt: skip
    return exact.free_then(WANTED, **{**values, **changed})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("what", "changed", "expected"),
    [
        ("nothing stands there", {}, Free({ANA: [TABLE, PAIR]}, {})),
        ("whoever has no place of work that day may be anywhere", {"at": {}}, Free({ANA: [TABLE, FAR, PAIR]}, {})),
        ("somebody else’s session", {"busy": [(UMA, FAR, 600, 675)]}, Free({ANA: [TABLE, PAIR]}, {})),
        ("the therapist’s own", {"busy": [(ANA, FAR, 670, 700)]}, Free({}, {ANA: Why.THERAPIST_BUSY})),
        ("the therapist’s turnover before", {"busy": [(ANA, FAR, 500, 601)]}, Free({}, {ANA: Why.THERAPIST_BUSY})),
        ("what ends as it begins", {"busy": [(ANA, TABLE, 500, 600)]}, Free({ANA: [TABLE, PAIR]}, {})),
        ("what begins as its turnover ends", {"busy": [(ANA, TABLE, 675, 700)]}, Free({ANA: [TABLE, PAIR]}, {})),
        ("a table taken for its turnover", {"busy": [(UMA, TABLE, 674, 700)]}, Free({ANA: [PAIR]}, {})),
        (
            "every table of the house taken",
            {"busy": [(UMA, TABLE, 600, 660), (9, PAIR, 600, 660)]},
            Free({}, {ANA: Why.NO_PLACE}),
        ),
        ("the client is elsewhere", {"client_busy": [(659, 700)]}, Free({}, {ANA: Why.CLIENT_BUSY})),
        ("the client comes straight from another", {"client_busy": [(540, 600)]}, Free({ANA: [TABLE, PAIR]}, {})),
        ("the client goes on during turnover", {"client_busy": [(660, 700)]}, Free({ANA: [TABLE, PAIR]}, {})),
        ("a hold without a therapist’s name", {"busy": [(None, TABLE, 600, 660)]}, Free({ANA: [PAIR]}, {})),
    ],
)
def test_who_is_free_then(what: str, changed: dict[str, object], expected: Free) -> None:
    assert free(**changed) == expected, what


@given(
    st.lists(
        st.tuples(
            st.sampled_from([ANA, UMA, None]),
            st.sampled_from([TABLE, PAIR, FAR, None]),
            st.integers(500, 800),
            st.integers(1, 120),
        ),
        max_size=6,
    )
)
def test_nothing_that_is_taken_is_ever_offered(rows: list[tuple[int | None, int | None, int, int]]) -> None:
    busy = [(therapist, place, begins, begins + length) for therapist, place, begins, length in rows]

    found = free(therapists=[ANA, UMA], busy=busy, at={})

    clashes = [
        (key, place)
        for key, places in found.places.items()
        for place in places
        for therapist, taken, begins, ends in busy
        if begins < WANTED.blocked and ends > WANTED.starts and (therapist == key or taken == place)
    ]
    assert clashes == []
    assert set(found.places) | set(found.why_not) == {ANA, UMA}


@pytest.mark.parametrize(
    ("shift", "expected"),
    [
        (timedelta(0), []),
        (-timedelta(minutes=15), []),
        (-timedelta(minutes=15, seconds=1), [Why.IN_PAST]),
        (timedelta(days=731), []),
        (timedelta(days=731, minutes=1), [Why.TOO_FAR]),
        (timedelta(minutes=7), []),
        (timedelta(seconds=30), [Why.OFF_GRID]),
        (timedelta(microseconds=1), [Why.OFF_GRID]),
    ],
)
def test_the_bounds_that_no_reason_moves(shift: timedelta, expected: list[Why]) -> None:
    assert [refusal.code for refusal in exact.bounds_refusals(NOW + shift, now=NOW)] == expected


def codes(starts_at: datetime, hours: list[OpenSpan]) -> list[Why]:
    starts = minute_before(starts_at)
    wanted = Exact(starts, starts + 60, starts + 75, "table")
    return [found.code for found in exact.against(starts_at, wanted=wanted, hours=hours, now=NOW, rules=RULES)]


def working(begins: datetime, hours: int, at: int = HERE) -> OpenSpan:
    return OpenSpan(minute_before(begins), minute_before(begins) + 60 * hours, at)


ALL_DAY = [working(NOW - timedelta(hours=2), 12)]


@pytest.mark.parametrize(
    ("what", "starts_at", "hours", "expected"),
    [
        ("an opening like any other", NOW + timedelta(hours=3), ALL_DAY, []),
        ("shorter notice", NOW + timedelta(hours=1), ALL_DAY, [Why.TOO_SOON]),
        ("begun already", NOW - timedelta(minutes=10), ALL_DAY, [Why.TOO_SOON, Why.OFF_GRID]),
        ("off the grid", NOW + timedelta(hours=3, minutes=7), ALL_DAY, [Why.OFF_GRID]),
        ("beyond the horizon, and nobody works", NOW + timedelta(days=120), ALL_DAY, [Why.TOO_FAR, Why.OUTSIDE_HOURS]),
        ("over the end of work", NOW + timedelta(hours=9, minutes=15), ALL_DAY, [Why.OUTSIDE_HOURS]),
        ("only its turnover is after work", NOW + timedelta(hours=9), ALL_DAY, []),
        (
            "from one house to the other",
            NOW + timedelta(hours=3),
            [working(NOW, 4), working(NOW + timedelta(hours=3, minutes=30), 4, THERE)],
            [],
        ),
        (
            "half in one house, half in the other",
            NOW + timedelta(hours=3),
            [working(NOW, 3), working(NOW + timedelta(hours=3), 0), working(NOW + timedelta(hours=3, minutes=30), 4)],
            [Why.OUTSIDE_HOURS],
        ),
    ],
)
def test_what_it_goes_against(what: str, starts_at: datetime, hours: list[OpenSpan], expected: list[Why]) -> None:
    assert codes(starts_at, hours) == expected, what


def test_where_a_therapist_is() -> None:
    hours = [OpenSpan(540, 620, HERE), OpenSpan(700, 900, THERE)]

    assert exact.locations_then(WANTED, hours, {HERE, THERE}) == {HERE}
    assert exact.locations_then(Exact(650, 690, 700, "table"), hours, set()) == {HERE, THERE}
    assert exact.locations_then(WANTED, [], {THERE}) == {THERE}
    assert exact.locations_then(WANTED, [], set()) == set()


@pytest.mark.parametrize(
    ("busy", "expected"),
    [
        ([], 1020),
        ([(700, 800)], 700),
        ([(500, 600)], 1020),
        ([(590, 601)], None),
        ([(900, 960), (640, 700)], 640),
    ],
)
def test_free_until(busy: list[tuple[int, int]], expected: int | None) -> None:
    assert exact.free_until(600, hours=[OpenSpan(540, 1020, HERE)], busy=busy) == expected


def test_nobody_is_free_outside_work() -> None:
    assert exact.free_until(600, hours=[OpenSpan(601, 700, HERE), OpenSpan(500, 600, HERE)], busy=[]) is None


@pytest.mark.parametrize(("minute", "expected"), [(600, (600, 605)), (601, (601, 605)), (604, (604, 605))])
def test_a_walk_in_starts_now_or_at_the_next_five_minutes(minute: int, expected: tuple[int, int]) -> None:
    assert exact.walk_in_starts(minute) == expected

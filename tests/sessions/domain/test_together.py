"""Two at once: a table of small worlds, and the arithmetic against a model that tries everything."""

from collections.abc import Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import minute_before
from sessions.domain import together
from sessions.domain.masks import UNIT, Place, lay_out
from sessions.domain.openings import Wanted, find_openings
from sessions.domain.together import Common, Side
from tests.sessions.domain.slow_model import rounded, slow_openings
from therapists.domain.hours import OpenSpan

DUBLIN = ZoneInfo("Europe/Dublin")
NINE = minute_before(datetime(2026, 6, 1, 8, tzinfo=UTC))
WEIR, HARBOUR = 1, 2
ANA, UMA, BEA = 1, 2, 3
# A single room, a couple's room, and a house with a chair and a table in one room.
SINGLE, LEFT, RIGHT, CHAIR, TABLE = (
    Place(1, WEIR, "table", in_room=1),
    Place(2, WEIR, "table", in_room=2),
    Place(3, WEIR, "table", in_room=2),
    Place(4, HARBOUR, "chair", in_room=2),
    Place(5, HARBOUR, "table", in_room=2),
)
PLACES = [SINGLE, LEFT, RIGHT, CHAIR, TABLE]
ROOMS = {1: 10, 2: 20, 3: 20, 4: 30, 5: 30}


def wanted(minutes: int = 60, kind: str = "table", *, turnover: int = 15, until: int = 60, busy=()) -> Wanted:
    return Wanted(minutes, turnover, kind, 15, DUBLIN, NINE, NINE + until, tuple(busy))


def side(question: Wanted, hours, places, rows, *, who=None, window=None) -> Side:
    calendar = lay_out(window or question.window, hours, places, rows)
    return Side(calendar, question, find_openings(calendar, question, who).masks)


def asked(one: Wanted, two: Wanted, hours, *, places=PLACES, rows=(), first=None, second=None) -> Common:
    """Return what suits both; `first` and `second` name the therapists each may have."""
    begins = min(one.window[0], two.window[0])
    window = begins, max(one.window[1], two.window[1])
    return together.common(
        side(one, hours, places, rows, who=first, window=window),
        side(two, hours, places, rows, who=second, window=window),
        ROOMS,
    )


def at_weir(*who: int) -> dict[int, list[OpenSpan]]:
    return {key: [OpenSpan(NINE, NINE + 480, WEIR)] for key in who}


def busy_place(place: Place, first: int = 0, last: int = 480):
    return None, place.id, NINE + first, NINE + last


QUARTERS = [NINE, NINE + 15, NINE + 30, NINE + 45]


@pytest.mark.parametrize(
    ("what", "hours", "rows", "first", "second", "anywhere", "beside"),
    [
        ("two therapists, a free couple's room", at_weir(ANA, UMA), [], None, None, QUARTERS, QUARTERS),
        ("one therapist cannot give both", at_weir(ANA), [], None, None, [], []),
        ("both want the same one", at_weir(ANA, UMA), [], [ANA], [ANA], [], []),
        ("each has one who is there", at_weir(ANA, UMA), [], [ANA], [UMA], QUARTERS, QUARTERS),
        ("one is named, the other anyone: the other one", at_weir(ANA, UMA), [], [ANA], None, QUARTERS, QUARTERS),
        ("nobody for the second", at_weir(ANA, UMA), [], [ANA], [BEA], [], []),
        ("one table of the room is taken: two rooms", at_weir(ANA, UMA), [busy_place(LEFT)], None, None, QUARTERS, []),
        (
            "both tables of the room are taken: one table is not enough",
            at_weir(ANA, UMA),
            [busy_place(LEFT), busy_place(RIGHT)],
            None,
            None,
            [],
            [],
        ),
        (
            "the couple's room is free from half past: until then two rooms",
            at_weir(ANA, UMA),
            [busy_place(LEFT, 0, 30)],
            None,
            None,
            QUARTERS,
            [NINE + 30, NINE + 45],
        ),
        (
            "each works at another house",
            {**at_weir(ANA), UMA: [OpenSpan(NINE, NINE + 480, HARBOUR)]},
            [],
            None,
            None,
            [],
            [],
        ),
        (
            "one is busy at nine",
            at_weir(ANA, UMA),
            [(UMA, None, NINE, NINE + 15)],
            None,
            None,
            QUARTERS[1:],
            QUARTERS[1:],
        ),
    ],
)
def test_what_suits_two(what, hours, rows, first, second, anywhere, beside) -> None:
    found = asked(wanted(), wanted(), hours, rows=rows, first=first, second=second)

    assert (found.starts(), found.starts(side_by_side=True)) == (anywhere, beside), what


def test_services_may_differ_in_length_and_turnover() -> None:
    rows = [busy_place(SINGLE, 60, 480), busy_place(LEFT, 75, 480), busy_place(RIGHT, 130, 480)]

    found = asked(wanted(45), wanted(90, turnover=30), at_weir(ANA, UMA), rows=rows)

    # 45 + 15 fits in the single room at nine, and on the left until quarter past ten; 90 + 30 on the right alone.
    assert (found.starts(), found.starts(side_by_side=True)) == ([NINE], [NINE])


def test_a_chair_and_a_table_of_one_room_are_side_by_side() -> None:
    hours = {key: [OpenSpan(NINE, NINE + 480, HARBOUR)] for key in (ANA, UMA)}

    found = asked(wanted(30, "chair"), wanted(), hours)

    assert found.starts(side_by_side=True) == QUARTERS
    assert found.locations_at(NINE) == [HARBOUR]


def test_each_client_is_kept_to_their_own_day() -> None:
    """Nadia is here already at nine, Ben until half past."""
    one, two = wanted(busy=[(NINE, NINE + 15)]), wanted(busy=[(NINE - 60, NINE + 30)])

    assert asked(one, two, at_weir(ANA, UMA)).starts() == [NINE + 30, NINE + 45]


def test_places_side_by_side_come_first() -> None:
    question, hours = wanted(), at_weir(ANA, UMA)
    one = side(question, hours, PLACES, [])

    pairs = together.place_pairs(one, one, ROOMS, WEIR, NINE)

    assert pairs[:2] == [(2, 3, True), (3, 2, True)]
    assert {pair[:2] for pair in pairs[2:]} == {(1, 2), (1, 3), (2, 1), (3, 1)}
    assert not any(beside for *_, beside in pairs[2:])


def test_only_listed_starts_are_left() -> None:
    masks = {ANA: {WEIR: 0b1111}, UMA: {WEIR: 0b1}}

    kept = together.limited(masks, {ANA: [NINE + UNIT, NINE + 3 * UNIT]}, NINE)

    assert kept == {ANA: {WEIR: 0b1010}, UMA: {}}


def test_a_row_that_is_taken_out_leaves_the_others() -> None:
    rows = [(ANA, 2, NINE, NINE + 75), (ANA, 2, NINE + 75, NINE + 150), (UMA, 2, NINE + 150, NINE + 200)]
    calendar = lay_out((NINE, NINE + 480), at_weir(ANA, UMA), PLACES, rows)

    left = together.freed(calendar, therapist_id=ANA, place_id=2, span=(NINE, NINE + 75))

    assert left == lay_out((NINE, NINE + 480), at_weir(ANA, UMA), PLACES, rows[1:])


# --- Against a slow, obviously right model -------------------------------------

units = st.integers(0, 30).map(lambda unit: unit * UNIT)
lengths = st.sampled_from([15, 30, 60, 90])
spans = st.tuples(units, lengths).map(lambda pair: (NINE + pair[0], NINE + pair[0] + pair[1]))


@st.composite
def worlds(draw):
    hours = {
        key: [
            OpenSpan(NINE + begins, NINE + begins + length, draw(st.sampled_from([WEIR, HARBOUR])))
            for begins, length in draw(
                st.lists(st.tuples(units, st.sampled_from([90, 180, 300])), min_size=1, max_size=2)
            )
        ]
        for key in range(1, draw(st.integers(1, 3)) + 1)
    }
    rows = [
        (draw(st.sampled_from([ANA, UMA, BEA, None])), draw(st.sampled_from([1, 2, 3, 4, 5, None])), *span)
        for span in draw(st.lists(spans, max_size=6))
    ]
    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True))
    questions = [
        wanted(
            draw(lengths), draw(st.sampled_from(["table", "table", "chair"])), turnover=draw(st.sampled_from([0, 15])),
            until=150, busy=draw(st.lists(spans, max_size=1)),
        )
        for _ in range(2)
    ]  # fmt: skip
    named = [draw(st.one_of(st.none(), st.sampled_from([[ANA], [UMA]]))) for _ in range(2)]
    return hours, places, rows, questions, named


def free_at(question: Wanted, hours, places, rows) -> dict[tuple[int, int, int], set[int]]:
    """Return (start, location, therapist) -> the places free there: one location at a time, one after the other."""
    found: dict[tuple[int, int, int], set[int]] = {}
    for location in (WEIR, HARBOUR):
        here = {key: [span for span in listed if span[2] == location] for key, listed in hours.items()}
        for key, starts in slow_openings(question, here, places, rows).items():
            for start, (_, free) in starts.items():
                found[start, location, key] = set(free)
    return found


def slow_common(world) -> tuple[list[int], list[int]]:
    """Try every therapist and every place for each of the two."""
    hours, places, rows, questions, named = world
    one, two = (free_at(question, hours, places, rows) for question in questions)
    anywhere, beside = set(), set()
    for (start, location, first), left in one.items():
        for (other, at, second), right in two.items():
            if (start, location) != (other, at) or first == second:
                continue
            if first not in (named[0] or hours) or second not in (named[1] or hours):
                continue
            pairs = [(a, b) for a in left for b in right if a != b]
            if pairs:
                anywhere.add(start)
            if any(ROOMS[a] == ROOMS[b] for a, b in pairs):
                beside.add(start)
    return sorted(anywhere), sorted(beside)


@settings(max_examples=120, deadline=None)
@given(worlds())
def test_the_arithmetic_agrees_with_trying_everything(world) -> None:
    hours, places, rows, questions, named = world
    found = asked(*questions, hours, places=places, rows=rows, first=named[0], second=named[1])

    assert (found.starts(), found.starts(side_by_side=True)) == slow_common(world)
    assert rounded(questions[0].length) == questions[0].length


keys = st.dictionaries(st.integers(1, 4), st.integers(0, 255), max_size=4)


@given(keys, keys)
def test_one_for_each_and_not_the_same(first: Mapping[int, int], second: Mapping[int, int]) -> None:
    slowly = 0
    for bit in range(8):
        pairs = [
            (one, two)
            for one, left in first.items()
            for two, right in second.items()
            if one != two and left >> bit & 1 and right >> bit & 1
        ]
        slowly |= bool(pairs) << bit

    assert together.two_apart(first, second) == slowly

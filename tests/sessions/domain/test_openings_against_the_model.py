"""The engine against the slow model, and on every odd day of every zone there is."""

from datetime import UTC, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import DAY, first_shown_in, midnight, shown_twice, stretches_around, wall_minute
from sessions.domain.masks import UNIT, Calendar, Place, erode, lay_out
from sessions.domain.openings import GRIDS, Wanted, find_openings, places_free, why_not
from sessions.domain.starts import days_with_openings
from tests.core.odd_days import ODD_ZONES, changes, offset, shown
from tests.sessions.domain.slow_model import slow_openings
from therapists.domain.hours import OpenSpan

WEIR_LANE, HARBOUR = 1, 2
PLACES = [
    Place(1, WEIR_LANE, "table", in_room=2),
    Place(2, WEIR_LANE, "table", in_room=1),
    Place(3, WEIR_LANE, "chair"),
    Place(4, HARBOUR, "table"),
    Place(5, HARBOUR, "mat"),
]

# Minutes from the change of offset; busy times are mostly on the grid, sometimes on any minute.
moments = st.one_of(st.integers(-130, 130).map(lambda unit: unit * UNIT), st.integers(-650, 650))
lengths = st.one_of(st.sampled_from([15, 30, 45, 60, 75, 90]), st.integers(1, 240))
busy_spans = st.tuples(moments, lengths)


@st.composite
def questions(draw):
    """Return a question and its world, around a change of offset."""
    zone = draw(st.sampled_from(ODD_ZONES))
    days = changes(zone)
    change = draw(st.sampled_from(days))

    def span(pair):
        return change + pair[0], change + pair[0] + pair[1]

    places = draw(st.lists(st.sampled_from(PLACES), min_size=1, max_size=5, unique=True))
    hours = {
        therapist_id: [
            OpenSpan(*span(pair), draw(st.sampled_from([WEIR_LANE, HARBOUR])))
            for pair in draw(st.lists(st.tuples(moments, st.integers(20, 720)), min_size=1, max_size=3))
        ]
        for therapist_id in range(1, draw(st.integers(1, 3)) + 1)
    }
    rows = [
        (draw(st.sampled_from([1, 2, 3, None])), draw(st.sampled_from([1, 2, 3, 4, 5, None])), *span(pair))
        for pair in draw(st.lists(busy_spans, max_size=8))
    ]
    earliest = change + draw(st.integers(-700, 300))
    wanted = Wanted(
        length=draw(st.one_of(st.sampled_from([30, 45, 60, 90]), st.integers(1, 130))),
        turnover=draw(st.one_of(st.sampled_from([0, 10, 15]), st.integers(0, 40))),
        kind=draw(st.sampled_from(["table", "table", "chair", "mat"])),
        grid=draw(st.sampled_from(GRIDS)),
        zone=ZoneInfo(zone),
        earliest=earliest,
        latest=earliest + draw(st.integers(0, 700)),
        client_busy=tuple(span(pair) for pair in draw(st.lists(busy_spans, max_size=2))),
    )
    return wanted, hours, places, rows


@settings(max_examples=1500, deadline=None)
@given(questions())
def test_the_engine_finds_what_the_slow_model_finds(question):
    wanted, hours, places, rows = question
    expected = slow_openings(wanted, hours, places, rows)

    calendar = lay_out(wanted.window, hours, places, rows)
    openings = find_openings(calendar, wanted)

    assert openings.by_therapist() == {therapist_id: list(starts) for therapist_id, starts in expected.items()}
    for therapist_id, starts in expected.items():
        assert openings.first(therapist_id) == next(iter(starts), None)
        for start, (location_id, free) in list(starts.items())[:3]:
            assert openings.location_at(therapist_id, start) == location_id
            assert places_free(calendar, wanted, location_id, start) == free
    everyone = sorted({start for starts in expected.values() for start in starts})
    assert openings.anyone() == everyone
    assert openings.first() == next(iter(everyone), None)
    for start in everyone[:3]:
        assert openings.therapists_at(start) == [one for one, starts in expected.items() if start in starts]


@settings(max_examples=400, deadline=None)
@given(questions(), st.integers(-800, 1500))
def test_the_reasons_against_a_start_are_empty_exactly_for_openings(question, shift):
    wanted, hours, places, rows = question
    calendar = lay_out(wanted.window, hours, places, rows)
    openings = find_openings(calendar, wanted)
    start = wanted.earliest + shift

    for therapist_id in hours:
        is_opening = openings.location_at(therapist_id, start) is not None
        in_range = wanted.earliest <= start < wanted.latest
        if in_range:
            assert (why_not(calendar, wanted, therapist_id, start) == []) is is_opening
        else:
            assert not is_opening


@settings(max_examples=400, deadline=None)
@given(questions(), st.data())
def test_booking_any_opening_leaves_the_others_true(question, data):
    wanted, hours, places, rows = question
    before = find_openings(lay_out(wanted.window, hours, places, rows), wanted)
    choices = [(one, start) for one, starts in before.by_therapist().items() for start in starts]
    if not choices:
        return
    therapist_id, start = data.draw(st.sampled_from(choices))
    calendar = lay_out(wanted.window, hours, places, rows)
    place_id = places_free(calendar, wanted, before.location_at(therapist_id, start), start)[0]
    booked = (therapist_id, place_id, start, start + wanted.length + wanted.turnover)

    after = find_openings(lay_out(wanted.window, hours, places, [*rows, booked]), wanted)

    assert start not in after.of(therapist_id)
    for one, starts in after.by_therapist().items():
        assert set(starts) <= set(before.of(one))
    assert not [
        other
        for other in after.of(therapist_id)
        if other < booked[3] and other + wanted.length + wanted.turnover > start
    ]


@settings(max_examples=500, deadline=None)
@given(st.integers(0, 2**80 - 1), st.integers(1, 90))
def test_eroding_keeps_the_bits_that_begin_a_full_row(mask, units):
    row = (1 << units) - 1

    assert erode(mask, units) == sum(1 << bit for bit in range(80) if mask >> bit & row == row)


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(-3000, 9000), st.integers(-10, 4000)), max_size=12), st.integers(0, 1500))
def test_rows_of_any_length_mark_the_units_they_touch(pairs, units):
    rows = [(1, 2, starts, starts + length) for starts, length in pairs]

    calendar: Calendar = lay_out((0, units * UNIT), {}, [], rows)

    taken = {unit for _, _, starts, ends in rows if starts < ends for unit in range(starts // 5, (ends + 4) // 5)}
    expected = sum(1 << unit for unit in taken if 0 <= unit < units)
    assert calendar.therapist_taken.get(1, 0) == calendar.place_taken.get(2, 0) == expected


REGIONS = sorted({name.split("/")[0] for name in available_timezones()})


@pytest.mark.parametrize("region", REGIONS)
def test_on_odd_days_of_every_zone_each_grid_time_is_offered_once_and_none_in_a_gap(region):
    """Every zone, three days around each change of the nearest and the furthest years, a therapist who never sleeps."""
    seen = set()
    for name in sorted(name for name in available_timezones() if name.split("/")[0] == region):
        zone = ZoneInfo(name)
        for change in (*changes(name, 2024, 2026), *changes(name, 2034, 2036)):
            # Many names share their rules; once is enough.
            if (change, offset(change - 15, zone), offset(change, zone)) not in seen:
                seen.add((change, offset(change - 15, zone), offset(change, zone)))
                check_days_around(change, zone)


def check_days_around(change: int, zone: ZoneInfo) -> None:
    day = shown(change, zone).date()
    first, last = midnight(day - timedelta(days=1), zone), midnight(day + timedelta(days=2), zone)
    wanted = Wanted(60, 15, "table", 15, zone, first, last)
    hours = {1: [OpenSpan(first, last + DAY, WEIR_LANE)]}

    starts = find_openings(lay_out(wanted.window, hours, PLACES, []), wanted).of(1)

    assert len(starts) == (last - first) // 15, (zone, day)
    assert all(later - earlier == 15 for earlier, later in pairwise(starts)), (zone, day)
    twice = shown_twice(zone, first, last)
    pieces = stretches_around(zone, first, last)
    for start in starts:
        local = instant_of(start).astimezone(zone)
        assert local.minute % 15 == 0
        assert local.astimezone(UTC) == instant_of(start)
        again = first_shown_in(pieces, wall_minute(local.replace(tzinfo=None)))
        assert again == start or any(begin <= start < end for begin, end in twice)
    days = days_with_openings(starts, zone)
    assert sum(days.values()) == len(starts)
    assert set(days) <= {day + timedelta(days=shift) for shift in (-1, 0, 1)}

"""From what the wall says to what can be booked: weeks, dates, holidays and repeating time off, on the odd days.

The engine's own test begins with hours as instants; this one begins a step earlier, with a wall clock read minute by
minute, so that nothing is lost between the two.
"""

from datetime import timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of
from massage_booking.core.walltime import day_number
from sessions.domain.masks import Place, lay_out
from sessions.domain.openings import GRIDS, Wanted, find_openings
from tests.core.odd_days import ODD_ZONES, changes
from tests.sessions.domain.slow_model import slow_openings
from tests.therapists.domain.wall_model import clock_times, off_again, worked
from therapists.domain.hours import DatedBlock, OpenSpan, WeeklyBlock, open_between
from therapists.domain.repeating import Repeat, off_between

WEIR_LANE, HARBOUR = 1, 2
PLACES = [Place(1, WEIR_LANE, "table"), Place(2, HARBOUR, "table")]
# The last session that begins in the range, with its turnover.
TAIL = 360


@st.composite
def questions(draw):
    """Return a question around a change of the clocks, and what stands for it in the studio's books."""
    zone = draw(st.sampled_from(ODD_ZONES))
    earliest = draw(st.sampled_from(changes(zone))) + draw(st.integers(-1500, 300))
    near = instant_of(earliest).date()
    days = [near + timedelta(days=shift) for shift in range(-2, 4)]
    places = st.sampled_from([WEIR_LANE, HARBOUR])
    weekly = draw(st.lists(st.builds(WeeklyBlock, st.integers(0, 6), clock_times, clock_times, places), max_size=4))
    dated = draw(
        st.lists(
            st.one_of(
                st.builds(DatedBlock, st.sampled_from(days), clock_times, clock_times, places),
                st.sampled_from(days).map(DatedBlock),
            ),
            max_size=3,
        )
    )
    some_times = st.one_of(st.just((None, None)), st.tuples(clock_times, clock_times))
    first = near - timedelta(days=draw(st.integers(0, 30)))
    repeats = [
        Repeat(draw(st.integers(0, 6)), *times, draw(st.integers(1, 3)), first)
        for times in draw(st.lists(some_times, max_size=2))
    ]
    wanted = Wanted(
        length=draw(st.sampled_from([30, 45, 60, 90])),
        turnover=draw(st.sampled_from([0, 15])),
        kind="table",
        grid=draw(st.sampled_from(GRIDS)),
        zone=ZoneInfo(zone),
        earliest=earliest,
        latest=earliest + draw(st.integers(1, 1500)),
        client_busy=(),
    )
    return zone, wanted, weekly, dated, draw(st.sets(st.sampled_from(days), max_size=2)), repeats


def as_spans(minutes: set[tuple[int, int]]) -> list[OpenSpan]:
    """Return minutes of work as unbroken spans of each location."""
    spans = []
    for location_id in (WEIR_LANE, HARBOUR):
        found = sorted(minute for minute, place in minutes if place == location_id)
        for _, run in groupby(enumerate(found), key=lambda pair: pair[1] - pair[0]):
            members = [minute for _, minute in run]
            spans.append(OpenSpan(members[0], members[-1] + 1, location_id))
    return sorted(spans)


@settings(max_examples=300, deadline=None)
@given(questions())
def test_what_can_be_booked_is_what_the_wall_and_the_books_say(question):
    zone, wanted, weekly, dated, closed, repeats = question
    window = wanted.earliest // 5 * 5, wanted.latest + TAIL
    off = off_between(repeats, *window, wanted.zone)
    numbers = {day_number(day) for day in closed}

    hours = {1: open_between(weekly, *window, wanted.zone, off, dated=dated, closed=numbers)}
    openings = find_openings(lay_out(window, hours, PLACES, []), wanted)

    away = off_again(repeats, zone, *window)
    slowly = {1: as_spans(worked(weekly, zone, *window, away, dated=dated, closed=closed))}
    expected = slow_openings(wanted, slowly, PLACES, [])
    assert openings.of(1) == list(expected[1])
    for start, (location_id, _) in expected[1].items():
        assert openings.location_at(1, start) == location_id

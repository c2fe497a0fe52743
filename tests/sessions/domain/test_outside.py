"""Why a session does not lie in its therapist's hours, and what tells one answer to that from the next."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain.outside import Outside, mark_of, of_time

SESSION = (600, 660)
DAY = (540, 1020)


@pytest.mark.parametrize(
    ("here", "anywhere", "off", "busy", "is_holiday", "expected"),
    [
        ([DAY], [DAY], [], [], False, None),
        ([SESSION], [SESSION], [], [], True, None),
        ([(540, 630), (630, 1020)], [DAY], [], [], False, None),
        ([], [], [], [], False, Outside.HOURS),
        ([(540, 659)], [(540, 659)], [], [], False, Outside.HOURS),
        ([(601, 1020)], [(601, 1020)], [], [], False, Outside.HOURS),
        ([], [DAY], [], [], False, Outside.LOCATION),
        ([(540, 630)], [(540, 630)], [(630, 1020)], [], False, Outside.TIME_OFF),
        ([(540, 630)], [(540, 630)], [(660, 1020)], [], False, Outside.HOURS),
        ([(540, 630)], [(540, 630)], [], [(630, 640)], False, Outside.ELSEWHERE),
        ([], [], [DAY], [DAY], True, Outside.TIME_OFF),
        ([], [], [], [], True, Outside.HOLIDAY),
    ],
    ids=[
        "inside", "to the minute", "two blocks that touch", "nothing at all", "a minute short", "a minute late",
        "another house", "time off", "time off after it", "busy elsewhere", "the nearest reason first", "holiday",
    ],
)  # fmt: skip
def test_why_it_is_outside(here, anywhere, off, busy, is_holiday, expected):
    assert of_time(SESSION, here=here, anywhere=anywhere, off=off, busy=busy, is_holiday=is_holiday) == expected


SPANS = st.lists(
    st.tuples(st.integers(0, 1440), st.integers(0, 1440)).filter(lambda span: span[0] < span[1]), max_size=4
)


@given(SPANS, SPANS, SPANS)
def test_it_is_outside_exactly_when_a_minute_of_it_is_not_worked(here, off, busy):
    worked = {minute for starts, ends in here for minute in range(starts, ends)}

    why = of_time(SESSION, here=here, anywhere=here, off=off, busy=busy, is_holiday=False)

    assert (why is None) is set(range(*SESSION)).issubset(worked)


def mark(**changes):
    usual = {"session": SESSION, "therapist_id": 1, "reasons": [Outside.HOURS], "hours": [(700, 800)]}
    return mark_of(**{**usual, **changes})


def test_the_same_is_the_same_in_whatever_order():
    both = [Outside.HOURS, Outside.PLACE]

    assert mark(reasons=both, hours=[(1, 2), (3, 4)]) == mark(reasons=both[::-1], hours=[(3, 4), (1, 2)])
    assert len(mark()) == 40


@pytest.mark.parametrize(
    "changes",
    [
        {"session": (600, 661)},
        {"therapist_id": 2},
        {"reasons": [Outside.TIME_OFF]},
        {"reasons": [Outside.HOURS, Outside.PLACE]},
        {"hours": []},
        {"hours": [(700, 801)]},
    ],
    ids=["session", "therapist", "reason", "one more", "no hours", "other hours"],
)
def test_whatever_changes_asks_anew(changes):
    assert mark(**changes) != mark()

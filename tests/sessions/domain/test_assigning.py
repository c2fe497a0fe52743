"""Who gives what for several sessions at once, against trying everything."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain.assigning import UNPLACED, Way, assign, collide, spread

ANA, UMA, MARA = 1, 2, 3
LEFT, RIGHT = 10, 11
NADIA, BEN, CARL = 100, 101, 102


def way(who, starts=600, *, place=LEFT, client=NADIA, cost=0, length=60, turnover=15):
    return Way(who, place, client, starts, starts + length, starts + length + turnover, cost)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (way(UMA), way(UMA, 630, place=RIGHT, client=BEN), True),
        (way(UMA), way(ANA, 630, client=BEN), True),
        (way(UMA), way(ANA, 630, place=RIGHT), True),
        (way(UMA), way(ANA, 630, place=RIGHT, client=BEN), False),
        (way(UMA), way(UMA, 660, client=BEN), True),
        (way(UMA), way(UMA, 675, client=BEN), False),
        (way(UMA), way(ANA, 660, place=RIGHT), False),
    ],
    ids=["therapist", "place", "client", "nothing", "turnover", "after turnover", "client after the session"],
)
def test_what_collides(one, other, expected):
    assert (collide(one, other), collide(other, one)) == (expected, expected)


def test_the_only_colleague_of_one_is_not_given_to_another_who_has_a_choice():
    nadia = [way(UMA, cost=0), way(MARA, cost=1)]
    ben = [way(UMA, client=BEN, place=RIGHT)]

    assert assign([nadia, ben]) == [nadia[1], ben[0]]


def test_everybody_gets_what_is_best_where_nothing_collides():
    nadia = [way(MARA, cost=3), way(UMA, cost=1)]
    ben = [way(UMA, 900, client=BEN, cost=2)]

    assert assign([nadia, ben]) == [nadia[1], ben[0]]


def test_more_sessions_count_for_more_than_better_ones():
    """The long one in the middle would be the best for Nadia and leave two others without anybody."""
    nadia = [way(UMA, 600, length=180)]
    ben, carl = [way(UMA, 600, client=BEN, cost=50)], [way(UMA, 700, client=CARL, cost=50)]

    assert assign([nadia, ben, carl]) == [None, ben[0], carl[0]]


def test_three_turn_in_a_ring():
    nadia = [way(ANA, place=LEFT), way(UMA, place=LEFT, cost=1)]
    ben = [way(ANA, place=RIGHT, client=BEN), way(MARA, place=RIGHT, client=BEN, cost=1)]
    carl = [way(UMA, place=12, client=CARL), way(MARA, place=12, client=CARL, cost=9)]

    assert assign([nadia, ben, carl]) == [nadia[0], ben[1], carl[0]]


def test_two_sessions_of_one_client_do_not_move_to_one_time():
    first, second = [way(UMA, 900)], [way(MARA, 900, place=RIGHT), way(MARA, 1100, place=RIGHT, cost=5)]

    assert assign([first, second]) == [first[0], second[1]]


def test_nothing_for_nobody():
    assert assign([]) == []
    assert assign([[], [way(UMA)]]) == [None, way(UMA)]


def test_a_crowd_is_settled_in_time_and_never_collides():
    """Twelve want the same hour of four colleagues, with three other hours each: far more than can be tried."""
    crowd = [
        [
            way(who, starts, place=20 + who, client=number, cost=who + starts)
            for who in range(4)
            for starts in (600, 660, 720, 780)
        ]
        for number in range(12)
    ]

    chosen = [found for found in assign(crowd) if found is not None]

    assert len(chosen) >= 8
    assert not [(a, b) for index, a in enumerate(chosen) for b in chosen[:index] if collide(a, b)]


def test_starts_to_read_and_starts_that_leave_room_for_each_other():
    every_quarter = range(540, 1020, 15)

    assert spread(every_quarter, near=600, apart=75, close=3, wide=4) == [600, 585, 615, 675, 750, 825]
    assert spread([], near=600, apart=75, close=3, wide=4) == []


WAYS = st.builds(
    way,
    st.sampled_from([ANA, UMA, MARA]),
    st.sampled_from([600, 630, 675, 700, 750]),
    place=st.sampled_from([LEFT, RIGHT, 12]),
    client=st.sampled_from([NADIA, BEN, CARL]),
    cost=st.integers(0, 20),
    length=st.sampled_from([30, 60, 90]),
)


def cost_of(chosen):
    return sum(UNPLACED if found is None else found.cost for found in chosen)


@given(st.lists(st.lists(WAYS, max_size=4), max_size=5))
def test_no_other_choice_would_have_been_better(ways):
    chosen = assign(ways)

    assert all(found is None or found in own for found, own in zip(chosen, ways, strict=True))
    every = product(*([*own, None] for own in ways))
    possible = [
        pick
        for pick in every
        if not any(a and b and collide(a, b) for index, a in enumerate(pick) for b in pick[:index])
    ]
    assert tuple(chosen) in possible
    assert cost_of(chosen) == min(map(cost_of, possible))

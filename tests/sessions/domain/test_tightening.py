"""A therapist makes limits stricter, never looser; and the day by which somebody is called."""

from datetime import date, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from massage_booking.core.errors import Refused
from screening.domain.enums import Pressure
from sessions.domain.calling import call_by
from sessions.domain.tightening import SafeLimits, Scale, Wish, against, met, tightened, whole

BACK = frozenset({"upper_back", "mid_back", "lower_back"})
AREAS = BACK | {"neck", "legs", "arms"}
NEEDS = {"deep_tissue": Pressure.FIRM, "thai": Pressure.MEDIUM, "sports": Pressure.MEDIUM}
SCALE = Scale(areas=AREAS, back=BACK, needs=NEEDS)
ALL = frozenset({"swedish", "deep_tissue", "thai", "sports", "chair"})
FIRM = SafeLimits("firm", offered=ALL)
MEDIUM = SafeLimits(
    "medium", frozenset({"legs"}), frozenset({"deep_tissue"}), ALL - {"deep_tissue"}, max_minutes=60
)  # fmt: skip

KEPT = [
    ("nothing wished", MEDIUM, Wish(), MEDIUM),
    (
        "lighter: what needs more pressure goes with it",
        FIRM,
        Wish("light"),
        SafeLimits("light", frozenset(), frozenset(NEEDS), frozenset({"swedish", "chair"})),
    ),
    (
        "medium of firm takes deep tissue alone",
        FIRM,
        Wish("medium"),
        SafeLimits("medium", frozenset(), frozenset({"deep_tissue"}), ALL - {"deep_tissue"}),
    ),
    ("the same pressure said once more", MEDIUM, Wish("medium"), MEDIUM),
    (
        "more areas come on top",
        MEDIUM,
        Wish(avoid_areas=frozenset({"neck"})),
        SafeLimits("medium", frozenset({"legs", "neck"}), MEDIUM.avoid_techniques, MEDIUM.offered, 60),
    ),
    (
        "a technique less",
        MEDIUM,
        Wish(avoid_techniques=frozenset({"thai"})),
        SafeLimits(
            "medium", MEDIUM.avoid_areas, frozenset({"deep_tissue", "thai"}), MEDIUM.offered - {"thai"}, 60
        ),
    ),
    ("shorter", FIRM, Wish(max_minutes=30), SafeLimits("firm", offered=ALL, max_minutes=30)),
]  # fmt: skip
REFUSED = [
    ("more pressure than allowed", MEDIUM, Wish("firm"), "looser_pressure"),
    ("longer than allowed", MEDIUM, Wish(max_minutes=75), "looser_length"),
    ("a pressure that is none", MEDIUM, Wish("none"), "unknown_limit"),
    ("a pressure nobody knows", MEDIUM, Wish("hard"), "unknown_limit"),
    ("an area nobody knows", MEDIUM, Wish(avoid_areas=frozenset({"soul"})), "unknown_limit"),
    ("a technique nobody knows", MEDIUM, Wish(avoid_techniques=frozenset({"cupping"})), "unknown_limit"),
    ("no length at all", FIRM, Wish(max_minutes=0), "unknown_limit"),
    ("the whole back", MEDIUM, Wish(avoid_areas=BACK), "nothing_left"),
    ("no technique left", MEDIUM, Wish(avoid_techniques=MEDIUM.offered), "nothing_left"),
]


@pytest.mark.parametrize(("limits", "wish", "expected"), [row[1:] for row in KEPT], ids=[row[0] for row in KEPT])
def test_a_wish_tightens(limits: SafeLimits, wish: Wish, expected: SafeLimits) -> None:
    assert tightened(limits, wish, SCALE) == expected


@pytest.mark.parametrize(("limits", "wish", "code"), [row[1:] for row in REFUSED], ids=[row[0] for row in REFUSED])
def test_a_looser_or_impossible_wish_is_refused_with_a_code(limits: SafeLimits, wish: Wish, code: str) -> None:
    with pytest.raises(Refused) as refused:
        tightened(limits, wish, SCALE)
    assert refused.value.code == code


pressures = st.sampled_from(["light", "medium", "firm"])
lengths = st.none() | st.integers(10, 120)
limits_of_rules = st.builds(
    lambda pressure, areas, out, minutes: SafeLimits(pressure, areas, out, ALL - out, minutes),
    pressures, st.frozensets(st.sampled_from(sorted(AREAS))), st.frozensets(st.sampled_from(sorted(ALL))), lengths,
)  # fmt: skip
wishes = st.builds(
    Wish, st.just("") | pressures, st.frozensets(st.sampled_from(sorted(AREAS))),
    st.frozensets(st.sampled_from(sorted(ALL))), lengths,
)  # fmt: skip


@given(limits_of_rules, wishes)
def test_nothing_that_a_therapist_wishes_ever_loosens_a_limit(limits: SafeLimits, wish: Wish) -> None:
    for found in (met(limits, whole(wish, SCALE)), _tried(limits, wish)):
        if found is None:
            continue
        assert Pressure(found.max_pressure) <= limits.max_pressure
        assert found.avoid_areas >= limits.avoid_areas
        assert found.avoid_techniques >= limits.avoid_techniques
        assert found.offered <= limits.offered
        assert not found.offered & found.avoid_techniques
        if limits.max_minutes is not None:
            assert found.max_minutes is not None
            assert found.max_minutes <= limits.max_minutes


@given(limits_of_rules, limits_of_rules, wishes)
def test_a_newer_decision_keeps_what_was_wished(limits: SafeLimits, newer: SafeLimits, wish: Wish) -> None:
    kept = met(newer, whole(wish, SCALE))

    assert kept.avoid_areas >= wish.avoid_areas
    assert kept.avoid_techniques >= wish.avoid_techniques
    assert not wish.max_pressure or Pressure(kept.max_pressure) <= wish.max_pressure
    assert met(kept, whole(wish, SCALE)) == kept


def _tried(limits: SafeLimits, wish: Wish) -> SafeLimits | None:
    try:
        return tightened(limits, wish, SCALE)
    except Refused:
        return None


def test_what_is_booked_is_held_against_the_limits() -> None:
    assert against(MEDIUM, technique="swedish", minutes=60) == []
    assert against(MEDIUM, technique="deep_tissue", minutes=75) == ["technique", "length"]


WEEK = {0: time(17), 2: time(19, 30), 5: time(13)}


@pytest.mark.parametrize(
    ("reported", "closing", "expected"),
    [
        (date(2026, 6, 1), WEEK, (date(2026, 6, 3), time(19, 30))),  # Monday: Tuesday is closed
        (date(2026, 6, 3), WEEK, (date(2026, 6, 6), time(13))),  # Wednesday: Saturday
        (date(2026, 6, 6), WEEK, (date(2026, 6, 8), time(17))),  # Saturday: Monday
        (date(2026, 6, 5), {}, (date(2026, 6, 8), time(18))),  # Friday, no hours entered: Monday at six
    ],
)
def test_somebody_calls_by_the_end_of_the_next_working_day(
    reported: date, closing: dict[int, time], expected: tuple[date, time]
) -> None:
    assert call_by(reported, closing) == expected

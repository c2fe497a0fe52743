"""Who may give a session to whom: the table of cases."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sessions.domain.who import NOBODY_YET, Against, Asker, Days, Giver, against, always, is_trained, needs_on

DAY, BEFORE, AFTER = date(2026, 6, 9), date(2026, 6, 8), date(2026, 6, 10)
MARA = 7
PLAIN = Giver(MARA)
WOMAN = Giver(MARA, gender="woman")
BOTH = Giver(MARA, trained={"pregnancy": None, "oncology": DAY})
APART = Asker(apart=frozenset({MARA}))
WATCHES = Asker(guardians=frozenset({MARA}))
WISHES = Asker(gender="woman")

CASES = [
    ("nobody known yet", PLAIN, NOBODY_YET, (), False, None),
    ("a certificate on its last day", Giver(MARA, last_day=DAY), NOBODY_YET, (), False, None),
    ("a certificate the day after", Giver(MARA, last_day=BEFORE), NOBODY_YET, (), False, Against.NOT_TRAINED),
    ("apart", PLAIN, APART, (), False, Against.APART),
    ("apart, and asked for by name", PLAIN, APART, (), True, Against.APART),
    ("apart from somebody else", PLAIN, Asker(apart=frozenset({8})), (), False, None),
    ("a training that is not there", PLAIN, NOBODY_YET, ("oncology",), False, Against.FURTHER_TRAINING),
    ("a training, no end", BOTH, NOBODY_YET, ("pregnancy",), False, None),
    ("a training on its last day", BOTH, NOBODY_YET, ("pregnancy", "oncology"), False, None),
    (
        "a training that has ended",
        Giver(MARA, trained={"oncology": BEFORE}),
        NOBODY_YET,
        ("oncology",),
        False,
        Against.FURTHER_TRAINING,
    ),
    ("one of two trainings", Giver(MARA, trained={"pregnancy": None}), NOBODY_YET, ("pregnancy", "oncology"), True,
     Against.FURTHER_TRAINING),
    ("a training ends later", Giver(MARA, trained={"oncology": AFTER}), NOBODY_YET, ("oncology",), False, None),
    ("the own guardian", PLAIN, WATCHES, (), False, Against.GUARDIAN),
    ("the own guardian by name", PLAIN, WATCHES, (), True, Against.GUARDIAN),
    ("a woman, wished for", WOMAN, WISHES, (), False, None),
    ("a man, where a woman is wished for", Giver(MARA, gender="man"), WISHES, (), False, Against.NOT_WISHED),
    ("another gender, where a woman is wished for", Giver(MARA, gender="other"), WISHES, (), False, Against.NOT_WISHED),
    ("nothing said, where a woman is wished for", PLAIN, WISHES, (), False, Against.NOT_WISHED),
    ("a man by name, over the wish", Giver(MARA, gender="man"), WISHES, (), True, None),
    ("apart weighs more than a training", PLAIN, APART, ("oncology",), False, Against.APART),
    ("a training weighs more than a wish", PLAIN, WISHES, ("oncology",), False, Against.FURTHER_TRAINING),
]  # fmt: skip


@pytest.mark.parametrize(
    ("giver", "asker", "needs", "is_named", "expected"),
    [case[1:] for case in CASES],
    ids=[case[0] for case in CASES],
)
def test_the_table(
    giver: Giver, asker: Asker, needs: tuple[str, ...], is_named: bool, expected: Against | None
) -> None:
    assert against(giver, asker, day=DAY, needs=needs, is_named=is_named) is expected


needs_of = st.sets(st.sampled_from(["pregnancy", "oncology"]))
trainings = st.dictionaries(st.sampled_from(["pregnancy", "oncology"]), st.none() | st.dates(BEFORE, AFTER))
givers = st.builds(
    Giver,
    key=st.sampled_from([1, 2]),
    gender=st.sampled_from(["", "woman", "man", "other"]),
    last_day=st.none() | st.dates(BEFORE, AFTER),
    trained=trainings,
)
askers = st.builds(
    Asker,
    apart=st.frozensets(st.sampled_from([1, 2])),
    guardians=st.frozensets(st.sampled_from([1, 2])),
    gender=st.sampled_from(["", "woman", "man"]),
)


@given(givers, askers, needs_of)
def test_a_name_sets_aside_the_wish_and_nothing_else(giver: Giver, asker: Asker, needs: set[str]) -> None:
    anyone = against(giver, asker, day=DAY, needs=needs)
    named = against(giver, asker, day=DAY, needs=needs, is_named=True)

    assert named is (None if anyone is Against.NOT_WISHED else anyone)


@given(givers, askers, needs_of, needs_of)
def test_who_needs_more_is_never_offered_more(giver: Giver, asker: Asker, needs: set[str], more: set[str]) -> None:
    if against(giver, asker, day=DAY, needs=needs | more) is None:
        assert against(giver, asker, day=DAY, needs=needs) is None


@given(givers, needs_of)
def test_what_is_good_later_is_good_before(giver: Giver, needs: set[str]) -> None:
    assert is_trained(giver, needs, DAY) or not is_trained(giver, needs, AFTER)


def test_nothing_is_asked_for_where_nothing_is_known() -> None:
    assert needs_on(None, DAY) == ()
    assert needs_on(lambda day: True, DAY) == ()
    assert needs_on(always({"oncology"}), DAY) == {"oncology"}
    assert [Days(lambda day: day == DAY, lambda day: ())(day) for day in (DAY, AFTER)] == [True, False]

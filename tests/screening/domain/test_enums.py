"""Words with a rank compare by it, never by the alphabet."""

import pytest

from screening.domain.enums import Level, Outcome, Pressure, Status


@pytest.mark.parametrize(
    ("words", "ordered"),
    [
        (Outcome, ["clear", "modify", "clearance", "defer", "refuse"]),
        (Pressure, ["none", "light", "medium", "firm"]),
        (Level, ["emergency", "urgent", "soon"]),
    ],
)
def test_ranked_words_sort_by_rank(words, ordered: list[str]) -> None:
    assert sorted(words, key=lambda word: word) == ordered
    assert [word.rank for word in words] == list(range(len(ordered)))
    assert max(words) == ordered[-1]
    assert min(words) == ordered[0]


def test_a_ranked_word_is_still_its_word() -> None:
    assert Outcome.DEFER == "defer"
    assert f"{Outcome.DEFER}" == "defer"
    assert Outcome.DEFER > "clearance"
    assert Outcome.DEFER <= "defer" <= Outcome.REFUSE
    assert hash(Outcome.DEFER) == hash("defer")


def test_a_ranked_word_compares_with_its_own_kind_only() -> None:
    with pytest.raises(ValueError, match="firm"):
        assert Outcome.CLEAR < Pressure.FIRM


def test_only_two_statuses_are_bookable() -> None:
    assert [status.value for status in Status if status.is_bookable] == ["bookable", "bookable_with_restrictions"]

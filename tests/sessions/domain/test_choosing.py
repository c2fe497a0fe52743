"""Who gives the session when the client said “anyone”."""

import pytest

from sessions.domain.choosing import Because, Choice, choose_therapist

ANA, KWAME, LINH = 1, 2, 3


@pytest.mark.parametrize(
    ("free", "preferred", "last_seen", "load", "expected"),
    [
        ([ANA, KWAME, LINH], KWAME, LINH, {}, Choice(KWAME, Because.PREFERRED)),
        ([ANA, LINH], KWAME, LINH, {}, Choice(LINH, Because.LAST_SEEN)),
        ([KWAME], KWAME, None, {}, Choice(KWAME, Because.PREFERRED)),
        ([KWAME], LINH, ANA, {}, Choice(KWAME, Because.ONLY_ONE)),
        ([ANA, KWAME], None, None, {ANA: 300, KWAME: 240}, Choice(KWAME, Because.LEAST_LOADED)),
        ([ANA, KWAME], None, None, {KWAME: 1}, Choice(ANA, Because.LEAST_LOADED)),
        ([LINH, KWAME], None, None, {}, Choice(KWAME, Because.LEAST_LOADED)),
        ([ANA, KWAME], LINH, LINH, {ANA: 60, KWAME: 60, LINH: 0}, Choice(ANA, Because.LEAST_LOADED)),
        ([], ANA, KWAME, {}, None),
    ],
    ids=[
        "preferred first",
        "then last seen",
        "preferred, and nobody else",
        "the only one",
        "least loaded",
        "no minutes at all",
        "a draw goes to the lower id",
        "those who are not free count for nothing",
        "nobody",
    ],
)
def test_anyone_means(free, preferred, last_seen, load, expected):
    assert choose_therapist(free, preferred=preferred, last_seen=last_seen, minutes_this_week=load) == expected


def test_the_order_of_the_question_does_not_matter():
    assert choose_therapist([3, 1, 2]) == choose_therapist([2, 3, 1]) == Choice(1, Because.LEAST_LOADED)

"""How near the end of a certificate is, and when somebody is warned of it."""

from datetime import date, timedelta

import pytest

from sessions.domain.certificates import Ends, ends, is_warning_due

TODAY = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("days", "expected"),
    [(None, Ends.NEVER), (31, Ends.LATER), (30, Ends.SOON), (0, Ends.SOON), (-1, Ends.OVER)],
)
def test_how_near_the_end_is(days: int | None, expected: Ends) -> None:
    last_day = None if days is None else TODAY + timedelta(days=days)

    assert ends(last_day, today=TODAY, warning_days=30) is expected


@pytest.mark.parametrize(
    ("last_day", "warned_of", "expected"),
    [
        (date(2026, 7, 1), None, True),
        (date(2026, 7, 2), None, False),
        (date(2026, 7, 1), date(2026, 7, 1), False),
        (date(2026, 6, 20), date(2026, 7, 1), True),
        (date(2026, 5, 31), None, True),
        (None, None, False),
    ],
    ids=["thirty days before", "earlier", "told already", "shortened since", "ended unseen", "no end"],
)
def test_the_admins_are_warned_once_of_each_last_day(
    last_day: date | None, warned_of: date | None, expected: bool
) -> None:
    assert is_warning_due(last_day, warned_of=warned_of, today=TODAY, warning_days=30) is expected

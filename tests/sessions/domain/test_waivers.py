"""Who falls ill and says so pays nothing, so many times in a year."""

from datetime import UTC, datetime

import pytest

from screening.domain.booking_ahead import Block
from sessions.domain import waivers
from sessions.domain.fitting import fit_of


@pytest.mark.parametrize(
    ("used", "limit", "may"), [(0, 4, True), (3, 4, True), (4, 4, False), (9, 4, False), (0, 0, False)]
)
def test_a_late_change_is_free_up_to_the_limit(used: int, limit: int, may: bool) -> None:
    assert waivers.may_waive(used, limit) is may


def test_a_waiver_counts_for_365_days() -> None:
    assert waivers.counted_from(datetime(2026, 6, 1, tzinfo=UTC)) == datetime(2025, 6, 1, tzinfo=UTC)


def test_questions_hold_nothing_back_and_everything_else_does() -> None:
    asked = fit_of([Block.OUT_OF_DATE, Block.TODAYS_ROWS, Block.INCOMPLETE, Block.WHOLE_FORM])
    against = fit_of([block.value for block in Block] + ["technique_ruled_out", "too_long"])

    assert (asked.fits, len(asked.asks)) == (True, 4)
    assert against.against == (
        "stopped", "refused", "wait", "guardian_consent", "clearance", "technique_ruled_out", "too_long",
    )  # fmt: skip


def test_a_time_that_is_kept_for_a_letter_is_not_held_back_by_its_lack() -> None:
    assert fit_of([Block.CLEARANCE], awaits_letter=True).fits
    assert fit_of([Block.CLEARANCE, Block.WAIT], awaits_letter=True).against == ("wait",)

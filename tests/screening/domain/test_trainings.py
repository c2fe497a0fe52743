"""Which further training the therapist must have: by what is ticked and not clear on that day."""

import pytest

from screening.domain.enums import Outcome
from screening.domain.rules import load_packaged_rules
from screening.domain.trainings import NEEDED_BY, trainings_needed
from screening.domain.verdict import RowVerdict


def row(code: str, outcome: Outcome) -> RowVerdict:
    return RowVerdict(code=code, answer="An answer", outcome=outcome, message=None, wait=None, covered=False)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([], ()),
        ([row("pregnancy", Outcome.MODIFY)], ("pregnancy",)),
        ([row("pregnancy", Outcome.CLEARANCE)], ("pregnancy",)),
        ([row("cancer", Outcome.MODIFY)], ("oncology",)),
        ([row("cancer", Outcome.CLEAR)], ()),
        ([row("chemo_radiotherapy", Outcome.CLEARANCE), row("cancer", Outcome.CLEAR)], ("oncology",)),
        ([row("chemo_radiotherapy", Outcome.DEFER), row("pregnancy", Outcome.MODIFY)], ("pregnancy", "oncology")),
        ([row("postpartum", Outcome.MODIFY), row("arthritis", Outcome.MODIFY)], ()),
    ],
)
def test_rows_ask_for(rows: list[RowVerdict], expected: tuple[str, ...]) -> None:
    assert trainings_needed(rows) == expected


def test_the_rules_say_so_and_of_no_other_row() -> None:
    said = {
        code: row.therapist_note
        for code, row in load_packaged_rules().rows.items()
        if "-trained therapist only" in (row.therapist_note or "")
    }

    assert {code: note.split("-")[0].lower() for code, note in said.items()} == NEEDED_BY

"""Which further training the therapist of a client must have: what the notes for therapists in the rules ask for."""

from collections.abc import Iterable
from typing import Final

from screening.domain.enums import Outcome
from screening.domain.verdict import RowVerdict

# “Pregnancy-trained therapist only”, “Oncology-trained therapist only”: rows of the rules, and no others.
NEEDED_BY: Final = {"pregnancy": "pregnancy", "cancer": "oncology", "chemo_radiotherapy": "oncology"}
TRAININGS: Final = tuple(dict.fromkeys(NEEDED_BY.values()))


def trainings_needed(rows: Iterable[RowVerdict]) -> tuple[str, ...]:
    """Return the trainings that ticked rows ask for on a day, in one order. An answer that is clear asks for none."""
    found = {NEEDED_BY[row.code] for row in rows if row.code in NEEDED_BY and row.outcome is not Outcome.CLEAR}
    return tuple(training for training in TRAININGS if training in found)

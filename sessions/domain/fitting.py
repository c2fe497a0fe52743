"""What newer answers do to a session that is booked already: is it to be held back, or only to be asked about?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from screening.domain.booking_ahead import Block

# Settled by an answer: they keep a session from starting, and say nothing against its time.
QUESTIONS: Final = frozenset({Block.INCOMPLETE, Block.OUT_OF_DATE, Block.TODAYS_ROWS, Block.WHOLE_FORM})


@dataclass(frozen=True, slots=True)
class Fit:
    """`against` holds a session back, weightiest first; `asks` must be answered before hands go on. All are codes."""

    against: tuple[str, ...]
    asks: tuple[str, ...]

    @property
    def fits(self) -> bool:
        return not self.against


def fit_of(codes: Iterable[str], *, awaits_letter: bool = False) -> Fit:
    """Sort the codes of refusals. A session whose time is kept for a doctor's letter is not held back by its lack."""
    found = list(dict.fromkeys(str(code) for code in codes))
    kept = [code for code in found if not (awaits_letter and code == Block.CLEARANCE)]
    return Fit(
        against=tuple(code for code in kept if code not in QUESTIONS),
        asks=tuple(code for code in kept if code in QUESTIONS),
    )

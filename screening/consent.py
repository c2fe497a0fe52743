"""The text that a client says yes to before the first health question, by version.

A change of meaning makes a new version, and clients are asked again; a better wording keeps the version. Old texts
stay, so that it can be shown what somebody agreed to.
"""

from dataclasses import dataclass
from typing import Final

from massage_booking.core.errors import Refused

# Answers that nobody has renewed for this long are erased; the text below promises it.
KEPT_DAYS: Final = 730


@dataclass(frozen=True, slots=True)
class ConsentText:
    """One version: what is kept, who reads it, for how long, how to take it back."""

    version: str
    question: str
    points: tuple[tuple[str, str], ...]
    yes: str


TEXTS: Final[dict[str, ConsentText]] = {
    "2026-11": ConsentText(
        version="2026-11",
        question="May we keep your health answers?",
        points=(
            (
                "What we keep",
                "What you tick and write in the health questions, the dates you give, and what follows for your "
                "massage: how firm, which areas to leave alone, which techniques to leave out. Health answers are "
                "special in law, so we ask for your explicit yes.",
            ),
            (
                "What for",
                "Only to decide whether, when and how massage is safe for you. Never for advertising, never for "
                "anybody else.",
            ),
            (
                "Who reads it",
                "The therapist who treats you. The front desk sees limits such as “side-lying, light”, never your "
                "answers. Answers are stored encrypted, every reading is written down, and you can see who read them "
                "and when.",
            ),
            (
                "How long",
                "Until you take your yes back, and at most two years after you last answered. Then they are erased.",
            ),
            (
                "Changing your mind",
                "You can take your yes back at any time in your account or by telling us. Your answers are then "
                "erased. Without them we cannot tell whether massage is safe, so we cannot book a session for you.",
            ),
        ),
        yes="Yes, you may keep my health answers and use them for my massage",
    ),
}
CURRENT: Final = TEXTS["2026-11"]
# Earlier versions whose yes still counts.
STILL_GOOD: Final[frozenset[str]] = frozenset({CURRENT.version})


def text_of(version: str) -> ConsentText:
    """Return a version's text. Raises Refused("consent_version") for one that does not exist."""
    if version not in TEXTS:
        raise Refused("consent_version")
    return TEXTS[version]

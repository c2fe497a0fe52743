"""The ten techniques that a new studio starts with: how they are told to a visitor, and what they need."""

from dataclasses import dataclass
from typing import Final

from massage_booking.core.vocabulary import TECHNIQUE_LABELS
from massage_booking.studio.models import PlaceKind
from therapists.models import Technique


@dataclass(frozen=True)
class Wording:
    """What a page says about a technique of the screening rules."""

    summary: str
    description: str
    place_kind: str = PlaceKind.TABLE.value
    needs_certificate: bool = False


# In the order of the vocabulary, which is the order on pages.
WORDINGS: Final[dict[str, Wording]] = {
    "swedish": Wording(
        "Long, flowing strokes, light to medium.",
        "The classic, and the place to begin if you are unsure. Long strokes and slow kneading with oil, from the"
        " shoulders to the feet or wherever you want the time spent.",
    ),
    "deep_tissue": Wording(
        "Slow and firm, into the deeper layers.",
        "Slow work with forearms, knuckles and thumbs. Firm, never a test of courage: you say how much is right, and"
        " a day of soreness afterwards is usual.",
    ),
    "trigger_point": Wording(
        "Steady pressure on one tight spot at a time.",
        "A spot is found, held and let go, while you breathe. Good company for a stiff neck or a desk shoulder.",
    ),
    "hot_stone": Wording(
        "Warm, smooth stones, and long strokes with them.",
        "Basalt stones, warmed in water and tried on the therapist’s own arm first, laid along the back and used for"
        " slow strokes.",
    ),
    "sports": Wording(
        "Brisk and exact, before or after you train.",
        "Kneading, stretching and work along the muscles you use most. Tell us what you train for and when the next"
        " start is.",
    ),
    "prenatal": Wording(
        "On your side, with pillows, for pregnancy.",
        "Side-lying on many pillows, medium at most, with a therapist who has trained for it.",
        needs_certificate=True,
    ),
    "lymphatic": Wording(
        "Very light, slow and rhythmic.",
        "Feather-light strokes in a fixed order, without oil. Given by therapists with a certificate only.",
        needs_certificate=True,
    ),
    "myofascial": Wording(
        "Slow, lingering pulls on the tissue, without oil.",
        "Hands settle, sink and wait. Less movement than you expect, and more warmth.",
    ),
    "thai": Wording(
        "On a mat, clothed, with stretches.",
        "On a floor mat in loose clothes: palms, thumbs and feet along the body, and stretches that you need not do"
        " yourself.",
        place_kind=PlaceKind.MAT.value,
    ),
    "chair": Wording(
        "Seated and clothed: neck, shoulders, arms.",
        "In a massage chair, dressed, without oil. Short enough for a lunch break.",
        place_kind=PlaceKind.CHAIR.value,
    ),
}


def slug_of(code: str) -> str:
    """Return a technique's name in addresses: deep_tissue is deep-tissue."""
    return code.replace("_", "-")


def technique(code: str) -> Technique:
    """Return a technique of the screening rules, worded and not yet saved."""
    wording = WORDINGS[code]
    return Technique(
        slug=slug_of(code),
        name=TECHNIQUE_LABELS[code],
        screened_as=code,
        summary=wording.summary,
        description=wording.description,
        place_kind=wording.place_kind,
        needs_certificate=wording.needs_certificate,
        position=list(WORDINGS).index(code),
    )


def save_all() -> dict[str, Technique]:
    """Write down all ten, for a studio that has none; return them by code."""
    made = Technique.objects.bulk_create(technique(code) for code in WORDINGS)
    return {each.screened_as: each for each in made}

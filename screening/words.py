"""Codes into plain sentences for the client: why something is limited, left alone or not offered.

Conditions are named by the labels of the rules, in the client's own ticks. Staff pages take none of this: they show
limits, and the reasons only through the vault.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from massage_booking.core.vocabulary import PRESSURE_LABELS
from massage_booking.core.wording import NAMES, area_names, duration, listed, technique_names
from screening.domain import eligibility
from screening.domain.booking_ahead import Block
from screening.domain.eligibility import Refusal
from screening.domain.enums import LimitKind, ReasonKind
from screening.domain.rules import Rules
from screening.domain.verdict import Reason, Verdict

# Rows that only age rules know.
BADGES: Final[dict[str, str]] = {
    "clear": "You can book, no limits",
    "modify": "You can book, with limits",
    "clearance": "A letter first",
    "defer": "Not yet",
    "refuse": "Not online",
}
TITLES: Final[dict[str, str]] = {
    "clear": "Yes. Nothing stands in the way.",
    "modify": "Yes. And here is how we will work.",
    "clearance": "Nearly. One letter first.",
    "defer": "Not quite yet.",
    "refuse": "Let us talk before you book.",
}
TOO_YOUNG_TITLE: Final = "We will gladly wait a few years."
OPEN_TITLE: Final = "Nearly there."
STOPPED_BADGE: Final = "Let us talk first"
STOPPED_TITLE: Final = "Let us talk before the next session."
STOPPED_TEXT: Final = (
    "After what you told us we would like to speak with you first. Please call us on {PHONE}: your therapist goes"
    " through it with you, and then you can book again. There is nothing to pay."
)
# Titles where the rules have a message: how soon to see to it, never a diagnosis.
MESSAGE_TITLES: Final[dict[str, str]] = {
    "urgent": "Please get medical advice first.",
    "soon": "Please have this looked at first.",
}
PRESSURE_MEANS: Final[dict[str, str]] = {
    "light": "The pressure of spreading lotion: skin moves, muscle does not.",
    "medium": "Ordinary pressure on the muscle, no deeper.",
    "firm": "As firm as you like it.",
}
# What stands in the way apart from the outcome itself, and what to do about it.
OPEN_MATTERS: Final[dict[Block, str]] = {
    Block.INCOMPLETE: "One answer is still open. Please choose what fits.",
    Block.OUT_OF_DATE: "Some questions are due again. The rest of your answers stays as it is.",
    Block.WHOLE_FORM: "Your last answers are some time ago. Please go through the questions once more.",
    Block.TODAYS_ROWS: "Your session is close, so we have four short questions about today.",
    Block.GUARDIAN_CONSENT: "A parent or guardian has to agree first.",
}
# Positions that a calendar may name without saying why.
POSITION_WORDS: Final[tuple[str, ...]] = ("side-lying", "semi-reclined", "seated")
UNSIGNED: Final = "These rules are a draft for review by a clinician. When in doubt we are more careful."
AGE_PRESSURE: Final = "At this age we keep it gentle."
AGE_LIMITS: Final = "Nothing in the answers stands in the way. The limits below are set by age."
FINAL_PRESSURE: Final = "They need firmer pressure than this."


def label_of(rules: Rules, code: str) -> str:
    """Return the words of the list for a row."""
    if code in rules.rows:
        return rules.screen.short_labels.get(code, rules.rows[code].label)
    # Only an age rule knows it: back pain at a young age.
    below = next((rule.below_age for rule in rules.extra.age_rules if rule.adds_row == code), None)
    return f"back pain under {below} that a doctor has not checked yet" if below else code.replace("_", " ")


def labels(rules: Rules, codes: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(label_of(rules, code) for code in codes))


def then_letter(rules: Rules, codes: Iterable[str]) -> list[str]:
    """Say that a letter is needed once the waits of some rows are over; nothing where there are none."""
    names = labels(rules, codes)
    if not names:
        return []
    about = listed(f"“{name}”" for name in names)
    return [f"After that we need a letter from your doctor, nurse or midwife first, about {about}."]


def ticked(names: Sequence[str]) -> str:
    """Write Because of “A” and “B”."""
    return f"Because of {listed(f'“{name}”' for name in names)}."


def because(rules: Rules, reasons: Sequence[Reason]) -> str:
    """Return one sentence for what stands behind a limit."""
    marked = [reason for reason in reasons if reason.kind is ReasonKind.BODY_MAP]
    rows = [reason for reason in reasons if reason.kind in (ReasonKind.ROW, ReasonKind.LETTER) and reason.code]
    sentences = []
    if rows:
        sentences.append(ticked(labels(rules, [reason.code or "" for reason in rows])))
    if marked and not rows:
        names = labels(rules, [reason.code or "" for reason in marked])
        sentences.append(f"You marked it on the body map under {listed(f'“{name}”' for name in names)}.")
    if any(reason.kind is ReasonKind.AGE_RULE for reason in reasons):
        sentences.append(AGE_PRESSURE)
    if any(reason.kind is ReasonKind.FINAL_PRESSURE for reason in reasons):
        sentences.append(FINAL_PRESSURE)
    return " ".join(sentences)


def why_not(rules: Rules, refusal: Refusal) -> str:
    """Return one sentence for why a technique or length cannot be had."""
    if refusal.code == eligibility.TOO_LONG:
        longest = refusal.params.get("max_minutes")
        return f"At this age a session lasts at most {duration(int(str(longest)))}."
    if refusal.code == eligibility.NOT_OFFERED:
        return "Only during pregnancy."
    if refusal.code == eligibility.UNKNOWN:
        return "Our health rules do not cover it. Please ask us."
    reasons = refusal.params.get("reasons", ())
    found = tuple(reason for reason in reasons if isinstance(reason, Reason)) if isinstance(reasons, tuple) else ()
    if all(reason.kind is ReasonKind.FINAL_PRESSURE for reason in found) and found:
        return f"It needs firmer pressure than {PRESSURE_LABELS.get(found[0].code or '', 'ours')}."
    return because(rules, found)


# --- The limits of a verdict, each with its reason --------------------------


def pressure_because(rules: Rules, verdict: Verdict) -> str:
    return because(rules, verdict.why(LimitKind.PRESSURE))


def areas_because(rules: Rules, verdict: Verdict) -> list[tuple[str, str]]:
    """Return (areas in words, reason): areas with the same reason stand together."""
    grouped = _grouped(rules, verdict, LimitKind.AREA, verdict.avoid_areas)
    return [(area_names(codes), sentence) for sentence, codes in grouped.items()]


def techniques_because(rules: Rules, verdict: Verdict) -> list[tuple[str, str]]:
    """Return (techniques in words, reason): techniques with the same reason stand together."""
    grouped = _grouped(rules, verdict, LimitKind.TECHNIQUE, verdict.avoid_techniques)
    return [(technique_names(codes), sentence) for sentence, codes in grouped.items()]


def _grouped(rules: Rules, verdict: Verdict, limit: LimitKind, subjects: Iterable[str]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for subject in subjects:
        grouped.setdefault(because(rules, verdict.why(limit, subject)), []).append(subject)
    return grouped


def techniques_left(verdict: Verdict, chosen: str = "") -> list[tuple[str, bool]]:
    """Return (technique in words, is it the chosen one), the chosen one first; words as in the middle of a list."""
    codes = sorted(verdict.offered_techniques, key=lambda code: code != chosen)
    words = [technique_names([code]) for code in codes]
    return [
        (word if place == 0 or code in NAMES else word[:1].lower() + word[1:], code == chosen)
        for place, (code, word) in enumerate(zip(codes, words, strict=True))
    ]


def position_words(verdict: Verdict) -> list[str]:
    """Return the positions that the notes of a verdict speak of, as single words for calendars."""
    notes = " ".join(note.text.lower() for note in verdict.position_notes)
    return [word for word in POSITION_WORDS if word in notes]


def facts(rules: Rules, verdict: Verdict) -> list[tuple[str, str]]:
    """Return (condition, answer) for every ticked row, as the client said it."""
    rows = [row for row in verdict.rows if row.code in rules.rows and row.code not in rules.set_by_age]
    return [(label_of(rules, row.code), row.answer or "") for row in rows]

"""The reasons behind a session's limits, for its therapist alone and only when asked for: each opening is recorded."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from massage_booking.core import wording
from massage_booking.core.vocabulary import AREA_LABELS, PRESSURE_LABELS
from screening import letters, vault, words
from screening.domain.enums import LimitKind, ReasonKind
from screening.domain.rules import Rules
from screening.models import Decision, Letter, LetterState
from screening.rulebook import parsed_rules
from sessions import limits
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import aftercare

LIMITS: Final[dict[str, str]] = {
    LimitKind.PRESSURE.value: "Pressure",
    LimitKind.AREA.value: "Stay off",
    LimitKind.TECHNIQUE.value: "Do not use",
    LimitKind.LENGTH.value: "Length",
}


@dataclass(frozen=True)
class Because:
    """One reason: what it comes from, and what the client answered there."""

    source: str
    answer: str = ""


@dataclass(frozen=True)
class Explained:
    """One limit with all that stands behind it."""

    kind: str
    value: str
    reasons: tuple[Because, ...]


@dataclass(frozen=True)
class AnswerGiven:
    """An answer and what it means; `badge` are other words for the outcome, as where a letter is here."""

    condition: str
    answer: str
    outcome: str
    badge: str = ""


@dataclass(frozen=True)
class LetterInForce:
    """What an accepted letter covers, and what it allows or leaves out."""

    signer: str
    role: str
    signed_on: date
    until: date | None
    covers: tuple[str, ...]
    lapsed: tuple[str, ...]
    pressure: str
    allows_areas: tuple[str, ...]
    allows_techniques: tuple[str, ...]
    leaves_out: tuple[str, ...]
    note: str


@dataclass(frozen=True)
class Why:
    """Everything behind a card: limits with reasons, answers, letters, rows to ask again, and the rules it rests on."""

    limits: tuple[Explained, ...]
    answers: tuple[AnswerGiven, ...]
    letters: tuple[LetterInForce, ...]
    due: tuple[str, ...]
    missing_letters: tuple[str, ...]
    rules_label: str
    rules_signed_on: date | None


def is_open(session: MassageSession, *, now: datetime) -> bool:
    """Say whether a session's therapist may still ask why: not of one that is not to be, nor long after it.

    As long as somebody may tell how it felt, the reasons may be needed to answer them.
    """
    is_off = session.state in (Status.CANCELLED, Status.NO_SHOW)
    return not is_off and now - session.ends_at <= aftercare.OPEN_FOR


def explain(session: MassageSession, *, reader: vault.Reader, purpose: str, now: datetime) -> Why:
    """Open what a decision rests on. Recorded as a reading of the answers, and of each letter. Raises VaultClosed."""
    decision = session.decision
    assert decision is not None
    assert session.client is not None
    opened = vault.open_sealed(
        decision.sealed,
        client=session.client,
        field=vault.decision_field(decision),
        what="answers",
        reader=reader,
        purpose=purpose,
        now=now,
    )
    rules = parsed_rules(decision.rules)
    return Why(
        limits=tuple(_limits(rules, decision, opened["reasons"])),
        answers=tuple(
            AnswerGiven(
                words.label_of(rules, code), answer or "Ticked", outcome, _badge(decision, opened, code, outcome)
            )
            for code, answer, outcome in opened["rows"]
        ),
        letters=tuple(_letters(session, rules, reader=reader, purpose=purpose, now=now)),
        due=tuple(words.labels(rules, opened["reask"])),
        missing_letters=tuple(words.labels(rules, opened["missing_clearance"])),
        rules_label=decision.rules.label,
        rules_signed_on=decision.rules.signed_off_on,
    )


def _badge(decision: Decision, opened: dict[str, Any], code: str, outcome: str) -> str:
    is_covered = decision.outcome == outcome == "clearance" and code not in opened["missing_clearance"]
    return limits.WITH_LETTER if is_covered else ""


def _limits(rules: Rules, decision: Decision, reasons: Sequence[Sequence[Any]]) -> Iterable[Explained]:
    """List the limits of a decision with their reasons, the weightiest kind first; none where all is closed."""
    if decision.outcome in ("defer", "refuse"):
        return
    pressure = PRESSURE_LABELS[decision.max_pressure]
    wanted: list[tuple[LimitKind, str, str]] = []
    if decision.max_pressure != "firm":
        wanted.append((LimitKind.PRESSURE, decision.max_pressure, f"{pressure[:1].upper()}{pressure[1:]} at most"))
    areas = wording.in_order(decision.avoid_areas, AREA_LABELS)
    wanted += [(LimitKind.AREA, code, wording.area_names([code])) for code in areas]
    wanted += [(LimitKind.TECHNIQUE, code, wording.technique_names([code])) for code in decision.avoid_techniques]
    if decision.max_minutes:
        longest = f"{wording.duration(decision.max_minutes)} at most"
        wanted.append((LimitKind.LENGTH, str(decision.max_minutes), longest))
    grouped: dict[tuple[str, tuple[Because, ...]], list[str]] = {}
    for kind, subject, value in wanted:
        grouped.setdefault((kind.value, _because(rules, reasons, kind, subject)), []).append(value)
    for (kind_value, because), values in grouped.items():
        rest = [value[:1].lower() + value[1:] if value not in ("Swedish", "Thai") else value for value in values[1:]]
        yield Explained(LIMITS[kind_value], ", ".join([values[0], *rest]), because)


def _because(rules: Rules, reasons: Sequence[Sequence[Any]], kind: LimitKind, subject: str) -> tuple[Because, ...]:
    found = [reason for reason in reasons if reason[0] == kind.value and reason[1] == subject]
    # That the final pressure rules it out is worth saying only where no row does.
    direct = [reason for reason in found if reason[2] != ReasonKind.FINAL_PRESSURE.value]
    told = [_one(rules, ReasonKind(reason[2]), reason[3], reason[4]) for reason in direct or found]
    return tuple(dict.fromkeys(told))


def _one(rules: Rules, kind: ReasonKind, code: str | None, answer: str | None) -> Because:
    if kind is ReasonKind.AGE_RULE:
        return Because(f"Age (rule {code})" if code else "Age")
    if kind is ReasonKind.FINAL_PRESSURE:
        return Because(f"Needs firmer pressure than {PRESSURE_LABELS.get(code or '', 'allowed')}")
    label = words.label_of(rules, code or "")
    if kind is ReasonKind.BODY_MAP:
        return Because(f"{label}, marked on the body map", answer or "")
    if kind is ReasonKind.LETTER:
        return Because(f"{label}, left out by the doctor’s letter")
    return Because(label, answer or "")


def _letters(
    session: MassageSession, rules: Rules, *, reader: vault.Reader, purpose: str, now: datetime
) -> Iterable[LetterInForce]:
    day = session.decision.for_date if session.decision else now.date()
    found = Letter.objects.filter(client=session.client, state=LetterState.ACCEPTED, covers_until__gte=day)
    for letter in found.order_by("reviewed_at", "pk"):
        assert session.client is not None
        opened = vault.open_sealed(
            letter.sealed,
            client=session.client,
            field=vault.letter_field(letter),
            what="what a letter covers",
            reader=reader,
            purpose=purpose,
            now=now,
        )
        scope = letters.from_json(opened)
        if scope.kind == letters.CLEARANCE:
            yield _in_words(rules, scope, letter.covers_until)


def _in_words(rules: Rules, scope: letters.Scope, until: date | None) -> LetterInForce:
    return LetterInForce(
        signer=scope.signer,
        role=scope.role,
        signed_on=scope.signed_on,
        until=until,
        covers=tuple(words.labels(rules, sorted(scope.codes - scope.lapsed.keys()))),
        lapsed=tuple(words.labels(rules, sorted(scope.lapsed))),
        pressure=scope.pressure,
        allows_areas=tuple(sorted(scope.allow_areas)),
        allows_techniques=tuple(sorted(scope.allow_techniques)),
        leaves_out=tuple(sorted(scope.avoid_areas)),
        note=scope.note,
    )

"""Parse the age rules, whose conditions and effects are short fixed phrases (guide, section 3)."""

import re
from collections.abc import Mapping

from screening.domain.enums import Outcome, Pressure
from screening.domain.reading import Reader
from screening.domain.rule_types import AgeRule

_SPAN = re.compile(r"(?:(?P<from>\d{1,3}) <= )?age < (?P<below>\d{1,3})(?P<pain> and reason_back_pain)?")
_EITHER_END = re.compile(r"age < (?P<below>\d{1,3}) or age >= (?P<or_from>\d{1,3}), .+")
_TICKS = re.compile(r"tick (?P<code>\w+) automatically")
_ADDS = re.compile(r"adds pseudo-row (?P<code>\w+) with outcome (?P<outcome>\w+)")
_FLAGS = ("guardian_consent", "guardian_in_room", "guardian_on_premises")
_KEYS = ("id", "when", "effect", "pressure_cap", *_FLAGS, "max_minutes", "code", "answer")


def parse_age_rule(entry: Mapping[str, object], where: str, reader: Reader) -> AgeRule:
    """Read one age rule; a phrase that means nothing here is a problem, never silently without effect."""
    reader.known_keys(entry, _KEYS, where)
    when = reader.text(reader.entry(entry, "when", where), f"when of {where}")
    from_age, below_age, or_from_age, needs_back_pain = _span(when, where, reader)
    effect = reader.text(entry["effect"], f"effect of {where}") if "effect" in entry else None
    code, answer = (
        reader.text(entry[key], f"{key} of {where}") if key in entry else None for key in ("code", "answer")
    )
    ticks = _TICKS.fullmatch(effect or "")
    adds = _ADDS.fullmatch(effect or "")
    # An effect beside a code and an answer explains them to the reader of the file; otherwise it is the rule itself.
    if effect is not None and not (ticks or adds or (code and answer)):
        reader.complain(f"The effect of {where} is not understood: {effect!r}.")
    cap = minutes = adds_outcome = None
    if "pressure_cap" in entry:
        cap = Pressure(reader.word(entry["pressure_cap"], f"pressure_cap of {where}", tuple(Pressure)))
    if "max_minutes" in entry:
        minutes = reader.whole(entry["max_minutes"], f"max_minutes of {where}", least=1)
    if adds:
        adds_outcome = Outcome(reader.word(adds["outcome"], f"the outcome that {where} adds", tuple(Outcome)))
    consent, in_room, on_premises = (
        reader.flag(entry[key], f"{key} of {where}") if key in entry else None for key in _FLAGS
    )
    return AgeRule(
        id=reader.text(reader.entry(entry, "id", where), f"id of {where}"),
        when=when,
        effect=effect,
        from_age=from_age,
        below_age=below_age,
        or_from_age=or_from_age,
        needs_back_pain=needs_back_pain,
        pressure_cap=cap,
        guardian_consent=consent,
        guardian_in_room=in_room,
        guardian_on_premises=on_premises,
        max_minutes=minutes,
        ticks_row=ticks["code"] if ticks else None,
        adds_row=adds["code"] if adds else None,
        adds_outcome=adds_outcome,
        code=code,
        answer=answer,
    )


def _span(when: str, where: str, reader: Reader) -> tuple[int, int, int | None, bool]:
    span = _SPAN.fullmatch(when)
    if span:
        return int(span["from"] or 0), int(span["below"]), None, bool(span["pain"])
    either = _EITHER_END.fullmatch(when)
    if either:
        return 0, int(either["below"]), int(either["or_from"]), False
    if when:
        reader.complain(f"The condition of {where} is not understood: {when!r}.")
    return 0, 0, None, False

"""Which rows a new rule version changes, so that a tick under the old one must be asked again (trigger 9)."""

from collections.abc import Mapping
from dataclasses import replace

from screening.domain.rule_types import Row
from screening.domain.rules import Rules
from screening.domain.tables import Effect

# What the reviewer keeps about a row, and words that change neither the question nor what an answer brings.
_UNSAID = {"article_item": "", "category": "", "confidence": "", "sources": "", "client_advice": ""}
_NOTES = {"position_note": "", "therapist_note": ""}


def changed_rows(old: Rules, new: Rules) -> frozenset[str]:
    """Return the codes of rows of both versions that ask something else or mean something else now."""
    shared = old.rows.keys() & new.rows.keys()
    return frozenset(code for code in shared if _asked(old, code) != _asked(new, code))


def _asked(rules: Rules, code: str) -> object:
    row = rules.rows[code]
    bound = {answer: rule.when for (of, answer), rule in rules.age_bound_answers.items() if of == code}
    return (
        _bare(row),
        {answer: _bare_effect(effect) for answer, effect in _effects(rules, code).items()},
        rules.extra.body_map_prompts.get(code),
        rules.extra.date_questions.get(code),
        rules.refuse_rescreens.keys() & {(code, option.answer) for option in row.options},
        bound,
    )


def _bare(row: Row) -> Row:
    return replace(row, **_UNSAID, **_NOTES)


def _effects(rules: Rules, code: str) -> Mapping[str | None, Effect]:
    return {answer: effect for (of, answer), effect in rules.effects.items() if of == code}


def _bare_effect(effect: Effect) -> object:
    message = effect.message.id if effect.message else None
    limits = (effect.limits.pressure, effect.limits.areas, effect.limits.techniques)
    return effect.outcome, limits, message, effect.wait, effect.site_needed

"""Which rows a new rule version changes, so that a tick under the old one must be asked again (trigger 9)."""

from screening.domain.rule_types import Deferral
from screening.domain.rules import Rules
from screening.domain.tables import Effect


def added_rows(old: Rules, new: Rules) -> frozenset[str]:
    """Return the codes of rows that only the new version has and that people are asked about."""
    return frozenset(new.rows.keys() - old.rows.keys() - new.set_by_age)


def changed_rows(old: Rules, new: Rules) -> frozenset[str]:
    """Return the codes of rows of both versions that ask something else or mean something else now.

    What only the reviewer keeps (sources, confidence), advice and notes, and the order of answers change no row.
    """
    shared = old.rows.keys() & new.rows.keys()
    return frozenset(
        code for code in shared if (_asks(old, code), _means(old, code)) != (_asks(new, code), _means(new, code))
    )


def _asks(rules: Rules, code: str) -> object:
    """Return what the client reads and chooses from."""
    row = rules.rows[code]
    return (
        row.label,
        rules.screen.short_labels.get(code),
        row.follow_up_question,
        rules.extra.body_map_prompts.get(code),
        rules.extra.date_questions.get(code),
        {answer: rule.when for (of, answer), rule in rules.age_bound_answers.items() if of == code},
    )


def _means(rules: Rules, code: str) -> object:
    """Return what the tick and each answer bring, and for how long they count."""
    row = rules.rows[code]
    answers: tuple[str | None, ...] = (None, *(option.answer for option in row.options))
    return (
        row.valid_for_days,
        {answer: _brings(rules.effects[code, answer]) for answer in answers},
        {answer: _wait(rules.refuse_rescreens.get((code, answer))) for answer in answers},
    )


def _brings(effect: Effect) -> object:
    message = (effect.message.id, effect.message.level) if effect.message else None
    limits = (effect.limits.pressure, effect.limits.areas, effect.limits.techniques)
    return effect.outcome, limits, message, _wait(effect.wait), effect.site_needed


def _wait(wait: Deferral | None) -> object:
    return (wait.rescreen_after_days, wait.count_from, wait.after_wait, wait.ends_when) if wait else None

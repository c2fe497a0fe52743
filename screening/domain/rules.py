"""One version of the screening rules: parsed, checked, and with its look-up tables.

The four files under screening/rules are the source of truth; `parse_rules` takes their text, so that a draft from the
database goes through the same door as the packaged files.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from screening.domain.answer_checks import problems_of_answers
from screening.domain.enums import Pressure
from screening.domain.reading import Reader
from screening.domain.rule_checks import problems_of
from screening.domain.rule_extra import parse_extra
from screening.domain.rule_screen import parse_screen
from screening.domain.rule_table import parse_table
from screening.domain.rule_types import AgeRule, Deferral, Extra, Message, Row, Screen
from screening.domain.tables import AgeEffect, Effect, EffectKey, RuledOut, ages_of, effects_of, ruled_out_at

RULES_FOLDER = Path(__file__).resolve().parent.parent / "rules"


class RulesError(ValueError):
    """The rule files break at least one promise; `problems` says each in a sentence."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("The screening rules cannot be used:\n- " + "\n- ".join(problems))
        self.problems = problems


@dataclass(frozen=True, eq=False, slots=True)
class Rules:
    """A checked rule version. Compared by identity: two versions are never the same by accident."""

    rows: Mapping[str, Row]
    extra: Extra
    screen: Screen
    effects: Mapping[EffectKey, Effect]
    ages: tuple[AgeEffect, ...]
    refuse_rescreens: Mapping[EffectKey, Deferral]
    age_bound_answers: Mapping[EffectKey, AgeRule]
    pressure_rules_out: Mapping[Pressure, RuledOut]
    site_specific: frozenset[str]
    back_areas: frozenset[str]
    letter_codes: frozenset[str]
    set_by_age: frozenset[str]
    age_bounds: tuple[int, ...]

    @property
    def version(self) -> str:
        return self.extra.version

    @property
    def messages(self) -> Mapping[str, Message]:
        return self.extra.messages

    def age_effect(self, age: int) -> AgeEffect:
        """Return what `age`, in whole years, brings by itself."""
        return self.ages[max(0, min(age, len(self.ages) - 1))]

    def effect_of(self, code: str, answer: str | None) -> Effect:
        """Return what an answer brings; one that is none of the row's counts as not yet answered.

        Raises KeyError for an unknown row.
        """
        return self.effects.get((code, answer)) or self.effects[code, None]


def parse_rules(*, rules_csv: str, extra: Mapping[str, object], screen: Mapping[str, object]) -> Rules:
    """Parse and check the text of rules.csv and the parsed JSON of the other two files.

    Raises RulesError with every problem found: first those of single values, and only when there are none, those
    between the files.
    """
    reader = Reader()
    rows = parse_table(rules_csv, reader)
    parsed_extra = parse_extra(extra, reader)
    parsed_screen = parse_screen(screen, reader)
    if not reader.problems:
        by_code = {row.code: row for row in rows}
        reader.problems.extend(problems_of(rows, parsed_extra, parsed_screen))
        reader.problems.extend(problems_of_answers(by_code, parsed_extra))
    if reader.problems:
        raise RulesError(reader.problems)
    return _with_tables(rows, parsed_extra, parsed_screen)


@cache
def load_packaged_rules() -> Rules:
    """Read the rules that come with the package, once per process."""
    return parse_rules(
        rules_csv=(RULES_FOLDER / "rules.csv").read_text(encoding="utf-8"),
        extra=json.loads((RULES_FOLDER / "rules_extra.json").read_text(encoding="utf-8")),
        screen=json.loads((RULES_FOLDER / "screen.json").read_text(encoding="utf-8")),
    )


def _with_tables(rows: tuple[Row, ...], extra: Extra, screen: Screen) -> Rules:
    effects = effects_of(rows, extra)
    added = {rule.adds_row for rule in extra.age_rules if rule.adds_row}
    return Rules(
        rows={row.code: row for row in rows},
        extra=extra,
        screen=screen,
        effects=effects,
        ages=ages_of(extra, effects),
        refuse_rescreens={(wait.code, wait.answer): wait for wait in extra.refuse_rescreens},
        age_bound_answers={(rule.code, rule.answer): rule for rule in extra.age_rules if rule.code and rule.answer},
        pressure_rules_out={cap: ruled_out_at(cap, extra) for cap in Pressure},
        site_specific=frozenset(extra.site_specific_codes),
        back_areas=frozenset(extra.back_areas),
        letter_codes=frozenset({row.code for row in rows} | added),
        set_by_age=frozenset(rule.ticks_row for rule in extra.age_rules if rule.ticks_row),
        age_bounds=tuple(sorted({rule.below_age for rule in extra.age_rules if not rule.code})),
    )

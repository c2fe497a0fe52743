"""Everything that a rule version must keep before it may be stored: the files one by one, then all four together."""

from typing import Any

from screening.domain.rule_invariants import notices_of, problems_of_invariants
from screening.domain.rules import Rules, RulesError, parse_rules
from screening.rulework import strict
from screening.rulework.case_shape import problems_of_cases
from screening.rulework.files import RuleFiles


class RulesRefused(ValueError):
    """Rule files that break a promise; `problems` says each in a sentence."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        super().__init__(" ".join(problems))


def checked(files: RuleFiles) -> Rules:
    """Return the rules of four files that keep every promise. Raises RulesRefused, with every fault found."""
    problems: list[str] = []
    extra = _json(files.extra_json, "rules_extra.json", dict, problems)
    screen = _json(files.screen_json, "screen.json", dict, problems)
    golden = _json(files.golden_json, "golden_cases.json", list, problems)
    if not strict.is_clean(files.rules_csv):
        problems.append("rules.csv holds a control character or half a character.")
    if golden is not None:
        problems += problems_of_cases(golden)
    if extra is None or screen is None or problems:
        raise RulesRefused(problems)
    try:
        rules = parse_rules(rules_csv=files.rules_csv, extra=extra, screen=screen)
    except RulesError as error:
        raise RulesRefused(error.problems) from None
    problems += problems_of_invariants(rules)
    if problems:
        raise RulesRefused(problems)
    return rules


def notices(rules: Rules) -> list[str]:
    return list(notices_of(rules))


def _json(text: str, name: str, kind: type, problems: list[str]) -> Any:
    try:
        found = strict.parse(text, name)
    except strict.Malformed as error:
        problems.append(str(error))
        return None
    if not isinstance(found, kind):
        problems.append(f"{name} must be {'one object' if kind is dict else 'a list'}.")
        return None
    return found

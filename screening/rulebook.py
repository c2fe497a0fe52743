"""The published rules, parsed once in a process for each wording."""

import json
from collections import OrderedDict
from threading import Lock
from typing import Final

from screening.domain.rule_changes import changed_rows
from screening.domain.rules import Rules, parse_rules
from screening.models import RuleStatus, RuleVersion

_TEXTS: Final = ("rules_csv", "extra_json", "screen_json", "golden_json")
_KEPT: Final = 8

_parsed: OrderedDict[str, Rules] = OrderedDict()
_changed: dict[tuple[int, Rules], frozenset[str]] = {}
_lock = Lock()


class NoRules(RuntimeError):
    """No rule version is published; `migrate` publishes the packaged one into an empty table."""


def published_version() -> RuleVersion:
    """Return the published version, its long texts left in the database."""
    version = RuleVersion.objects.defer(*_TEXTS).filter(status=RuleStatus.PUBLISHED).first()
    if version is None:
        raise NoRules("No screening rules are published.")
    return version


def parsed_rules(version: RuleVersion) -> Rules:
    """Return a version's rules, parsed once in this process for each wording (checksum)."""
    with _lock:
        if version.checksum in _parsed:
            _parsed.move_to_end(version.checksum)
            return _parsed[version.checksum]
    whole = RuleVersion.objects.get(pk=version.pk)
    rules = parse_rules(
        rules_csv=whole.rules_csv, extra=json.loads(whole.extra_json), screen=json.loads(whole.screen_json)
    )
    with _lock:
        _parsed[version.checksum] = rules
        while len(_parsed) > _KEPT:
            _parsed.popitem(last=False)
    return rules


def changed_since(rules_id: int, rules: Rules) -> frozenset[str]:
    """Return the rows that `rules` changed since answers were given under the version with this key."""
    key = (rules_id, rules)
    if key not in _changed:
        older = RuleVersion.objects.defer(*_TEXTS).get(pk=rules_id)
        if len(_changed) >= _KEPT * _KEPT:
            _changed.clear()
        # What was published once is never edited, so this stays true.
        _changed[key] = changed_rows(parsed_rules(older), rules)
    return _changed[key]


def published_rules() -> tuple[RuleVersion, Rules]:
    """Return the published version and its rules, ready for the engine."""
    version = published_version()
    return version, parsed_rules(version)

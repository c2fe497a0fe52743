"""The published rules, parsed once in a process for each wording; other versions, and how they compare with it."""

import json
from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import Any, Final

from massage_booking.core.prepared import Prepared
from screening.domain.rule_changes import added_rows, changed_rows
from screening.domain.rules import Rules, parse_rules
from screening.models import CaseReview, RuleCase, RuleStatus, RuleVersion
from screening.models.rules import TEXTS as _TEXTS
from screening.other_rules import Homes, homes_of
from screening.rulework.bench import OWN, Bench, Case, golden_cases, try_all
from screening.rulework.diff import Difference, difference
from screening.rulework.files import RuleFiles, checksum

_KEPT: Final = 8
_PUBLISHED: Final = Prepared(
    lambda: RuleVersion.objects.defer(*_TEXTS).filter(status=RuleStatus.PUBLISHED).order_by("pk")[:1]
)

_parsed: OrderedDict[str, Rules] = OrderedDict()
_changed: dict[tuple[int, Rules], "Since"] = {}
_lock = Lock()


@dataclass(frozen=True, slots=True)
class Since:
    """What rules changed since an older version: rows that mean something else, new ones, and where each stood."""

    changed: frozenset[str]
    added: frozenset[str]
    homes: Homes


class NoRules(RuntimeError):
    """No rule version is published; `migrate` publishes the packaged one into an empty table."""


def published_version() -> RuleVersion:
    """Return the published version, its long texts left in the database."""
    version: RuleVersion | None = _PUBLISHED.first()
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


def changed_since(rules_id: int, rules: Rules) -> Since:
    """Return what `rules` changed since answers were given under a version (its key)."""
    key = (rules_id, rules)
    if key not in _changed:
        older = RuleVersion.objects.defer(*_TEXTS).get(pk=rules_id)
        if len(_changed) >= _KEPT * _KEPT:
            _changed.clear()
        # What was published once is never edited, so this stays true.
        known = parsed_rules(older)
        _changed[key] = Since(changed_rows(known, rules), added_rows(known, rules), homes_of(known))
    return _changed[key]


def published_rules() -> tuple[RuleVersion, Rules]:
    """Return the published version and its rules, ready for the engine."""
    version = published_version()
    return version, parsed_rules(version)


def published_or_none() -> RuleVersion | None:
    """Return the published version with its texts, None where there is none."""
    return RuleVersion.objects.filter(status=RuleStatus.PUBLISHED).first()


def is_signed_off(rules_id: int) -> bool:
    """Tell whether a clinician has signed a version (its key); until then pages call the rules a draft for review."""
    return RuleVersion.objects.filter(pk=rules_id, signed_off_on__isnull=False).exists()


def is_unchanged(version: RuleVersion) -> bool:
    """Tell whether a version's texts are still those that it was stored with."""
    return checksum(RuleFiles.of(version).texts) == version.checksum


# --- Comparing and trying ---------------------------------------------------


def difference_between(old: RuleVersion, new: RuleVersion) -> Difference:
    """Return what a version changes against another, in sentences."""
    return difference(parsed_rules(old), parsed_rules(new), old_cases=_cases_in(old), new_cases=_cases_in(new))


def bench_of(version: RuleVersion) -> Bench:
    """Return every example client under a version, its own and the studio's, compared with the published version."""
    published = published_or_none()
    # The published version itself has nothing to compare with.
    base = published if published is not None and published.pk != version.pk else None
    own = [Case(case.public_id, OWN, case.case) for case in RuleCase.objects.filter(is_active=True)]
    return try_all(
        parsed_rules(version),
        [*golden_cases(_cases_in(version)), *own],
        published=parsed_rules(base) if base else None,
        published_cases=golden_cases(_cases_in(base)) if base else (),
        reviewed=set(CaseReview.objects.filter(version=version).values_list("case_key", "digest")),
    )


def _cases_in(version: RuleVersion) -> list[Any]:
    found: list[Any] = json.loads(version.golden_json)
    return found

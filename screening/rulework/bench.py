"""The test bench: every example client under a version, against what is expected and against the published version."""

import hashlib
import json
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from screening.domain.answers import InputError, parse_client
from screening.domain.evaluate import evaluate
from screening.domain.golden import verdict_as_golden
from screening.domain.rules import Rules
from screening.rulework.cases import EXPECTED

OWN: Final = "own"
GOLDEN: Final = "golden"


@dataclass(frozen=True, slots=True)
class Case:
    """One example client. `key` is its id, or the public id of one of the studio's own."""

    key: str
    source: str
    raw: Mapping[str, Any]

    @property
    def title(self) -> str:
        return str(self.raw.get("title", self.key))


@dataclass(frozen=True, slots=True)
class Result:
    """What a version makes of a case: every field of the golden format, or why it cannot be read."""

    values: Mapping[str, Any] | None
    problems: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FieldPair:
    """One field twice: expected and got, or before and after. Either may be None: not there."""

    name: str
    first: Any
    second: Any


@dataclass(frozen=True, slots=True)
class Tried:
    """One case on the bench. `changes` compares with the published version; `digest` names this very result.

    `is_new` has no counterpart in the published version, `is_other` another text than there; `is_gone` stands for an
    example client that the published version has and this one lost. Whatever differs must be looked at.
    """

    case: Case
    result: Result
    wrong: tuple[FieldPair, ...]
    changes: tuple[FieldPair, ...]
    digest: str
    is_new: bool = False
    is_other: bool = False
    is_gone: bool = False
    reviewed: bool = False

    @property
    def passes(self) -> bool:
        return self.is_gone or (self.result.values is not None and not self.wrong)

    @property
    def changed(self) -> bool:
        return bool(self.changes) or self.is_new or self.is_other or self.is_gone

    @property
    def to_review(self) -> bool:
        return self.changed and not self.reviewed


@dataclass(frozen=True, slots=True)
class Bench:
    tried: tuple[Tried, ...]

    @property
    def failing(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if not one.passes)

    @property
    def unreviewed(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.to_review)

    @property
    def changed(self) -> tuple[Tried, ...]:
        return tuple(one for one in self.tried if one.changed)

    @property
    def all_pass(self) -> bool:
        return bool(self.tried) and not self.failing


def golden_cases(cases: Iterable[Mapping[str, Any]]) -> list[Case]:
    return [Case(case["id"], GOLDEN, case) for case in cases]


def run(rules: Rules, raw: Mapping[str, Any]) -> Result:
    """Return what the rules make of one example client."""
    try:
        client = parse_client(rules, raw, where="The example client")
    except InputError as error:
        return Result(None, tuple(error.problems))
    return Result(verdict_as_golden(evaluate(rules, client.answers)), (), client.warnings)


def expected_of(result: Result) -> dict[str, Any]:
    """Return a result as `expected` of a case: “take what the rules say now”."""
    return {key: value for key, value in (result.values or {}).items() if key in EXPECTED}


def differs(expected: Mapping[str, Any], got: Mapping[str, Any]) -> tuple[FieldPair, ...]:
    """Compare the fields that are expected; lists are sets. A field that no verdict has is wrong, too."""
    return tuple(
        FieldPair(key, wanted, got.get(key))
        for key, wanted in expected.items()
        if key not in got or _comparable(wanted) != _comparable(got[key])
    )


def _comparable(value: Any) -> Any:
    # True is 1 to Python, but not what somebody means by a number of days; hence the kind.
    if isinstance(value, list | tuple):
        return ("list", sorted({json.dumps(part, sort_keys=True) for part in value}))
    return (type(value).__name__, json.dumps(value, sort_keys=True))


def try_all(
    rules: Rules,
    cases: Sequence[Case],
    *,
    published: Rules | None,
    published_cases: Sequence[Case],
    reviewed: Collection[tuple[str, str]],
) -> Bench:
    """Run every case under both versions. `reviewed` holds (key, digest) of what somebody has looked at.

    Without a published version nothing has changed.
    """
    known = {case.key: case for case in published_cases}
    tried = [_try(rules, case, published, known, reviewed) for case in cases]
    kept = {case.key for case in cases if case.source == GOLDEN}
    for case in published_cases:
        if published is not None and case.source == GOLDEN and case.key not in kept:
            digest = _digest("gone", case.raw)
            seen = (case.key, digest) in reviewed
            tried.append(Tried(case, Result(None), (), (), digest, is_gone=True, reviewed=seen))
    return Bench(tuple(tried))


def _try(
    rules: Rules,
    case: Case,
    published: Rules | None,
    known: Mapping[str, Case],
    reviewed: Collection[tuple[str, str]],
) -> Tried:
    result = run(rules, case.raw)
    expected = case.raw.get("expected")
    wrong = differs(expected, result.values) if isinstance(expected, Mapping) and result.values is not None else ()
    digest = _digest(case.raw, result.values)
    before = run(published, case.raw) if published is not None else None
    counterpart = known.get(case.key)
    is_golden = published is not None and case.source == GOLDEN
    return Tried(
        case=case,
        result=result,
        wrong=wrong,
        changes=_changes(before, result),
        digest=digest,
        is_new=is_golden and counterpart is None,
        is_other=is_golden and counterpart is not None and _text(counterpart.raw) != _text(case.raw),
        reviewed=(case.key, digest) in reviewed,
    )


def _changes(before: Result | None, after: Result) -> tuple[FieldPair, ...]:
    if before is None or after.values is None:
        return ()
    if before.values is None:
        return tuple(FieldPair(key, None, value) for key, value in after.values.items())
    return tuple(
        FieldPair(key, before.values[key], value) for key, value in after.values.items() if before.values[key] != value
    )


def _digest(*parts: Any) -> str:
    return hashlib.sha256(_text(parts).encode()).hexdigest()


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, sort_keys=True)

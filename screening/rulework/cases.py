"""One example client as a form shows it, in the golden format (guide, section 11)."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Final

from screening.domain.answers import AGE_WHEN_ABSENT
from screening.rulework.book import Book, merged

# The fields of `expected`, in the order of the form; what kind of value each has.
WORDS: Final = ("headline", "status", "max_pressure")
LISTS: Final = (
    "avoid_areas", "avoid_techniques", "offered_techniques", "missing_clearance", "expired", "messages",
)  # fmt: skip
FLAGS: Final = ("guardian_consent_required", "guardian_in_room")
NUMBERS: Final = ("wait_days",)
EXPECTED: Final = (*WORDS, *LISTS, *NUMBERS, *FLAGS)
# A tick without an answer, in a form whose empty choice means “not ticked”.
TICKED: Final = "*"


@dataclass(frozen=True, slots=True)
class LetterEdit:
    codes: tuple[str, ...]
    days_left: int
    pressure: str = ""
    allow_areas: tuple[str, ...] = ()
    allow_techniques: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseEdit:
    """A client and what is expected. `ticks` maps rows to an answer or TICKED; `expected` holds what is compared."""

    id: str
    title: str
    age: int = AGE_WHEN_ABSENT
    ticks: Mapping[str, str] = field(default_factory=dict)
    body_map: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    answer_age_days: Mapping[str, int] = field(default_factory=dict)
    letters: tuple[LetterEdit, ...] = ()
    guardian_consent: bool = False
    reason_back_pain: bool = False
    expected: Mapping[str, Any] = field(default_factory=dict)
    why: str = ""


def case_edit(raw: Mapping[str, Any]) -> CaseEdit:
    """Return a stored example client as the form shows it; whatever is no part of the format stays out."""
    given = raw["input"]
    return CaseEdit(
        id=raw["id"],
        title=raw["title"],
        age=given.get("age", AGE_WHEN_ABSENT),
        ticks={code: TICKED if answer is None else answer for code, answer in given.get("ticks", {}).items()},
        body_map={code: tuple(areas) for code, areas in given.get("body_map", {}).items()},
        answer_age_days=dict(given.get("answer_age_days", {})),
        letters=tuple(_letter_edit(letter) for letter in given.get("letters", [])),
        guardian_consent=given.get("guardian_consent", False),
        reason_back_pain=given.get("reason_back_pain", False),
        expected={key: value for key, value in raw["expected"].items() if key in EXPECTED},
        why=raw.get("why", ""),
    )


def _letter_edit(raw: Mapping[str, Any]) -> LetterEdit:
    return LetterEdit(
        codes=tuple(raw["codes"]),
        days_left=raw["days_left"],
        pressure=raw.get("pressure") or "",
        allow_areas=tuple(raw.get("allow_areas", ())),
        allow_techniques=tuple(raw.get("allow_techniques", ())),
    )


def as_case(edit: CaseEdit, old: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Write an example client; what says the same as the old one keeps its words, its order and its gaps."""
    if old is not None and _plain(case_edit(old)) == _plain(edit):
        return dict(old)
    before = old or {}
    given: dict[str, Any] = {
        "age": edit.age,
        "ticks": {code: None if answer == TICKED else answer for code, answer in edit.ticks.items()},
        "body_map": {code: list(areas) for code, areas in edit.body_map.items()},
        "answer_age_days": dict(edit.answer_age_days),
        "letters": [_letter(letter) for letter in edit.letters],
        "guardian_consent": edit.guardian_consent,
        "reason_back_pain": edit.reason_back_pain,
    }
    was = before.get("input", {})
    # Keys that are empty and were not there stay away; age and ticks are always said.
    given = {key: value for key, value in given.items() if value or key in was or key in ("age", "ticks")}
    expected = {key: list(value) if isinstance(value, tuple) else value for key, value in edit.expected.items()}
    return {
        "id": edit.id,
        "title": edit.title,
        "input": merged(was, given),
        "expected": merged(before.get("expected", {}), expected),
        "why": edit.why,
    }


def _letter(letter: LetterEdit) -> dict[str, Any]:
    found: dict[str, Any] = {"codes": list(letter.codes), "days_left": letter.days_left}
    if letter.pressure:
        found["pressure"] = letter.pressure
    if letter.allow_areas:
        found["allow_areas"] = list(letter.allow_areas)
    if letter.allow_techniques:
        found["allow_techniques"] = list(letter.allow_techniques)
    return found


def _plain(edit: CaseEdit) -> dict[str, Any]:
    """Return a case for comparing: lists are sets."""
    return {part.name: _sorted(getattr(edit, part.name)) for part in fields(edit)}


def _sorted(value: Any) -> Any:
    if isinstance(value, LetterEdit):
        return {part.name: _sorted(getattr(value, part.name)) for part in fields(value)}
    if isinstance(value, Mapping):
        return {key: _sorted(part) for key, part in value.items()}
    if isinstance(value, list | tuple | frozenset):
        parts = [_sorted(part) for part in value]
        return sorted(parts) if all(isinstance(part, str) for part in parts) else parts
    return value


# --- The example clients of a version ---------------------------------------


def with_case(book: Book, case: dict[str, Any], *, was: str = "") -> Book:
    """Return the book with one example client in place of the one with the id `was`, or as a new one at the end."""

    def change(after: Book) -> None:
        place = next((number for number, old in enumerate(after.golden) if was and old["id"] == was), None)
        if place is None:
            after.golden.append(case)
        else:
            after.golden[place] = case

    return book.edited(change)


def without_case(book: Book, id_: str) -> Book:
    """Return the book without one of its example clients."""

    def change(after: Book) -> None:
        after.golden[:] = [case for case in after.golden if case["id"] != id_]

    return book.edited(change)


def case_of(book: Book, id_: str) -> dict[str, Any] | None:
    return next((case for case in book.golden if case["id"] == id_), None)

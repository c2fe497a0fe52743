"""Ages, the questions of the day, booking ahead and the lifetimes of letters, as a form shows them."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from screening.domain.age_rules import parse_age_rule
from screening.domain.reading import Reader
from screening.rulework.book import Book, kept_order, kept_text

# What kind of rule an age rule is, for the page; each has its own fields.
LOWEST: Final = "lowest"
PRESENCE: Final = "presence"
LETTER: Final = "letter"
ANSWER: Final = "answer"
# The row that only an age rule knows, as letters and example clients name it.
UNCHECKED: Final = "age_under_16_back_pain"
IN_ROOM, ON_PREMISES, NOT_THERE = "in_room", "on_premises", "not_there"


@dataclass(frozen=True, slots=True)
class AgeEdit:
    """One age rule. Which fields count depends on its kind; `code` and `about` name a row and its answer."""

    id: str
    kind: str
    below_age: int
    from_age: int = 0
    or_from_age: int | None = None
    guardian: str = NOT_THERE
    consent: bool = True
    pressure_cap: str = ""
    max_minutes: int | None = None
    about: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class DayEdit:
    """What one row has to do with the day of the session."""

    code: str
    on_the_day: bool
    only_if_ticked: bool
    asked_on_yes: bool
    never_held: bool


@dataclass(frozen=True, slots=True)
class AgesEdit:
    """The whole page. `lifetimes` are days by row, None where the ordinary lifetime counts."""

    ages: tuple[AgeEdit, ...]
    days: tuple[DayEdit, ...]
    day_question: str
    ask_within_hours: int
    reminder_hours: int
    default_lifetime: int
    lifetimes: dict[str, int | None]


def ages_edit(book: Book) -> AgesEdit:
    """Return ages, day and lifetimes as the form shows them."""
    extra = book.extra
    ahead = extra["booking_ahead"]
    lifetimes = extra["clearance_valid_days"]
    return AgesEdit(
        ages=tuple(_age_edit(entry) for entry in extra["age_rules"]),
        days=tuple(
            DayEdit(
                code=code,
                on_the_day=code in extra["arrival_check_codes"],
                only_if_ticked=code in extra["arrival_only_if_ticked"],
                asked_on_yes=code in extra["arrival_question"]["reasks"],
                never_held=code in ahead["never_held_codes"],
            )
            for code in asked_codes(book)
        ),
        day_question=extra["arrival_question"]["text"],
        ask_within_hours=ahead["ask_within_hours"],
        reminder_hours=ahead["reminder_hours_before"],
        default_lifetime=lifetimes["default"],
        lifetimes={code: lifetimes.get(code) for code in letter_codes(book)},
    )


def asked_codes(book: Book) -> list[str]:
    """List the rows that can be asked, in the order of the table: all but those that follow from the age."""
    ticked = " ".join(entry.get("effect", "") for entry in book.extra["age_rules"])
    return [row.code for row in book.rows if f"tick {row.code} " not in ticked]


def letter_codes(book: Book) -> list[str]:
    """List what a letter can cover: the rows that are asked, and those that only an age rule knows."""
    added = [code for entry in book.extra["age_rules"] if (code := _added(entry))]
    return [*asked_codes(book), *added]


def _added(entry: dict[str, Any]) -> str:
    found = re.fullmatch(r"adds pseudo-row (\w+) with outcome \w+", entry.get("effect", ""))
    return found[1] if found else ""


def _age_edit(entry: dict[str, Any]) -> AgeEdit:
    rule = parse_age_rule(entry, "", Reader())
    kind = LOWEST if rule.ticks_row else LETTER if rule.adds_row else ANSWER if rule.code else PRESENCE
    guardian = IN_ROOM if rule.guardian_in_room else ON_PREMISES if rule.guardian_on_premises else NOT_THERE
    return AgeEdit(
        id=rule.id,
        kind=kind,
        from_age=rule.from_age,
        below_age=rule.below_age,
        or_from_age=rule.or_from_age,
        guardian=guardian,
        consent=bool(rule.guardian_consent),
        pressure_cap=rule.pressure_cap.value if rule.pressure_cap else "",
        max_minutes=rule.max_minutes,
        about=rule.answer or rule.adds_row or rule.ticks_row or "",
        code=rule.code or "",
    )


# --- Into the file ----------------------------------------------------------


def with_ages(book: Book, edit: AgesEdit) -> Book:
    """Return the book with ages, day and lifetimes as the form has them. An age rule left out is taken away."""

    def change(after: Book) -> None:
        extra = after.extra
        known = {entry["id"]: entry for entry in extra["age_rules"]}
        extra["age_rules"] = [_age_entry(known.get(age.id), age) for age in edit.ages]
        codes = [row.code for row in after.rows]
        question, ahead = extra["arrival_question"], extra["booking_ahead"]

        def chosen(old: list[str], picked: Iterable[str]) -> list[str]:
            return kept_order(old, picked, codes)

        days = edit.days
        extra["arrival_check_codes"] = chosen(
            extra["arrival_check_codes"], [day.code for day in days if day.on_the_day or day.only_if_ticked]
        )
        extra["arrival_only_if_ticked"] = chosen(
            extra["arrival_only_if_ticked"], [day.code for day in days if day.only_if_ticked]
        )
        question["reasks"] = chosen(question["reasks"], [day.code for day in days if day.asked_on_yes])
        question["text"] = kept_text(question["text"], edit.day_question)
        ahead["never_held_codes"] = chosen(ahead["never_held_codes"], [day.code for day in days if day.never_held])
        ahead["ask_within_hours"] = edit.ask_within_hours
        ahead["reminder_hours_before"] = edit.reminder_hours
        _lifetimes(extra["clearance_valid_days"], edit, letter_codes(after))

    return book.edited(change)


def _lifetimes(lifetimes: dict[str, int], edit: AgesEdit, codes: list[str]) -> None:
    lifetimes["default"] = edit.default_lifetime
    for code, days in edit.lifetimes.items():
        if days is None or code not in codes:
            lifetimes.pop(code, None)
        else:
            lifetimes[code] = days


def _age_entry(old: dict[str, Any] | None, age: AgeEdit) -> dict[str, Any]:
    """Return the entry of one age rule; whatever says the same keeps its words and its order."""
    if old is not None and _age_edit(old) == age:
        return old
    entry = dict(old) if old is not None else {"id": age.id}
    if old is None or (age.from_age, age.below_age, age.or_from_age) != _span(old):
        entry["when"] = _when(entry.get("when", ""), age)
    if age.kind == PRESENCE:
        _presence(entry, age)
    if old is None and age.kind == LETTER:
        entry["effect"] = f"adds pseudo-row {UNCHECKED} with outcome clearance"
    if old is None and age.kind == ANSWER:
        entry |= {"code": age.code, "answer": age.about, "effect": "offer this answer only at these ages"}
    return entry


def _span(entry: dict[str, Any]) -> tuple[int, int, int | None]:
    rule = _age_edit(entry)
    return rule.from_age, rule.below_age, rule.or_from_age


def _when(old: str, age: AgeEdit) -> str:
    if age.or_from_age is not None:
        note = old.partition(",")[2] or " this answer"
        return f"age < {age.below_age} or age >= {age.or_from_age},{note}"
    span = f"{age.from_age} <= age < {age.below_age}" if age.from_age else f"age < {age.below_age}"
    return f"{span} and reason_back_pain" if age.kind == LETTER else span


def _presence(entry: dict[str, Any], age: AgeEdit) -> None:
    entry.pop("pressure_cap", None)
    entry.pop("max_minutes", None)
    if age.pressure_cap:
        entry["pressure_cap"] = age.pressure_cap
    entry["guardian_consent"] = age.consent
    entry["guardian_in_room"] = age.guardian == IN_ROOM
    entry["guardian_on_premises"] = age.guardian == ON_PREMISES
    if age.max_minutes is not None:
        entry["max_minutes"] = age.max_minutes

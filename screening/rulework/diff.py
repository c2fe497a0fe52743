"""What changed between two rule versions, in sentences, grouped as the pages are."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from massage_booking.core.wording import area_names, technique_names
from screening.domain.rule_types import AgeRule, Message
from screening.domain.rules import Rules
from screening.rulework.new_row import new_row
from screening.rulework.report_diff import report_changes
from screening.rulework.row_diff import Change, listed_change, name_of, row_changes, wording


@dataclass(frozen=True, slots=True)
class Section:
    """Everything that changed about one thing. `code` is the row, empty for what is no row."""

    title: str
    changes: tuple[Change, ...]
    code: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """All changes: conditions that are new, gone or different, then the rest by page."""

    rows: tuple[Section, ...]
    rest: tuple[Section, ...]

    @property
    def sections(self) -> tuple[Section, ...]:
        return (*self.rows, *self.rest)

    @property
    def count(self) -> int:
        return sum(len(section.changes) for section in self.sections)

    def sentences(self) -> list[str]:
        """Return every change as one line: “High blood pressure: …”."""
        return [f"{section.title}: {change.text}" for section in self.sections for change in section.changes]


def difference(
    old: Rules, new: Rules, *, old_cases: list[Any] | None = None, new_cases: list[Any] | None = None
) -> Difference:
    """Compare two versions. Their names (the version in the file) and what no page shows stay out."""
    rest = [
        Section("The screen", tuple(_screen(old, new))),
        Section("Messages and fixed texts", tuple(_texts(old, new))),
        Section("Ages", tuple(_ages(old, new))),
        Section("The day of the session and booking ahead", tuple(_day(old, new))),
        Section("Doctors’ letters", tuple(_letters(old, new))),
        Section("Areas and techniques", tuple(_vocabulary(old, new))),
        Section("After a session", tuple(report_changes(old, new))),
        Section("Example clients", tuple(_cases(old_cases or [], new_cases or []))),
    ]
    return Difference(rows=tuple(_rows(old, new)), rest=tuple(section for section in rest if section.changes))


def _rows(old: Rules, new: Rules) -> Iterator[Section]:
    for code in new.rows:
        if code not in old.rows:
            yield Section(name_of(new, code), tuple(new_row(new, code)), code)
            continue
        changes = tuple(row_changes(old, new, code))
        if changes:
            yield Section(name_of(new, code), changes, code)
    for code in old.rows:
        if code not in new.rows:
            yield Section(name_of(old, code), (Change("No longer asked."),), code)


def _screen(old: Rules, new: Rules) -> Iterator[Change]:
    before = {group.id: group for group in old.screen.groups}
    after = {group.id: group for group in new.screen.groups}
    for id_, group in after.items():
        if id_ not in before:
            yield Change(f"A new group “{group.title}”.")
        else:
            yield from wording("Group title", before[id_].title, group.title)
    for id_, group in before.items():
        if id_ not in after:
            yield Change(f"The group “{group.title}” is gone.")
    if [id_ for id_ in before if id_ in after] != [id_ for id_ in after if id_ in before]:
        yield Change("Order of the groups: " + ", ".join(f"“{group.title}”" for group in new.screen.groups) + ".")
    where_before, where_after = _homes(old), _homes(new)
    for code in new.rows:
        if code in where_before and code in where_after and where_before[code] != where_after[code]:
            yield Change(f"“{name_of(new, code)}” moved: {where_before[code]} → {where_after[code]}.")
    for id_, group in after.items():
        if id_ in before:
            stayed = set(before[id_].codes) & set(group.codes)
            if [c for c in before[id_].codes if c in stayed] != [c for c in group.codes if c in stayed]:
                yield Change(f"Another order in “{group.title}”.")


def _homes(rules: Rules) -> dict[str, str]:
    homes = {code: f"“{group.title}”" for group in rules.screen.groups for code in group.codes}
    return {
        **homes,
        **{child: f"under “{name_of(rules, parent)}”" for child, parent in rules.screen.shown_only_with.items()},
    }


def _texts(old: Rules, new: Rules) -> Iterator[Change]:
    for id_, message in new.messages.items():
        was: Message | None = old.messages.get(id_)
        if was is None:
            yield Change(f"A new message {id_} ({message.level.value}).", new=message.text)
            continue
        if was.level is not message.level:
            yield Change(f"Message {id_}: {was.level.value} → {message.level.value}.")
        yield from wording(f"Message {id_}", was.text, message.text)
    for id_, message in old.messages.items():
        if id_ not in new.messages:
            yield Change(f"The message {id_} is gone.", old=message.text)
    yield from wording(
        "Text of a refusal", old.extra.refuse_without_message.text, new.extra.refuse_without_message.text
    )
    for key in {**old.extra.date_questions, **new.extra.date_questions}:
        yield from wording(
            f"Question for a date ({key.replace('_', ' ')})",
            old.extra.date_questions.get(key, ""),
            new.extra.date_questions.get(key, ""),
        )


def _ages(old: Rules, new: Rules) -> Iterator[Change]:
    before = {rule.id: rule for rule in old.extra.age_rules}
    after = {rule.id: rule for rule in new.extra.age_rules}
    for id_, rule in after.items():
        if id_ not in before:
            yield Change(f"A new age rule {id_}: {in_words(rule)}.")
        elif before[id_] != rule and in_words(before[id_]) != in_words(rule):
            yield Change(f"Age rule {id_}: {in_words(before[id_])} → {in_words(rule)}.")
    for id_, rule in before.items():
        if id_ not in after:
            yield Change(f"The age rule {id_} is gone: {in_words(rule)}.")


def in_words(rule: AgeRule) -> str:
    """Write an age rule: “from 8, below 16: in the room, light at most, 30 minutes at most”."""
    ages = f"below {rule.below_age}"
    if rule.from_age:
        ages = f"from {rule.from_age}, {ages}"
    if rule.or_from_age is not None:
        ages = f"{ages}, or from {rule.or_from_age}"
    if rule.ticks_row:
        return f"{ages}: no massage"
    if rule.adds_row:
        return f"{ages}, with back pain: a letter first"
    if rule.code:
        return f"{ages}: the answer “{rule.answer}” is offered"
    parts = ["consent of a parent or guardian"] if rule.guardian_consent else ["no consent needed"]
    if rule.guardian_in_room:
        parts.append("who stays in the room")
    elif rule.guardian_on_premises:
        parts.append("who stays on the premises")
    if rule.pressure_cap:
        parts.append(f"{rule.pressure_cap.value} at most")
    if rule.max_minutes is not None:
        parts.append(f"{rule.max_minutes} minutes at most")
    return f"{ages}: {', '.join(parts)}"


def _day(old: Rules, new: Rules) -> Iterator[Change]:
    before, after = old.extra, new.extra
    yield from wording("The question of the day", before.arrival_question.text, after.arrival_question.text)
    lists = {
        "Asked of everybody on the day": (before.arrival_check_codes, after.arrival_check_codes),
        "Asked on the day only where ticked": (before.arrival_only_if_ticked, after.arrival_only_if_ticked),
        "Asked again when something is new today": (before.arrival_question.reasks, after.arrival_question.reasks),
        "Never held for a wait": (before.booking_ahead.never_held_codes, after.booking_ahead.never_held_codes),
        "About today": (before.booking_ahead.ask_within_codes, after.booking_ahead.ask_within_codes),
    }
    for title, (was, now) in lists.items():
        yield from listed_change(title, _named(old, was), _named(new, now))
    hours = {
        "Questions about today are asked while booking within": (
            before.booking_ahead.ask_within_hours,
            after.booking_ahead.ask_within_hours,
        ),
        "The reminder asks before the session, hours": (
            before.booking_ahead.reminder_hours_before,
            after.booking_ahead.reminder_hours_before,
        ),
    }
    for title, (earlier, later) in hours.items():
        if earlier != later:
            yield Change(f"{title}: {earlier} → {later} hours.")


def _named(rules: Rules, codes: tuple[str, ...]) -> list[str]:
    return [name_of(rules, code) for code in codes]


def _letters(old: Rules, new: Rules) -> Iterator[Change]:
    before, after = old.extra.clearance_valid_days, new.extra.clearance_valid_days
    if before["default"] != after["default"]:
        yield Change(f"Ordinary letter lifetime {before['default']} → {after['default']} days.")
    # Those of rows stand with their row; here are the ones that only an age rule knows.
    for code in {**before, **after}:
        if code == "default" or code in old.rows or code in new.rows:
            continue
        was, now = before.get(code, before["default"]), after.get(code, after["default"])
        if was != now:
            yield Change(f"Letter lifetime of “{name_of(new, code)}” {was} → {now} days.")


def _vocabulary(old: Rules, new: Rules) -> Iterator[Change]:
    before, after = old.extra, new.extra
    yield from listed_change("Areas", before.areas, after.areas)
    yield from listed_change("Techniques", before.techniques, after.techniques)
    backs = [[area_names([area]).lower() for area in extra.back_areas] for extra in (before, after)]
    yield from listed_change("Areas of the back", *backs)
    for technique in {**before.technique_min_pressure, **after.technique_min_pressure}:
        was, now = before.technique_min_pressure.get(technique), after.technique_min_pressure.get(technique)
        if was is not now:
            words = [least.value if least else "any pressure" for least in (was, now)]
            yield Change(f"{technique_names([technique])} needs {words[0]} → {words[1]}.")
    if before.prenatal_only_if != after.prenatal_only_if:
        yield Change(
            f"The pregnancy massage hangs on “{name_of(old, before.prenatal_only_if)}” → "
            f"“{name_of(new, after.prenatal_only_if)}”."
        )


def _cases(old: list[Any], new: list[Any]) -> Iterator[Change]:
    before = {case["id"]: case for case in old}
    after = {case["id"]: case for case in new}
    for id_, case in after.items():
        if id_ not in before:
            yield Change(f"{id_} “{case['title']}” is new.")
        elif case != before[id_]:
            parts = [key for key in ("title", "input", "expected", "why") if case.get(key) != before[id_].get(key)]
            yield Change(f"{id_} “{case['title']}”: other {', '.join(parts)}.")
    for id_, case in before.items():
        if id_ not in after:
            yield Change(f"{id_} “{case['title']}” is gone.")

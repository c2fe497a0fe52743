"""The screen as a form shows it: groups, their order, and the place of each row."""

import re
from dataclasses import dataclass

from screening.rulework.book import Book, kept_text
from screening.rulework.rows import ask_today


@dataclass(frozen=True, slots=True)
class GroupEdit:
    """A group of rows. `id` is empty for a new one; `place` orders the groups."""

    id: str
    title: str
    place: int


@dataclass(frozen=True, slots=True)
class PlaceEdit:
    """Where a row stands: in a group at a place, or under another row (`under`)."""

    code: str
    group: str
    place: int
    under: str = ""


@dataclass(frozen=True, slots=True)
class ScreenEdit:
    groups: tuple[GroupEdit, ...]
    rows: tuple[PlaceEdit, ...]


def screen_edit(book: Book) -> ScreenEdit:
    """Return the screen as the form shows it, in its own order; rows under others come after their parent."""
    under = book.screen["shown_only_with"]
    groups = [
        GroupEdit(entry["id"], entry["title"], number) for number, entry in enumerate(book.screen["groups"], start=1)
    ]
    rows: list[PlaceEdit] = []
    for entry in book.screen["groups"]:
        for number, code in enumerate(entry["codes"], start=1):
            rows.append(PlaceEdit(code, entry["id"], number))
            rows += [PlaceEdit(child, entry["id"], number, code) for child, parent in under.items() if parent == code]
    return ScreenEdit(tuple(groups), tuple(rows))


def with_screen(book: Book, edit: ScreenEdit) -> Book:
    """Return the book with the screen as the form has it. A group without rows disappears.

    A row that moves into the group about today becomes a question about today, asked on the day too; one that leaves it
    is none any more.
    """

    def change(after: Book) -> None:
        known = {entry["id"]: entry for entry in after.screen["groups"]}
        today = set(after.extra["booking_ahead"]["ask_within_codes"])
        todays = next((id_ for id_, entry in known.items() if set(entry["codes"]) == today), None)
        order = {code: number for number, code in enumerate(row.code for row in edit.rows)}
        groups = []
        for group in sorted(edit.groups, key=lambda group: group.place):
            id_ = group.id or new_id(group.title, taken=set(known))
            rows = [row for row in edit.rows if row.group == group.id and not row.under]
            codes = [row.code for row in sorted(rows, key=lambda row: (row.place, order[row.code]))]
            if codes:
                old = known.get(id_, {})
                groups.append({"id": id_, "title": kept_text(old.get("title", ""), group.title), "codes": codes})
        after.screen["groups"] = groups
        _hang(after, {row.code: row.under for row in edit.rows if row.under})
        if todays is not None:
            _todays(after, next((list(entry["codes"]) for entry in groups if entry["id"] == todays), []))

    return book.edited(change)


def new_id(title: str, *, taken: set[str]) -> str:
    """Make an id for a new group out of its title."""
    stem = "_".join(re.findall(r"[a-z0-9]+", title.lower()))[:30] or "group"
    stem = stem if stem[0].isalpha() else f"group_{stem}"
    number, id_ = 1, stem
    while id_ in taken:
        number += 1
        id_ = f"{stem}_{number}"
    return id_


def _hang(after: Book, wanted: dict[str, str]) -> None:
    under = after.screen["shown_only_with"]
    for child in [child for child in under if child not in wanted]:
        del under[child]
    under.update(wanted)


def _todays(after: Book, codes: list[str]) -> None:
    ahead = after.extra["booking_ahead"]
    ahead["ask_within_codes"] = [code for code in ahead["ask_within_codes"] if code in codes]
    ask_today(after, codes)

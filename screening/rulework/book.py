"""A rule version opened for editing: the table as rows, the JSON files as they are, and back to files."""

import copy
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from screening.domain.reading import Reader
from screening.domain.rule_table import parse_table, table_text
from screening.domain.rule_types import Row
from screening.rulework.files import RuleFiles


@dataclass(frozen=True, slots=True)
class Book:
    """The four files, parsed. Never changed in place: `edited` gives a copy to change."""

    rows: tuple[Row, ...]
    extra: dict[str, Any]
    screen: dict[str, Any]
    golden: list[Any]
    source: RuleFiles

    def row(self, code: str) -> Row | None:
        return next((row for row in self.rows if row.code == code), None)

    def edited(self, change: Callable[["Book"], None], *, rows: Iterable[Row] | None = None) -> "Book":
        """Return a copy after `change` has worked on its JSON parts, with other rows where they are given."""
        after = replace(
            self,
            rows=self.rows if rows is None else tuple(rows),
            extra=copy.deepcopy(self.extra),
            screen=copy.deepcopy(self.screen),
            golden=copy.deepcopy(self.golden),
        )
        change(after)
        return after


def opened(files: RuleFiles) -> Book:
    """Open files that are known to be sound."""
    return Book(
        rows=parse_table(files.rules_csv, Reader()),
        extra=json.loads(files.extra_json),
        screen=json.loads(files.screen_json),
        golden=json.loads(files.golden_json),
        source=files,
    )


def written(book: Book) -> RuleFiles:
    """Write a book back. A file whose content is what it was keeps its text to the letter."""
    before = opened(book.source)
    return RuleFiles(
        rules_csv=book.source.rules_csv if book.rows == before.rows else table_text(book.rows),
        extra_json=_json(book.source.extra_json, before.extra, book.extra),
        screen_json=_json(book.source.screen_json, before.screen, book.screen),
        golden_json=_json(book.source.golden_json, before.golden, book.golden),
    )


def as_text(value: Any) -> str:
    """Write JSON in the style of the packaged files."""
    return json.dumps(value, indent=1, ensure_ascii=False) + "\n"


def _json(source: str, before: Any, after: Any) -> str:
    text = as_text(after)
    return source if text == as_text(before) else text


def version_in(files: RuleFiles) -> str:
    """Return how files call their own version."""
    return str(json.loads(files.extra_json)["version"])


def named(files: RuleFiles, label: str) -> RuleFiles:
    """Return files that name their version so; nothing else of them is touched."""
    extra = json.loads(files.extra_json)
    after = {**extra, "version": label}
    old, new = (f'"version": {json.dumps(version["version"], ensure_ascii=False)}' for version in (extra, after))
    text = files.extra_json.replace(old, new, 1)
    return replace(files, extra_json=text if json.loads(text) == after else as_text(after))


# --- Small steps that leave alone what did not change -----------------------


def kept_text(old: str, new: str) -> str:
    """Return what a form gave for a text, or the old one where only blanks around it and line ends differ."""
    plain = new.replace("\r\n", "\n").strip()
    return old if plain == old.replace("\r\n", "\n").strip() else plain


def kept_order(old: Sequence[str], chosen: Iterable[str], known: Sequence[str]) -> list[str]:
    """Return chosen words: those that were there in their old order, new ones after them in that of `known`."""
    wanted = set(chosen)
    stay = [word for word in old if word in wanted]
    return stay + [word for word in known if word in wanted and word not in stay]


def merged(old: Mapping[str, Any], new: Mapping[str, Any]) -> dict[str, Any]:
    """Return the new entry with the keys, texts and lists of the old one where they say the same."""
    keys = [key for key in old if key in new] + [key for key in new if key not in old]
    return {key: _same(old.get(key), new[key]) for key in keys}


def _same(old: Any, new: Any) -> Any:
    if isinstance(old, str) and isinstance(new, str):
        return kept_text(old, new)
    if isinstance(old, list) and isinstance(new, list | tuple) and all(isinstance(word, str) for word in [*old, *new]):
        return kept_order(old, new, list(new))
    return new


def set_or_drop(owner: dict[str, Any], key: str, value: Any) -> None:
    """Keep a value under a key, or take the key away where there is none."""
    if value in (None, ""):
        owner.pop(key, None)
    else:
        owner[key] = _same(owner.get(key), value)


def replace_entries(
    entries: list[dict[str, Any]], code: str, wanted: Sequence[tuple[str, dict[str, Any]]]
) -> list[dict[str, Any]]:
    """Return a list of entries that hang on answers, with those of one row replaced.

    `wanted` has each entry with the answer under which it stood before (empty for a new one). What stays keeps its
    place and the order of its keys; new entries come after the row's last.
    """
    by_answer = {was: entry for was, entry in wanted if was}
    result: list[dict[str, Any]] = []
    placed: set[str] = set()
    end: int | None = None
    for entry in entries:
        if entry["code"] != code:
            result.append(entry)
            continue
        if entry["answer"] in by_answer:
            result.append(merged(entry, by_answer[entry["answer"]]))
            placed.add(entry["answer"])
        end = len(result)
    fresh = [entry for was, entry in wanted if was not in placed]
    place = len(result) if end is None else end
    return [*result[:place], *fresh, *result[place:]]

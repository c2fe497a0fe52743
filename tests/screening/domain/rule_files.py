"""Copies of the packaged rule files with one thing changed."""

import copy
import csv
import io
import json
from collections.abc import Callable
from typing import Any

from screening.domain.rules import RULES_FOLDER, Rules, parse_rules

Rows = list[dict[str, str]]
Change = Callable[[Rows, dict[str, Any], dict[str, Any]], object]
TABLE = (RULES_FOLDER / "rules.csv").read_text(encoding="utf-8")
EXTRA = json.loads((RULES_FOLDER / "rules_extra.json").read_text(encoding="utf-8"))
SCREEN = json.loads((RULES_FOLDER / "screen.json").read_text(encoding="utf-8"))


def as_csv(rows: Rows) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, fieldnames=list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def row_of(rows: Rows, code: str) -> dict[str, str]:
    return next(row for row in rows if row["code"] == code)


def in_row(code: str, column: str, value: str) -> Callable[[Rows, Any, Any], None]:
    return lambda rows, extra, screen: row_of(rows, code).__setitem__(column, value)


def in_extra(*path: Any, value: Any) -> Callable[[Rows, Any, Any], None]:
    def change(rows: Rows, extra: Any, screen: Any) -> None:
        for key in path[:-1]:
            extra = extra[key]
        extra[path[-1]] = value

    return change


def in_screen(*path: Any, value: Any) -> Callable[[Rows, Any, Any], None]:
    return lambda rows, extra, screen: in_extra(*path, value=value)(rows, screen, None)


def changed_files(change: Change) -> dict[str, Any]:
    """Return what parse_rules takes, after one change to a copy of the packaged files."""
    rows = list(csv.DictReader(io.StringIO(TABLE, newline="")))
    extra, screen = copy.deepcopy(EXTRA), copy.deepcopy(SCREEN)
    change(rows, extra, screen)
    return {"rules_csv": as_csv(rows), "extra": extra, "screen": screen}


def rules_after(change: Change) -> Rules:
    return parse_rules(**changed_files(change))

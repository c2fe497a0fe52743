"""Parse rules.csv: one row a condition (guide, section 1)."""

import csv
import io
import re
from collections.abc import Mapping, Sequence

from screening.domain.enums import Outcome, Pressure
from screening.domain.reading import Reader
from screening.domain.rule_types import AnswerOption, Row

COLUMNS = (
    "code",
    "label",
    "article_item",
    "category",
    "default_outcome",
    "follow_up_question",
    "follow_up_options",
    "max_pressure",
    "avoid_areas",
    "avoid_techniques",
    "position_note",
    "therapist_note",
    "client_advice",
    "valid_for_days",
    "confidence",
    "sources",
)
CONFIDENCES = ("high", "medium", "low")
_NEVER_EMPTY = ("label", "category", "position_note", "therapist_note", "client_advice", "sources")
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_DAYS = re.compile(r"[1-9][0-9]{0,4}")


def parse_table(text: str, reader: Reader) -> tuple[Row, ...]:
    """Read the table in its own order; problems go to the reader and name the row they are in."""
    try:
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except csv.Error as error:
        reader.complain(f"The rule table is not readable as CSV: {error}.")
        return ()
    if not lines or tuple(lines[0]) != COLUMNS:
        reader.complain(f"The rule table must begin with the columns {', '.join(COLUMNS)}.")
        return ()
    rows: list[Row] = []
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(COLUMNS):
            reader.complain(f"Line {number} of the rule table has {len(cells)} cells instead of {len(COLUMNS)}.")
            continue
        rows.append(_row(dict(zip(COLUMNS, cells, strict=True)), reader))
    if not rows:
        reader.complain("The rule table has no rows.")
    return tuple(rows)


def _row(cells: Mapping[str, str], reader: Reader) -> Row:
    code = cells["code"]
    where = f"Row {code!r}"
    if not _CODE.fullmatch(code):
        reader.complain(f"{where}: a code is made of small letters, digits and underscores.")
    for column in _NEVER_EMPTY:
        if not cells[column].strip():
            reader.complain(f"{where}: {column} must not be empty.")
    reader.word(cells["confidence"], f"{where}: confidence", CONFIDENCES)
    return Row(
        code=code,
        label=cells["label"],
        article_item=cells["article_item"],
        category=cells["category"],
        default_outcome=Outcome(reader.word(cells["default_outcome"], f"{where}: default_outcome", tuple(Outcome))),
        follow_up_question=cells["follow_up_question"],
        options=_options(cells["follow_up_options"], where, reader),
        max_pressure=Pressure(reader.word(cells["max_pressure"], f"{where}: max_pressure", tuple(Pressure))),
        avoid_areas=_parts(cells["avoid_areas"]),
        avoid_techniques=_parts(cells["avoid_techniques"]),
        position_note=cells["position_note"],
        therapist_note=cells["therapist_note"],
        client_advice=cells["client_advice"],
        valid_for_days=_days(cells["valid_for_days"], where, reader),
        confidence=cells["confidence"],
        sources=cells["sources"],
    )


def _options(cell: str, where: str, reader: Reader) -> tuple[AnswerOption, ...]:
    options = []
    for part in _parts(cell):
        answer, arrow, outcome = (piece.strip() for piece in part.partition("=>"))
        if not answer or not arrow:
            reader.complain(f"{where}: the option {part!r} is not of the form answer=>outcome.")
            continue
        word = reader.word(outcome, f"{where}: the outcome of {answer!r}", tuple(Outcome))
        options.append(AnswerOption(answer=answer, outcome=Outcome(word)))
    return tuple(options)


def _parts(cell: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in cell.split(";") if part.strip())


def _days(cell: str, where: str, reader: Reader) -> int:
    # int() alone would also take signs, blanks, underscores and digits of other scripts.
    if _DAYS.fullmatch(cell):
        return int(cell)
    reader.complain(f"{where}: valid_for_days must be a whole number of 1 or more, not {cell!r}.")
    return 1


def table_text(rows: Sequence[Row]) -> str:
    """Write rows in the format of rules.csv; what parse_table read comes back byte for byte."""
    lines = [_line(COLUMNS)]
    for row in rows:
        cells: Mapping[str, object] = {
            **{column: getattr(row, column) for column in COLUMNS if hasattr(row, column)},
            "follow_up_options": "; ".join(f"{option.answer}=>{option.outcome}" for option in row.options),
            "avoid_areas": ";".join(row.avoid_areas),
            "avoid_techniques": ";".join(row.avoid_techniques),
        }
        lines.append(_line([cells[column] for column in COLUMNS]))
    return "".join(lines)


def _line(cells: Sequence[object]) -> str:
    out = io.StringIO(newline="")
    # The writer quotes what would end a line, and only that: of both kinds, whichever ends the lines of the file.
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue().removesuffix("\r\n") + "\n"

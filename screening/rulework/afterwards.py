"""What follows from a report after a session, as a form shows it."""

from dataclasses import dataclass, replace
from typing import Any

from screening.domain.reading import Reader
from screening.domain.reports import REPORT_KEYS, STANDARD, Kind, Report, parse_reports
from screening.domain.rule_extra import AFTER_SESSION
from screening.rulework.book import Book, kept_order, kept_text


@dataclass(frozen=True, slots=True)
class AfterEdit:
    """The whole page: every report in its order."""

    reports: tuple[Report, ...]


def after_edit(book: Book) -> AfterEdit:
    return AfterEdit(_reports(book))


def _reports(book: Book) -> tuple[Report, ...]:
    if AFTER_SESSION not in book.extra:
        return STANDARD
    return parse_reports(book.extra[AFTER_SESSION], Reader())


def with_after(book: Book, edit: AfterEdit) -> Book:
    """Return the book with the reports as the form has them. A table that says the same stays away, or as it is."""
    before = {report.kind: report for report in _reports(book)}
    codes, ids = [row.code for row in book.rows], list(book.extra["messages"])
    reports = tuple(_kept(before[report.kind], report, codes, ids) for report in edit.reports)
    if reports == tuple(before.values()):
        return book

    def change(after: Book) -> None:
        after.extra[AFTER_SESSION] = [_entry(report) for report in reports]

    return book.edited(change)


def _kept(old: Report, new: Report, codes: list[str], ids: list[str]) -> Report:
    was, then = old.then, new.then
    return replace(
        new,
        words=kept_text(old.words, new.words),
        then=replace(
            then,
            messages=tuple(kept_order(was.messages, then.messages, ids)),
            messages_for_therapist=tuple(kept_order(was.messages_for_therapist, then.messages_for_therapist, ids)),
            asks=tuple(kept_order(was.asks, then.asks, codes)),
        ),
    )


def _entry(report: Report) -> dict[str, Any]:
    then = report.then
    values = {"report": report.kind.value, "words": report.words}
    return {key: values.get(key) or _plain(getattr(then, key, None)) for key in REPORT_KEYS}


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value


def without_code(extra: dict[str, Any], code: str) -> None:
    """Take a row out of what reports ask again, where a version has a table of its own."""
    for entry in extra.get(AFTER_SESSION, ()):
        entry["asks"] = [other for other in entry["asks"] if other != code]


def asked_after(book: Book, code: str) -> list[Kind]:
    """List the reports that ask a row again."""
    return [report.kind for report in _reports(book) if code in report.then.asks]

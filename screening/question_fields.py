"""What a page of health questions shows: fields for templates, without any rule of their own."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(slots=True)
class DateField:
    """One date beside an answer. `may_run` offers “I still have it”."""

    name: str
    question: str
    may_run: bool = False
    value: str = ""
    unsure: bool = False
    running: bool = False
    error: str = ""


@dataclass(slots=True)
class OptionField:
    answer: str
    id: str
    checked: bool
    asks_site: bool
    when: DateField | None


@dataclass(slots=True)
class SiteField:
    """The places of a site-specific row as (code, words, marked); `elsewhere` is “not on a listed area”."""

    prompt: str
    choices: list[tuple[str, str, bool]]
    elsewhere: bool
    marked: list[str]
    error: str = ""


@dataclass(slots=True)
class RowField:
    """One row on the page. `id` is a number: addresses in the browser's bar must not name a condition.

    `when` stands under all answers (due date, birth); other dates stand under their answer. `is_marked` asks for a new
    answer. A row that `is_outright` has its question in place of a tick; `is_gone` says that it is no longer true.
    """

    code: str
    id: str
    short_label: str
    label: str
    points: tuple[str, ...]
    question: str
    ticked: bool
    sections: list[tuple[str, list[OptionField]]] = field(default_factory=list)
    when: DateField | None = None
    site: SiteField | None = None
    under: list["RowField"] = field(default_factory=list)
    error: str = ""
    look_again: bool = False
    answered_on: date | None = None
    is_old: bool = False
    is_marked: bool = False
    is_outright: bool = False
    is_gone: bool = False


@dataclass(slots=True)
class GroupField:
    id: str
    number: int
    title: str
    rows: list[RowField]
    none: bool
    error: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing to put right: where on the page, and what."""

    anchor: str
    where: str
    text: str

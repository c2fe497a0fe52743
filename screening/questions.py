"""A page of health questions: groups laid out from the rules, each with its “None of these”; read back tolerantly."""

from collections.abc import Collection, Iterable
from dataclasses import replace
from datetime import date
from typing import Final

from django.http import QueryDict

from massage_booking.core.parsing import to_int
from screening.document import Document, Given
from screening.domain.form import FormGroup
from screening.domain.rules import Rules
from screening.question_fields import Fault, GroupField
from screening.question_rows import RowReader

NOTHING_SAID: Final = "Please tick what is true, or choose “None of these”."
BOTH_SAID: Final = "You ticked something and “None of these”. Please leave only what is true."
BACK_PAIN_OPEN: Final = "Please say yes or no."
OTHER_RULES: Final = (
    "The questions have changed since you opened this page. We kept what still fits; please look through it."
)
UNKNOWN_ROW: Final = (
    "The form held something that is not one of our questions. We left it out; everything else was kept."
)


class QuestionForm:
    """Whole groups of questions: unbound it shows a document, bound (`data`) exactly what was typed.

    With `asked` it is about those rows only. `faults` are what has to be put right, in the order of the page; `notices`
    what could not be used at all.
    """

    def __init__(
        self,
        *,
        rules: Rules,
        groups: tuple[FormGroup, ...],
        document: Document,
        today: date,
        asks_back_pain: bool = False,
        data: QueryDict | None = None,
        look_again: Iterable[str] = (),
        asked: Collection[str] | None = None,
        marks: Iterable[str] = (),
    ) -> None:
        self.layout = groups if asked is None else asked_rows(rules, groups, asked)
        self.document, self.data = document, data
        self.asked = None if asked is None else frozenset(row.code for group in self.layout for row in group.rows)
        self.asks_back_pain = asks_back_pain
        self.notices: list[str] = []
        self.back_pain, self.back_pain_error = document.back_pain, ""
        self._reader = RowReader(
            rules=rules, document=document, today=today, data=data, look_again=look_again, marks=marks
        )
        if asks_back_pain and data is not None:
            self._read_back_pain(data)
        self.groups = [self._group(number, group) for number, group in enumerate(self.layout, start=1)]
        if data is not None:
            self._notice_unknown(data)

    @property
    def faults(self) -> list[Fault]:
        return self._reader.faults

    @property
    def is_valid(self) -> bool:
        return self.data is not None and not self.faults

    @property
    def given(self) -> Given:
        """Return what the form says about its groups, faulty parts left open."""
        return Given(
            groups=tuple(group.id for group in self.layout),
            rows=self._reader.given,
            none=frozenset(group.id for group in self.groups if group.none),
            back_pain=self.back_pain if self.asks_back_pain else None,
            asked=self.asked,
        )

    @property
    def based_on(self) -> int:
        """Return the revision that the page showed; a page that says none counts as older than everything."""
        found = to_int(self.data.get("revision")) if self.data is not None else None
        return -1 if found is None else found

    @property
    def rules_label(self) -> str:
        return str(self.data.get("rules", "")) if self.data is not None else ""

    def _group(self, number: int, group: FormGroup) -> GroupField:
        none = group.id in (self.data.getlist("none") if self.data is not None else self.document.none)
        found = GroupField(group.id, number, group.title, [], none)
        place = len(self.faults)
        for row in group.rows:
            if row.shown_with is None:
                shown = self._reader.row(row)
                under = [child for child in group.rows if child.shown_with == row.code]
                shown.under = [self._reader.row(child, counts=shown.ticked) for child in under]
                found.rows.append(shown)
        if self.data is not None:
            ticked = any(row.ticked for row in found.rows)
            if ticked == found.none:
                found.error = BOTH_SAID if ticked else NOTHING_SAID
                self.faults.insert(place, Fault(f"none-{number}", group.title, found.error))
        return found

    def _read_back_pain(self, data: QueryDict) -> None:
        self.back_pain = {"yes": True, "no": False}.get(str(data.get("back_pain", "")))
        if self.back_pain is None:
            self.back_pain_error = BACK_PAIN_OPEN
            self.faults.append(Fault("back-pain-yes", "Back pain", BACK_PAIN_OPEN))

    def _notice_unknown(self, data: QueryDict) -> None:
        known = {row.code for group in self.layout for row in group.rows}
        groups = {group.id for group in self.layout}
        if not set(data.getlist("ticks")) <= known or not set(data.getlist("none")) <= groups:
            self.notices.append(UNKNOWN_ROW)


def asked_rows(rules: Rules, groups: Iterable[FormGroup], codes: Collection[str]) -> tuple[FormGroup, ...]:
    """Return the groups with the given rows only; a row and those shown under it are asked together."""
    under = rules.screen.shown_only_with
    wanted = {*codes, *(parent for child, parent in under.items() if child in codes)}
    wanted |= {child for child, parent in under.items() if parent in wanted}
    cut = (replace(group, rows=tuple(row for row in group.rows if row.code in wanted)) for group in groups)
    return tuple(group for group in cut if group.rows)

"""Rows of questions: shown from what is kept or was typed, and read back tolerantly.

Reading never fails: what cannot be meant is an error beside its row, and everything else that was given is kept.
"""

from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from typing import Final

from django.http import QueryDict

from massage_booking.core.parsing import to_date
from massage_booking.core.vocabulary import AREA_LABELS
from screening.document import Document, GivenRow
from screening.domain.form import FormOption, FormRow
from screening.domain.rules import Rules
from screening.domain.stages import BIRTH_CODE, PREGNANCY_CODE
from screening.question_fields import DateField, Fault, OptionField, RowField, SiteField

ELSEWHERE: Final = "elsewhere"
# What is sent in place of an answer where a row is asked outright and is no longer, or simply still, true.
GONE, STILL = "no-longer", "still"
# A due date further off than a pregnancy lasts, or long past, is a slip of the hand.
DUE_WITHIN: Final = (timedelta(days=-28), timedelta(days=300))
# A birth longer ago has no place in a question about the weeks after one.
BORN_WITHIN: Final = timedelta(days=366)

CHOOSE_ONE: Final = "Please choose the answer that fits, or “Not sure”."
CHOOSE_OUTRIGHT: Final = "Please choose the answer that fits."
UNKNOWN_ANSWER: Final = "That answer is not one of ours. Please choose again."
MARK_WHERE: Final = "Please mark where it is, or “Somewhere not in this list”."
GIVE_DAY: Final = "Please give the day, or tick “Not sure”."
GIVE_DAY_OR_RUNNING: Final = "Please give the day, or tick what fits."
ODD_DAY: Final = "We cannot read that day. Please choose it again."
FUTURE_DAY: Final = "That day is still to come. Please choose a day up to today."
FAR_DAY: Final = "That day is too far off. Please choose it again."


class RowReader:
    """Lays out rows of one form: without `data` as the document has them, with it exactly as they were typed.

    `given` collects what was said about the ticked rows, `faults` what has to be put right, in the order of the page.
    """

    def __init__(
        self,
        *,
        rules: Rules,
        document: Document,
        today: date,
        data: QueryDict | None = None,
        look_again: Iterable[str] = (),
        marks: Iterable[str] = (),
    ) -> None:
        self.rules, self.document, self.today, self.data = rules, document, today, data
        self.look_again, self.marks = frozenset(look_again), frozenset(marks)
        self.given: dict[str, GivenRow] = {}
        self.faults: list[Fault] = []
        self._ids = {code: f"q{number}" for number, code in enumerate(rules.rows, start=1)}

    def row(self, row: FormRow, *, counts: bool = True, is_outright: bool = False) -> RowField:
        """Lay out one row; one under a row that is not ticked does not count.

        `is_outright` puts the row's question itself in place of a tick, with “this is no longer true” as an answer.
        """
        stored = self.document.rows.get(row.code)
        shown = RowField(
            code=row.code,
            id=self._ids[row.code],
            short_label=row.short_label,
            label=row.label if row.label != row.short_label else "",
            points=row.points,
            question=row.question,
            ticked=stored is not None or is_outright,
            look_again=row.code in self.look_again,
            is_marked=row.code in self.marks,
            is_outright=is_outright,
        )
        if stored is not None:
            shown.answered_on = stored.answered_on
            shown.is_old = (self.today - stored.answered_on).days > self.rules.rows[row.code].valid_for_days
        if self.data is None:
            self._show(row, shown, stored.given if stored else GivenRow())
            return shown
        shown.ticked = is_outright or row.code in self.data.getlist("ticks")
        given = self._read(row, shown, self.data)
        if shown.ticked and counts:
            if not shown.is_gone:
                self.given[row.code] = given
            self.faults += [Fault(anchor, row.short_label, text) for anchor, text in _errors(shown)]
        return shown

    def _show(self, row: FormRow, shown: RowField, given: GivenRow) -> None:
        """Fill a row with what is kept."""
        own_date = row.code in self.rules.extra.date_questions
        when = (given.due_or_birth_on if own_date else given.event_on) or ""
        kept = DateField(
            self._date_name(row, given.answer),
            self._date_question(row, given.answer),
            self._may_run(row, given.answer),
            str(when),
            given.date_unsure,
            given.still_running,
        )
        self._lay_out(row, shown, given.answer, kept)
        if row.body_map_prompt:
            shown.site = _site(row, given.sites or frozenset(), elsewhere=given.sites == frozenset())

    def _lay_out(self, row: FormRow, shown: RowField, answer: str | None, when: DateField) -> None:
        """Put the answers in their sections, `when` at the chosen one."""
        own_date = row.code in self.rules.extra.date_questions
        shown.when = when if own_date else None
        for section in row.sections:
            options = []
            for option in section.options:
                checked = option.answer == answer
                field_ = None
                if option.date_question and not own_date:
                    name, may_run = self._date_name(row, option.answer), self._may_run(row, option.answer)
                    field_ = when if checked else DateField(name, option.date_question, may_run)
                id_ = f"{shown.id}-{self._number(row, option.answer)}"
                options.append(OptionField(option.answer, id_, checked, option.asks_site, field_))
            shown.sections.append((section.heading or "", options))

    # --- Names, stable within one rule version ---

    def _number(self, row: FormRow, answer: str) -> int:
        return [option.answer for option in self.rules.rows[row.code].options].index(answer)

    def _date_name(self, row: FormRow, answer: str | None) -> str:
        own_date = row.code in self.rules.extra.date_questions
        return f"date-{row.code}" if own_date or answer is None else f"date-{row.code}-{self._number(row, answer)}"

    def _date_question(self, row: FormRow, answer: str | None) -> str:
        own = self.rules.extra.date_questions.get(row.code)
        option = next((option for option in row.options if option.answer == answer), None)
        return own or (option.date_question if option else None) or ""

    def _may_run(self, row: FormRow, answer: str | None) -> bool:
        return self._date_question(row, answer) == self.rules.extra.date_questions["symptom_end"]

    # --- Reading what was sent ---

    def _read(self, row: FormRow, shown: RowField, data: QueryDict) -> GivenRow:
        """Read one row as it was sent and show it so; errors stand beside what they are about."""
        sent = data.get(f"answer-{row.code}")
        option = next((option for option in row.options if option.answer == sent), None)
        shown.is_gone = shown.is_outright and sent == GONE
        is_still = shown.is_outright and not row.options and sent == STILL
        needs_answer = bool(row.options) or shown.is_outright
        if shown.ticked and needs_answer and option is None and not shown.is_gone and not is_still:
            shown.error = UNKNOWN_ANSWER if sent else CHOOSE_ONE if row.options else CHOOSE_OUTRIGHT
        answer = option.answer if option else None
        name = self._date_name(row, answer)
        when = DateField(
            name,
            self._date_question(row, answer),
            self._may_run(row, answer),
            str(data.get(name, "")).strip()[:20],
            f"{name}-unsure" in data,
            f"{name}-running" in data,
        )
        when.running = when.running and when.may_run
        day = self._day(row, when, option)
        self._lay_out(row, shown, answer, when)
        own_date = row.code in self.rules.extra.date_questions
        return GivenRow(
            answer=answer,
            event_on=None if own_date else day,
            date_unsure=when.unsure and day is None and not when.running,
            still_running=when.running,
            due_or_birth_on=day if own_date else None,
            sites=self._read_sites(row, shown, data, needed=bool(option and option.asks_site)),
        )

    def _day(self, row: FormRow, when: DateField, option: FormOption | None) -> date | None:
        """Return the day that was given, None with an error beside it where one is needed or it cannot be meant."""
        if option is None or not option.date_question:
            return None
        if when.running:
            return None
        if not when.value:
            when.error = "" if when.unsure else GIVE_DAY_OR_RUNNING if when.may_run else GIVE_DAY
            return None
        day = to_date(when.value)
        if day is None:
            when.error = ODD_DAY
        elif row.code == PREGNANCY_CODE:
            first, last = (self.today + span for span in DUE_WITHIN)
            when.error = "" if first <= day <= last else FAR_DAY
        elif day > self.today:
            when.error = FUTURE_DAY
        elif row.code == BIRTH_CODE and day < self.today - BORN_WITHIN:
            when.error = FAR_DAY
        return None if when.error else day

    def _read_sites(self, row: FormRow, shown: RowField, data: QueryDict, *, needed: bool) -> frozenset[str] | None:
        if not row.body_map_prompt:
            return None
        sent = data.getlist(f"sites-{row.code}")
        marked = frozenset(sent) & set(self.rules.extra.areas)
        elsewhere = ELSEWHERE in sent
        shown.site = _site(row, marked, elsewhere=elsewhere)
        if marked or elsewhere:
            return marked
        if needed:
            shown.site.error = MARK_WHERE
        return None


def _site(row: FormRow, marked: frozenset[str], *, elsewhere: bool) -> SiteField:
    choices = [(area, label[:1].upper() + label[1:], area in marked) for area, label in AREA_LABELS.items()]
    return SiteField(row.body_map_prompt or "", choices, elsewhere, sorted(marked))


def _errors(shown: RowField) -> Iterator[tuple[str, str]]:
    """Yield (id of the field, what is wrong with it)."""
    options = [option for _, options in shown.sections for option in options]
    if shown.error:
        yield options[0].id if options else f"{shown.id}-still", shown.error
    for id_, when in [(shown.id, shown.when), *((option.id, option.when) for option in options)]:
        if when is not None and when.error:
            yield f"{id_}-day", when.error
    if shown.site is not None and shown.site.error:
        yield f"{shown.id}-a1", shown.site.error

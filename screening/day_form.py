"""The questions of the day, as one write-only form for every place that asks them: mail link, account, arrival, tablet.

The rows that everybody is asked start blank whatever is kept, so whoever opens the page learns nothing. A row that is
asked because this client has ticked it (`known`) stands there with its question: only for somebody who may know that.
"""

from collections.abc import Collection, Iterable
from datetime import date, datetime
from typing import Final

from django.http import QueryDict

from massage_booking.accounts.models import Client
from screening import help_now, selectors, vault
from screening.document import Document, Given, group_codes
from screening.domain.form import arrival_codes, form_for
from screening.domain.rules import Rules
from screening.question_fields import Fault
from screening.question_rows import RowReader
from screening.questions import BOTH_SAID, NOTHING_SAID, OTHER_RULES, UNKNOWN_ROW

NONE: Final = "day"
SAY_YES_OR_NO: Final = "Please say yes or no."
SAY_WHAT: Final = "Please tick what it is, or “Something else”."
SAID_NO: Final = "You said that nothing is new, and ticked something under it. Please leave only what is true."


class DayForm:
    """The questions of the day: unbound it is blank, bound (`data`) it shows what was typed.

    `rows` take ticks and share one “None of these”; `known` are asked outright; under the closing question `new_rows`
    are asked after a yes. `faults` are what has to be put right, in the order of the page. `age` is the client's on the
    day, `today` the date on the studio's wall. `label` names the version of the rules: a page made with another one is
    not finished, whatever was ticked on it.
    """

    def __init__(
        self,
        rules: Rules,
        codes: Iterable[str],
        closing_question: bool = True,
        data: QueryDict | None = None,
        *,
        age: int,
        today: date,
        known: Iterable[str] = (),
        label: str = "",
    ) -> None:
        self.rules, self.today, self.data, self.label = rules, today, data, label
        self.layout = {row.code: row for group in form_for(rules, age).all_groups for row in group.rows}
        wanted = frozenset(known)
        outright = [code for code in self.layout if code in wanted]
        asked = [code for code in codes if code in self.layout and code not in outright]
        self.question = rules.extra.arrival_question.text if closing_question else ""
        self._reader = RowReader(rules=rules, document=Document(), today=today, data=data)
        self.none = data is not None and NONE in data.getlist("none")
        self.none_error = self.question_error = ""
        self.rows = [self._reader.row(self.layout[code]) for code in asked]
        if data is not None and asked:
            self._check_none()
        self.known = [self._reader.row(self.layout[code], is_outright=True) for code in outright]
        self.is_new = {"yes": True, "no": False}.get(str(data.get("new_today", ""))) if data is not None else None
        self.something_else = self.is_new is True and data is not None and "new_other" in data
        reasks = rules.extra.arrival_question.reasks if self.question else ()
        later = [code for code in reasks if code in self.layout and code not in {*asked, *outright}]
        self.new_rows = [self._reader.row(self.layout[code], counts=self.is_new is True) for code in later]
        if data is not None and self.question:
            self._check_new()
        self.notices = [OTHER_RULES] if self._is_of_other_rules else []
        self.notices += [UNKNOWN_ROW] if self._has_unknown([*asked, *later]) else []

    @property
    def faults(self) -> list[Fault]:
        return self._reader.faults

    @property
    def is_valid(self) -> bool:
        return self.data is not None and not self.faults and not self._is_of_other_rules

    @property
    def _is_of_other_rules(self) -> bool:
        return self.data is not None and self.data.get("rules", self.label) != self.label

    @property
    def asked(self) -> frozenset[str]:
        """Return the rows that the form speaks about; of those under the closing question only the ticked ones."""
        ticked = {row.code for row in self.new_rows if row.ticked and self.is_new}
        return frozenset({*(row.code for row in self.rows), *(row.code for row in self.known), *ticked})

    @property
    def new_codes(self) -> frozenset[str]:
        """Return the rows that are said to be new today."""
        return frozenset(row.code for row in self.new_rows if row.ticked and self.is_new)

    @property
    def asks_outright(self) -> frozenset[str]:
        return frozenset(row.code for row in self.known)

    def given(self, *, only: Collection[str] | None = None) -> Given:
        """Return what the form says, of `only` some rows if wanted; a row that is asked and absent is not ticked."""
        asked = self.asked if only is None else self.asked & frozenset(only)
        groups = [group.id for group in self.rules.screen.groups if asked & set(group_codes(self.rules, group.id))]
        rows = {code: row for code, row in self._reader.given.items() if code in asked}
        whole = {group for group in groups if asked >= set(group_codes(self.rules, group))}
        none = {group for group in whole if not rows.keys() & set(group_codes(self.rules, group))}
        return Given(groups=tuple(groups), rows=rows, none=frozenset(none), asked=asked)

    def asks_for_help(self, date_of_birth: date | None) -> bool:
        """Tell whether what was ticked needs help at once, however unfinished the page is."""
        ticked = self.given(only=self._reader.given)
        return help_now.given_is_emergency(self.rules, ticked, date_of_birth=date_of_birth, day=self.today)

    def _check_none(self) -> None:
        ticked = any(row.ticked for row in self.rows)
        if ticked == self.none:
            self.none_error = BOTH_SAID if ticked else NOTHING_SAID
            self.faults.insert(0, Fault("none-day", "Today", self.none_error))

    def _check_new(self) -> None:
        ticked = any(row.ticked for row in self.new_rows)
        if self.is_new is None:
            self.question_error = SAY_YES_OR_NO
        elif self.is_new and not ticked and not self.something_else:
            self.question_error = SAY_WHAT
        elif not self.is_new and ticked:
            self.question_error = SAID_NO
        if self.question_error:
            self.faults.append(Fault("new-today-yes", "New today", self.question_error))

    def _has_unknown(self, codes: Iterable[str]) -> bool:
        return self.data is not None and not set(self.data.getlist("ticks")) <= set(codes)


def day_form_of(
    client: Client,
    *,
    now: datetime,
    today: date,
    also: Iterable[str] = (),
    reader: vault.Reader | None = None,
    address: str = "",
    data: QueryDict | None = None,
) -> DayForm:
    """Return the form for a client on a day. The date of birth should be known; without one 30 years are assumed.

    Without a `reader` it asks what everybody is asked. A reader who may know what the client has ticked (signed in, by
    code) is asked outright about those rows too, and about `also`, such as rows that have grown old; that is a reading
    of the answers and recorded as one when the page is first shown.
    """
    version, rules = selectors.published_rules()
    known: tuple[str, ...] = ()
    if reader is not None:
        ticked = _ticked(client, rules, reader=reader if data is None else None, now=now, address=address)
        wanted = {*also, *arrival_codes(rules, ticked)}
        known = tuple(code for code in ticked if code in wanted and not is_about_the_day(rules, code))
    age = selectors.age_of(client, today)
    return DayForm(
        rules,
        arrival_codes(rules, ()),
        data=data,
        age=30 if age is None else age,
        today=today,
        known=known,
        label=version.label,
    )


def is_about_the_day(rules: Rules, code: str) -> bool:
    """Tell whether a row of the day says nothing beyond it, so that not ticking it takes an earlier tick back."""
    return code in rules.extra.arrival_check_codes and rules.rows[code].valid_for_days <= 1


def _ticked(
    client: Client, rules: Rules, *, reader: vault.Reader | None, now: datetime, address: str
) -> tuple[str, ...]:
    _, complete = selectors.forms_of(client)
    if complete is None:
        return ()
    if reader is None:
        return tuple(selectors.document_of(complete, rules).rows)
    opened = vault.open_answers(complete, reader=reader, purpose="questions of the day", now=now, address=address)
    return tuple(selectors.read_as(complete, rules, opened).rows)

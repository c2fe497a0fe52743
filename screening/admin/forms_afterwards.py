"""The form of reports after a session: their words, and what follows from each."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from screening.admin.fields import all_valid, line, lock, message_choices, name_for_readers, row_choices, ticks
from screening.admin.words import Choices
from screening.domain.reports import NextStep, Report
from screening.domain.rules import Rules
from screening.rulework.afterwards import AfterEdit

_LISTS: Final = ("messages", "messages_for_therapist", "asks")
_FLAGS: Final = ("stops_booking", "needs_review", "calls", "stops_product")


class ReportForm(forms.Form):
    """One report."""

    words = line("What is reported")
    messages = ticks("Messages shown at once", [])
    stops_booking = forms.BooleanField(label="Nothing is booked or begun until somebody has looked", required=False)
    needs_review = forms.BooleanField(label="A therapist looks before the next booking", required=False)
    calls = forms.BooleanField(label="The therapist calls within one working day", required=False)
    messages_for_therapist = ticks("Messages that the therapist may give when they call", [])
    stops_product = forms.BooleanField(label="The product is not used again", required=False)
    asks = ticks("Asked again", [])

    def __init__(self, *args: Any, ids: Choices, codes: Choices, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, choices in (("messages", ids), ("messages_for_therapist", ids), ("asks", codes)):
            # What these rules do not have any more stays to be seen, and to be unticked.
            gone = [word for word in self.initial.get(name, ()) if word not in dict(choices)]
            self.fields[name].choices = [*choices, *((word, f"{word} (not there)") for word in gone)]  # type: ignore[attr-defined]

    @property
    def asked(self) -> int:
        """Return how many rows are asked again, for the page."""
        return len(self["asks"].value() or ())

    def report(self, old: Report) -> Report:
        found = self.cleaned_data
        lists = {name: tuple(found[name]) for name in _LISTS}
        return Report(old.kind, found["words"], NextStep(**lists, **{name: found[name] for name in _FLAGS}))


class AfterForms:
    """The whole page, as one thing to be valid or not."""

    def __init__(self, rules: Rules, edit: AfterEdit, data: Any = None, *, read_only: bool = False) -> None:
        ids = message_choices(rules)[1:]
        codes = row_choices(rules, [code for code in rules.rows if code not in rules.set_by_age])
        self.reports = [
            (
                report,
                ReportForm(data, prefix=f"report-{report.kind.value}", initial=_initial(report), ids=ids, codes=codes),
            )
            for report in edit.reports
        ]
        for report, form in self.reports:
            name_for_readers(form, report.words)
            if read_only:
                lock(form)

    @property
    def sections(self) -> Iterator[tuple[str, ReportForm]]:
        """Yield each report with its form, for the page."""
        for report, form in self.reports:
            yield report.words, form

    def is_valid(self) -> bool:
        return all_valid(form for _, form in self.reports)

    @property
    def edit(self) -> AfterEdit:
        return AfterEdit(tuple(form.report(report) for report, form in self.reports))


def _initial(report: Report) -> dict[str, Any]:
    then = report.then
    return {"words": report.words, **{name: getattr(then, name) for name in (*_LISTS, *_FLAGS)}}

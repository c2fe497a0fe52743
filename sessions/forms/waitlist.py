"""The form that puts somebody in line: what they wait for, and on which days and times."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms

from sessions.domain.waitlist import MOST_DAYS, Window
from sessions.forms.choice import ANYONE
from sessions.selectors.offer import Offered
from therapists import selectors as therapists
from therapists.models import Therapist, Weekday

SHORT: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control narrow"})
    )


def _time(label: str) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        required=False,
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control narrow"}),
    )


class WaitlistForm(forms.Form):
    """`offered` are the services with what the client's answers have against each; only open ones may be chosen."""

    service = forms.ChoiceField(
        label="Session",
        error_messages={"required": "Choose a session.", "invalid_choice": "Choose one of the open sessions."},
    )
    therapist = forms.ChoiceField(label="With", required=False, widget=forms.Select(attrs={"class": "form-select"}))
    first = _day("From")
    last = _day("Until")
    weekdays = forms.TypedMultipleChoiceField(
        label="On",
        coerce=int,
        choices=[(str(day.value), day.label) for day in Weekday],
        error_messages={"required": "Tick at least one day."},
    )
    earliest = _time("Start at the earliest")
    latest = _time("Start at the latest")

    def __init__(
        self, *args: Any, offered: Sequence[Offered], givers: Iterable[Therapist], today: date, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.open = {item.service.slug: item.service for item in offered if item.allowed}
        self._set("service", [(slug, service.name) for slug, service in self.open.items()])
        self._set("therapist", [(ANYONE, "Anyone trained for it"), *((one.slug, one.name) for one in givers)])

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    @property
    def days(self) -> list[tuple[str, str, str, bool]]:
        """The weekdays as the page shows them: value, name, short name, ticked."""
        ticked = {str(value) for value in self["weekdays"].value() or []}
        return [
            (value, label, short, value in ticked)
            for (value, label), short in zip(self.fields["weekdays"].choices, SHORT, strict=True)  # type: ignore[attr-defined]
        ]

    @property
    def window(self) -> Window:
        data = self.cleaned_data
        return Window(
            data["first"], data["last"], frozenset(data["weekdays"]), data.get("earliest"), data.get("latest")
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_days(data)
        earliest, latest = data.get("earliest"), data.get("latest")
        if earliest and latest and latest < earliest:
            self.add_error("latest", "This is before the earliest start.")
        self._check_service(data)
        return data

    def _check_days(self, data: dict[str, Any]) -> None:
        first, last = data.get("first"), data.get("last")
        if first is None or last is None:
            return
        data["first"] = first = max(first, self.today)
        if last < first:
            self.add_error("last", "This is before the first day.")
        elif last > self.today + timedelta(days=MOST_DAYS):
            self.add_error("last", f"We look at most {MOST_DAYS} days ahead.")
        elif last - first < timedelta(days=6) and not self._days_between(first, last) & set(data.get("weekdays") or []):
            self.add_error("weekdays", "None of these days lies between the two dates.")

    def _days_between(self, first: date, last: date) -> set[int]:
        return {(first + timedelta(days=number)).weekday() for number in range((last - first).days + 1)}

    def _check_service(self, data: dict[str, Any]) -> None:
        service = self.open.get(str(data.get("service")))
        if service is None:
            return
        data["service"] = service
        slug = data.get("therapist")
        givers = {person.slug: person for person in therapists.eligible_therapists(service=service)}
        data["therapist"] = givers.get(str(slug))
        if slug and slug != ANYONE and data["therapist"] is None:
            self.add_error("therapist", "This therapist does not give that session. Choose anyone, or another session.")

"""What a series is to be like, and the times that were chosen for its dates."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any, Final

from django import forms

from massage_booking.core.parsing import to_instant
from sessions.domain.series import FEWEST, MOST
from sessions.forms.client import LONGEST_INTERVAL, SHORTEST_INTERVAL
from sessions.selectors.series_rows import ANYONE, Pick
from therapists.models import Service, Therapist, Weekday

# A date that a person leaves out, or a session that stays where it is.
OUT: Final = "out"
WISH: Final = ("service", "therapist", "interval", "count", "begin", "weekday", "time")

_SELECT: Final = {"class": "form-select"}


def date_field(label: str, **more: Any) -> forms.DateField:
    widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control narrow"})
    return forms.DateField(label=label, widget=widget, **more)


def time_field(label: str, **more: Any) -> forms.TimeField:
    widget = forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control narrow"})
    return forms.TimeField(label=label, widget=widget, **more)


def whole_number(label: str, least: int, most: int) -> forms.IntegerField:
    widget = forms.NumberInput(attrs={"class": "form-control narrow", "inputmode": "numeric"})
    return forms.IntegerField(label=label, min_value=least, max_value=most, widget=widget)


def clean_grid(value: time, grid_minutes: int) -> time:
    """Return a time of day at which sessions start; refuse another."""
    if value.second or value.microsecond or (value.hour * 60 + value.minute) % grid_minutes:
        raise forms.ValidationError(f"Sessions start every {grid_minutes} minutes. Choose for example 10:00.")
    return value


class SeriesForm(forms.Form):
    """A series that is wished for. `services` are those that may be chosen, `givers` who could give them."""

    service = forms.ChoiceField(
        label="Session",
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "Choose one of the sessions."},
    )
    therapist = forms.ChoiceField(
        label="With",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "We could not find that therapist. Choose one, or anyone."},
    )
    interval = whole_number("Days from one to the next", SHORTEST_INTERVAL, LONGEST_INTERVAL)
    count = whole_number("How many", FEWEST, MOST)
    begin = date_field("From the day")
    weekday = forms.TypedChoiceField(
        label="First on a",
        coerce=int,
        empty_value=None,
        required=False,
        choices=[("", "any day"), *((str(day.value), day.label) for day in Weekday)],
        widget=forms.Select(attrs=_SELECT),
    )
    time = time_field("Time of day")

    def __init__(
        self,
        *args: Any,
        services: Sequence[Service],
        givers: Iterable[Therapist],
        today: date,
        horizon_days: int,
        grid_minutes: int,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.horizon_days, self.grid_minutes = today, horizon_days, grid_minutes
        self.services = {service.slug: service for service in services}
        self.givers = {person.slug: person for person in givers}
        self._offer("service", [(slug, service.name) for slug, service in self.services.items()])
        people = [(slug, person.name) for slug, person in self.givers.items()]
        self._offer("therapist", [(ANYONE, "Anyone trained for it"), *people])

    def _offer(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean_service(self) -> Service:
        return self.services[self.cleaned_data["service"]]

    def clean_therapist(self) -> Therapist | None:
        return self.givers.get(self.cleaned_data["therapist"])

    def clean_begin(self) -> date:
        begin: date = self.cleaned_data["begin"]
        if begin < self.today:
            raise forms.ValidationError("That day is over.")
        if begin > self.today + timedelta(days=self.horizon_days):
            raise forms.ValidationError(f"We plan {self.horizon_days} days ahead, and that day is further.")
        return begin

    def clean_time(self) -> Any:
        return clean_grid(self.cleaned_data["time"], self.grid_minutes)

    def clean(self) -> None:
        super().clean()
        service, therapist = self.cleaned_data.get("service"), self.cleaned_data.get("therapist")
        if service is not None and therapist is not None and not therapist.services.filter(pk=service.pk).exists():
            self.add_error("therapist", f"{therapist.first_name} does not give {service.name}.")


def read_picks(data: Mapping[str, Any], count: int) -> dict[int, Pick | None]:
    """Return what was chosen for the dates, by place in the list; None for a date that is left out.

    What cannot be read counts as not chosen.
    """
    picks: dict[int, Pick | None] = {}
    for place in range(count):
        raw = str(data.get(f"date-{place + 1}", ""))
        if raw == OUT:
            picks[place] = None
            continue
        stamp, _, slug = raw.partition("~")
        starts_at = to_instant(stamp)
        if starts_at is not None:
            picks[place] = Pick(starts_at, slug[:60] or ANYONE)
    return picks


def write_picks(picks: Mapping[int, Pick | None]) -> dict[str, str]:
    """Return choices as fields of a form."""
    return {
        f"date-{place + 1}": OUT if pick is None else f"{pick.starts_at.isoformat()}~{pick.slug}"
        for place, pick in sorted(picks.items())
    }


SAME: Final = "same"


class FollowingForm(forms.Form):
    """Where a session of a series goes; those after it keep their distance."""

    day = date_field("To the day")
    time = time_field("Time of day")
    therapist = forms.ChoiceField(
        label="With",
        required=False,
        widget=forms.Select(attrs=_SELECT),
        error_messages={"invalid_choice": "We could not find that therapist. Choose one, or anyone."},
    )

    def __init__(self, *args: Any, givers: Iterable[Therapist], today: date, grid_minutes: int, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today, self.grid_minutes = today, grid_minutes
        self.givers = {person.slug: person for person in givers}
        people = [(slug, person.name) for slug, person in self.givers.items()]
        self.fields["therapist"].choices = [  # type: ignore[attr-defined]
            (SAME, "The same as now"), (ANYONE, "Anyone trained for it"), *people,
        ]  # fmt: skip

    def clean_day(self) -> date:
        day: date = self.cleaned_data["day"]
        if day < self.today:
            raise forms.ValidationError("That day is over.")
        return day

    def clean_time(self) -> Any:
        return clean_grid(self.cleaned_data["time"], self.grid_minutes)

    def clean_therapist(self) -> str:
        return self.cleaned_data["therapist"] or SAME

"""Forms for a time that is no opening: when, on the studio's wall; with whom, and why all the same."""

from datetime import datetime
from typing import Any

from django import forms

from massage_booking.core.ids import new_public_id

REASON_MOST = 200
NO_HEALTH = "Everybody on staff can read it: nothing about health."


def _field(kind: str) -> dict[str, str]:
    return {"type": kind, "class": "form-control"}


class WhenForm(forms.Form):
    """A date and a time of day in the studio's zone, to the minute."""

    day = forms.DateField(label="Day", widget=forms.DateInput(attrs=_field("date"), format="%Y-%m-%d"))
    time = forms.TimeField(
        label="Time", widget=forms.TimeInput(attrs=_field("time"), format="%H:%M"), input_formats=["%H:%M"]
    )

    @property
    def wall(self) -> datetime:
        """Return what the wall shows then."""
        return datetime.combine(self.cleaned_data["day"], self.cleaned_data["time"])

    def clean_day(self) -> Any:
        day = self.cleaned_data["day"]
        if not 2000 <= day.year <= 2200:
            raise forms.ValidationError("We could not read that day.")
        return day


def key_field() -> forms.RegexField:
    """Return the key that makes a second sending of the same form harmless; a new one where none came."""
    return forms.RegexField(r"^[\w-]{16,40}$", max_length=40, initial=new_public_id, widget=forms.HiddenInput)


def reason_field(label: str, *, help_text: str = NO_HEALTH, required: bool = True) -> forms.CharField:
    return forms.CharField(
        label=label,
        min_length=3,
        max_length=REASON_MOST,
        required=required,
        help_text=help_text,
        widget=forms.TextInput(attrs={"autocomplete": "off", "class": "form-control"}),
        error_messages={"required": "Please write a few words: why?", "min_length": "Please write a few words: why?"},
    )


class AnywayForm(forms.Form):
    """With whom, and why all the same. A therapist's own calendar needs no choice."""

    therapist = forms.CharField(max_length=60, required=False)
    reason = reason_field("Why all the same?")
    key = key_field()

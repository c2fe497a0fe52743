"""Time off that comes back, as a form."""

from typing import Any

from django import forms

from therapists.domain.repeating import MOST_WEEKS
from therapists.forms.hours import ClockInput, DayInput, check_years
from therapists.models import Weekday

EVERY = [(1, "every week"), *((weeks, f"every {weeks} weeks") for weeks in range(2, MOST_WEEKS + 1))]


class RepeatingForm(forms.Form):
    """Every so many weeks on a weekday, the whole day or from a time to a time."""

    every_weeks = forms.TypedChoiceField(label="How often", coerce=int, choices=EVERY, initial=1)
    weekday = forms.TypedChoiceField(label="On", coerce=int, choices=Weekday.choices)
    starts = forms.TimeField(label="From", required=False, widget=ClockInput)
    ends = forms.TimeField(label="Until", required=False, widget=ClockInput, help_text="Both empty: the whole day.")
    first = forms.DateField(label="First day", widget=DayInput, help_text="Weeks are counted from this one.")
    last = forms.DateField(label="Last day", required=False, widget=DayInput, help_text="Empty: until you remove it.")
    note = forms.CharField(label="Note", required=False, max_length=120, help_text="Only staff see this.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_years(self, "first", "last")
        starts, ends = data.get("starts"), data.get("ends")
        if starts and not ends and "ends" not in self.errors:
            self.add_error("ends", "Say until when, or leave both empty for the whole day.")
        if ends and not starts and "starts" not in self.errors:
            self.add_error("starts", "Say from when, or leave both empty for the whole day.")
        if data.get("first") and data.get("last") and data["last"] < data["first"]:
            self.add_error("last", "This is before the first day.")
        return data

"""Hours on one date, as a form: the date, its blocks, or that there are none."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from django import forms

from massage_booking.studio.models import Location
from therapists.domain.hours import DatedBlock
from therapists.forms.hours import BlockFormSet, DayInput, check_years

NOTHING_SAID = "Say from when to when you work, or tick that you do not work that day."
BOTH_SAID = "You ticked that you do not work that day, and there are hours too. Keep one of them."


class DatedHoursForm(forms.Form):
    """A date with its blocks, `rows`. `initial` may hold `day`, `is_off`, `note`; `blocks` fill the rows."""

    day = forms.DateField(label="Date", widget=DayInput)
    is_off = forms.BooleanField(label="Not working that day", required=False)
    note = forms.CharField(label="Note", required=False, max_length=120, help_text="Only staff see this.")

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        locations: Sequence[Location],
        blocks: Iterable[DatedBlock] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.locations = locations
        self.rows = BlockFormSet(
            data,
            prefix="block",
            form_kwargs={"locations": locations},
            initial=[
                {"starts": block.starts, "ends": block.ends, "location": block.location_id}
                for block in blocks
                if block.starts is not None
            ],
        )

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_years(self, "day")
        if not self.rows.is_valid():
            # What is wrong with a row stands at the row.
            self.add_error(None, [*self.rows.non_form_errors()] or "The rows that need a change say why.")
            return data
        if "day" not in self.cleaned_data:
            return data
        if not self.blocks and not data.get("is_off"):
            self.add_error(None, NOTHING_SAID)
        elif self.blocks and data.get("is_off"):
            self.add_error("is_off", BOTH_SAID)
        elif self.blocks and not self.locations:
            self.add_error(None, "There is no location yet. An admin adds the first one, then you can set your hours.")
        return data

    @property
    def blocks(self) -> list[DatedBlock]:
        day: date = self.cleaned_data["day"]
        return [block for form in self.rows.forms if (block := form.dated_block(day)) is not None]

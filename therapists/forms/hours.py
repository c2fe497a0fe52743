"""The working week and single stretches of time off, as forms."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, time
from typing import Any

from django import forms

from massage_booking.core.errors import Refused
from massage_booking.studio.models import Location
from therapists.domain.hours import Conflict, DatedBlock, WeeklyBlock
from therapists.messages import sentence
from therapists.models import Weekday, WeeklyHours

# A longer block is nearly always a slip of the clock: 9:00 to 5:00 meant 17:00.
LONGEST_BLOCK = 16 * 60  # minutes
BLOCKS_A_DAY = 6


class ClockInput(forms.TimeInput):
    input_type = "time"

    def __init__(self) -> None:
        super().__init__(format="%H:%M", attrs={"class": "form-control num"})


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


def check_years(form: forms.Form, *names: str) -> None:
    """Refuse dates that nobody means, before they are counted with."""
    for name in names:
        day = form.cleaned_data.get(name)
        if day and not 2000 <= day.year <= 2200:
            form.add_error(name, "Check the year.")


def block_problem(starts: time, ends: time) -> str:
    """Return what is wrong with a block from one time to another, or nothing."""
    if starts == ends:
        return "From and to are the same."
    minutes = (ends.hour * 60 + ends.minute - starts.hour * 60 - starts.minute) % (24 * 60)
    if minutes > LONGEST_BLOCK:
        return f"That is {minutes // 60} hours, into the next day. Write the afternoon as 13:00 and later."
    return ""


class BlockForm(forms.Form):
    """One block of a day. Both times empty: there is no such block."""

    starts = forms.TimeField(label="From", required=False, widget=ClockInput)
    ends = forms.TimeField(label="To", required=False, widget=ClockInput)
    location = forms.TypedChoiceField(
        label="At", coerce=int, required=False, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, locations: Sequence[Location], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.only_location = locations[0].pk if len(locations) == 1 else None
        if self.only_location is None:
            self.fields["location"].choices = [(place.pk, place.name) for place in locations]  # type: ignore[attr-defined]
        else:
            del self.fields["location"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        starts, ends = data.get("starts"), data.get("ends")
        if starts and not ends and "ends" not in self.errors:
            self.add_error("ends", "Say until when.")
        elif ends and not starts and "starts" not in self.errors:
            self.add_error("starts", "Say from when.")
        elif starts and ends and (problem := block_problem(starts, ends)):
            self.add_error("ends", problem)
        return data

    def block(self, weekday: int) -> WeeklyBlock | None:
        """Return what was filled in, None for an empty row."""
        data = self.cleaned_data
        if not data.get("starts") or not data.get("ends"):
            return None
        location = self.only_location or data.get("location") or 0
        return WeeklyBlock(weekday, data["starts"], data["ends"], location)

    def dated_block(self, day: date) -> DatedBlock | None:
        """Return the same as work on one date."""
        block = self.block(day.weekday())
        return block and DatedBlock(day, block.starts, block.ends, block.location_id)

    @property
    def is_blank(self) -> bool:
        return not any(self[name].value() for name in ("starts", "ends"))


BlockFormSet = forms.formset_factory(BlockForm, extra=1, max_num=BLOCKS_A_DAY, absolute_max=BLOCKS_A_DAY + 4)


class WeekForm:
    """Seven days, each a set of blocks with an empty row at its end."""

    def __init__(
        self, data: Mapping[str, Any] | None, *, rows: Iterable[WeeklyHours], locations: Sequence[Location]
    ) -> None:
        stored = list(rows)
        self.locations = locations
        self.errors: list[str] = []
        self.days = [
            BlockFormSet(
                data,
                prefix=f"day{weekday.value}",
                form_kwargs={"locations": locations},
                initial=[
                    {"starts": row.starts, "ends": row.ends, "location": row.location_id}
                    for row in stored
                    if row.weekday == weekday.value
                ],
            )
            for weekday in Weekday
        ]
        self.is_bound = data is not None

    def __iter__(self) -> Iterator[tuple[str, Any]]:
        return ((str(weekday.label), day) for weekday, day in zip(Weekday, self.days, strict=True))

    @property
    def is_fine(self) -> bool:
        """Say whether nothing stands in the way: not sent yet, or sent without errors."""
        return not self.errors and not (self.is_bound and any(day.total_error_count() for day in self.days))

    def is_valid(self) -> bool:
        if not self.locations:
            self.errors.append("There is no location yet. An admin adds the first one, then you can set your hours.")
        for day in self.days:
            if not day.is_valid() and day.non_form_errors():
                self.errors += [str(error) for error in day.non_form_errors()]
        return self.is_fine

    def _filled(self) -> Iterator[tuple[BlockForm, WeeklyBlock]]:
        for weekday, day in zip(Weekday, self.days, strict=True):
            for form in day.forms:
                block = form.block(weekday.value)
                if block is not None:
                    yield form, block

    @property
    def blocks(self) -> list[WeeklyBlock]:
        return [block for _, block in self._filled()]

    def refuse(self, error: Refused) -> None:
        """Put a refusal where it belongs: an overlap at the later of its two rows."""
        pairs: list[Conflict] = error.params.get("conflicts", [])
        if not pairs:
            self.errors.append(sentence(error))
        for pair in pairs:
            # Two equal blocks are told apart by where they stand; the error goes to the last of them.
            row = [form for form, block in self._filled() if block == pair.second][-1]
            row.add_error("starts", str(pair))


class TimeOffForm(forms.Form):
    """Whole days, or from a time on the first day to a time on the last."""

    first = forms.DateField(label="First day", widget=DayInput)
    starts = forms.TimeField(
        label="From", required=False, widget=ClockInput, help_text="Empty: from the beginning of the day."
    )
    last = forms.DateField(label="Last day", required=False, widget=DayInput, help_text="Empty: the same day.")
    ends = forms.TimeField(label="Until", required=False, widget=ClockInput, help_text="Empty: to the end of the day.")
    note = forms.CharField(label="Note", required=False, max_length=120, help_text="Only staff see this.")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        check_years(self, "first", "last")
        if first and last and last < first:
            self.add_error("last", "This is before the first day.")
        return data

    @property
    def stretch(self) -> dict[str, Any]:
        """Return the arguments of `services.add_time_off` that the form knows."""
        data = self.cleaned_data
        return {
            "first": data["first"],
            "last": data["last"] or data["first"],
            "starts": data["starts"],
            "ends": data["ends"],
            "note": data["note"],
        }

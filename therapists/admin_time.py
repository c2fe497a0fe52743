"""Hours on dates and repeating time off in the admin: everybody's, with the checks of the therapists' own pages."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.widgets import AdminTimeWidget
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest

from massage_booking.core import clock
from massage_booking.core.admin_base import HouseAdmin
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Location
from therapists.domain.hours import DatedBlock
from therapists.domain.repeating import MOST_WEEKS, Repeat, next_dates
from therapists.forms import block_problem
from therapists.forms.hours import check_years
from therapists.forms.repeating import EVERY
from therapists.messages import sentence
from therapists.models import DatedHours, RepeatingTimeOff
from therapists.services.dates import conflicts_on, refuse_date
from therapists.services.repeating import refuse_repeat
from therapists.templatetags.profiles import repeating_words

HALF = "Give both times, or neither."
# Where a refusal stands, so that the table's own constraint does not say the same once more.
AT_FIELD = {"repeat_half": "ends", "repeat_reversed": "last"}
TIMES = {models.TimeField: {"widget": AdminTimeWidget(format="%H:%M")}}


class DatedHoursForm(forms.ModelForm):
    """One block of a date, or that there is no work."""

    class Meta:
        model = DatedHours
        fields = ["therapist", "day", "starts", "ends", "location", "note"]
        help_texts = {"starts": "Both times empty: not working that day.", "location": "Where, if there are hours."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_years(self, "day")
        if self.errors:
            return data
        starts, ends = data.get("starts"), data.get("ends")
        if (starts is None) != (ends is None):
            self.add_error("ends", HALF)
        elif starts is None:
            data["location"] = None
            self._refuse_second(data)
        elif problem := block_problem(starts, ends):
            self.add_error("ends", problem)
        elif data.get("location") is None:
            self.add_error("location", "Say where.")
        else:
            self._refuse_second(data)
        return data

    def _refuse_second(self, data: dict[str, Any]) -> None:
        """Refuse what the date, its other blocks, and the days beside it do not allow."""
        studio, day = studio_selectors.require(), data["day"]
        others = DatedHours.objects.filter(therapist=data["therapist"], day=day).exclude(pk=self.instance.pk)
        rows = [DatedBlock(row.day, row.starts, row.ends, row.location_id) for row in others]
        if rows and (data["starts"] is None or any(row.starts is None for row in rows)):
            self.add_error("day", "This date is set already, as working or as not. Change or delete that row first.")
            return
        blocks = [*rows, DatedBlock(day, data["starts"], data["ends"], data["location"].pk)] if data["starts"] else []
        try:
            refuse_date(day=day, blocks=blocks, studio=studio, now=clock.now())
        except Refused as error:
            self.add_error(None, sentence(error))
            return
        for pair in conflicts_on(therapist=data["therapist"], day=day, blocks=blocks, studio=studio):
            self.add_error("starts", str(pair))


class RepeatingForm(forms.ModelForm):
    """Time off that comes back."""

    every_weeks = forms.TypedChoiceField(label="How often", coerce=int, choices=EVERY)

    class Meta:
        model = RepeatingTimeOff
        fields = ["therapist", "every_weeks", "weekday", "starts", "ends", "first", "last", "note"]
        help_texts = {"starts": "Both times empty: the whole day.", "first": "Weeks are counted from this one."}

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        check_years(self, "first", "last")
        if self.errors:
            return data
        repeat = Repeat(
            data["weekday"], data.get("starts"), data.get("ends"), data["every_weeks"], data["first"], data.get("last")
        )
        try:
            refuse_repeat(repeat=repeat, today=clock.today(studio_selectors.require().tz))
        except Refused as error:
            self.add_error(AT_FIELD.get(error.code), sentence(error))
        return data


@admin.register(DatedHours)
class DatedHoursAdmin(HouseAdmin):
    form = DatedHoursForm
    formfield_overrides = TIMES
    list_display = ["day", "therapist", "hours", "location", "note"]
    list_filter = ["therapist"]
    list_select_related = ["therapist", "location"]
    date_hierarchy = "day"
    search_fields = ["therapist__name", "note"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[DatedHours]:
        """What is over can neither be changed nor does it matter any more."""
        studio = studio_selectors.current()
        rows = super().get_queryset(request)
        return rows.filter(day__gte=clock.today(studio.tz)) if studio else rows

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        only = list(Location.objects.values_list("pk", flat=True)[:2])
        return {**({"location": only[0]} if len(only) == 1 else {}), **super().get_changeform_initial_data(request)}

    @admin.display(description="hours", ordering="starts")
    def hours(self, obj: DatedHours) -> str:
        return f"{obj.starts:%H:%M} to {obj.ends:%H:%M}" if obj.starts and obj.ends else "not working"


@admin.register(RepeatingTimeOff)
class RepeatingTimeOffAdmin(HouseAdmin):
    form = RepeatingForm
    formfield_overrides = TIMES
    list_display = ["therapist", "when", "first", "last", "next_time", "note"]
    list_filter = ["therapist"]
    list_select_related = ["therapist"]
    search_fields = ["therapist__name", "note"]

    @admin.display(description="when", ordering="weekday")
    def when(self, obj: RepeatingTimeOff) -> str:
        return repeating_words(obj)

    @admin.display(description="next")
    def next_time(self, obj: RepeatingTimeOff) -> Any:
        studio = studio_selectors.current()
        repeat = Repeat(obj.weekday, obj.starts, obj.ends, min(obj.every_weeks, MOST_WEEKS), obj.first, obj.last)
        found = next_dates(repeat, clock.today(studio.tz), 1) if studio else []
        return found[0] if found else "over"

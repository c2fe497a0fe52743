"""Forms of the admin's studio pages."""

from typing import Any
from zoneinfo import available_timezones

from django import forms

from massage_booking.core import money
from massage_booking.studio import holidays_here
from massage_booking.studio.models import Place, Studio

# Areas of the tz database that people live in; the rest are old names and abbreviations.
AREAS = ("Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Europe", "Indian", "Pacific")


def zone_choices(current: str = "") -> list[tuple[str, Any]]:
    """Return the zones by area, UTC first; a stored old name stays choosable."""
    names = sorted(name for name in available_timezones() if name.split("/", 1)[0] in AREAS and "/" in name)
    groups: dict[str, list[tuple[str, str]]] = {area: [] for area in AREAS}
    for name in names:
        area, place = name.split("/", 1)
        groups[area].append((name, place.replace("_", " ").replace("/", ", ")))
    first = [("UTC", "UTC")]
    if current and current != "UTC" and current not in names:
        first.append((current, current))
    return [*first, *groups.items()]


class PlaceForm(forms.ModelForm):
    class Meta:
        model = Place
        fields = ["name", "kind", "is_active"]

    def has_changed(self) -> bool:
        """Count a new row as filled in even when everything in it is as proposed: a table is the usual place."""
        return self.instance.pk is None or super().has_changed()


class StudioForm(forms.ModelForm):
    class Meta:
        model = Studio
        fields = "__all__"  # noqa: DJ007 - every setting is meant to be edited here

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "zone" in self.fields:
            self.fields["zone"] = forms.ChoiceField(
                label="Time zone",
                choices=zone_choices(self.instance.zone),
                help_text="Hours are wall-clock time here. Sessions already booked keep their instant.",
            )

        if "holiday_country" in self.fields:
            off = ("", "None: holidays are days like any other")
            self.fields["holiday_country"] = forms.ChoiceField(
                label="Public holidays of",
                required=False,
                choices=[off, *holidays_here.countries()],
                help_text="On these days the studio is closed, except for whoever sets hours on the date.",
            )

    def clean_currency(self) -> str:
        code = str(self.cleaned_data["currency"]).upper()
        if code not in money.CODES:
            raise forms.ValidationError(f"“{code}” is not a currency. Three capital letters, for example EUR.")
        return code

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        hold, most = data.get("hold_minutes"), data.get("hold_most_minutes")
        if hold and most and most < hold:
            self.add_error("hold_most_minutes", "This is shorter than one hold.")
        self._clean_region(data)
        return data

    def _clean_region(self, data: dict[str, Any]) -> None:
        """Keep a region only of the country chosen, and only one whose holidays are known."""
        country, region = data.get("holiday_country") or "", str(data.get("holiday_region") or "").strip()
        if not country:
            region = ""
        elif not holidays_here.is_known(country, region):
            known = holidays_here.regions(country)
            words = f"One of: {', '.join(known)}." if known else "This country has none; leave it empty."
            self.add_error("holiday_region", f"“{region}” is no region whose holidays are known. {words}")
        data["holiday_region"] = region

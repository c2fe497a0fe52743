"""Forms of the admin's pages about therapists and services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from massage_booking.core.admin_base import RowsFormSet
from massage_booking.core.errors import Refused
from therapists import pictures
from therapists.domain.hours import WeeklyBlock, conflicts
from therapists.forms import block_problem
from therapists.messages import sentence
from therapists.models import Service, Specialty, SpecialtyKind, Technique, Therapist, TimeOff
from therapists.urls import RESERVED_SLUGS

ADDRESS_LABEL = {"slug": "Address on the site"}


class TherapistForm(forms.ModelForm):
    """A therapist, with a portrait that is made small and clean before it is kept."""

    portrait_file = forms.FileField(
        label="New portrait",
        required=False,
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="JPEG, PNG or WebP, at most 8 MB; upright looks best. Place and camera are removed.",
    )
    remove_portrait = forms.BooleanField(
        label="Remove the portrait", required=False, help_text="The initial stands instead."
    )

    class Meta:
        model = Therapist
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name what is shown
        labels = ADDRESS_LABEL

    def clean_slug(self) -> str:
        slug: str = self.cleaned_data["slug"]
        if slug in RESERVED_SLUGS:
            raise ValidationError("This word is an address of the site itself. Choose another.")
        return slug

    def clean_portrait_file(self) -> bytes:
        """Return the file's content, after a trial that ends with the same refusals as the service."""
        file = self.cleaned_data.get("portrait_file")
        if not file:
            return b""
        if file.size > pictures.MOST_BYTES:
            raise ValidationError(sentence(Refused("picture_too_big", megabytes=pictures.MOST_BYTES // 1024 // 1024)))
        data: bytes = file.read()
        try:
            pictures.make_portrait(data)
        except Refused as error:
            raise ValidationError(sentence(error)) from error
        return data


class WeekFormSet(RowsFormSet):
    """Weekly hours of one therapist: blocks of sensible length that do not overlap."""

    def clean(self) -> None:
        super().clean()
        blocks = []
        for form in self.forms:
            data = getattr(form, "cleaned_data", None) or {}
            if data.get("DELETE") or not all(
                data.get(name) is not None for name in ("weekday", "starts", "ends", "location")
            ):
                continue
            if problem := block_problem(data["starts"], data["ends"]):
                form.add_error("ends", problem)
                continue
            blocks.append(WeeklyBlock(data["weekday"], data["starts"], data["ends"], data["location"].pk))
        if found := conflicts(blocks):
            raise ValidationError([str(pair) for pair in found])


class TimeOffForm(forms.ModelForm):
    class Meta:
        model = TimeOff
        fields = ["starts_at", "ends_at", "note"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("starts_at") and data.get("ends_at") and data["ends_at"] <= data["starts_at"]:
            self.add_error("ends_at", "The end comes before the beginning.")
        return data


class ServiceForm(forms.ModelForm):
    """A service; the model makes its address from technique and length when none is given."""

    slug = forms.SlugField(
        label="Address on the site",
        required=False,
        max_length=60,
        help_text="Empty: made from technique and length, for example swedish-60.",
    )

    class Meta:
        model = Service
        fields = ["technique", "minutes", "price", "turnover_minutes", "is_active", "slug"]


class TechniqueForm(forms.ModelForm):
    class Meta:
        model = Technique
        fields = "__all__"  # noqa: DJ007 - the admin's fieldsets name what is shown
        labels = ADDRESS_LABEL


class SpecialtyForm(forms.ModelForm):
    class Meta:
        model = Specialty
        fields = ["name", "slug", "kind", "technique", "needed_for", "on_home_page", "position"]
        labels = ADDRESS_LABEL

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("kind") == SpecialtyKind.TECHNIQUE and not data.get("technique"):
            self.add_error("technique", "Say which technique.")
        return data

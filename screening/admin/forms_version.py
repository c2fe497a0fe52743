"""The forms around a version: its name, an upload, the sign-off."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from screening.admin.fields import area, line
from screening.models import RuleVersion
from screening.rulework.files import MOST_BYTES, too_big
from screening.services.rule_publishing import SignedOff

MOST_UPLOADS: Final = 8


class LabelForm(forms.Form):
    """What a version is called, and what it is for."""

    label = line("Name", longest=40, help_text="Clients never see it; decisions are kept with it. Such as “2026-2”.")
    note = area("Note", rows=3, required=False, help_text="What is changed, and why.")


class DraftForm(LabelForm):
    """A new draft, begun from a version."""

    base = forms.ModelChoiceField(
        label="Begin with",
        queryset=RuleVersion.objects.none(),
        required=False,
        empty_label="the rules that came with the software",
    )
    field_order = ["base", "label", "note"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["base"].queryset = RuleVersion.objects.only("label")  # type: ignore[attr-defined]


class ManyFilesInput(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFilesField(forms.FileField):
    """Several files at once; too large ones are refused unread."""

    widget = ManyFilesInput

    def clean(self, data: Any, initial: Any = None) -> list[tuple[str, bytes]]:
        files = data if isinstance(data, list | tuple) else [data]
        if len(files) > MOST_UPLOADS:
            raise ValidationError(f"Choose at most {MOST_UPLOADS} files.")
        checked = [super(ManyFilesField, self).clean(file, initial) for file in files]
        big = [too_big(file.name) for file in checked if file.size > MOST_BYTES]
        if big:
            raise ValidationError(big)
        return [(file.name, file.read()) for file in checked]


class ImportForm(DraftForm):
    """A draft out of uploaded files; what is missing comes from the base."""

    label = line(
        "Name",
        longest=40,
        required=False,
        help_text="Empty: the version named in rules_extra.json, if no other is called so.",
    )
    upload = ManyFilesField(
        label="Files",
        help_text="rules.csv, rules_extra.json, screen.json, golden_cases.json: one, several, or a zip of them.",
    )
    field_order = ["upload", "base", "label", "note"]


class SignOffForm(forms.Form):
    """The clinician who has looked at the rules. All three, or none."""

    name = line("Clinician", required=False, longest=120, help_text="First and last name.")
    licence = line("Licence or registration number", required=False, longest=80)
    on = forms.DateField(label="Signed on", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    def __init__(self, *args: Any, must: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.must = must

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        given = [name for name in ("name", "licence", "on") if found.get(name)]
        if given or self.must or any(self.data.get(self.add_prefix(name)) for name in ("name", "licence", "on")):
            for name in ("name", "licence", "on"):
                if not found.get(name) and name not in self.errors:
                    self.add_error(name, "Please fill this in: a sign-off needs all three.")
        return found

    @property
    def signed_off(self) -> SignedOff | None:
        found = self.cleaned_data
        return SignedOff(found["name"], found["licence"], found["on"]) if found.get("on") else None


class NoteForm(forms.Form):
    text = area("Add to the note", rows=2, help_text="A correction, or what was learnt. What stands there stays.")


class UploadCasesForm(forms.Form):
    """A list of example clients in the golden format."""

    file = forms.FileField(label="File", help_text="JSON, a list of clients as in golden_cases.json, at most 1 MB.")

    def clean_file(self) -> bytes:
        file = self.cleaned_data["file"]
        if file.size > 1024 * 1024:
            raise ValidationError("This file is larger than 1 MB.")
        data: bytes = file.read()
        return data

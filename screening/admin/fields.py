"""Small parts of the workbench's forms."""

import re
from collections.abc import Iterable
from typing import Any, Final

from django import forms

from screening.admin.words import Choices
from screening.domain.rules import Rules

# A table may have two hundred rows, and a place beyond the last is a way to say “last”.
MOST_PLACES: Final = 999


def area(label: str, *, rows: int = 2, required: bool = True, **more: Any) -> forms.CharField:
    """Return a field for a text of some lines."""
    return forms.CharField(
        label=label, required=required, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **more
    )


def line(label: str, *, required: bool = True, longest: int = 300, **more: Any) -> forms.CharField:
    return forms.CharField(label=label, required=required, max_length=longest, **more)


def days(label: str, *, required: bool = True, most: int = 3650, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, required=required, min_value=1, max_value=most, **more)


def ticks(label: str, choices: Choices, **more: Any) -> forms.MultipleChoiceField:
    """Return a field of tick boxes."""
    return forms.MultipleChoiceField(
        label=label, choices=choices, required=False, widget=forms.CheckboxSelectMultiple, **more
    )


def row_choices(rules: Rules, codes: Iterable[str] | None = None) -> Choices:
    """Return (code, name in the list) of rows, in the order of the screen."""
    wanted = set(rules.rows if codes is None else codes)
    under = rules.screen.shown_only_with
    ordered: list[str] = []
    for group in rules.screen.groups:
        for code in group.codes:
            ordered += [code, *(child for child, parent in under.items() if parent == code)]
    ordered += [code for code in rules.rows if code not in ordered]
    names = rules.screen.short_labels
    return [(code, names.get(code, rules.rows[code].label)) for code in ordered if code in wanted]


def message_choices(rules: Rules) -> Choices:
    return [("", "none"), *((id_, f"{id_} ({message.level.value})") for id_, message in rules.messages.items())]


def lock(form: forms.BaseForm) -> None:
    """Show a form to be read only."""
    for field in form.fields.values():
        field.disabled = True


def name_for_readers(form: forms.BaseForm, where: str) -> None:
    """Name fields that stand among others like them for those who hear the page: “age, Heartburn”."""
    for field in form.fields.values():
        # A group of tick boxes has a legend, and each box its own words.
        if not isinstance(field.widget, forms.CheckboxSelectMultiple):
            field.widget.attrs.setdefault("aria-label", f"{field.label}, {where}")


def on_one_line(text: str) -> str:
    """Return a text as one line, whatever breaks a browser or a paste has put in."""
    return re.sub(r"\s*[\r\n]+\s*", " ", text)


def all_valid(found: Iterable[forms.BaseForm]) -> bool:
    """Check every form, also after one that is not valid, so that every fault is named at once."""
    return not [form for form in found if not form.is_valid()]

"""The form of techniques: how much pressure each needs, what the back is, what the pregnancy massage hangs on."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from massage_booking.core.vocabulary import PRESSURE_LABELS, TECHNIQUE_LABELS
from screening.admin import words
from screening.admin.fields import lock, row_choices, ticks
from screening.admin.words import Choices
from screening.domain.enums import Pressure
from screening.domain.rules import Rules
from screening.rulework.techniques import TechniquesEdit

_LEAST: Final[Choices] = [
    ("", "any pressure"),
    *((word.value, f"{PRESSURE_LABELS[word.value]} at least") for word in list(Pressure)[1:]),
]


class TechniquesForm(forms.Form):
    """The whole page."""

    back_areas = ticks("Areas of the back", words.AREAS)
    prenatal_only_if = forms.ChoiceField(label="Offered only with")

    def __init__(self, rules: Rules, edit: TechniquesEdit, data: Any = None, *, read_only: bool = False) -> None:
        initial = {"back_areas": edit.back_areas, "prenatal_only_if": edit.prenatal_only_if}
        super().__init__(data, prefix="techniques", initial=initial)
        askable = [code for code in rules.rows if code not in rules.set_by_age]
        self.fields["prenatal_only_if"].choices = row_choices(rules, askable)  # type: ignore[attr-defined]
        self.fields["back_areas"].required = True
        self.fields["back_areas"].error_messages["required"] = "Tick at least one area."
        self.names = {technique: f"least_{technique}" for technique in edit.least}
        for technique, least in edit.least.items():
            self.fields[self.names[technique]] = forms.ChoiceField(
                label=TECHNIQUE_LABELS.get(technique, technique), choices=_LEAST, required=False, initial=least
            )
        if read_only:
            lock(self)

    def least_fields(self) -> Iterator[forms.BoundField]:
        for name in self.names.values():
            yield self[name]

    @property
    def edit(self) -> TechniquesEdit:
        found = self.cleaned_data
        return TechniquesEdit(
            least={technique: found[name] for technique, name in self.names.items()},
            back_areas=tuple(found["back_areas"]),
            prenatal_only_if=found["prenatal_only_if"],
        )

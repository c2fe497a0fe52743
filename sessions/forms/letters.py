"""A therapist's word on a letter."""

from collections.abc import Sequence
from datetime import date
from typing import Any, Final

from django import forms

from massage_booking.core.vocabulary import AREA_LABELS, TECHNIQUE_LABELS
from screening.domain.days import shift
from screening.letters import CLEARANCE, STATEMENT, Scope
from sessions.selectors.letter_review import Rows

LONGEST_NOTE: Final = 500
KINDS: Final = (
    (CLEARANCE, "A letter that agrees: it covers what is ticked below"),
    (STATEMENT, "A statement that symptoms are over: those questions are asked again at once"),
)
PRESSURES: Final = (
    ("", "It does not say"),
    ("light", "Light at most"),
    ("medium", "Medium at most"),
    ("firm", "Firm, no limit"),
)


class DayInput(forms.DateInput):
    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d", attrs={"class": "form-control"})


def _many(label: str, choices: Sequence[tuple[str, str]]) -> forms.MultipleChoiceField:
    named = [(code, f"{words[:1].upper()}{words[1:]}") for code, words in choices]
    return forms.MultipleChoiceField(label=label, choices=named, required=False, widget=forms.CheckboxSelectMultiple)


class AcceptForm(forms.Form):
    """What an accepted letter says. `rows` are what it can be about; `today` is the studio's date."""

    kind = forms.ChoiceField(label="What is it?", choices=KINDS, widget=forms.RadioSelect, initial=CLEARANCE)
    signer = forms.CharField(
        label="Who signed it",
        max_length=120,
        error_messages={"required": "Write who signed it."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    role = forms.CharField(
        label="Their role",
        max_length=80,
        help_text="Doctor, nurse, midwife.",
        error_messages={"required": "Write what they are."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    signed_on = forms.DateField(
        label="Signed on",
        widget=DayInput,
        error_messages={"required": "Write the date on the letter.", "invalid": "We cannot read that date."},
    )
    expires_on = forms.DateField(
        label="It says it holds until",
        required=False,
        widget=DayInput,
        help_text="That day included. Empty: the rules’ own time counts. A later date changes nothing.",
        error_messages={"invalid": "We cannot read that date."},
    )
    pressure = forms.ChoiceField(label="Pressure", choices=PRESSURES, required=False, widget=forms.RadioSelect)
    allow_areas = _many("Areas it opens by name", list(AREA_LABELS.items()))
    allow_techniques = _many("Techniques it opens by name", list(TECHNIQUE_LABELS.items()))
    avoid_areas = _many("Areas to leave alone", list(AREA_LABELS.items()))
    note = forms.CharField(
        label="Note",
        required=False,
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Sealed with the letter.",
    )

    def __init__(self, *args: Any, rows: Rows, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows, self.today = rows, today
        self.fields["codes"] = _many("It covers", [(row.code, row.words) for row in rows.to_cover])
        self.fields["ended"] = _many("Symptoms are over", [(row.code, row.words) for row in rows.to_end])

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        if day > self.today:
            raise forms.ValidationError("That day is still to come.")
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        name = "ended" if data.get("kind") == STATEMENT else "codes"
        if name not in self.errors and not data.get(name):
            self.add_error(name, "Tick what it is about.")
        signed, expires = data.get("signed_on"), data.get("expires_on")
        if signed and expires and expires < signed:
            self.add_error("expires_on", "That is before it was signed.")
        if set(data.get("allow_areas", [])) & set(data.get("avoid_areas", [])):
            self.add_error("avoid_areas", "An area is both opened and to be left alone.")
        return data

    def scope(self) -> Scope:
        """Return what was filled in as it is sealed. A statement covers nothing and allows nothing."""
        data = self.cleaned_data
        is_statement = data["kind"] == STATEMENT
        allows: dict[str, Any] = {}
        if not is_statement:
            allows = {
                # Doctors write the last day that they mean; the rules count from the first that is out.
                "expires_on": shift(data["expires_on"], 1) if data["expires_on"] else None,
                "pressure": data["pressure"],
                "allow_areas": frozenset(data["allow_areas"]),
                "allow_techniques": frozenset(data["allow_techniques"]),
                "avoid_areas": frozenset(data["avoid_areas"]),
            }
        return Scope(
            kind=data["kind"],
            codes=frozenset(data["ended"] if is_statement else data["codes"]),
            signed_on=data["signed_on"],
            signer=data["signer"],
            role=data["role"],
            note=data["note"],
            **allows,
        )


class RefuseForm(forms.Form):
    """Why a letter is not accepted, as the client reads it."""

    reason = forms.CharField(
        label="Why not",
        max_length=LONGEST_NOTE,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The client reads this on their own page. Say what a better letter would have.",
        error_messages={"required": "Write a sentence for the client."},
    )

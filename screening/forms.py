"""The small forms of the health step: consent, date of birth, a guardian's yes."""

from datetime import date
from typing import Any, Final

from django import forms

from screening.consent import CURRENT
from screening.models import GuardianRelation

OLDEST_BIRTH: Final = date(1900, 1, 1)


class ConsentForm(forms.Form):
    """The yes to keeping health answers, with the version of the text that was shown."""

    agree = forms.BooleanField(error_messages={"required": "Without your yes we may not ask. Tick it to go on."})
    version = forms.CharField(max_length=20, required=False)

    def clean_version(self) -> str:
        if self.cleaned_data["version"] != CURRENT.version:
            raise forms.ValidationError("The text has changed since you opened this page. Please read it once more.")
        return str(self.cleaned_data["version"])


class DateOfBirthForm(forms.Form):
    date_of_birth = forms.DateField(
        label="Date of birth",
        help_text="Some answers mean different things at different ages.",
        widget=forms.DateInput(attrs={"type": "date", "autocomplete": "bday"}),
        error_messages={
            "required": "Please give the date of birth.",
            "invalid": "We cannot read that date. Please choose it again.",
        },
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_date_of_birth(self) -> date:
        born: date = self.cleaned_data["date_of_birth"]
        if not OLDEST_BIRTH <= born <= self.today:
            raise forms.ValidationError("We cannot read that date. Please choose it again.")
        return born


class GuardianForm(forms.Form):
    """The yes of a parent or guardian, signed by typing their name."""

    relation = forms.ChoiceField(
        label="Who are you to this young person?",
        choices=GuardianRelation,
        widget=forms.RadioSelect,
        error_messages={"required": "Please say who you are."},
    )
    name = forms.CharField(
        label="Your first and last name",
        max_length=120,
        help_text="Typing it here signs this.",
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Please type your name to sign."},
    )
    child_agrees = forms.BooleanField(
        label="I asked them, and they want this massage too", error_messages={"required": "They have to want it too."}
    )
    may_decide = forms.BooleanField(
        label="I have the right to decide this for them, and I agree",
        error_messages={"required": "Only somebody with that right can agree."},
    )

    def __init__(self, *args: Any, is_self: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_self:
            # The young person booked alone: the words turn to the grown-up who has to come to the screen.
            self.fields["relation"].label = "Who are you to the person who is booking?"

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if len(name.split()) < 2:
            raise forms.ValidationError("Please type your first and last name.")
        return name

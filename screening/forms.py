"""The small forms of the health step: consent, date of birth, who answers, a guardian's yes, the tablet's code."""

from datetime import date
from typing import Any, Final

from django import forms

from screening.consent import CURRENT
from screening.models import CarerStanding, GuardianRelation
from screening.services import Carer

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

    def __init__(
        self,
        *args: Any,
        is_self: bool = False,
        on_paper: bool = False,
        typed_by: str = "",
        whose: str = "",
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.typed_by, self.whose = typed_by, whose
        if on_paper:
            self._speak_of_the_paper()
        elif is_self:
            # The young person booked alone: the words turn to the grown-up who has to come to the screen.
            self.fields["relation"].label = "Who are you to the person who is booking?"

    def _speak_of_the_paper(self) -> None:
        self.fields["relation"].label = "Who signed for this young person?"
        self.fields["name"].label = "First and last name of whoever signed"
        self.fields["name"].help_text = "As it stands under the signature."
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["child_agrees"].label = "The paper says that the young person wants this massage too"
        self.fields["may_decide"].label = "The paper says that whoever signed may decide this, and agrees"

    def clean_name(self) -> str:
        name = " ".join(str(self.cleaned_data["name"]).split())
        if len(name.split()) < 2:
            raise forms.ValidationError("Please type your first and last name.")
        if self.typed_by and name.casefold() == self.typed_by.casefold():
            raise forms.ValidationError("A guardian cannot be the therapist. Please ask somebody else to sign.")
        if self.whose and name.casefold() == self.whose.casefold():
            raise forms.ValidationError("This is the young person’s own name. A parent or guardian signs here.")
        return name


class CarerForm(forms.Form):
    """Who answers for an adult in somebody's care, and whether that person may read the answers later."""

    standing = forms.ChoiceField(
        choices=CarerStanding,
        widget=forms.RadioSelect,
        error_messages={"required": "Please say who answers."},
    )
    carer_name = forms.CharField(
        label="Your first and last name",
        max_length=120,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
        error_messages={"required": "Please type your name."},
    )
    may_read = forms.ChoiceField(
        choices=[("yes", "Yes, that is agreed"), ("no", "No, I only see what I type now")],
        widget=forms.RadioSelect,
        error_messages={"required": "Please say yes or no."},
    )

    def __init__(self, *args: Any, is_self: bool, whom: str, mode: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_self = is_self
        standing, may_read = self.fields["standing"], self.fields["may_read"]
        standing.label = f"Who answers for {whom}?" if whom else "Who answers?"
        may_read.label = (
            f"May you read {whom}’s answers later, in your account?" if whom else "May you read them later?"
        )
        may_read.help_text = "They decide this, not you."
        if mode:
            # A browser that is not theirs must offer no names.
            self.fields["carer_name"].widget.attrs["autocomplete"] = "off"
        if mode == "paper":
            self.fields["carer_name"].label = "First and last name of whoever answered"
            may_read.label = f"Does the paper say that they may read {whom}’s answers later?"
            may_read.choices = [("yes", "Yes"), ("no", "No")]  # type: ignore[attr-defined]
            may_read.help_text = ""
        if is_self:
            # At the studio: most people answer for themselves, and nobody else's account is about them.
            own = "They answered themselves" if mode == "paper" else "I answer for myself"
            standing.choices = [("", own), *CarerStanding.choices]  # type: ignore[attr-defined]
            standing.required = self.fields["carer_name"].required = False
            self.fields["carer_name"].label = "First and last name of whoever helps or answers"
            del self.fields["may_read"]

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if self.is_self and given.get("standing") and not given.get("carer_name"):
            self.add_error("carer_name", "Please type the name.")

    def carer(self) -> Carer | None:
        """Return who answers; None where people answer for themselves."""
        given = self.cleaned_data
        if not given["standing"]:
            return None
        return Carer(given["carer_name"], given["standing"], given.get("may_read", "yes") == "yes")


class CodeForm(forms.Form):
    """The six digits that let somebody answer on the studio's tablet."""

    code = forms.CharField(
        label="The six digits",
        max_length=20,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off", "class": "form-control num"}),
        error_messages={"required": "Please type the six digits."},
    )

    def clean_code(self) -> str:
        return "".join(str(self.cleaned_data["code"]).split())

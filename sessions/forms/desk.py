"""Forms of the front desk."""

from typing import Any

from django import forms

from massage_booking.accounts.forms import BirthdayField
from massage_booking.accounts.models import Client, User
from massage_booking.core import wording
from massage_booking.core.parsing import to_instant

LONGEST_SEARCH = 80


class InstantField(forms.Field):
    """An instant with its offset, as the buttons of a times list send it."""

    def to_python(self, value: Any) -> Any:
        if not value:
            return None
        instant = to_instant(value)
        if instant is None:
            raise forms.ValidationError("We could not read that time.")
        return instant


class TimeForm(forms.Form):
    """A chosen time: what the times list posts. The key makes a second sending of the same form harmless."""

    starts_at = InstantField()
    key = forms.RegexField(r"^[\w-]{16,40}$", max_length=40)


class SearchForm(forms.Form):
    q = forms.CharField(
        label="Name, phone or e-mail",
        required=False,
        max_length=LONGEST_SEARCH,
        widget=forms.TextInput(attrs={"type": "search", "autocomplete": "off", "class": "form-control"}),
    )


def whole_number(phone: str) -> str:
    """Return the phone number; refuse one that is too short to be whole."""
    if sum(sign.isdigit() for sign in phone) < 5:
        raise forms.ValidationError("Write the whole number.")
    return phone


class NewClientForm(forms.Form):
    """Somebody on the phone: name, phone and date of birth; an e-mail address only if there is one."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    phone = forms.CharField(
        label="Phone", max_length=40, widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"})
    )
    email = forms.EmailField(
        label="E-mail",
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        help_text="For confirmations, and for the link to the health questions. Empty: everything is said by phone.",
    )
    date_of_birth = BirthdayField(label="Date of birth", help_text="Some limits depend on age.")

    def clean_name(self) -> str:
        return " ".join(self.cleaned_data["name"].split())

    def clean_phone(self) -> str:
        return whole_number(str(self.cleaned_data["phone"]))


class ContactForm(forms.Form):
    """How to reach a client: by phone, by e-mail, or both."""

    phone = forms.CharField(
        label="Phone",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off"}),
    )
    email = forms.EmailField(label="E-mail", required=False, widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, account: User | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.account = account
        self.fields["email"].help_text = (
            f"For letters about sessions. Empty: they go to {account.email}. Codes to sign in always go there."
            if account
            else "For letters about sessions, and to sign in and answer the health questions."
        )

    def clean_phone(self) -> str:
        phone = str(self.cleaned_data["phone"])
        return whole_number(phone) if phone else ""

    def clean(self) -> None:
        super().clean()
        given = self.cleaned_data
        if not self.errors and not self.account and not given["phone"] and not given["email"]:
            self.add_error("phone", "Write a phone number or an e-mail address.")


class SameForm(forms.Form):
    """Two records are one person: which of them is kept."""

    keep = forms.ChoiceField(
        label="Which record stays?",
        widget=forms.RadioSelect,
        help_text="Name, phone and e-mail of this one count. What it lacks is taken from the other.",
        error_messages={"required": "Please choose which record stays."},
    )
    sure = forms.BooleanField(
        label="I have asked: it is the same person",
        error_messages={"required": "Please ask the client first. Two people’s answers must never be mixed."},
    )

    def __init__(self, *args: Any, one: Client, other: Client, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.one, self.other = one, other
        self.fields["keep"].choices = [  # type: ignore[attr-defined]
            (client.public_id, f"{client.name}, on file since {wording.full_date(client.created_at)}")
            for client in (one, other)
        ]

    def clean(self) -> None:
        super().clean()
        if self.one.pk == self.other.pk:
            raise forms.ValidationError("That is one record, not two.")

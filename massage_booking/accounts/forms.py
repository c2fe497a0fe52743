"""Forms of the account pages and of the admin's pages about people."""

from datetime import date
from typing import Any

from allauth.account.models import EmailAddress
from django import forms
from django.core.exceptions import ValidationError

from massage_booking.accounts.models import Client, Relation, User
from massage_booking.core import clock

OLDEST = 125  # years


def validate_birthday(day: date) -> None:
    """Refuse birthdays to come, and those of people too old to be true."""
    today = clock.now().date()
    if day > today:
        raise ValidationError("This day is still to come.")
    if today.year - day.year > OLDEST:
        raise ValidationError("Check the year.")


class BirthdayField(forms.DateField):
    def __init__(self, **more: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "autocomplete": "off"})
        super().__init__(widget=widget, validators=[validate_birthday], **more)


class DetailsForm(forms.Form):
    """Name and phone of whoever signs in."""

    name = forms.CharField(label="Your name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"}))
    phone = forms.CharField(
        label="Phone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="For the day itself, if something changes.",
    )


class PersonForm(forms.Form):
    """Somebody in the account's care, or the account's own person."""

    name = forms.CharField(label="Name", max_length=120, widget=forms.TextInput(attrs={"autocomplete": "off"}))
    relation = forms.ChoiceField(label="Who is this?", choices=Relation.choices)
    date_of_birth = BirthdayField(label="Date of birth", help_text="Some limits depend on age.")

    def __init__(self, *args: Any, may_be_self: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(value, label) for value, label in Relation.choices if may_be_self or value != Relation.SELF]
        self.fields["relation"].choices = choices  # type: ignore[attr-defined]


class HandOverForm(forms.Form):
    """The own address of somebody who has come of age, typed twice: their answers must not go to a stranger."""

    email = forms.EmailField(label="Their own e-mail", widget=forms.EmailInput(attrs={"autocomplete": "off"}))
    again = forms.EmailField(label="Once more, to be sure", widget=forms.EmailInput(attrs={"autocomplete": "off"}))

    def __init__(self, *args: Any, own_address: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.own_address = own_address

    def clean_email(self) -> str:
        address = str(self.cleaned_data["email"]).strip().lower()
        if address == self.own_address:
            raise ValidationError("This is your own address. They need one of their own.")
        return address

    def clean(self) -> None:
        super().clean()
        first, again = self.cleaned_data.get("email"), str(self.cleaned_data.get("again", "")).strip().lower()
        if first and again and first != again:
            self.add_error("again", "The two addresses differ. Please look at both.")


def _free_address(email: str, but: User | None = None) -> str:
    """Return the address in lower case; refuse one that another account has."""
    address = email.strip().lower()
    key = but.pk if but is not None else None
    accounts = User.objects.filter(email=address).exclude(pk=key)
    proved = EmailAddress.objects.filter(email=address, verified=True).exclude(user_id=key)
    if accounts.exists() or proved.exists():
        raise ValidationError("There is an account with this address already.")
    return address


class UserForm(forms.ModelForm):
    """An account in the admin, new or known. There is no password: a mailed code signs in."""

    class Meta:
        model = User
        fields = ["email", "name", "phone", "is_active", "is_desk", "is_staff"]
        labels = {"is_active": "May sign in"}
        help_texts = {"is_active": "Untick when somebody leaves. What they did here stays theirs."}

    def clean_email(self) -> str:
        return _free_address(self.cleaned_data["email"], but=self.instance)


class ClientForm(forms.ModelForm):
    """A client in the admin: who, how to reach them, whose account."""

    date_of_birth = BirthdayField(label="Date of birth", required=False)

    class Meta:
        model = Client
        fields = ["name", "date_of_birth", "email", "phone", "account", "relation"]

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"].strip()
        if not name:
            raise ValidationError("A client needs a name.")
        return name

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).strip().lower()

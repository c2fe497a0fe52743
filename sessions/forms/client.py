"""Forms of clients and guests: step 1 and step 4 of booking, and the plan."""

import unicodedata
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.forms.utils import ErrorDict

from massage_booking.accounts.forms import BirthdayField
from massage_booking.accounts.models import Client, Relation
from massage_booking.core.parsing import to_instant
from screening import selectors as screening
from sessions import messages as sentences
from sessions.forms.choice import ANYONE, GENDERS, genders_of
from sessions.selectors import who
from sessions.selectors.offer import Offered
from therapists import selectors as therapists
from therapists.models import Service, Therapist

NEW: Final = "new"
FEWEST_DIGITS: Final = 5
SHORTEST_INTERVAL, LONGEST_INTERVAL = 7, 60
LONGEST_PAUSE: Final = timedelta(days=366)


class SessionForm(forms.Form):
    """Step 1: which session, with whom, for whom.

    `offered` are the services, with what a known client's answers have against each; `people` are the clients of
    whoever is signed in. Guests choose a relation instead of a person, and give a date of birth.
    """

    service = forms.ChoiceField(
        label="Session",
        error_messages={"required": "Choose a session.", "invalid_choice": "Choose one of the sessions."},
    )
    therapist = forms.ChoiceField(
        label="With whom",
        required=False,
        widget=forms.Select(attrs={"class": "form-select"}),
        help_text="We remember “a woman” or “a man” for the next time, too. A name you choose counts for this session.",
    )
    whom = forms.ChoiceField(
        label="For whom", error_messages={"required": "Say who is coming.", "invalid_choice": "Say who is coming."}
    )
    relation = forms.ChoiceField(
        label="Who is it?", required=False, widget=forms.Select(attrs={"class": "form-select"})
    )
    date_of_birth = BirthdayField(label="Date of birth", required=False)

    def __init__(
        self,
        *args: Any,
        offered: Sequence[Offered],
        givers: Iterable[Therapist],
        people: Sequence[Client],
        is_guest: bool,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.offered = {item.service.slug: item for item in offered}
        self.people = {client.public_id: client for client in people}
        self.is_guest, self.today = is_guest, today
        givers = list(givers)
        anyone = [(ANYONE, "Anyone trained for it"), *genders_of(givers)]
        has_self = any(client.relation == Relation.SELF for client in people)
        relations = [(value, label) for value, label in Relation.choices if value != Relation.SELF or not has_self]
        whom = (
            list(Relation.choices)
            if is_guest
            else [*((key, client.name) for key, client in self.people.items()), (NEW, "Somebody new")]
        )
        self._set("service", [(slug, item.service.name) for slug, item in self.offered.items()])
        self._set("therapist", anyone + [(person.slug, person.name) for person in givers])
        self._set("whom", whom)
        self._set("relation", relations)
        self.fields["date_of_birth"].widget.attrs.update(
            {"class": "form-control", "autocomplete": "bday" if is_guest else "off"}
        )

    def _set(self, name: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = choices  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        self._check_person(data)
        self._check_service(data)
        return data

    def _check_person(self, data: dict[str, Any]) -> None:
        whom = data.get("whom")
        data["client"] = self.people.get(str(whom))
        if whom is None or data["client"] is not None:
            return
        data["relation"] = whom if self.is_guest else data.get("relation")
        if not data["relation"]:
            self.add_error("relation", "Say who it is.")
        if data.get("date_of_birth") is None and "date_of_birth" not in self.errors:
            self.add_error("date_of_birth", "We need it, because some limits depend on age.")

    def _check_service(self, data: dict[str, Any]) -> None:
        item = self.offered.get(str(data.get("service")))
        if item is None:
            return
        data["service"] = item.service
        slug = str(data.get("therapist") or "")
        data["gender"] = slug if slug in GENDERS else ""
        givers = {person.slug: person for person in therapists.eligible_therapists(service=item.service)}
        data["therapist"] = givers.get(slug)
        if slug and slug != ANYONE and not data["gender"] and data["therapist"] is None:
            self.add_error("therapist", "This therapist does not give that session. Choose anyone, or another session.")
        self._check_therapist(item.service, data)

    def _check_therapist(self, service: Service, data: dict[str, Any]) -> None:
        """Refuse a therapist who is not for this client, as far as is known before the answers. It says no more."""
        therapist, client = data.get("therapist"), data.get("client")
        if therapist is None or client is None:
            return
        if therapist not in who.offered_to(client=client, service=service, day=self.today):
            self.add_error("therapist", sentences.of_code("apart", {"therapist": therapist.first_name}))


def in_one_line(text: str) -> str:
    """Return a name without line breaks, control signs or signs that turn the direction of writing."""
    shown = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in text)
    return " ".join(shown.split())


class NameField(forms.CharField):
    def __init__(self, label: str, autocomplete: str = "name", **more: Any) -> None:
        super().__init__(
            label=label, max_length=120, widget=forms.TextInput(attrs={"autocomplete": autocomplete}), **more
        )

    def to_python(self, value: Any) -> str:
        return in_one_line(str(super().to_python(value) or ""))


class ContactForm(forms.Form):
    """Step 4: who it is, how to reach them, and yes to the policy.

    The hidden part says which time is confirmed, so that it can be booked although its hold has run out.
    """

    key = forms.RegexField(r"^[\w-]{16,40}$", widget=forms.HiddenInput)
    starts_at = forms.CharField(max_length=40, widget=forms.HiddenInput)
    service = forms.SlugField(max_length=60, widget=forms.HiddenInput)
    therapist = forms.SlugField(max_length=60, required=False, widget=forms.HiddenInput)
    name = NameField("Your name", error_messages={"required": "Tell us your name."})
    booker_name = NameField("Your own name", error_messages={"required": "Tell us your name."})
    email = forms.EmailField(
        label="E-mail",
        max_length=254,
        error_messages={"required": "We need an address for your confirmation."},
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        help_text="For the confirmation, a reminder, and the link to your session.",
    )
    phone = forms.CharField(
        label="Phone",
        max_length=40,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        help_text="Only for the day itself, if something changes.",
    )
    accepts = forms.BooleanField(
        label="I have read this and agree", error_messages={"required": "Please read the terms and tick the box."}
    )

    def __init__(self, *args: Any, client: Client, account: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.client, self.account = client, account
        if client.confirmed_at is not None:
            unasked = ["name", "booker_name", "email", "phone"]
        elif client.relation == Relation.SELF:
            unasked = ["booker_name"]
        else:
            unasked = []
            self.fields["name"] = NameField(
                "Name of the person who is coming", "off", error_messages={"required": "Tell us who is coming."}
            )
        if account is not None:
            unasked.append("email")
            if account.name:
                unasked.append("booker_name")
        for name in unasked:
            self.fields.pop(name, None)

    def clean_starts_at(self) -> Any:
        instant = to_instant(self.cleaned_data["starts_at"])
        if instant is None:
            raise forms.ValidationError("We could not read that time.")
        return instant

    def clean_name(self) -> str:
        """Refuse the name that signed as parent or guardian: nobody signs for themselves."""
        name = str(self.cleaned_data["name"])
        signed = screening.guardian_consent_in_force(self.client)
        if signed is not None and signed.guardian_name.casefold() == " ".join(name.split()).casefold():
            raise forms.ValidationError("This name signed as parent or guardian. Who is coming?")
        return name

    def clean_phone(self) -> str:
        phone = in_one_line(str(self.cleaned_data["phone"]))
        if phone and sum(sign.isdigit() for sign in phone) < FEWEST_DIGITS:
            raise forms.ValidationError("Write the whole number, or leave it empty.")
        return phone

    def forget_errors(self) -> None:
        """Find fault with nothing: the form is shown again for another reason."""
        self._errors: Any = ErrorDict()

    @property
    def asked(self) -> list[Any]:
        """The fields that are shown one below the other."""
        shown = ("name", "booker_name", "email", "phone")
        return [self[name] for name in shown if name in self.fields]

    @property
    def content(self) -> dict[str, Any]:
        """What the form said, for telling a second sending from another one."""
        return {name: value for name, value in self.cleaned_data.items() if name != "key"} | {
            "client": self.client.public_id
        }


class PlanForm(forms.Form):
    """A rhythm: its days, and a pause."""

    interval_days = forms.IntegerField(
        label="Days from one session to the next",
        min_value=SHORTEST_INTERVAL,
        max_value=LONGEST_INTERVAL,
        widget=forms.NumberInput(attrs={"class": "form-control narrow", "inputmode": "numeric"}),
        help_text="14 is twice a month. At least 7, at most 60.",
    )
    paused_until = forms.DateField(
        label="Pause until",
        required=False,
        help_text="On this day the rhythm goes on. Empty: no pause.",
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control narrow"}),
    )

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today

    def clean_paused_until(self) -> date | None:
        day: date | None = self.cleaned_data["paused_until"]
        if day is None or day <= self.today:
            # A pause that is over, or ends today, is no pause.
            return None
        if day > self.today + LONGEST_PAUSE:
            raise forms.ValidationError("At most a year. To stop for good, end the rhythm below.")
        return day

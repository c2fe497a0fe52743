"""Forms of a booking for two at once: who comes and what each has, and step 4."""

from collections.abc import Sequence
from typing import Any, Final

from django import forms
from django.utils.functional import cached_property

from massage_booking.accounts.models import Client, Relation
from massage_booking.core import money
from sessions.forms.choice import GENDERS
from sessions.forms.client import ContactForm, NameField, SessionForm

SEATS: Final = ("first", "second")
SIDE_BY_SIDE, EITHER = "side", "any"


class RoomForm(forms.Form):
    """Whether two rooms will do."""

    rooms = forms.ChoiceField(
        label="In one room?",
        choices=[
            (EITHER, "Side by side if we can, else in two rooms"),
            (SIDE_BY_SIDE, "Side by side only"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Say whether two rooms will do.", "invalid_choice": "Choose one of the two."},
    )


class TwoForm:
    """Step 1 for two: a session form for each, with a prefix, and the room. They are valid only together."""

    def __init__(self, data: Any, *, seats: Sequence[dict[str, Any]], **initial: Any) -> None:
        self.seats = [SessionForm(data, prefix=name, **seat) for name, seat in zip(SEATS, seats, strict=True)]
        self.room = RoomForm(data, initial=initial)
        currency = money.currency_in_force()
        for seat in self.seats:
            # Here a session is one line of a list, so that its price stands in it.
            services = [item.service for item in seat.offered.values()]
            priced = [(one.slug, f"{one.name}, {money.write(one.price, currency)}") for one in services]
            seat.fields["service"].choices = priced  # type: ignore[attr-defined]
            # A standing wish for a woman or a man counts for each of the two; it is not asked for once here.
            named = [choice for choice in seat.fields["therapist"].choices if choice[0] not in GENDERS]  # type: ignore[attr-defined]
            seat.fields["therapist"].choices = named  # type: ignore[attr-defined]

    @property
    def parts(self) -> list[forms.Form]:
        return [*self.seats, self.room]

    @property
    def named(self) -> list[tuple[str, forms.Form]]:
        """Each form with the words that stand before what is wrong with it."""
        return list(zip(("The first person: ", "The second person: ", ""), self.parts, strict=True))

    @property
    def has_errors(self) -> bool:
        return any(form.is_bound and form.errors for form in self.parts)

    def is_valid(self) -> bool:
        """Check each form by itself, and then what the two have to do with each other."""
        fine = [form.is_valid() for form in self.parts]
        if all(fine):
            self._check_people()
            self._check_therapists()
        return all(fine) and not any(form.errors for form in self.parts)

    def _check_people(self) -> None:
        one, other = (seat.cleaned_data for seat in self.seats)
        if one["client"] is not None and one["client"] == other["client"]:
            self.seats[1].add_error("whom", "This is the same person. Who else is coming?")
        elif {one.get("relation"), other.get("relation")} == {Relation.SELF.value} and not one["client"]:
            self.seats[1].add_error("whom", "You come once. Who else is coming?")

    def _check_therapists(self) -> None:
        one, other = (seat.cleaned_data["therapist"] for seat in self.seats)
        if one is not None and one == other:
            self.seats[1].add_error(
                "therapist", f"{one.first_name} can give one of the two. Choose somebody else here, or anyone."
            )


class TwoContactForm(forms.Form):
    """Step 4 for two: what is not known yet of the two and of whoever books, and yes to the policy."""

    key = forms.RegexField(r"^[\w-]{16,40}$", widget=forms.HiddenInput)
    starts_at = forms.CharField(max_length=40, widget=forms.HiddenInput)
    # Whom and what the page showed: another window may have chosen other people since.
    for_whom = forms.CharField(max_length=200, widget=forms.HiddenInput)
    first_name = NameField("Name", "off", error_messages={"required": "Tell us who is coming."})
    second_name = NameField("Name", "off", error_messages={"required": "Tell us who is coming."})
    booker_name = NameField("Your own name", error_messages={"required": "Tell us your name."})
    email = ContactForm.base_fields["email"]
    phone = ContactForm.base_fields["phone"]
    accepts = ContactForm.base_fields["accepts"]

    clean_starts_at = ContactForm.clean_starts_at
    clean_phone = ContactForm.clean_phone
    forget_errors = ContactForm.forget_errors

    def __init__(self, *args: Any, clients: Sequence[Client], account: Any = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.clients = clients
        names = dict(zip(("first_name", "second_name"), clients, strict=True))
        for field, client in names.items():
            if client.confirmed_at is not None:
                del self.fields[field]
            else:
                self.fields[field].label = _name_label(client)
        is_known = account is not None or not self.new
        if is_known:
            del self.fields["email"]
        if not self.new:
            del self.fields["phone"]
        has_self = any(client.relation == Relation.SELF for client in self.new)
        if has_self or not self.new or (account is not None and account.name):
            del self.fields["booker_name"]

    @cached_property
    def new(self) -> list[Client]:
        """Who has no name yet."""
        return [client for client in self.clients if client.confirmed_at is None]

    @property
    def asked(self) -> list[Any]:
        """The fields that are shown one below the other."""
        shown = ("first_name", "second_name", "booker_name", "email", "phone")
        return [self[name] for name in shown if name in self.fields]

    @property
    def names(self) -> tuple[str, str]:
        return self.cleaned_data.get("first_name", ""), self.cleaned_data.get("second_name", "")

    @property
    def booker(self) -> str:
        """The name of whoever books: typed as such, or that of the one who is “myself”."""
        for client, name in zip(self.clients, self.names, strict=True):
            if client.relation == Relation.SELF and name:
                return name
        return str(self.cleaned_data.get("booker_name", ""))


def _name_label(client: Client) -> str:
    if client.relation == Relation.SELF:
        return "Your name"
    return {
        Relation.CHILD.value: "Your child’s name",
        Relation.PARENT.value: "Your parent’s name",
        Relation.PARTNER.value: "Your partner’s name",
    }.get(client.relation, "Name of the other person who is coming")

"""Forms about with whom: a wish for a woman or a man, and two who are not booked together."""

from collections.abc import Iterable
from typing import Any, Final

from django import forms

from sessions.forms.choice import GENDERS
from sessions.models import ApartSide
from therapists.models import Therapist

ANYONE: Final = ("", "Anyone trained for it")


class GenderForm(forms.Form):
    """Who gives the massage, where no name is chosen."""

    gender = forms.ChoiceField(
        label="By preference", required=False, choices=[ANYONE, *GENDERS.items()], widget=forms.RadioSelect
    )


class ApartForm(forms.Form):
    """A therapist with whom a client is not booked any more. `staff` also says whose wish it is."""

    therapist = forms.ChoiceField(
        label="Not with",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Choose a therapist.", "invalid_choice": "Choose one of the therapists."},
    )
    side = forms.ChoiceField(
        label="Whose wish", choices=ApartSide.choices, widget=forms.Select(attrs={"class": "form-select"})
    )

    def __init__(self, *args: Any, therapists: Iterable[Therapist], staff: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.slug: person for person in therapists}
        choices = [("", "Choose"), *((slug, person.name) for slug, person in self.people.items())]
        self.fields["therapist"].choices = choices  # type: ignore[attr-defined]
        if not staff:
            del self.fields["side"]

    def clean_therapist(self) -> Therapist:
        return self.people[self.cleaned_data["therapist"]]

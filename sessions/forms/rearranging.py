"""Who is away and when, the line that all clients read, and what was chosen for each session."""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any, Final

from django import forms

from massage_booking.core import wording
from massage_booking.core.parsing import to_instant, to_int
from sessions.models import MassageSession, RearrangedAs
from sessions.selectors.around import Away
from sessions.services.rearranging_one import Choice
from therapists.models import Therapist

# Longer absences are time off like any other.
LONGEST: Final = 31
FURTHEST: Final = timedelta(days=400)
LONGEST_WORDS: Final = 300


def _day(label: str) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "class": "form-control narrow"})
    )


class AwayForm(forms.Form):
    """Who is not in, on which days. `therapists`: of whom this person may say so."""

    therapist = forms.ChoiceField(
        label="Who is not in",
        widget=forms.Select(attrs={"class": "form-select"}),
        error_messages={"required": "Choose who is not in.", "invalid_choice": "Choose one of these."},
    )
    first = _day("First day")
    last = _day("Last day")

    def __init__(self, *args: Any, therapists: Iterable[Therapist], today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.people = {person.slug: person for person in therapists}
        self.today = today
        names = [(slug, person.name) for slug, person in self.people.items()]
        field: Any = self.fields["therapist"]
        field.choices = names if len(names) == 1 else [("", "Choose"), *names]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        first, last = data.get("first"), data.get("last")
        if first and first < self.today:
            self.add_error("first", "That day is over.")
        elif first and first - self.today > FURTHEST:
            self.add_error("first", "Check the year.")
        elif first and last and last < first:
            self.add_error("last", "This is before the first day.")
        elif first and last and last - first >= timedelta(days=LONGEST):
            self.add_error("last", f"At most {LONGEST} days at once. Write longer absences as time off.")
        return data

    @property
    def away(self) -> Away:
        data = self.cleaned_data
        return Away(self.people[data["therapist"]], data["first"], data["last"])


class WordsForm(forms.Form):
    """The line for all clients, and the key that makes a second sending of the same form harmless."""

    words = forms.CharField(
        label="A line for all of them",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.TextInput(attrs={"class": "form-control", "autocomplete": "off"}),
        help_text="Every client who gets a letter reads this. Nothing else in it says why.",
    )
    key = forms.RegexField(r"^[\w-]{16,40}$", max_length=40, widget=forms.HiddenInput)

    def clean_words(self) -> str:
        return " ".join(self.cleaned_data["words"].split())


def not_in(away: Away, today: date) -> str:
    """Return the line that is proposed: that somebody is not in, and no word of why."""
    name = away.therapist.first_name
    if away.first == away.last:
        return f"{name} is not in {'today' if away.first == today else 'on ' + wording.long_date(away.first)}."
    return f"{name} is not in from {wording.long_date(away.first)} to {wording.long_date(away.last)}."


def chosen_value(data: Mapping[str, Any], session: MassageSession) -> str:
    """Return what was chosen for a session, as the form sent it."""
    return str(data.get(f"choice-{session.public_id}", ""))[:160]


def said(data: Mapping[str, Any]) -> list[str]:
    """Return all that was chosen, of whomever, for telling one form from another."""
    return sorted(f"{name}={value}" for name, value in data.items() if name.startswith(("choice-", "revision-")))


def choice_of(
    data: Mapping[str, Any], session: MassageSession, *, people: Mapping[str, Therapist], mark: str
) -> Choice | None:
    """Read what was chosen for a session as it was shown; None where the form does not name it or says nonsense."""
    answer, _, rest = chosen_value(data, session).partition("|")
    moment, _, slug = rest.partition("|")
    revision = to_int(data.get(f"revision-{session.public_id}"))
    if answer not in RearrangedAs.values or revision is None:
        return None
    kind = RearrangedAs(answer)
    therapist, starts_at = people.get(slug), to_instant(moment)
    if kind in (RearrangedAs.COLLEAGUE, RearrangedAs.TIME) and therapist is None:
        return None
    if kind is RearrangedAs.TIME and starts_at is None:
        return None
    return Choice(session, kind, revision, therapist, starts_at, mark)

"""The form of one example client: who they are, what they ticked, and what is expected."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from django import forms

from massage_booking.core.vocabulary import PRESSURE_LABELS
from screening.admin import words
from screening.admin.fields import all_valid, area, line, lock, message_choices, name_for_readers, row_choices, ticks
from screening.admin.forms_foreign import ForeignForm
from screening.domain.answers import AGE_WHEN_ABSENT, OLDEST
from screening.domain.enums import Outcome, Pressure
from screening.domain.rules import Rules
from screening.rulework.case_shape import MOST_LETTERS
from screening.rulework.cases import EXPECTED, FLAGS, LISTS, NUMBERS, TICKED, CaseEdit, LetterEdit
from screening.words import label_of

ELSEWHERE: Final = "-"
EXTRA_LETTERS: Final = 2
_YES_NO: Final = [("", "not compared"), ("yes", "yes"), ("no", "no")]


class ClientForm(forms.Form):
    """The client, apart from what they ticked."""

    id = line("Id", longest=40, help_text="Short, such as S01.")
    title = line("Who this is", longest=120)
    age = forms.IntegerField(label="Age on the day", min_value=0, max_value=OLDEST, initial=AGE_WHEN_ABSENT)
    guardian_consent = forms.BooleanField(label="A guardian’s consent is on file", required=False)
    reason_back_pain = forms.BooleanField(label="Back pain is why they come", required=False)
    why = area("Why this is expected", rows=3, required=False)


class TickForm(forms.Form):
    """One row of the client: ticked or not, with which answer, how old, and where."""

    answer = forms.ChoiceField(label="Answer", required=False)
    age_days = forms.IntegerField(label="Days old", min_value=0, max_value=9999, required=False)

    def __init__(self, *args: Any, rules: Rules, code: str, given: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = rules.rows[code]
        choices = [("", "not ticked"), *((option.answer, option.answer) for option in row.options)]
        choices.append((TICKED, "ticked, not answered" if row.has_question else "ticked"))
        if given not in dict(choices):
            choices.append((given, f"{given} (no answer of this version)"))
        self.fields["answer"].choices = choices  # type: ignore[attr-defined]
        if code in rules.site_specific:
            self.fields["sites"] = ticks("Marked on the body map", [*words.AREAS, (ELSEWHERE, "not on a listed area")])

    @property
    def is_ticked(self) -> bool:
        return bool(self["answer"].value())

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if len(found.get("sites", [])) > 1 and ELSEWHERE in found["sites"]:
            self.add_error("sites", "Mark areas, or “not on a listed area”.")
        return found


class LetterForm(forms.Form):
    """A doctor's letter on file."""

    codes = forms.MultipleChoiceField(label="Covers", required=False, widget=forms.SelectMultiple(attrs={"size": 6}))
    days_left = forms.IntegerField(
        label="Days left (0 or less: run out)", min_value=-999, max_value=9999, required=False
    )
    pressure = forms.ChoiceField(
        label="Allows pressure",
        required=False,
        choices=[("", "not named"), *((word.value, PRESSURE_LABELS[word.value]) for word in list(Pressure)[1:])],
    )
    allow_areas = ticks("Allows areas", words.AREAS)
    allow_techniques = ticks("Allows techniques", words.TECHNIQUES)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        added = [(code, label_of(rules, code)) for code in sorted(rules.letter_codes - rules.rows.keys())]
        self.fields["codes"].choices = [*row_choices(rules), *added]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("codes") and found.get("days_left") is None and "days_left" in found:
            self.add_error("days_left", "Say for how many days it still counts.")
        if not found.get("codes") and self.has_changed() and "codes" in found and not self.initial:
            self.add_error("codes", "Say what the letter covers.")
        return found


LetterFormSet = forms.formset_factory(LetterForm, extra=EXTRA_LETTERS, max_num=MOST_LETTERS, absolute_max=MOST_LETTERS)


class ExpectedForm(forms.Form):
    """What is compared. An empty choice leaves a field out."""

    headline = forms.ChoiceField(
        label="Outcome", required=False, choices=[("", "not compared"), *((word.value, word.value) for word in Outcome)]
    )
    status = forms.ChoiceField(label="Status", required=False, choices=[("", "not compared"), *words.STATUSES.items()])
    max_pressure = forms.ChoiceField(
        label="Pressure at most",
        required=False,
        choices=[("", "not compared"), *PRESSURE_LABELS.items()],
    )
    wait_days = forms.IntegerField(label="Days to wait", min_value=0, max_value=9999, required=False)
    guardian_consent_required = forms.ChoiceField(label="Guardian’s consent needed", choices=_YES_NO, required=False)
    guardian_in_room = forms.ChoiceField(label="Guardian in the room", choices=_YES_NO, required=False)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        added = [(code, label_of(rules, code)) for code in sorted(rules.letter_codes - rules.rows.keys())]
        rows = [*row_choices(rules), *added]
        choices = {
            "avoid_areas": words.AREAS,
            "avoid_techniques": words.TECHNIQUES,
            "offered_techniques": words.TECHNIQUES,
            "missing_clearance": rows,
            "expired": row_choices(rules),
            "messages": message_choices(rules)[1:],
        }
        for name in LISTS:
            label = words.FIELDS[name].capitalize()
            self.fields[f"compare_{name}"] = forms.BooleanField(label=f"Compare: {label.lower()}", required=False)
            kept = [value for value in self.initial.get(name, ()) if value not in dict(choices[name])]
            # What this version does not know any more stays to be seen, and to be unticked.
            options = [*choices[name], *((value, f"{value} (not in this version)") for value in kept)]
            self.fields[name] = ticks(label, options)
            if name in ("missing_clearance", "expired"):
                self.fields[name].widget = forms.SelectMultiple(attrs={"size": 6}, choices=options)

    def lists(self) -> Iterator[tuple[forms.BoundField, forms.BoundField]]:
        for name in LISTS:
            yield self[f"compare_{name}"], self[name]

    def singles(self) -> Iterator[forms.BoundField]:
        for name in EXPECTED:
            if name not in LISTS:
                yield self[name]

    def expected(self) -> dict[str, Any]:
        """Return what is compared, in the order of the format."""
        found: dict[str, Any] = {}
        given = self.cleaned_data
        for name in EXPECTED:
            value = given[name]
            if name in LISTS:
                if given[f"compare_{name}"]:
                    found[name] = tuple(value)
            elif name in FLAGS:
                if value:
                    found[name] = value == "yes"
            elif value not in (None, ""):
                found[name] = value
        return found


class CaseForms:
    """A whole example client, as one thing to be valid or not."""

    def __init__(self, rules: Rules, edit: CaseEdit, data: Any = None, *, read_only: bool = False) -> None:
        self.rules = rules
        self.client = ClientForm(
            data, prefix="client", initial={name: getattr(edit, name) for name in ClientForm.base_fields}
        )
        self.ticks = {code: self._tick(code, edit, data) for code in rules.rows if code not in rules.set_by_age}
        self.before = edit
        self.foreign = ForeignForm(data, prefix="foreign", rules=rules, before=edit)
        self.letters: Any = LetterFormSet(
            data,
            initial=[{name: getattr(letter, name) for name in LetterForm.base_fields} for letter in edit.letters],
            prefix="letters",
            form_kwargs={"rules": rules},
        )
        self.expected = ExpectedForm(data, rules=rules, prefix="expected", initial=_expected(edit.expected))
        names = dict(row_choices(rules))
        for code, form in self.ticks.items():
            name_for_readers(form, names[code])
        if read_only:
            self.letters.extra = 0
            for part in (self.client, *self.ticks.values(), self.foreign, *self.letters.forms, self.expected):
                lock(part)

    def _tick(self, code: str, edit: CaseEdit, data: Any) -> TickForm:
        sites = edit.body_map.get(code)
        initial = {
            "answer": edit.ticks.get(code, ""),
            "age_days": edit.answer_age_days.get(code),
            "sites": None if sites is None else (list(sites) or [ELSEWHERE]),
        }
        return TickForm(
            data, prefix=f"row-{code}", rules=self.rules, code=code, given=edit.ticks.get(code, ""), initial=initial
        )

    @property
    def groups(self) -> Iterator[dict[str, Any]]:
        """Yield the groups of the screen with their rows, for the page; those with a tick stand open."""
        names, under = dict(row_choices(self.rules)), self.rules.screen.shown_only_with
        for group in self.rules.screen.groups:
            codes = [code for code in names if code in group.codes or under.get(code) in group.codes]
            rows = [{"name": names[code], "form": self.ticks[code]} for code in codes]
            ticked = sum(self.ticks[code].is_ticked for code in codes)
            yield {"title": group.title, "rows": rows, "ticked": ticked}

    def is_valid(self) -> bool:
        valid = all_valid([self.client, *self.ticks.values(), self.foreign, self.expected])
        return self.letters.is_valid() and valid

    @property
    def edit(self) -> CaseEdit:
        client = self.client.cleaned_data
        found = {code: form.cleaned_data for code, form in self.ticks.items()}
        sites = {code: row["sites"] for code, row in found.items() if row.get("sites")}
        return CaseEdit(
            **client,
            ticks={code: row["answer"] for code, row in found.items() if row["answer"]} | self._foreign("ticks"),
            body_map={code: tuple(area for area in marks if area != ELSEWHERE) for code, marks in sites.items()}
            | self._foreign("body_map"),
            answer_age_days={code: row["age_days"] for code, row in found.items() if row["age_days"] is not None}
            | self._foreign("answer_age_days"),
            letters=tuple(
                LetterEdit(
                    codes=tuple(letter["codes"]),
                    days_left=letter["days_left"],
                    pressure=letter["pressure"],
                    allow_areas=tuple(letter["allow_areas"]),
                    allow_techniques=tuple(letter["allow_techniques"]),
                )
                for letter in (form.cleaned_data for form in self.letters.forms)
                if letter.get("codes")
            ),
            expected=self.expected.expected(),
        )

    def _foreign(self, name: str) -> dict[str, Any]:
        """Return what the client says about rows that have no form here: another version's, or set by the age."""
        before: Mapping[str, Any] = getattr(self.before, name)
        return self.foreign.kept({code: value for code, value in before.items() if code not in self.ticks})


def _expected(expected: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, value in expected.items():
        if name in LISTS:
            found[name], found[f"compare_{name}"] = list(value), True
        elif name in FLAGS:
            found[name] = "yes" if value else "no"
        elif name in NUMBERS or isinstance(value, str):
            found[name] = value
    return found

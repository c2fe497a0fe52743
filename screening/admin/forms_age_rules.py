"""The form of one age rule, whatever its kind."""

from typing import Any, Final

from django import forms

from screening.admin import words
from screening.domain.rule_types import NOT_SURE
from screening.domain.rules import Rules
from screening.rulework.ages import ANSWER, IN_ROOM, LETTER, LOWEST, NOT_THERE, ON_PREMISES, PRESENCE, AgeEdit
from screening.rulework.row_diff import name_of

GUARDIANS: Final = [
    (IN_ROOM, "stays in the room"),
    (ON_PREMISES, "stays on the premises"),
    (NOT_THERE, "need not be there"),
]
TITLES: Final = {
    LOWEST: "Lowest age",
    PRESENCE: "Parent or guardian",
    LETTER: "Back pain at a young age",
    ANSWER: "An answer for certain ages",
}


def _age(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=120, **more)


class AgeForm(forms.Form):
    """One age rule: the fields of its kind."""

    which = forms.ChoiceField(label="Answer")
    from_age = _age("From age")
    below_age = _age("Below age", help_text="Up to the day before this birthday.")
    or_from_age = _age("Or from age")
    guardian = forms.ChoiceField(
        label="A parent or guardian", choices=GUARDIANS, help_text="On the premises: in the room if either asks."
    )
    consent = forms.BooleanField(label="Their consent is needed", required=False)
    pressure_cap = forms.ChoiceField(label="Pressure at most", choices=[("", "no cap"), *words.CAPS], required=False)
    max_minutes = forms.IntegerField(label="Minutes at most", min_value=5, max_value=240, required=False)
    remove = forms.BooleanField(label="Take this rule away", required=False)

    KEPT: Final = {
        LOWEST: ("below_age",),
        PRESENCE: ("from_age", "below_age", "guardian", "consent", "pressure_cap", "max_minutes", "remove"),
        LETTER: ("from_age", "below_age", "remove"),
        ANSWER: ("which", "from_age", "below_age", "or_from_age", "remove"),
    }

    def __init__(self, *args: Any, kind: str, answers: Any = None, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.is_new = kind, is_new
        for name in [name for name in self.fields if name not in self.KEPT[kind]]:
            del self.fields[name]
        if kind == ANSWER:
            self._for_answer(answers)
        if is_new:
            del self.fields["remove"]
            for field in self.fields.values():
                field.required = False

    def _for_answer(self, answers: Any) -> None:
        """Which answer it is about is chosen once; it may end, begin, or both."""
        for name in ("from_age", "or_from_age"):
            self.fields[name].required = False
        if self.is_new:
            self.fields["which"].choices = [("", "choose"), *answers]  # type: ignore[attr-defined]
        else:
            del self.fields["which"]

    @property
    def wanted(self) -> bool:
        """Tell whether the rule stays, or is to be made."""
        found = self.cleaned_data
        return found.get("below_age") is not None if self.is_new else not found.get("remove")

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        first, below = found.get("from_age") or 0, found.get("below_age")
        if below is not None and first >= below:
            self.add_error("below_age", "This must be more than the age it begins at.")
        if self.is_new and self.has_changed() and "below_age" in found and below is None:
            self.add_error("below_age", "Say below which age it holds.")
        if first and found.get("or_from_age") is not None:
            self.add_error("from_age", "With two ends of life, leave this empty.")
        if "which" in self.fields and below is not None and not found.get("which"):
            self.add_error("which", "Choose the answer.")
        return found


def answers_of(rules: Rules) -> list[tuple[str, list[tuple[str, str]]]]:
    """Return the answers that may be offered at certain ages only, by row; no code holds an equals sign."""
    bound = rules.age_bound_answers
    return [
        (
            name_of(rules, code),
            [
                (f"{code}={option.answer}", option.answer)
                for option in row.options
                if option.answer != NOT_SURE and (code, option.answer) not in bound
            ],
        )
        for code, row in rules.rows.items()
        if row.has_question
    ]


def initial_of(age: AgeEdit) -> dict[str, Any]:
    """Return what the form of a rule shows at first."""
    return {name: getattr(age, name) for name in AgeForm.base_fields if hasattr(age, name)}


def edit_of(age: AgeEdit, form: AgeForm) -> AgeEdit:
    """Return a rule as its form has it."""
    found = form.cleaned_data
    code, _, answer = found.get("which", "").partition("=")
    return AgeEdit(
        id=age.id,
        kind=age.kind,
        below_age=found["below_age"],
        from_age=found.get("from_age") or 0,
        or_from_age=found.get("or_from_age"),
        guardian=found.get("guardian") or NOT_THERE,
        consent=found.get("consent", age.consent),
        pressure_cap=found.get("pressure_cap", ""),
        max_minutes=found.get("max_minutes"),
        about=answer or age.about,
        code=code or age.code,
    )

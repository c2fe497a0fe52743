"""The form of ages, the day of the session, booking ahead and the lifetimes of letters."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from screening.admin import words
from screening.admin.fields import all_valid, area, days, lock, name_for_readers, row_choices
from screening.domain.rules import Rules
from screening.rulework.ages import (
    ANSWER,
    IN_ROOM,
    LETTER,
    LOWEST,
    NOT_THERE,
    ON_PREMISES,
    PRESENCE,
    AgeEdit,
    AgesEdit,
    DayEdit,
)
from screening.words import ADDED_LABELS

GUARDIANS: Final = [
    (IN_ROOM, "stays in the room"),
    (ON_PREMISES, "stays on the premises, in the room if either asks"),
    (NOT_THERE, "need not be there"),
]
TITLES: Final = {
    LOWEST: "Lowest age",
    PRESENCE: "Parent or guardian",
    LETTER: "Back pain at a young age",
    ANSWER: "An answer for certain ages",
}
NEW: Final = "new"


def _age(label: str, **more: Any) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=120, **more)


class AgeForm(forms.Form):
    """One age rule: the fields of its kind."""

    from_age = _age("From age")
    below_age = _age("Below age", help_text="Up to the day before this birthday.")
    or_from_age = _age("Or from age")
    guardian = forms.ChoiceField(label="A parent or guardian", choices=GUARDIANS)
    consent = forms.BooleanField(label="Their consent is needed", required=False)
    pressure_cap = forms.ChoiceField(label="Pressure at most", choices=[("", "no cap"), *words.CAPS], required=False)
    max_minutes = forms.IntegerField(label="Minutes at most", min_value=5, max_value=240, required=False)
    remove = forms.BooleanField(label="Take this rule away", required=False)

    KEPT: Final = {
        LOWEST: ("below_age",),
        PRESENCE: ("from_age", "below_age", "guardian", "consent", "pressure_cap", "max_minutes", "remove"),
        LETTER: ("from_age", "below_age"),
        ANSWER: ("below_age", "or_from_age"),
    }

    def __init__(self, *args: Any, kind: str, is_new: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.kind, self.is_new = kind, is_new
        for name in [name for name in self.fields if name not in self.KEPT[kind]]:
            del self.fields[name]
        if is_new:
            del self.fields["remove"]
            for field in self.fields.values():
                field.required = False

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
        return found


class DayForm(forms.Form):
    """What one row has to do with the day."""

    on_the_day = forms.BooleanField(label="Asked of everybody", required=False)
    only_if_ticked = forms.BooleanField(label="Only of those who ticked it", required=False)
    asked_on_yes = forms.BooleanField(label="Asked again if something is new", required=False)
    never_held = forms.BooleanField(label="Never held for a wait", required=False)


class TimesForm(forms.Form):
    day_question = area("The question of the day", rows=3, help_text="A yes asks the rows ticked below again.")
    ask_within_hours = forms.IntegerField(
        label="Ask about today while booking (hours ahead)",
        min_value=1,
        max_value=336,
        help_text="For a session further off the reminder asks, and everybody is asked at arrival.",
    )
    reminder_hours = forms.IntegerField(label="The reminder asks (hours before)", min_value=1, max_value=336)
    default_lifetime = days("Letters count for (days)", help_text="Where nothing else is set for a condition.")

    def __init__(self, *args: Any, lifetimes: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lifetimes = [f"letter_{code}" for code, _ in lifetimes]
        for code, name in lifetimes:
            self.fields[f"letter_{code}"] = days(name, required=False)

    def letter_fields(self) -> Iterator[forms.BoundField]:
        for name in self.lifetimes:
            yield self[name]


class AgesForms:
    """The whole page, as one thing to be valid or not."""

    def __init__(self, rules: Rules, edit: AgesEdit, data: Any = None, *, read_only: bool = False) -> None:
        self.ages_edit = edit
        names = {**dict(row_choices(rules)), **ADDED_LABELS}
        self.ages = [
            (age, AgeForm(data, kind=age.kind, initial=_initial(age), prefix=f"age-{age.id}")) for age in edit.ages
        ]
        self.new = AgeForm(
            data, kind=PRESENCE, is_new=True, prefix="age-new", initial={"guardian": IN_ROOM, "consent": True}
        )
        self.days = [
            (day, names[day.code], DayForm(data, initial=_day_initial(day), prefix=f"day-{day.code}"))
            for day in sorted(edit.days, key=lambda day: list(names).index(day.code))
        ]
        lifetimes = [(code, names.get(code, code.replace("_", " "))) for code in edit.lifetimes]
        initial = {
            "day_question": edit.day_question,
            "ask_within_hours": edit.ask_within_hours,
            "reminder_hours": edit.reminder_hours,
            "default_lifetime": edit.default_lifetime,
            **{f"letter_{code}": days_ for code, days_ in edit.lifetimes.items()},
        }
        self.times = TimesForm(data, prefix="times", initial=initial, lifetimes=lifetimes)
        for age, form in self.ages:
            name_for_readers(form, f"rule {age.id}")
        name_for_readers(self.new, "a new rule")
        for _, name, day_form in self.days:
            name_for_readers(day_form, name)
        if read_only:
            for part in self.parts:
                lock(part)

    @property
    def parts(self) -> list[forms.Form]:
        return [*(form for _, form in self.ages), self.new, *(form for *_, form in self.days), self.times]

    @property
    def sections(self) -> Iterator[dict[str, Any]]:
        """Yield each age rule with its form, for the page."""
        for age, form in self.ages:
            yield {"age": age, "title": TITLES[age.kind], "form": form, "is_answer": age.kind == ANSWER}

    def is_valid(self) -> bool:
        return all_valid(self.parts)

    @property
    def edit(self) -> AgesEdit:
        found = self.times.cleaned_data
        ages = [_age_edit(age, form) for age, form in self.ages if form.wanted]
        if self.new.wanted:
            taken = {age.id for age in self.ages_edit.ages}
            number = next(number for number in range(1, 1000) if f"A{number}" not in taken)
            ages.append(_age_edit(AgeEdit(f"A{number}", PRESENCE, 0), self.new))
        order = [day.code for day in self.ages_edit.days]
        days_ = [DayEdit(code=day.code, **form.cleaned_data) for day, _, form in self.days]
        return AgesEdit(
            ages=tuple(ages),
            days=tuple(sorted(days_, key=lambda day: order.index(day.code))),
            day_question=found["day_question"],
            ask_within_hours=found["ask_within_hours"],
            reminder_hours=found["reminder_hours"],
            default_lifetime=found["default_lifetime"],
            lifetimes={code: found[f"letter_{code}"] for code in self.ages_edit.lifetimes},
        )


def _initial(age: AgeEdit) -> dict[str, Any]:
    return {name: getattr(age, name) for name in AgeForm.base_fields if hasattr(age, name)}


def _day_initial(day: DayEdit) -> dict[str, Any]:
    return {name: getattr(day, name) for name in DayForm.base_fields}


def _age_edit(age: AgeEdit, form: AgeForm) -> AgeEdit:
    found = form.cleaned_data
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
        about=age.about,
    )

"""The form of ages, the day of the session, booking ahead and the lifetimes of letters."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms

from screening.admin.fields import all_valid, area, days, lock, name_for_readers, row_choices
from screening.admin.forms_age_rules import TITLES, AgeForm, answers_of, edit_of, initial_of
from screening.domain.rules import Rules
from screening.rulework.ages import ANSWER, IN_ROOM, LETTER, PRESENCE, AgeEdit, AgesEdit, DayEdit
from screening.words import label_of

ANOTHER: Final = {
    PRESENCE: "Another rule about a parent or guardian",
    LETTER: "A letter for back pain at a young age",
    ANSWER: "Another answer for certain ages",
}


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
        names = dict(row_choices(rules))
        self.ages = [
            (age, AgeForm(data, kind=age.kind, initial=initial_of(age), prefix=f"age-{age.id}")) for age in edit.ages
        ]
        self.new = _new_rules(rules, edit, data)
        self.days = [
            (day, names[day.code], DayForm(data, initial=_day_initial(day), prefix=f"day-{day.code}"))
            for day in sorted(edit.days, key=lambda day: list(names).index(day.code))
        ]
        lifetimes = [(code, label_of(rules, code)) for code in edit.lifetimes]
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
        for new in self.new:
            name_for_readers(new, "a new rule")
        for _, name, day_form in self.days:
            name_for_readers(day_form, name)
        if read_only:
            for part in self.parts:
                lock(part)

    @property
    def parts(self) -> list[forms.Form]:
        return [*(form for _, form in self.ages), *self.new, *(form for *_, form in self.days), self.times]

    @property
    def sections(self) -> Iterator[dict[str, Any]]:
        """Yield each age rule with its form, for the page."""
        for age, form in self.ages:
            yield {"age": age, "title": TITLES[age.kind], "form": form, "is_answer": age.kind == ANSWER}

    @property
    def additions(self) -> Iterator[tuple[str, AgeForm]]:
        """Yield the rules that may be added, for the page."""
        for form in self.new:
            yield ANOTHER[form.kind], form

    def is_valid(self) -> bool:
        return all_valid(self.parts)

    @property
    def edit(self) -> AgesEdit:
        found = self.times.cleaned_data
        ages = [edit_of(age, form) for age, form in self.ages if form.wanted]
        for form in (form for form in self.new if form.wanted):
            taken = {age.id for age in (*self.ages_edit.ages, *ages)}
            number = next(number for number in range(1, 1000) if f"A{number}" not in taken)
            ages.append(edit_of(AgeEdit(f"A{number}", form.kind, 0), form))
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


def _day_initial(day: DayEdit) -> dict[str, Any]:
    return {name: getattr(day, name) for name in DayForm.base_fields}


def _new_rules(rules: Rules, edit: AgesEdit, data: Any) -> list[AgeForm]:
    """Return empty forms for rules that may be added; of back pain at a young age there is one."""
    kinds = [PRESENCE, ANSWER] if any(age.kind == LETTER for age in edit.ages) else [PRESENCE, LETTER, ANSWER]
    initial = {"guardian": IN_ROOM, "consent": True}
    return [
        AgeForm(
            data,
            kind=kind,
            answers=answers_of(rules),
            is_new=True,
            prefix="age-new" if kind == PRESENCE else f"age-new-{kind}",
            initial=initial if kind == PRESENCE else None,
        )
        for kind in kinds
    ]

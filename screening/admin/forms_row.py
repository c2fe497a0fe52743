"""The form of one condition, with its answers."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from screening.admin import words
from screening.admin.fields import MOST_PLACES, area, days, line, lock, message_choices, on_one_line, ticks
from screening.domain.enums import Outcome
from screening.domain.rule_invariants import MOST_ANSWERS
from screening.domain.rule_types import NOT_SURE
from screening.domain.rules import Rules
from screening.rulework.rows import AnswerEdit, RowEdit

EXTRA_ANSWERS: Final = 2
# A new condition is only kept whole, so all its answers must find room at once.
FIRST_ANSWERS: Final = 6
_WAITING: Final = (Outcome.DEFER.value, Outcome.REFUSE.value)


class AnswerForm(forms.Form):
    """One answer: its words, its outcome, and what follows from it."""

    was = forms.CharField(required=False, max_length=600, widget=forms.HiddenInput)
    answer = forms.CharField(label="Answer", required=False, max_length=300, widget=forms.Textarea(attrs={"rows": 2}))
    outcome = forms.ChoiceField(label="Outcome", choices=[("", "choose"), *words.OUTCOMES], required=False)
    place = forms.IntegerField(label="Place", required=False, min_value=1, max_value=MOST_PLACES)
    remove = forms.BooleanField(label="Take this answer away", required=False)
    message = forms.ChoiceField(label="Message shown", required=False)
    wait_days = days("Wait in days", required=False)
    count_from = forms.ChoiceField(label="Counted from", choices=words.COUNTED, required=False, initial="answer")
    ends_when = line("Over when", required=False)
    after_wait = forms.ChoiceField(label="After it", choices=words.AFTER, required=False, initial="ask_again")
    pressure = forms.ChoiceField(label="Pressure at most", choices=words.LIMIT_PRESSURES, required=False)
    own_areas = forms.BooleanField(label="Areas of its own instead of the condition’s", required=False)
    areas = ticks("Areas left alone", words.AREAS)
    own_techniques = forms.BooleanField(label="Techniques of its own instead of the condition’s", required=False)
    techniques = ticks("Techniques ruled out", words.TECHNIQUES)
    why = area("Why its limits differ", required=False)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["message"].choices = message_choices(rules)  # type: ignore[attr-defined]

    @property
    def is_open(self) -> bool:
        """Tell whether what follows from the answer is to be seen at once."""
        names = ("message", "wait_days", "pressure", "own_areas", "own_techniques", "why", "ends_when")
        return any(self[name].value() for name in names) or any(self[name].errors for name in self.fields)

    def clean_answer(self) -> str:
        answer = on_one_line(self.cleaned_data["answer"])
        if ";" in answer or "=>" in answer:
            raise ValidationError("An answer cannot hold ; or =>. A comma does the same.")
        return answer

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("remove") or not (found.get("answer") or found.get("was") or self.has_changed()):
            return found
        if "answer" in found and not found["answer"]:
            self.add_error("answer", "Write the answer, or take it away.")
        if not found.get("outcome"):
            self.add_error("outcome", "Choose what this answer means.")
        if found.get("outcome") == Outcome.DEFER.value and not found.get("wait_days") and "wait_days" in found:
            self.add_error("wait_days", "An answer that defers says for how many days.")
        waits = found.get("outcome") == Outcome.DEFER.value or found.get("wait_days")
        if found.get("outcome") in _WAITING and waits and not found.get("ends_when"):
            self.add_error("ends_when", "Say when the wait is over, in the client’s words.")
        limits = found.get("pressure") or found.get("own_areas") or found.get("own_techniques")
        if limits and not found.get("why") and found.get("outcome") in (Outcome.MODIFY.value, Outcome.CLEARANCE.value):
            self.add_error("why", "Say why this answer has limits of its own.")
        return found

    def edit(self) -> AnswerEdit:
        found = self.cleaned_data
        return AnswerEdit(
            answer=found["answer"],
            was=found["was"],
            outcome=found["outcome"],
            wait_days=found["wait_days"] if found["outcome"] in _WAITING else None,
            count_from=found["count_from"] or "answer",
            ends_when=found["ends_when"],
            after_wait=found["after_wait"] or "ask_again",
            message=found["message"],
            pressure=found["pressure"],
            areas=tuple(found["areas"]) if found["own_areas"] else None,
            techniques=tuple(found["techniques"]) if found["own_techniques"] else None,
            why=found["why"],
        )


class _AnswerFormSet(forms.BaseFormSet):
    """The answers of a row. “Not sure” stands last, whatever its place says."""

    def clean(self) -> None:
        seen: set[str] = set()
        for form in self.kept():
            answer = form.cleaned_data["answer"]
            if answer in seen:
                form.add_error("answer", "This answer is there twice.")
            seen.add(answer)

    def kept(self) -> list[AnswerForm]:
        """Return the forms of the answers that stay or are new, in their order."""
        found = []
        for number, form in enumerate(self.forms):
            given = getattr(form, "cleaned_data", {})
            if given.get("answer") and not given.get("remove"):
                place = given.get("place") or MOST_PLACES + 1
                found.append((given["answer"] == NOT_SURE, place, number, form))
        return [form for *_, form in sorted(found, key=lambda entry: entry[:3])]


AnswerFormSet = forms.formset_factory(
    AnswerForm, formset=_AnswerFormSet, extra=EXTRA_ANSWERS, max_num=MOST_ANSWERS, absolute_max=MOST_ANSWERS
)


class RowForm(forms.Form):
    """A condition, all but its answers."""

    label = area("Full name", help_text="Shown once it is ticked.")
    short_label = line(
        "Name in the list", required=False, longest=120, help_text="Empty: the full name stands in the list too."
    )
    question = area("Question", required=False, help_text="Empty for a condition that is only ticked.")
    default_outcome = forms.ChoiceField(
        label="Until it is answered",
        choices=words.OUTCOMES,
        help_text="Counts as soon as the box is ticked. “Not sure” can never be softer than this.",
    )
    tick_message = forms.ChoiceField(
        label="Message of the tick itself", required=False, help_text="Only for a condition without a question."
    )
    max_pressure = forms.ChoiceField(label="Pressure at most", choices=words.PRESSURES)
    areas = ticks("Areas left alone", words.AREAS)
    techniques = ticks("Techniques ruled out", words.TECHNIQUES)
    site_specific = forms.BooleanField(label="Ask where it is, on the body map", required=False)
    site_prompt = line("Words above the map", required=False, help_text="Marked areas are left out of the session.")
    client_advice = area("Advice for the client")
    therapist_note = area("Note for the therapist", rows=3)
    position_note = area("Note on position")
    own_advice = forms.BooleanField(label="A refusal shows this advice instead of the fixed text", required=False)
    valid_for_days = days("Answers count for (days)", help_text="1: given the day before, or on the day.")
    letter_days = days(
        "A letter counts for (days)", required=False, help_text="Empty: as long as letters ordinarily do."
    )
    confidence = forms.ChoiceField(label="Confidence", choices=words.CONFIDENCES)
    sources = area("Sources")
    category = line("Category", longest=60)
    article_item = area("Words of the source list", required=False)

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tick_message"].choices = message_choices(rules)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("site_specific") and not found.get("site_prompt"):
            self.add_error("site_prompt", "Write what is to be marked.")
        for name in ("label", "question"):
            # A name and a question are one line, however the browser wrapped them.
            if name in found:
                found[name] = on_one_line(found[name])
        return found


class NewRowForm(RowForm):
    """A condition that is not there yet: it needs a code and a place on the screen."""

    code = forms.RegexField(
        r"^[a-z][a-z0-9_]*\Z",
        label="Code",
        max_length=60,
        help_text="Small letters, digits and underscores. It stays for good: answers are kept under it.",
        error_messages={"invalid": "Small letters, digits and underscores only, a letter first."},
    )
    group = forms.ChoiceField(label="Group on the screen")

    def __init__(self, *args: Any, rules: Rules, **kwargs: Any) -> None:
        super().__init__(*args, rules=rules, **kwargs)
        self.rules = rules
        self.fields["group"].choices = [(group.id, group.title) for group in rules.screen.groups]  # type: ignore[attr-defined]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if code in self.rules.letter_codes:
            raise ValidationError("There is a condition with this code already.")
        return code


class ConditionForms:
    """A row's form with the forms of its answers, as one thing to be valid or not."""

    def __init__(self, rules: Rules, edit: RowEdit | None, data: Any = None, *, read_only: bool = False) -> None:
        self.row_edit = edit
        initial, answers = _initial(edit) if edit else ({}, [])
        kind = RowForm if edit else NewRowForm
        self.row = kind(data, rules=rules, initial=initial, prefix="row")
        self.answers: Any = AnswerFormSet(data, initial=answers, prefix="answers", form_kwargs={"rules": rules})
        if edit is None:
            self.answers.extra = FIRST_ANSWERS
        if read_only:
            self.answers.extra = 0
            for form in (self.row, *self.answers.forms):
                lock(form)

    def is_valid(self) -> bool:
        """Check both, so that every fault is named at once."""
        row, answers = self.row.is_valid(), self.answers.is_valid()
        if row and answers and bool(self.row.cleaned_data["question"]) != bool(self.answers.kept()):
            self.row.add_error("question", "A question needs answers, and answers need a question.")
            return False
        return row and answers

    @property
    def edit(self) -> RowEdit:
        """Return the row as the forms have it."""
        found = dict(self.row.cleaned_data)
        code = self.row_edit.code if self.row_edit else found.pop("code")
        found.pop("group", None)
        site_specific = found.pop("site_specific")
        return RowEdit(
            **{**found, "areas": tuple(found["areas"]), "techniques": tuple(found["techniques"])}
            | {"site_prompt": found["site_prompt"] if site_specific else ""},
            code=code,
            answers=tuple(form.edit() for form in self.answers.kept()),
        )

    def faults(self) -> Iterator[str]:
        """Yield what is wrong with the answers as a whole."""
        yield from self.answers.non_form_errors()


def _initial(edit: RowEdit) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    names = [name for name in RowForm.base_fields if name != "site_specific"]
    row = {name: getattr(edit, name) for name in names} | {"site_specific": bool(edit.site_prompt)}
    answers = [
        {
            **{name: getattr(answer, name) for name in AnswerForm.base_fields if hasattr(answer, name)},
            "place": number,
            "areas": answer.areas or (),
            "techniques": answer.techniques or (),
            "own_areas": answer.areas is not None,
            "own_techniques": answer.techniques is not None,
        }
        for number, answer in enumerate(edit.answers, start=1)
    ]
    return row, answers

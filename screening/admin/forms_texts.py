"""The form of messages and fixed texts."""

from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from screening.admin import words
from screening.admin.fields import area, line, lock, name_for_readers
from screening.domain.rule_invariants import MOST_MESSAGES
from screening.domain.rules import Rules
from screening.rulework import texts
from screening.rulework.book import Book
from screening.rulework.row_diff import name_of
from screening.rulework.texts import MessageEdit, TextsEdit

DATES: Final[dict[str, str]] = {
    "event": "When it happened",
    "symptom_end": "When symptoms ended",
    "pregnancy": "When the baby is due",
    "postpartum": "When the birth was",
}


class MessageForm(forms.Form):
    """One message: how soon, and in which words."""

    # Which answers show it, for the page.
    shown_by: list[str] = []

    was = forms.CharField(required=False, max_length=10, widget=forms.HiddenInput)
    id = forms.RegexField(
        r"^[A-Z][0-9]{1,2}\Z",
        label="Id",
        required=False,
        error_messages={"invalid": "A capital letter and a number, such as U6."},
    )
    level = forms.ChoiceField(label="How soon", choices=words.LEVELS, initial="soon")
    text = area("Words", rows=3, required=False)
    remove = forms.BooleanField(label="Take this message away", required=False)

    def clean(self) -> dict[str, Any]:
        found: dict[str, Any] = super().clean() or {}
        if found.get("remove") or not self.has_changed():
            return found
        if not found.get("was") and "id" in found and not found["id"]:
            self.add_error("id", "Give the message an id, such as U6.")
        if "text" in found and not found["text"]:
            self.add_error("text", "Write the message, or take it away.")
        return found


class _MessageFormSet(forms.BaseFormSet):
    def clean(self) -> None:
        ids = [message.id for message in self.edits()]
        if len(ids) != len(set(ids)):
            raise ValidationError("Two messages have the same id.")

    def edits(self) -> list[MessageEdit]:
        found = []
        for form in self.forms:
            given = getattr(form, "cleaned_data", {})
            id_ = given.get("was") or given.get("id")
            if id_ and given.get("text") and not given.get("remove"):
                found.append(MessageEdit(id_, given["level"], given["text"], given.get("was", "")))
        return found


MessageFormSet = forms.formset_factory(
    MessageForm, formset=_MessageFormSet, extra=1, max_num=MOST_MESSAGES, absolute_max=MOST_MESSAGES
)


class FixedForm(forms.Form):
    refuse_text = area("Text of a refusal without a message", rows=3, help_text="{PHONE} is the studio’s number.")

    def __init__(self, *args: Any, dates: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, text in dates.items():
            self.fields[f"date_{key}"] = line(DATES.get(key, key.replace("_", " ")), initial=text)


def shown_by(rules: Rules, book: Book) -> dict[str, list[str]]:
    """Return, for each message, which answers show it, and which reports after a session."""
    found: dict[str, list[str]] = {}
    for id_ in rules.messages:
        found[id_] = [
            f"{name_of(rules, code)}: {'the tick itself' if answer == '*' else answer}"
            for code, answer in texts.shown_by(book, id_)
        ]
        for report in rules.extra.after_session:
            if id_ in (*report.then.messages, *report.then.messages_for_therapist):
                found[id_].append(f"After a session: {report.words}")
    return found


class TextsForms:
    """All texts, as one thing to be valid or not."""

    def __init__(
        self, edit: TextsEdit, data: Any = None, *, shown_by: dict[str, list[str]], read_only: bool = False
    ) -> None:
        self.texts = edit
        initial = [
            {"was": message.id, "id": message.id, "level": message.level, "text": message.text}
            for message in edit.messages
        ]
        self.messages: Any = MessageFormSet(data, initial=initial, prefix="messages")
        self.fixed = FixedForm(data, prefix="fixed", initial={"refuse_text": edit.refuse_text}, dates=edit.dates)
        for number, form in enumerate(self.messages.forms):
            where = edit.messages[number].id if number < len(edit.messages) else "a new message"
            name_for_readers(form, where)
            form.shown_by = shown_by.get(where, [])
        if read_only:
            self.messages.extra = 0
            for form in (self.fixed, *self.messages.forms):
                lock(form)

    def is_valid(self) -> bool:
        messages, fixed = self.messages.is_valid(), self.fixed.is_valid()
        return messages and fixed

    @property
    def edit(self) -> TextsEdit:
        found = self.fixed.cleaned_data
        return TextsEdit(
            messages=tuple(self.messages.edits()),
            refuse_text=found["refuse_text"],
            dates={key: found[f"date_{key}"] for key in self.texts.dates},
        )

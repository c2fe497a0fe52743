"""Messages and fixed texts as a form shows them."""

from collections.abc import Iterator
from dataclasses import dataclass

from screening.rulework.book import Book, kept_text


@dataclass(frozen=True, slots=True)
class MessageEdit:
    """A message; `was` is its id before, empty for a new one."""

    id: str
    level: str
    text: str
    was: str = ""


@dataclass(frozen=True, slots=True)
class TextsEdit:
    """All messages, the fixed text of a refusal, and the questions that ask for a date."""

    messages: tuple[MessageEdit, ...]
    refuse_text: str
    dates: dict[str, str]


def texts_edit(book: Book) -> TextsEdit:
    return TextsEdit(
        messages=tuple(
            MessageEdit(id_, entry["level"], entry["text"], was=id_) for id_, entry in book.extra["messages"].items()
        ),
        refuse_text=book.extra["refuse_without_message"]["text"],
        dates=dict(book.extra["date_questions"]),
    )


def shown_by(book: Book, id_: str) -> Iterator[tuple[str, str]]:
    """Yield (row, answer) of every answer that shows a message."""
    for trigger in book.extra["message_triggers"]:
        if trigger["message"] == id_:
            yield trigger["code"], trigger["answer"]


def with_texts(book: Book, edit: TextsEdit) -> Book:
    """Return the book with its messages and fixed texts as the form has them. A message left out is taken away."""

    def change(after: Book) -> None:
        old = after.extra["messages"]
        after.extra["messages"] = {
            message.id: {
                "level": message.level,
                "text": kept_text(old.get(message.id, {}).get("text", ""), message.text),
            }
            for message in edit.messages
        }
        fixed = after.extra["refuse_without_message"]
        fixed["text"] = kept_text(fixed["text"], edit.refuse_text)
        questions = after.extra["date_questions"]
        for key, text in edit.dates.items():
            questions[key] = kept_text(questions.get(key, ""), text)

    return book.edited(change)

"""What staff are told: refusals where the words for clients would say too much or too little, and what was done."""

from typing import Final

from massage_booking.core.errors import DomainError
from sessions import messages

# No sentence says which answer is in the way: the desk must not be able to guess a condition.
SENTENCES: Final[dict[str, str]] = {
    "screening": "That is not possible for this client at the moment. Ask the therapist.",
    "client_busy": "The client has another session at that time.",
    "answers_needed": "The client has to answer the health questions first, in their account.",
    "answers_needed_of_minor": "Under 18, the questions and a parent’s yes come first. Ask the family to book online.",
    "re_ask_due": "Not yet: some answers must be asked again before hands go on. It says below what to do.",
    "ask_on_the_day": "The questions about today can only be asked on the day of the session.",
    "does_not_fit": "The newest answers do not allow this session. Move it to another time, or cancel it.",
    "wrong_status": "That is not possible with this session any more. Here is how it stands now.",
}
DONE: Final[dict[str, str]] = {
    "arrive": "{name} is here.",
    "undo-arrive": "Taken back: {name} has not arrived yet.",
    "start": "Started. The time is yours.",
    "complete": "Done. Turnover begins.",
    "no-show": "Noted: {name} did not come.",
    "approve": "Booked. {name} gets a confirmation.",
    "decline": "Declined. {name} is told, and the time is free again.",
    "reviewed": "Noted that you have looked at it.",
    "unchanged": "Noted: asked again, nothing has changed. The session can start.",
    "changed": "Noted: something has changed. No hands on before the new answers are in.",
    "cancel": "Cancelled. The time is free again, and {name} is told.",
    "cancel_silent": "Cancelled. The time is free again. {name} has no e-mail: please call.",
    "book": "{name} is booked. The confirmation goes to {address}.",
    "book_silent": "{name} is booked. There is no e-mail on file: say day and time once more.",
    "move": "Moved. {name} gets the new time by e-mail.",
    "move_silent": "Moved. {name} has no e-mail: please call.",
    "client_added": "{name} is on file now.",
    "contact_saved": "Saved how to reach {name}.",
    "account_given": "Saved. {name} can answer the health questions now, signing in with {address}.",
    "client_known": "{name} with this date of birth is on file already. Here is the page.",
}


def sentence(error: DomainError) -> str:
    """Return what a member of staff is told about a refusal."""
    return SENTENCES.get(error.code) or messages.sentence(error)


def done(act: str, **words: str) -> str:
    return DONE[act].format(**words)

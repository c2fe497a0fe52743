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
    "stopped_to_book": "The therapist has to speak with this client first. Nothing can be booked or moved before that.",
    "none_open": "No time is open for this client as it is. Try another service or therapist, or ask the therapist.",
    "re_ask_due": "Not yet: some answers must be asked again before hands go on. It says below what to do.",
    "ask_on_the_day": "The questions about today can only be asked on the day of the session.",
    "does_not_fit": "The newest answers do not allow this session. Move it to another time, or cancel it.",
    "too_soon_for_letter": "A document is missing for this client, and that is too soon for it. Choose a later day.",
    "letter_waits_already": "Another time of this client waits for a document already. It has to come first.",
    "letter_reviewed_already": "Somebody has said their word on this letter already. Here is how it stands.",
    "letter_rows": "Tick what the letter is about.",
    "letter_signer": "Write who signed the letter.",
    "letter_reason": "Write a sentence for the client.",
    "letter_from_the_future": "The letter cannot have been signed after today.",
    "letter_over": "A letter of that date covers nothing any more. Refuse it and ask for a newer one.",
    "statement_rows": "No statement can end that wait: it runs its course.",
    "statement_older": "The statement is older than the client’s answer. Refuse it and ask for a newer one.",
    "wrong_status": "That is not possible with this session any more. Here is how it stands now.",
    "looser_pressure": "You can only be more careful than the rules: that pressure is more than they allow.",
    "looser_length": "You can only be more careful than the rules: that is longer than they allow.",
    "unknown_limit": "One of the limits was not readable. Please choose from those shown.",
    "nothing_left": "That would leave nothing to work on. Please decline the session instead.",
    "note_needed": "Please add a note: a line that says why.",
    "note_closed": "What you wrote could not be sealed, and nothing was done. Tell the admin.",
    "changed_meanwhile": "Something has changed since you opened the page. Here is how it stands: please read it anew.",
    "tightened_out": "What is signed off rules out what is booked. Have it moved or changed, or sign off anew.",
    "stopped": "A report after a session is open. Nothing can begin before it is closed.",
    "closing_words": "Please write what was advised and what came of it.",
    "nothing_ticked": "Please tick what fits best.",
    "not_over": "The session is not over yet.",
    "guardian_is_therapist": "A parent or guardian cannot be the therapist of their own child. Choose somebody else.",
    "answers_changed": "The client has just answered the health questions anew. Please look at it again.",
    "not_trained": "This needs a certificate that is not on file for that day. Move it to somebody who has it.",
    "report_open": "A report after the last session is not closed yet. It comes first: see “To review”.",
    "late_minutes": "Say by how many minutes: from 1 to 120.",
    "told_already": "It is over: somebody has told how it felt. Write what is to be added in a report.",
    "time_is_gone": "Somebody else has that time by now.",
    "undo_over": "It is too late to take that back. Move or book it anew.",
    "too_many_ahead": "The client has as many sessions ahead as the studio lets them book alone.",
    "not_a_length": "That is not another length of this session.",
    "not_given_here": "This therapist does not give that.",
    "not_a_colleague": "That is nobody who could give this session. Choose one of those shown.",
    "change_over": "That request is settled already. Here is how it stands now.",
    "therapist_busy": "Somebody else comes before that would be over.",
    "no_place": "No table is free for that.",
    "outside_hours": "That goes beyond working hours.",
    "not_ahead": "There is no session ahead to write about.",
    "nobody_to_ask": "There is nobody to write to: the questions are answered, or there is no e-mail to sign in with.",
    "asked_lately": "A letter went out less than an hour ago. Please wait a little, call, or hand the tablet over.",
    "asked_often": "That is enough letters about one session. Please call, or hand the tablet over.",
    "sessions_overlap": "Both records have a session at the same time. Move or cancel one of them first.",
    "merged_already": "Somebody has just made one record of these two.",
    "same_record": "That is one record, not two.",
    "vault_closed": "The answers of one record cannot be opened by the system. Tell the admin; nothing was changed.",
}
DONE: Final[dict[str, str]] = {
    "arrive": "{name} is here.",
    "undo-arrive": "Taken back: {name} has not arrived yet.",
    "start": "Started. The time is yours.",
    "complete": "Done. Turnover begins.",
    "no-show": "Noted: {name} did not come.",
    "late": "Noted: {name} is late.",
    "undo-complete": "Taken back: the session goes on.",
    "undo-no-show": "Taken back: {name} is booked again.",
    "undo": "Taken back. Everything is as it was, and nobody was told otherwise.",
    "length": "Changed: {minutes} minutes now, {price}.",
    "service": "Changed: {what} now, {price}.",
    "therapist": "Changed: {therapist} gives it now.",
    "change_accepted": "Accepted. {name} is told.",
    "change_declined": "Declined. It stays as it was, and {name} is told.",
    "approve": "Booked. {name} gets a confirmation.",
    "decline": "Declined. {name} is told, and the time is free again.",
    "decline_silent": "Declined. The time is free again. {name} has no e-mail: please call.",
    "reviewed": "Noted that you have looked at it.",
    "signed_off": "Signed. The limits show everywhere now.",
    "reported": "Noted. What follows from it is done; the rest is below.",
    "report_closed": "Closed. If it stopped anything, that is open again.",
    "unchanged": "Noted: asked again, nothing has changed. The session can start.",
    "changed": "Noted: something has changed. No hands on before the new answers are in.",
    "cancel": "Cancelled. The time is free again, and {name} is told.",
    "cancel_silent": "Cancelled. The time is free again. {name} has no e-mail: please call.",
    "book": "{name} is booked. The confirmation goes to {address}.",
    "letter_accepted": "Accepted. The client is told that there is an answer.",
    "letter_accepted_booked": "Accepted. The session that waited for it is booked, and the client is told.",
    "letter_accepted_short": "Accepted. It ends before {day}, whose time is kept for it: that goes on waiting for one "
    "that covers the day, and the client reads so.",
    "letter_accepted_waits": "Accepted. The time that is kept waits on, because more is missing; the client is told "
    "that there is an answer.",
    "letter_refused": "Not accepted. The client is told that there is an answer, and reads your sentence signed in.",
    "kept": "The time is kept for {name} and {until}. What is missing stands in a mail to {address}.",
    "asked": "The time is kept for {name}. A therapist looks at it first; the answer goes to {address}.",
    "kept_silent": "The time is kept for {name} and {until}. There is no e-mail on file: the therapist calls.",
    "book_silent": "{name} is booked. There is no e-mail on file: say day and time once more.",
    "move": "Moved. {name} gets the new time by e-mail.",
    "move_silent": "Moved. {name} has no e-mail: please call.",
    "client_added": "{name} is on file now.",
    "contact_saved": "Saved how to reach {name}.",
    "account_given": "Saved. {name} can answer the health questions now, signing in with {address}.",
    "consent_taken_back": "Done. The health answers of {name} are erased.",
    "asked_by_mail": "A letter with the link to the questions goes to {name}.",
    "merged": "{name} is one record now. Of the health answers the stricter count.",
    "waits_no_more": "{name} does not wait for it any more.",
    "client_known": "{name} with this date of birth is on file already. Here is the page.",
}


def sentence(error: DomainError) -> str:
    """Return what a member of staff is told about a refusal."""
    return SENTENCES.get(error.code) or messages.sentence(error)


def why_not(error: Exception) -> str:
    """Return what is told where something was to be sealed: a refusal, or a vault that stays closed."""
    return sentence(error) if isinstance(error, DomainError) else SENTENCES["note_closed"]


def done(act: str, **words: str) -> str:
    # A short name ends in a stop of its own.
    return DONE[act].format(**words).replace("..", ".")

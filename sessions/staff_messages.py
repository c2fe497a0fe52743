"""What staff are told: refusals where the words for clients would say too much or too little, and what was done."""

from collections.abc import Iterable
from typing import Final

from massage_booking.core import wording
from massage_booking.core.errors import DomainError
from sessions import messages
from sessions.domain.choosing import Because
from sessions.domain.outside import Outside
from sessions.domain.refusals import Refusal, Why
from sessions.models import MassageSession
from sessions.selectors.exact import InTheWay

# No sentence says which answer is in the way: the desk must not be able to guess a condition.
SENTENCES: Final[dict[str, str]] = {
    "screening": "That is not possible for this client at the moment. Ask the therapist.",
    "not_free_for_two": "That time is not free for both any more. Neither was booked.",
    "one_of_two_busy": "One of the two has another session at that time. Neither was booked.",
    "same_client_twice": "That is one client twice. Choose somebody else for the second place.",
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
    "apart": "This client and this therapist are not booked together. Choose another therapist.",
    "further_training": "This session is not for this therapist on that day. Choose one of those who are offered.",
    "not_wished": "The client asked for somebody else. Choose one of those who are offered.",
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
    "not_ahead": "There is no session ahead to write about.",
    "nobody_to_ask": "There is nobody to write to: the questions are answered, or there is no e-mail to sign in with.",
    "asked_lately": "A letter went out less than an hour ago. Please wait a little, call, or hand the tablet over.",
    "asked_often": "That is enough letters about one session. Please call, or hand the tablet over.",
    "sessions_overlap": "Both records have a session at the same time. Move or cancel one of them first.",
    "merged_already": "Somebody has just made one record of these two.",
    "same_record": "That is one record, not two.",
    "override_not_yours": "You can go against the usual times in your own calendar alone.",
    "reason_needed": "Please write a few words: why?",
    "too_far": "That is more than {horizon_days} days ahead.",
    "in_past": "That time is over. What begins now can be written down up to 15 minutes later.",
    "therapist_busy": "The therapist has another session, or its turnover, at that time.",
    "no_place": "Every place of the kind it needs is taken at that time.",
    "outside_hours": "Nobody works then who could give it.",
    # Money.
    "unreadable_amount": "We could not read that amount. Write it as on a receipt, for example 68 or 68.50.",
    "other_currency": "This session is paid in another currency. Please look at it again.",
    "unknown_way": "Choose how it was paid.",
    "nothing_due": "Nothing is due for this session.",
    "paid_already": "This session is paid already.",
    "too_much": "That is more than what is due.",
    "taken_back_already": "This payment was taken back already.",
    "card_refused": "The card was refused. Nothing was taken.",
    "card_waits": "The card terminal has not answered yet. Press once more in a moment: it is taken once.",
    "no_fee": "There is no fee here any more. Here is how it stands.",
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
    "series": "{these} booked for {name}. One letter with all dates goes to {address}.",
    "series_silent": "{these} booked for {name}. There is no e-mail on file: say all dates once more.",
    "series_moved": "{these} moved. {name} gets one letter with the new times.",
    "series_moved_silent": "{these} moved. {name} has no e-mail: please call.",
    "series_cancelled": "{these} cancelled. {name} gets one letter.",
    "series_cancelled_silent": "{these} cancelled. {name} has no e-mail: please call.",
    "book_two": "{name} and {other} are booked together. What is to know goes to {address}.",
    "book_two_silent": "{name} and {other} are booked together. Without e-mail on file: say day and time to {silent}.",
    "move_two": "Both are moved: {name} and {other}.",
    "move_two_silent": "Both are moved. Please call {silent}: there is no e-mail.",
    "cancel_two": "Both are cancelled, and {name} and {other} are told.",
    "cancel_two_silent": "Both are cancelled. Please call {silent}: there is no e-mail.",
    "move": "Moved. {name} gets the new time by e-mail.",
    "move_silent": "Moved. {name} has no e-mail: please call.",
    "client_added": "{name} is on file now.",
    "contact_saved": "Saved how to reach {name}.",
    "account_given": "Saved. {name} can answer the health questions now, signing in with {address}.",
    "consent_taken_back": "Done. The health answers of {name} are erased.",
    "asked_by_mail": "A letter with the link to the questions goes to {name}.",
    "merged": "{name} is one record now. Of the health answers the stricter count.",
    "waits_no_more": "{name} does not wait for it any more.",
    "wish_saved": "Saved for {name}. It counts from the next booking.",
    "apart": "Saved. {name} and {therapist} are not booked together any more. What is booked stands below: it stays "
    "until somebody moves or cancels it.",
    "apart_ended": "Ended.",
    "own_apart": "Saved. {name} is not booked with you any more. What is booked stands below.",
    "own_apart_ended": "Ended. It was your wish alone, and it does not stand any more.",
    "walked_in": "{name} is here, with {therapist}.",
    "walked_in_asks": "{name} is here, with {therapist}. The health questions come first: no hands on before.",
    "paid": "Noted: paid.",
    "paid_part": "Noted. {due} is still due.",
    "taken_back": "Taken back. The row stays, struck through.",
    "fee_let_go": "The fee is let go. {name} has nothing to pay.",
    "fee_asked_for": "The fee is asked for again.",
    "client_known": "{name} with this date of birth is on file already. Here is the page.",
}

# Why a session cannot stay as it is.
OUTSIDE: Final[dict[Outside, str]] = {
    Outside.THERAPIST: "{name} does not work here any more",
    Outside.TIME_OFF: "{name} is off then",
    Outside.ELSEWHERE: "{name} is busy elsewhere then",
    Outside.HOLIDAY: "public holiday",
    Outside.HOURS: "outside the hours of {name}",
    Outside.LOCATION: "{name} works in another house then",
    Outside.PLACE: "the place is out of use: {place}",
    Outside.SERVICE: "{name} does not give this any more",
    Outside.CERTIFICATE: "the certificate of {name} does not cover that day",
}


def outside(session: MassageSession, reasons: Iterable[Outside]) -> str:
    """Return why a session cannot stay as it is, in words."""
    words = {"name": session.therapist.first_name, "place": str(session.place or "")}
    return "; ".join(OUTSIDE[reason].format(**words) for reason in reasons)


def rearranged(count: int) -> str:
    """Say how much of an act was done where some of it was not."""
    is_one = count == 1
    return f"{wording.small_number(count).capitalize()} {'is' if is_one else 'are'} done; the rest is here."


# Why somebody is not free at a minute; with no code they are.
NOT_FREE: Final[dict[Why, str]] = {
    Why.THERAPIST_BUSY: "has another session then, or its turnover",
    Why.CLIENT_BUSY: "the client has another session then",
    Why.NO_PLACE: "no place is free then",
    Why.OUTSIDE_HOURS: "does not work through that time",
}


BECAUSE: Final[dict[str, str]] = {
    Because.PREFERRED: "the therapist of their plan",
    Because.LAST_SEEN: "gave them their last session",
    Because.ONLY_ONE: "the only one free",
    Because.LEAST_LOADED: "has the most room this week",
}


def sentence(error: DomainError) -> str:
    """Return what a member of staff is told about a refusal."""
    return (
        messages.in_words(SENTENCES[error.code], error.params) if error.code in SENTENCES else messages.sentence(error)
    )


def not_free(why: Why | None) -> str:
    return NOT_FREE[why] if why else ""


def against(refusals: Iterable[Refusal], standing: Iterable[InTheWay]) -> list[str]:
    """Return what a time goes against, in words; what time off is for is not among them."""
    return [_against(refusal) for refusal in refusals] + [_stands(thing) for thing in standing]


def _against(refusal: Refusal) -> str:
    params = refusal.params
    if refusal.code is Why.TOO_SOON:
        return f"shorter notice than {wording.duration(int(params['notice_minutes']))}"  # type: ignore[arg-type]
    if refusal.code is Why.TOO_FAR:
        return f"further ahead than {params['horizon_days']} days"
    if refusal.code is Why.OFF_GRID:
        return f"sessions start every {params['grid_minutes']} minutes"
    return "outside the working hours"


def _stands(thing: InTheWay) -> str:
    if thing.kind == "holiday":
        return f"a public holiday: {thing.name}"
    what = "time off" if thing.kind == "off" else "busy in another calendar"
    assert thing.starts_at is not None
    assert thing.ends_at is not None
    if (thing.ends_at - thing.starts_at).days:
        return f"{what}, {wording.short_date(thing.starts_at)} to {wording.short_date(thing.ends_at)}"
    return f"{what}, {wording.clock_time(thing.starts_at)} to {wording.clock_time(thing.ends_at)}"


def why_not(error: Exception) -> str:
    """Return what is told where something was to be sealed: a refusal, or a vault that stays closed."""
    return sentence(error) if isinstance(error, DomainError) else SENTENCES["note_closed"]


def done(act: str, **words: str) -> str:
    # A short name ends in a stop of its own.
    return DONE[act].format(**words).replace("..", ".")

"""Sentences for refusals about sessions, by the refusal's code. Everybody who catches a refusal asks here."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from massage_booking.core import wording
from massage_booking.core.errors import DomainError

UNKNOWN: Final = "That did not work. Please try again."

SENTENCES: Final[dict[str, str]] = {
    # The calendar.
    "just_taken": "That time is not free any more.",
    "client_busy": "You have another session at that time.",
    "not_free_for_two": "That time is not free for both of you any more, so neither was booked.",
    "one_of_two_busy": "One of you has another session at that time, so neither was booked.",
    "same_client_twice": "These are two places for one person. Please choose two people.",
    "busy": "Many people are booking at this moment. Please try again.",
    "in_past": "That time is over.",
    "too_soon": "That is too soon for us to get ready. The earliest time is {earliest}.",
    "too_far": "That is further ahead than we plan: at most {horizon_days} days.",
    "off_grid": "Sessions start every {grid_minutes} minutes. Please choose one of the times shown.",
    "outside_hours": "Nobody works at that time.",
    "therapist_off": "{therapist} does not work at that time.",
    "closed": "We are closed that day: {holiday}.",
    "therapist_busy": "The therapist has another session at that time.",
    "no_place": "Every table is taken at that time.",
    "unreadable_time": "We could not read that time. Please choose one of the times shown.",
    # Holds.
    "too_many_holds": "Several times are being kept from your connection already. Please finish or wait a few minutes.",
    "too_many_holds_here": "We cannot keep two times at once here. Please call us, and we book both together.",
    "two_given_up": "The time that was kept for two, {starts_at}, is free again for others.",
    "one_given_up": "The time that was kept for one, {starts_at}, is free again for others.",
    "hold_expired": "The time we kept for you ran out. If nobody took it, you can still have it.",
    "hold_longest": "We can keep it until {until} at the longest.",
    "hold_kept": "We keep it for you until {until}.",
    # The waitlist.
    "waitlist_full": "You wait for three times already. End one of them first.",
    "waitlist_over": "This time is not kept for you any more.",
    "waitlist_not_open": "Your health answers do not allow this session at present.",
    # A series.
    "series_empty": "No date is left. Keep at least one.",
    "series_too_many": "That is more than we book in one go: at most {most} dates.",
    "series_same_day": "Two of these are on one day. Please choose another time for one of them.",
    "series_over_cap": "That would be {count} sessions ahead; {most} at a time is the most. Leave some out: "
    "the next can follow as these are used up.",
    "series_no_more": "There is no later session in this series that can still be changed.",
    "series_nothing_new": "That is when they are already. Choose another day or time.",
    "client_that_day": "There is another session on that day.",
    "not_then": "Nobody trained for it can give it then.",
    "out_of_order": "That is too close to the date before or after it.",
    # Forms.
    "form_reused": "This form was sent before with other words. Please look it over and send it once more.",
    "answers_changed": "The health answers have changed a moment ago. Please look at the page once more.",
    "changed_meanwhile": "Somebody changed this session a moment ago. Please look at it again.",
    # Changes of a session.
    "wrong_status": "That is not possible with this session any more.",
    "too_early_for_act": "It is too early for that: from {from_at}.",
    "too_late_for_act": "It is too late for that: it was possible until {until}.",
    "too_late_to_change": "The time for free changes ended on {free_until}.",
    "time_is_gone": "Somebody else has taken that time meanwhile.",
    "undo_over": "It is too late to take that back.",
    "same_time": "It is at that time already.",
    "too_many_ahead": "You have {most} sessions ahead, which is as many as we keep for one person. Please call us.",
    "change_asked_already": "You have asked for a change already. Take it back first, or wait for the answer.",
    "nothing_to_ask": "You need not ask: you can change this session yourself.",
    "change_over": "That request is settled already. Here is how it stands now.",
    "re_ask_due": "Some answers must be asked again before this session can start.",
    # After a session.
    "nothing_ticked": "Please tick what fits best. If nothing does, call us.",
    "not_over": "The session is not over yet.",
    # Health. No sentence names a condition; where that is wanted, the client's own pages say why.
    "screening": "Your health answers do not allow this session then.",
    "screening_needed": "The health questions come first.",
    "answers_needed": "The health questions come first.",
    "answers_needed_of_minor": "For somebody under 18 the health questions come first.",
    "ask_on_the_day": "These questions are asked on the day itself.",
    "does_not_fit": "The answers do not allow this session any more.",
    "stopped": "We want to talk with you before the next session. Please call us.",
    "refused": "With these answers we cannot book a massage online. Please call us.",
    "wait": "Your answers ask you to wait a little first.",
    "incomplete": "One health answer is still open.",
    "out_of_date": "Some health answers are too old to rely on. Please look at them once more.",
    "todays_rows": "The session is close, so a few questions about today come first.",
    "whole_form": "Your last answers are some time ago. Please go through the questions once more.",
    # With whom. None says who wished it, or what was answered.
    "not_trained": "{therapist} cannot give this session on that day. Please choose another time or therapist.",
    "apart": "{therapist} has no times for you to book online. Please call us.",
    "further_training": "This needs a therapist with further training. Please choose one of the times shown.",
    "nobody_trained": "Please call us: this needs a therapist with further training.",
    "not_wished": "That is not the therapist you asked for. Please choose one of the times shown.",
    "guardian_is_therapist": "A parent or guardian cannot be the therapist. Please choose another therapist.",
    "guardian_consent": "A parent or guardian has to agree first.",
    "clearance": "A doctor’s letter is needed first.",
    "too_soon_for_letter": "That is too soon: a doctor’s letter could not reach us in time. Choose a day from {first}.",
    "letter_waits_already": "We keep a time for you already until a doctor’s letter is here. Then the next can follow.",
    "technique_ruled_out": "This technique is not right for you at present.",
    "technique_not_offered": "This technique is not offered with these answers.",
    "technique_unknown": "Our health rules do not cover this technique. Please ask us.",
    "too_long": "At this age a session lasts at most {max_minutes} minutes.",
}


class _Words(dict[str, Any]):
    """Parameters in words; what is missing leaves a gap, never an error page."""

    def __missing__(self, key: str) -> str:
        return ""


def _in_words(value: Any) -> Any:
    if isinstance(value, datetime):
        return f"{wording.long_date(value)}, {wording.clock_time(value)}"
    if isinstance(value, date):
        return wording.long_date(value)
    return value


def of_code(code: str, params: Mapping[str, Any] | None = None) -> str:
    """Return the sentence of a code, its parameters told in the zone in force."""
    return in_words(SENTENCES.get(code, UNKNOWN), params or {})


def in_words(text: str, params: Mapping[str, Any]) -> str:
    """Fill the gaps of a sentence."""
    return text.format_map(_Words({name: _in_words(value) for name, value in params.items()}))


def sentence(error: DomainError) -> str:
    """Return what a person is told about a refusal. Several reasons of the rules stand one after another."""
    refusals = error.params.get("refusals") or []
    if error.code == "screening" and refusals:
        return " ".join(dict.fromkeys(of_code(str(refusal.code), refusal.params) for refusal in refusals))
    return of_code(error.code, error.params)

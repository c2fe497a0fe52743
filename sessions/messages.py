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
    "busy": "Many people are booking at this moment. Please try again.",
    "in_past": "That time is over.",
    "too_soon": "That is too soon for us to get ready. The earliest time is {earliest}.",
    "too_far": "That is further ahead than we plan: at most {horizon_days} days.",
    "off_grid": "Sessions start every {grid_minutes} minutes. Please choose one of the times shown.",
    "outside_hours": "Nobody works at that time.",
    "therapist_busy": "The therapist has another session at that time.",
    "no_place": "Every table is taken at that time.",
    "unreadable_time": "We could not read that time. Please choose one of the times shown.",
    # Holds.
    "too_many_holds": "Several times are being kept from your connection already. Please finish or wait a few minutes.",
    "hold_expired": "The time we kept for you ran out. If nobody took it, you can still have it.",
    "hold_longest": "We can keep it until {until} at the longest.",
    "hold_kept": "We keep it for you until {until}.",
    # The waitlist.
    "waitlist_full": "You wait for three times already. End one of them first.",
    "waitlist_over": "This time is not kept for you any more.",
    "waitlist_not_open": "Your health answers do not allow this session at present.",
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
    words = _Words({name: _in_words(value) for name, value in (params or {}).items()})
    return SENTENCES.get(code, UNKNOWN).format_map(words)


def sentence(error: DomainError) -> str:
    """Return what a person is told about a refusal. Several reasons of the rules stand one after another."""
    refusals = error.params.get("refusals") or []
    if error.code == "screening" and refusals:
        return " ".join(dict.fromkeys(of_code(str(refusal.code), refusal.params) for refusal in refusals))
    return of_code(error.code, error.params)

"""Writing down consent, answers and decisions. Every change of a client's answers happens under that client's lock."""

from screening.services.answers import (
    Saved,
    amend,
    complete,
    end_answers,
    nothing_changed,
    save_groups,
    start_or_resume,
    still_true,
)
from screening.services.changes import ask_again, confirm, end_for, nothing_after_all, something_changed
from screening.services.consent import (
    Carer,
    give_consent,
    give_guardian_consent,
    set_date_of_birth,
    withdraw_consent,
    withdraw_guardian_consent,
)
from screening.services.day import DayOutcome, save_day_answers
from screening.services.decisions import record_advice, record_decision
from screening.services.digests import close_days, make_digests
from screening.services.erasing import erase_again, erase_answers, erase_old_answers
from screening.services.stops import lift_stop, stop_bookings
from screening.services.wishes import keep_wishes

__all__ = [
    "Carer",
    "DayOutcome",
    "Saved",
    "amend",
    "ask_again",
    "close_days",
    "complete",
    "confirm",
    "end_answers",
    "end_for",
    "erase_again",
    "erase_answers",
    "erase_old_answers",
    "give_consent",
    "give_guardian_consent",
    "keep_wishes",
    "lift_stop",
    "make_digests",
    "nothing_after_all",
    "nothing_changed",
    "record_advice",
    "record_decision",
    "save_day_answers",
    "save_groups",
    "set_date_of_birth",
    "something_changed",
    "start_or_resume",
    "still_true",
    "stop_bookings",
    "withdraw_consent",
    "withdraw_guardian_consent",
]

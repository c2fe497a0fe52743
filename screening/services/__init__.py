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
from screening.services.consent import (
    erase_answers,
    erase_old_answers,
    give_consent,
    give_guardian_consent,
    set_date_of_birth,
    withdraw_consent,
    withdraw_guardian_consent,
)
from screening.services.decisions import record_advice, record_decision

__all__ = [
    "Saved",
    "amend",
    "complete",
    "end_answers",
    "erase_answers",
    "erase_old_answers",
    "give_consent",
    "give_guardian_consent",
    "nothing_changed",
    "record_advice",
    "record_decision",
    "save_groups",
    "set_date_of_birth",
    "start_or_resume",
    "still_true",
    "withdraw_consent",
    "withdraw_guardian_consent",
]

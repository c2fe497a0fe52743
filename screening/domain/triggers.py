"""What ends the validity of an answer before its time (guide, section 5, the nine triggers)."""

from enum import StrEnum


class Trigger(StrEnum):
    """Why an answer must be given again although it is not old. In the order of the guide."""

    DIAGNOSIS = "diagnosis"  # (1) something new, or something known that got worse
    MEDICINE = "medicine"  # (2) started, stopped or changed
    INCIDENT = "incident"  # (3) a fall, accident, injury, operation, procedure, hospital stay
    PREGNANCY = "pregnancy"  # (4) pregnancy, a stage boundary, or birth
    AFTER_SESSION = "after_session"  # (5) a change of symptoms after a session, or one stopped early
    LETTER_OR_WAIT = "letter_or_wait"  # (6) a letter expired, or a wait ended
    BIRTHDAY = "birthday"  # (7) at 8, 16 or 18
    STRONGER = "stronger"  # (8) a stronger technique or a longer session than last time
    RULES = "rules"  # (9) a new version of the rules changed the row
    TODAY = "today"  # something is new today (the arrival question)


# A letter lapses at once for a row that one of these touches (guide, section 2, after rule 13).
ENDS_LETTERS = frozenset(
    {Trigger.DIAGNOSIS, Trigger.MEDICINE, Trigger.INCIDENT, Trigger.PREGNANCY, Trigger.AFTER_SESSION, Trigger.TODAY}
)

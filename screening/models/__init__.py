from screening.models.answers import (
    CarerStanding,
    Consent,
    ConsentWay,
    Decision,
    GuardianConsent,
    GuardianRelation,
    Screening,
    ScreeningState,
)
from screening.models.care import BodyWishes, BookingStop, KioskTicket
from screening.models.letters import ClearanceRequest, Letter, LetterFile, LetterState, RequestState
from screening.models.rules import CaseReview, RuleCase, RuleStatus, RuleVersion
from screening.models.vault import AccessRecord, ClientKey, DailyDigest, Erasure

__all__ = [
    "AccessRecord",
    "BodyWishes",
    "BookingStop",
    "CarerStanding",
    "CaseReview",
    "ClearanceRequest",
    "ClientKey",
    "Consent",
    "ConsentWay",
    "DailyDigest",
    "Decision",
    "Erasure",
    "GuardianConsent",
    "GuardianRelation",
    "KioskTicket",
    "Letter",
    "LetterFile",
    "LetterState",
    "RequestState",
    "RuleCase",
    "RuleStatus",
    "RuleVersion",
    "Screening",
    "ScreeningState",
]

from screening.models.answers import Consent, Decision, GuardianConsent, GuardianRelation, Screening, ScreeningState
from screening.models.rules import RuleStatus, RuleVersion
from screening.models.vault import AccessRecord, ClientKey

__all__ = [
    "AccessRecord",
    "ClientKey",
    "Consent",
    "Decision",
    "GuardianConsent",
    "GuardianRelation",
    "RuleStatus",
    "RuleVersion",
    "Screening",
    "ScreeningState",
]

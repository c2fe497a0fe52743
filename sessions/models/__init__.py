from sessions.models.care import SignOff, SymptomReport
from sessions.models.plan import Plan
from sessions.models.record import FormKey, SessionEvent
from sessions.models.session import MassageSession
from sessions.models.waitlist import WaitlistEntry, WaitlistOffer

__all__ = [
    "FormKey",
    "MassageSession",
    "Plan",
    "SessionEvent",
    "SignOff",
    "SymptomReport",
    "WaitlistEntry",
    "WaitlistOffer",
]

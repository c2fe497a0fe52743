from sessions.models.care import SignOff, SymptomReport
from sessions.models.money import PaidHow, Payment
from sessions.models.plan import Plan
from sessions.models.rearranging import Rearranged, RearrangedAs, Rearrangement
from sessions.models.record import FormKey, SessionEvent
from sessions.models.requests import ChangeAnswer, ChangeKind, ChangeRequest
from sessions.models.session import MassageSession, Series, Together
from sessions.models.waitlist import WaitlistEntry, WaitlistOffer
from sessions.models.wishes import Apart, ApartSide, ClientWish

__all__ = [
    "Apart",
    "ApartSide",
    "ChangeAnswer",
    "ChangeKind",
    "ChangeRequest",
    "ClientWish",
    "FormKey",
    "MassageSession",
    "PaidHow",
    "Payment",
    "Plan",
    "Rearranged",
    "RearrangedAs",
    "Rearrangement",
    "Series",
    "SessionEvent",
    "SignOff",
    "SymptomReport",
    "Together",
    "WaitlistEntry",
    "WaitlistOffer",
]

"""What is due for a session: its price, or the fee where it was cancelled late or nobody came."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

from massage_booking.core import amounts
from sessions.domain.status import Status

NOTHING: Final = Decimal(0)
# Its price is owed: it takes place, or is meant to.
PRICED: Final = (Status.BOOKED, Status.ARRIVED, Status.STARTED, Status.DONE)
# Its fee is owed, if there is one.
ENDED: Final = (Status.CANCELLED, Status.NO_SHOW)


class What(StrEnum):
    """What somebody owes for."""

    PRICE = "price"
    FEE = "fee"
    WAIVED = "waived"  # there would be a fee
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True)
class Bill:
    """How a session stands: what for, how much, and what was paid of it."""

    what: What
    owed: Decimal
    paid: Decimal

    @property
    def due(self) -> Decimal:
        """Return what is still to be paid."""
        return max(self.owed - self.paid, NOTHING)

    @property
    def back(self) -> Decimal:
        """Return what was paid and is not owed any more."""
        return max(self.paid - self.owed, NOTHING)

    @property
    def is_paid(self) -> bool:
        return self.owed > 0 and self.paid >= self.owed


def bill(status: Status, *, price: Decimal, fee: Decimal | None, is_waived: bool, payments: Iterable[Decimal]) -> Bill:
    """Return what is owed for a session. `payments` are those that stand; a fee of an undone act counts no more."""
    what, owed = _owed(status, price=price, fee=fee, is_waived=is_waived)
    return Bill(what, owed, sum(payments, NOTHING))


def _owed(status: Status, *, price: Decimal, fee: Decimal | None, is_waived: bool) -> tuple[What, Decimal]:
    if status in PRICED:
        return What.PRICE, price
    if status in ENDED and fee:
        return (What.WAIVED, NOTHING) if is_waived else (What.FEE, fee)
    return What.NOTHING, NOTHING


def fee_of(price: Decimal, *, percent: int, currency: str) -> Decimal | None:
    """Return the studio's percent of the price that was copied when it was booked; None where that is nothing."""
    fee = amounts.rounded(price * percent / 100, currency)
    return fee if fee > 0 else None


def against_paying(amount: Decimal, of: Bill) -> str:
    """Return why so much cannot be taken, as a code; nothing when it can."""
    if not of.due:
        return "paid_already" if of.is_paid else "nothing_due"
    return "too_much" if amount > of.due else ""

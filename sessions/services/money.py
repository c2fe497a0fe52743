"""Taking money for a session, taking a mistake back, and letting a fee go. A payment is never changed or deleted."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import IntegrityError

from massage_booking.accounts.models import User
from massage_booking.core import amounts
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.core.ids import new_public_id
from massage_booking.studio import selectors as studio_selectors
from sessions import payments
from sessions.domain import money as domain
from sessions.domain.money import ENDED, Bill
from sessions.models import MassageSession, PaidHow, Payment
from sessions.payments import Outcome
from sessions.selectors import changing
from sessions.selectors import money as money_selectors
from sessions.services import record

SHORTEST, LONGEST = 3, 200


@dataclass(frozen=True, slots=True)
class Sum:
    """What is put on the counter."""

    amount: Decimal
    how: str
    note: str = ""


# -- fees


def fee_of_cancelling(
    session: MassageSession, *, is_late: bool, is_waived: bool, by: str, because: str | None
) -> dict[str, Any]:
    """Return the fee columns of a cancellation.

    The client's own late one of what was booked has a fee. Where staff cancel, `because` says whose wish it was: None
    is the studio's, which costs nothing; an empty text the client's; a reason lets the fee go.
    """
    wished = by == "client" or because is not None
    applies = is_late and wished and session.state in domain.PRICED
    percent = studio_selectors.require().late_fee_percent if applies else 0
    return _fee_columns(session, percent=percent, is_waived=is_waived, because=because or "")


def late_fee(session: MassageSession, *, now: datetime) -> Decimal | None:
    """Return the fee if the client gave this session up now; None when it is not late, or costs nothing."""
    late = changing.is_late(session=session, now=now)
    waived = late and changing.is_waived(session=session, now=now)
    columns = fee_of_cancelling(session, is_late=late, is_waived=waived, by="client", because=None)
    return None if waived else columns["fee"]


def fee_of_no_show(session: MassageSession, *, is_waived: bool) -> dict[str, Any]:
    """Return the fee columns of a session to which nobody came."""
    percent = studio_selectors.require().no_show_fee_percent
    return _fee_columns(session, percent=percent, is_waived=is_waived)


def _fee_columns(session: MassageSession, *, percent: int, is_waived: bool, because: str = "") -> dict[str, Any]:
    """Return a fee, and whether it is let go: `fee_waived` is the one word on that, however it came about.

    Without a reason in `fee_waived_because` the client's own answers let it go.
    """
    fee = domain.fee_of(session.price, percent=percent, currency=session.currency)
    by_hand = " ".join(because.split())[:LONGEST] if fee and not is_waived else ""
    return {"fee": fee, "fee_waived": is_waived or bool(by_hand), "fee_waived_because": by_hand}


def waive(*, session: MassageSession, because: str, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Let a fee go, with a reason. Raises `Refused`: reason_needed, no_fee."""
    tidy = " ".join(because.split())
    if not SHORTEST <= len(tidy) <= LONGEST:
        raise Refused("reason_needed")

    def work() -> MassageSession:
        fresh = _locked(session)
        if money_selectors.bill_of(fresh).what is not domain.What.FEE:
            raise Refused("no_fee")
        fresh.fee_waived, fresh.fee_waived_because = True, tidy
        fresh.save(update_fields=["fee_waived", "fee_waived_because"])
        record.note(session=fresh, act="fee_let_go", actor=actor, by=by, now=now, detail={"reason": tidy})
        return fresh

    return in_transaction(work)


def ask_for_fee(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Ask for a fee all the same that was let go by hand. Raises `Refused`: no_fee."""

    def work() -> MassageSession:
        fresh = _locked(session)
        if not may_ask_for_fee(fresh):
            raise Refused("no_fee")
        fresh.fee_waived, fresh.fee_waived_because = False, ""
        fresh.save(update_fields=["fee_waived", "fee_waived_because"])
        record.note(session=fresh, act="fee_asked_for", actor=actor, by=by, now=now)
        return fresh

    return in_transaction(work)


def may_ask_for_fee(session: MassageSession) -> bool:
    """Say whether somebody let the fee go: what the client's answers let go stays so."""
    by_hand = session.fee_waived and session.fee_waived_because != ""
    return session.state in ENDED and bool(session.fee) and by_hand


# -- payments


def take(
    *,
    session: MassageSession,
    paid: Sum,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Take money for a session: all that is due, or a part. The same form twice takes it once.

    By card, the till is asked first; what it took and cannot be booked after all is given back.
    Raises `Refused`: unreadable_amount, unknown_way, nothing_due, paid_already, too_much, card_refused, card_waits,
    form_reused.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    _refuse_odd(paid, session.currency)
    _refuse_paying(paid, money_selectors.bill_of(session))
    reference = _ask_till(session, paid, key=form_key)
    try:
        return in_transaction(
            lambda: _write(
                session, paid, reference, actor=actor, by=by, now=now, form_key=form_key, form_digest=form_digest
            )
        )
    except Refused:
        # The same form with other words has the reference of the first, which stands.
        if reference and not Payment.objects.filter(reference=reference).exists():
            _give_back(reference, amount=paid.amount, currency=session.currency)
        raise
    except IntegrityError:
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known


def _write(
    session: MassageSession,
    paid: Sum,
    reference: str,
    *,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str,
    form_digest: str,
) -> MassageSession:
    fresh = _locked(session)
    again = record.answered_before(key=form_key, digest=form_digest)
    if again is not None:
        return again
    _refuse_paying(paid, money_selectors.bill_of(fresh))
    Payment.objects.create(
        session=fresh,
        amount=paid.amount,
        currency=fresh.currency,
        how=paid.how,
        note=paid.note,
        taken_at=now,
        taken_by=actor,
        reference=reference,
    )
    detail = {"amount": str(paid.amount), "currency": fresh.currency, "how": paid.how}
    record.note(session=fresh, act="paid", actor=actor, by=by, now=now, detail=detail)
    record.keep_answer(key=form_key, digest=form_digest, session=fresh, now=now)
    return fresh


def take_back(*, payment: Payment, actor: User | None, by: str, now: datetime) -> Payment:
    """Take a payment back: its row stays, voided. What a card service took is given back there.

    Raises `Refused`: taken_back_already, card_refused, card_waits.
    """

    def work() -> Payment:
        session = _locked(payment.session)
        fresh = Payment.objects.get(pk=payment.pk)
        if fresh.voided_at is not None:
            raise Refused("taken_back_already")
        # Under the lock, so that nobody gives it back twice.
        _refuse_outcome(_give_back(fresh.reference, amount=fresh.amount, currency=fresh.currency))
        fresh.voided_at, fresh.voided_by = now, actor
        fresh.save(update_fields=["voided_at", "voided_by"])
        detail = {"amount": str(fresh.amount), "currency": fresh.currency, "how": fresh.how}
        record.note(session=session, act="taken_back", actor=actor, by=by, now=now, detail=detail)
        return fresh

    return in_transaction(work)


def _locked(session: MassageSession) -> MassageSession:
    """Return a session as it stands, nobody else taking money for it meanwhile."""
    rows = MassageSession.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("client__account").get(pk=session.pk)


def _refuse_odd(paid: Sum, currency: str) -> None:
    amount = paid.amount
    if not amount.is_finite() or amounts.read(f"{amount:f}", currency) != amount:
        raise Refused("unreadable_amount")
    if paid.how not in PaidHow.values:
        raise Refused("unknown_way")


def _refuse_paying(paid: Sum, bill: Bill) -> None:
    code = domain.against_paying(paid.amount, bill)
    if code:
        raise Refused(code, due=bill.due)


def _ask_till(session: MassageSession, paid: Sum, *, key: str) -> str:
    """Ask for the amount by card and return the reference; nothing where it is another way."""
    if paid.how != PaidHow.CARD:
        return ""
    till = payments.till()
    reference = till.ask(payments.Request(paid.amount, session.currency, session.public_id, key or new_public_id()))
    _refuse_outcome(till.outcome(reference))
    return reference


def _give_back(reference: str, *, amount: Decimal, currency: str) -> Outcome:
    return payments.till().refund(reference, amount=amount, currency=currency) if reference else Outcome.TAKEN


def _refuse_outcome(outcome: Outcome) -> None:
    if outcome is not Outcome.TAKEN:
        raise Refused("card_waits" if outcome is Outcome.WAITING else "card_refused")

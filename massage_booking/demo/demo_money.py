"""The demo's money: past sessions are paid, today's mostly; one fee is due, and one was let go."""

from datetime import datetime, timedelta

from massage_booking.demo.demo_diary import Diary
from sessions.domain.status import Status
from sessions.models import MassageSession, PaidHow
from sessions.selectors.money import bill_of
from sessions.services import changes, money

# How people pay, as often as they do.
WAYS = (PaidHow.CARD, PaidHow.CARD, PaidHow.CARD, PaidHow.CASH, PaidHow.CASH, PaidHow.TRANSFER, PaidHow.VOUCHER)
LET_GO = "The road was flooded"


def take_the_money(diary: Diary) -> None:
    """Let everybody pay who was here; the last one of today has not yet."""
    done = list(
        MassageSession.objects.filter(status=Status.DONE.value).select_related("therapist__user").order_by("starts_at")
    )
    for session in done[:-1] if done and done[-1].starts_at > diary.at(diary.today, 0) else done:
        _pay(diary, session, at=min(session.ends_at + timedelta(minutes=4), diary.now))
    _pay_beforehand(diary)


def _pay(diary: Diary, session: MassageSession, *, at: datetime) -> None:
    due = bill_of(session).due
    if due:
        how = diary.chance.choice(WAYS)
        note = f"No. {diary.chance.randint(100, 400)}" if how == PaidHow.VOUCHER else ""
        who = {"actor": session.therapist.user, "by": "therapist"}
        money.take(session=session, paid=money.Sum(due, how, note), now=at, **who)  # type: ignore[arg-type]


def _pay_beforehand(diary: Diary) -> None:
    """Let whoever has arrived have paid, and one of them by mistake twice in two ways: the first was taken back."""
    here = MassageSession.objects.filter(status__in=[Status.ARRIVED.value, Status.STARTED.value])
    session = here.select_related("therapist__user").order_by("starts_at").first()
    if session is None or session.price <= 0:
        return
    who = {"actor": session.therapist.user, "by": "therapist"}
    wrong = money.Sum(session.price, PaidHow.CARD)
    money.take(session=session, paid=wrong, now=diary.now - timedelta(minutes=3), **who)  # type: ignore[arg-type]
    payment = session.payments.get()
    money.take_back(payment=payment, now=diary.now - timedelta(minutes=2), **who)  # type: ignore[arg-type]
    money.take(
        session=session, paid=money.Sum(session.price, PaidHow.CASH), now=diary.now - timedelta(minutes=1), **who
    )  # type: ignore[arg-type]


def leave_one_fee(diary: Diary) -> None:
    """See that one fee is due and one was let go: the newest of those who did not come, or who come soon no more."""
    missed = list(
        MassageSession.objects.filter(status=Status.NO_SHOW.value)
        .select_related("therapist__user")
        .order_by("-starts_at")
    )
    open_ones = [session for session in missed if bill_of(session).due]
    if len(open_ones) < 2:
        open_ones = [*_cancel_late(diary, 2 - len(open_ones)), *open_ones]
    who = {"by": "therapist"}
    for number, session in enumerate(open_ones):
        actor = session.therapist.user
        if number == 1:
            at = session.starts_at + timedelta(hours=2)
            money.waive(session=session, because=LET_GO, actor=actor, now=min(at, diary.now), **who)
        elif number > 1:
            _pay(diary, session, at=min(session.starts_at + timedelta(days=1), diary.now))


def _cancel_late(diary: Diary, count: int) -> list[MassageSession]:
    """Let some who are booked for tomorrow have called this morning, too late to be free."""
    soon = (
        MassageSession.objects.filter(
            status=Status.BOOKED.value,
            starts_at__range=(diary.now + timedelta(hours=1), diary.now + timedelta(hours=20)),
        )
        .select_related("client__account", "service__technique", "therapist__user")
        .order_by("-starts_at")
    )
    return [
        changes.cancel(session=session, actor=session.therapist.user, by="therapist", now=diary.now, no_fee_because="")
        for session in soon[:count]
    ]

"""How sessions stand with money: bills, and what was taken on a day."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Q, QuerySet

from massage_booking.core.intervals import instant_of
from massage_booking.studio.models import Studio
from sessions.domain import day_grid
from sessions.domain import money as domain
from sessions.domain.money import Bill
from sessions.domain.status import Status
from sessions.models import MassageSession, PaidHow, Payment


def payments_of(session: MassageSession) -> list[Payment]:
    """Return what was ever taken for a session, what was taken back too. One query."""
    return list(session.payments.select_related("taken_by", "voided_by"))


def bill_of(session: MassageSession, payments: Iterable[Payment] | None = None) -> Bill:
    """Return what is owed for a session, and what is paid of it."""
    rows = session.payments.all() if payments is None else payments
    return domain.bill(
        session.state,
        price=session.price,
        fee=session.fee,
        is_waived=session.fee_waived,
        payments=[row.amount for row in rows if row.voided_at is None],
    )


def bills(sessions: Iterable[MassageSession]) -> dict[int, Bill]:
    """Return the bills of many sessions by key. One query."""
    wanted = list(sessions)
    taken: dict[int, list[Payment]] = {}
    for payment in Payment.objects.filter(session__in=[session.pk for session in wanted]):
        taken.setdefault(payment.session_id, []).append(payment)
    return {session.pk: bill_of(session, taken.get(session.pk, [])) for session in wanted}


# -- takings


@dataclass(frozen=True)
class Total:
    """What was taken in one way, or on one day, in one currency."""

    currency: str
    count: int
    amount: Decimal
    how: str = ""
    day: date | None = None


@dataclass(frozen=True)
class Takings:
    """What was taken from `first` to `last`, by the studio's calendar. What was taken back stands apart."""

    first: date
    last: date
    payments: list[Payment]
    taken_back: list[Payment]
    totals: list[Total]
    days: list[Total]
    sums: list[Total]


# What takes place no more, or has: whatever is due of these should be there by now.
OVER = (Status.STARTED, Status.DONE, Status.CANCELLED, Status.NO_SHOW)


def still_due(*, first: date, last: date, studio: Studio) -> list[tuple[MassageSession, Bill]]:
    """Return the sessions of the local dates `first` to `last` that are over and not paid. Two queries."""
    begins = instant_of(day_grid.whole_day(first, studio.tz)[0])
    ends = instant_of(day_grid.whole_day(last, studio.tz)[1])
    rows = MassageSession.objects.filter(
        starts_at__gte=begins, starts_at__lt=ends, status__in=[status.value for status in OVER]
    )
    found = list(rows.select_related("client", "service__technique", "therapist").order_by("starts_at", "pk"))
    known = bills(found)
    return [(session, known[session.pk]) for session in found if known[session.pk].due]


def _rows(first: date, last: date, studio: Studio) -> QuerySet[Payment]:
    begins = instant_of(day_grid.whole_day(first, studio.tz)[0])
    ends = instant_of(day_grid.whole_day(last, studio.tz)[1])
    taken = Q(taken_at__gte=begins, taken_at__lt=ends)
    # A mistake of an earlier day that was put right within these days shows here too: the till holds less.
    put_right = Q(voided_at__gte=begins, voided_at__lt=ends)
    return Payment.objects.filter(taken | put_right).select_related(
        "session__client", "session__service__technique", "session__therapist", "taken_by", "voided_by"
    )


def takings(*, first: date, last: date, studio: Studio) -> Takings:
    """Return what was taken on the local dates `first` to `last`. One query."""
    rows = list(_rows(first, last, studio))
    stands = [row for row in rows if row.voided_at is None]
    groups: dict[tuple[str, str, date | None], list[Decimal]] = {}
    for row in stands:
        day = row.taken_at.astimezone(studio.tz).date()
        for how, on in ((row.how, None), ("", day), ("", None)):
            groups.setdefault((row.currency, how, on), []).append(row.amount)
    totals = [
        Total(currency, len(amounts), sum(amounts, Decimal(0)), how, day)
        for (currency, how, day), amounts in groups.items()
    ]
    order = list(PaidHow.values)
    return Takings(
        first=first,
        last=last,
        payments=stands,
        taken_back=[row for row in rows if row.voided_at is not None],
        totals=sorted(
            (total for total in totals if total.how), key=lambda total: (total.currency, order.index(total.how))
        ),
        days=sorted((total for total in totals if total.day), key=lambda total: (str(total.day), total.currency)),
        sums=sorted((total for total in totals if not total.how and not total.day), key=lambda total: total.currency),
    )

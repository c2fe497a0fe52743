"""Nudges: when a plan slips and nothing is booked, three real times, and then quiet."""

from datetime import datetime

from django.db.models import F

from massage_booking.core.db import in_transaction
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import reminders
from sessions.domain import rhythm as domain
from sessions.models import Plan
from sessions.selectors import rhythm


def plan_nudges(*, now: datetime) -> int:
    """Owe a nudge to every client whose plan wants one today; return how many."""
    outbox.beat("planning", now=now)
    studio = studio_selectors.current()
    if studio is None:
        return 0
    plans = list(
        Plan.objects.filter(ended_at=None, client__confirmed_at__isnull=False)
        .exclude(client__account__is_active=False)
        .select_related("client__account")
        .order_by("pk")
    )
    dates = rhythm.session_dates([plan.client_id for plan in plans], studio)
    return sum(_nudge(plan, dates[plan.client_id], studio=studio, now=now) for plan in plans)


def _nudge(plan: Plan, dates: tuple[list, list], *, studio: Studio, now: datetime) -> bool:
    today = now.astimezone(studio.tz).date()
    done, booked = dates
    standing = domain.ledger(
        rhythm.as_rhythm(plan, studio.tz), done=done, booked=booked, today=today, nudge_days=studio.nudge_days
    )
    last = plan.last_nudged_at.astimezone(studio.tz).date() if plan.last_nudged_at else None
    if not domain.may_nudge(
        standing,
        today=today,
        last_nudged_on=last,
        unanswered=plan.unanswered_nudges,
        most_unanswered=studio.nudges_without_answer,
    ):
        return False
    due_at = reminders.out_of_quiet_hours(now, studio.quiet_from, studio.quiet_until, studio.tz)

    def owe() -> bool:
        # Two planners at once: the one that finds the plan as it was read owes the nudge.
        won = Plan.objects.filter(pk=plan.pk, last_nudged_at=plan.last_nudged_at, ended_at=None).update(
            last_nudged_at=now, unanswered_nudges=F("unanswered_nudges") + 1
        )
        if won != 1:
            return False
        outbox.enqueue(
            kind="nudge",
            key=f"nudge:{plan.pk}:{today.isoformat()}",
            recipient=plan.client.mail_address,
            subject_id=plan.pk,
            due_at=due_at,
            now=now,
        )
        return True

    return in_transaction(owe)


def answered(*, plan: Plan) -> None:
    """Note that a nudge led to a booking: the count of unanswered ones begins anew."""
    Plan.objects.filter(pk=plan.pk).update(unanswered_nudges=0)

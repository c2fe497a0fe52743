"""What new or withdrawn answers do to sessions that are booked already."""

from datetime import datetime

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from screening import services as screening_services
from sessions.models import MassageSession
from sessions.selectors import offer
from sessions.services import record


def _ahead(client: Client, now: datetime) -> list[MassageSession]:
    return list(
        MassageSession.objects.filter(client=client, status__in=["requested", "booked", "arrived"], ends_at__gt=now)
        .select_related("service__technique", "client")
        .order_by("starts_at")
    )


def judge_again(*, client: Client, now: datetime) -> int:
    """Judge every session ahead by the newest answers; return how many no longer fit.

    What no longer fits keeps its place, cannot be started, and stands on the therapist's list.
    """
    sessions = _ahead(client, now)
    if not sessions:
        return 0
    judge = offer.assessor(client=client, now=now)

    def work() -> int:
        # Counted inside: a transaction that another one stood in the way of begins anew.
        unfit = 0
        for session in sessions:
            assessment = judge(session.starts_at)
            if assessment is None:
                continue
            refusals = assessment.refusals(session.service.technique.screened_as, session.minutes)
            fits = assessment.may_book and not refusals
            unfit += not fits
            session.decision = screening_services.record_decision(
                client=client, assessment=assessment, starts_at=session.starts_at, now=now
            )
            session.re_ask_due = not fits or assessment.re_ask_due or assessment.held_until_answered is not None
            session.needs_review = session.needs_review or not fits
            session.save(update_fields=["decision", "re_ask_due", "needs_review"])
            record.note(session=session, act="judged_again", actor=None, by="system", now=now)
        return unfit

    return in_transaction(work)


def ask_again(*, client: Client, now: datetime) -> int:
    """Mark every session ahead as to be asked about again."""
    keys = [session.pk for session in _ahead(client, now)]
    return MassageSession.objects.filter(pk__in=keys).update(re_ask_due=True, decision=None)

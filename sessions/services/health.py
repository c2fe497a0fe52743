"""What new or withdrawn answers do to sessions that are booked already."""

from dataclasses import dataclass
from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening import services as screening_services
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.models import Decision
from sessions.domain.fitting import Fit
from sessions.domain.status import Status
from sessions.models import MassageSession
from sessions.selectors import offer, one_person, stronger
from sessions.selectors.standing import JUDGED, standing_of
from sessions.services import announce, changes, deciding, locks, record


def _ahead(client: Client, now: datetime) -> list[MassageSession]:
    return list(
        MassageSession.objects.filter(client=client, status__in=JUDGED, ends_at__gt=now)
        .select_related("service__technique", "client__account", "decision", "therapist")
        .order_by("starts_at")
    )


def judge_again(*, client: Client, now: datetime) -> int:
    """Judge every session ahead by the newest answers; return how many no longer fit.

    What no longer fits is held back: it keeps its place and cannot be started, stands on the therapist's list, and the
    client is asked to look at it. The answers are opened once, however many sessions there are. Other records of the
    same person are judged with them.
    """
    return sum(_judge_again(client=one, now=now) for one in (client, *one_person.affected_by(client)))


def _judge_again(*, client: Client, now: datetime) -> int:

    def work() -> int:
        # Whoever moves, books or answers for this client waits: what is judged here is the newest of both. Counted
        # inside: a transaction that was in the way begins anew.
        locks.lock(therapists=[], places=[], clients=[client.pk])
        sessions = _ahead(client, now)
        if not sessions:
            return 0
        judge = offer.assessor(client=client, now=now, despite_draft=True)
        draft, _ = screening.forms_of(client)
        stopped = screening.is_stopped(client)
        today = now.astimezone(studio_selectors.require().tz).date()
        unfit = 0
        for session in sessions:
            assessment = judge(session.starts_at)
            judged = _judged(session, assessment, stopped=stopped, is_changing=draft is not None, now=now, today=today)
            if judged.is_given_back:
                changes.release(session=session, now=now)
            else:
                _settle(session, judged, now=now)
                _weigh(session, assessment, now=now)
            unfit += not judged.fit.fits
        return unfit

    return in_transaction(work)


@dataclass(frozen=True)
class Judged:
    """What the newest answers mean for one session."""

    fit: Fit
    decision: Decision | None
    re_ask_due: bool
    is_given_back: bool = False


def _judged(
    session: MassageSession, found: Assessment | None, *, stopped: bool, is_changing: bool, now: datetime, today: date
) -> Judged:
    """Judge one session. Without anything to judge by, only a stop holds it back; it is to be asked about."""
    assert session.client is not None
    if found is None:
        return Judged(Fit((Block.STOPPED.value,) if stopped else (), ()), session.decision, True)
    stands = standing_of(session, found, today=today)
    decision = screening_services.record_decision(
        client=session.client, assessment=stands.assessment, starts_at=session.starts_at, now=now
    )
    asks = stands.asks or is_changing or stronger.is_unconfirmed(session)
    return Judged(stands.fit, decision, asks, stands.is_given_back)


def _settle(session: MassageSession, judged: Judged, *, now: datetime) -> None:
    """Hold a session back, or let it stand again, and tell whoever was told otherwise."""
    session.decision, session.re_ask_due = judged.decision, judged.re_ask_due
    record.note(session=session, act="judged_again", actor=None, by="system", now=now)
    if not judged.fit.fits:
        session.needs_review = True
        if session.held_back_at is None:
            session.held_back_at = now
            record.note(session=session, act="held_back", actor=None, by="system", now=now)
        announce.held_back(session=session, is_stopped=Block.STOPPED in judged.fit.against, now=now)
    elif session.held_back_at is not None:
        announce.stands_again(session=session, now=now)
        record.note(session=session, act="stands_again", actor=None, by="system", now=now)
        session.held_back_at = None
        # A request goes on waiting for its yes.
        session.needs_review = session.state is Status.REQUESTED
    if judged.fit.fits:
        announce.asks_when_wait_ends(session=session, now=now)
    session.save(update_fields=["decision", "re_ask_due", "needs_review", "held_back_at"])


def _weigh(session: MassageSession, assessment: Assessment | None, *, now: datetime) -> None:
    """Let the stricter answers go on counting for somebody who is not yet recognised."""
    if assessment is not None and session.client is not None and not session.client.is_claimed:
        deciding.weigh(session=session, assessment=assessment, now=now)
        session.save(update_fields=["decision", "re_ask_due"])


def ask_again(*, client: Client, now: datetime) -> int:
    """Mark every session ahead as to be asked about again; what was drawn from the answers goes with them."""
    keys = [session.pk for session in _ahead(client, now)]
    rows = MassageSession.objects.filter(pk__in=keys)
    return rows.update(re_ask_due=True, decision=None, held_back_at=None)


def have_looked_at(*, client: Client, now: datetime) -> int:
    """Have a therapist look at every session ahead: somebody is older than was said, which lifts what age forbids."""
    keys = [session.pk for session in _ahead(client, now)]
    return MassageSession.objects.filter(pk__in=keys).update(needs_review=True)

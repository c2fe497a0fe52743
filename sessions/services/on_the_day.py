"""The day itself, and the therapist's yes or no: each act checks the one transition table and names what it expects."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening import services as screening_services
from screening.domain.triggers import Trigger
from screening.vault import VaultClosed
from sessions.domain import policy
from sessions.domain.fitting import fit_of
from sessions.domain.refusals import Refusal
from sessions.domain.status import Act, Status, after, may
from sessions.models import MassageSession
from sessions.selectors import aftercare, asking, changing, phone, training, who
from sessions.services import announce, late_requests, locks, money, record

# Whoever is later than this does not come to this session.
MOST_LATE: Final = 120
# With these nothing is left of a late change that was asked for.
ENDS_REQUESTS: Final = frozenset({Act.START, Act.NO_SHOW, Act.DECLINE})


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(refusals[0].code.value, refusals=refusals, **refusals[0].params)


def _on_the_day(
    *,
    session: MassageSession,
    act: Act,
    actor: User | None,
    by: str,
    now: datetime,
    noting: Mapping[str, Any] | None = None,
    **expected: Any,
) -> MassageSession:
    """Change the status, if it is still what the table, and the caller, expect, and what is noted with it."""
    zone = studio_selectors.require().tz
    _refuse(policy.act_refusals(session.state, act, starts_at=session.starts_at, now=now, zone=zone))
    target = after(session.state, act)

    def work() -> MassageSession:
        assert target is not None
        changes = {"status": target.value, **(noting or {})}
        # Moved meanwhile it is another time: neither the yes nor the reminder that follows was meant for that.
        rows = MassageSession.objects.filter(
            pk=session.pk, status=session.status, revision=session.revision, **expected
        )
        if rows.update(**changes) != 1:
            raise Refused("changed_meanwhile")
        for name, value in changes.items():
            setattr(session, name, value)
        record.note(session=session, act=act, actor=actor, by=by, now=now)
        if act in ENDS_REQUESTS:
            late_requests.close(session=session, now=now)
        return session

    return in_transaction(work)


def arrive(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that the client is here, and since when."""
    noting = {"arrived_at": now}
    return _on_the_day(session=session, act=Act.ARRIVE, actor=actor, by=by, now=now, noting=noting)


def undo_arrive(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Take back a tick at the wrong name."""
    noting = {"arrived_at": None}
    return _on_the_day(session=session, act=Act.UNDO_ARRIVE, actor=actor, by=by, now=now, noting=noting)


def late(*, session: MassageSession, minutes: int, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note by how many minutes the client said they would be, or was, late. Said anew, the newer counts.

    Raises `Refused`: wrong_status, too_early_for_act, late_minutes (not from 1 to `MOST_LATE`).
    """
    if not 1 <= minutes <= MOST_LATE:
        raise Refused("late_minutes", most=MOST_LATE)
    if session.late_minutes == minutes:
        return session
    noting = {"late_minutes": minutes}
    return _on_the_day(session=session, act=Act.LATE, actor=actor, by=by, now=now, noting=noting)


def start(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Begin. Held back, stopped, or while an answer must still be asked again, no hands go on.

    What counts is how it stands while nobody else changes it: answers may arrive at the very moment.
    """

    def work() -> MassageSession:
        fresh = locked(session)
        if fresh.held_back_at is not None:
            raise Refused("does_not_fit")
        if fresh.client is not None and screening.is_stopped(fresh.client):
            raise Refused("stopped")
        if fresh.decision is not None and screening.is_overtaken(fresh.decision):
            raise Refused("answers_changed")
        if asking.is_due(fresh):
            raise Refused("re_ask_due")
        refuse_untrained(session=fresh)
        noting = {"started_at": now}
        return _on_the_day(session=fresh, act=Act.START, actor=actor, by=by, now=now, noting=noting)

    begun = in_transaction(work)
    session.status, session.started_at = begun.status, begun.started_at
    return begun


def locked(session: MassageSession) -> MassageSession:
    """Return a session as it stands, nobody else changing it meanwhile."""
    rows = MassageSession.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("client__account", "decision", "service__technique", "therapist").get(pk=session.pk)


def refuse_untrained(*, session: MassageSession) -> None:
    """Raise `Refused` where the therapist lacks a certificate that is needed then.

    "not_trained": that of the technique; "further_training": one that the client's answers ask for.
    """
    against = training.missing(session)
    if against is not None:
        raise Refused(against.value)


def complete(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that the session is over, and since when."""
    noting = {"finished_at": now}
    return _on_the_day(session=session, act=Act.COMPLETE, actor=actor, by=by, now=now, noting=noting)


def stop_early(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that a session ended before its time. It keeps that time: it was used, and turnover follows."""
    noting = {"finished_at": now, "stopped_early": True}
    return _on_the_day(session=session, act=Act.STOP_EARLY, actor=actor, by=by, now=now, noting=noting)


def undo_complete(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Take back the end of a session that goes on. Once somebody has told how it felt, it is over.

    Raises `Refused`: wrong_status, too_late_for_act, told_already.
    """
    if session.reports.exists():
        raise Refused("told_already")
    noting = {"finished_at": None, "stopped_early": False}
    return _on_the_day(session=session, act=Act.UNDO_COMPLETE, actor=actor, by=by, now=now, noting=noting)


def no_show(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that nobody came; only once it should have begun. The studio's fee for it is due.

    Not of somebody whose own answers had held it back, within the waivers.
    """

    def work() -> MassageSession:
        waived = changing.is_waived(session=session, now=now)
        missed = _on_the_day(session=session, act=Act.NO_SHOW, actor=actor, by=by, now=now)
        fee = money.fee_of_no_show(missed, is_waived=waived)
        MassageSession.objects.filter(pk=missed.pk).update(**fee)
        missed.refresh_from_db(fields=list(fee))
        if waived and missed.fee:
            record.note(session=missed, act=changing.WAIVED, actor=actor, by=by, now=now)
        return missed

    return in_transaction(work)


def undo_no_show(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Take back that nobody came. The time was free since then: the guards are asked again.

    Raises `Taken` (guard) where somebody else has it; `Refused`: wrong_status, too_late_for_act.
    """
    span = locks.span_of(session)

    def work() -> MassageSession:
        locks.take_again(span, now=now, without=session.pk)
        # What was owed for not coming is owed no more.
        noting = {"fee": None, "fee_waived": False, "fee_waived_because": ""}
        return _on_the_day(session=session, act=Act.UNDO_NO_SHOW, actor=actor, by=by, now=now, noting=noting)

    try:
        return in_transaction(work)
    except IntegrityError as error:
        guard = is_overlap(error, *locks.GUARDS)
        if not guard:
            raise
        raise Taken("time_is_gone", guard=guard) from error


def approve(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Say yes to a request: it is booked now, and the client is told. The newest answers must allow it.

    A report after a session that asks for a call is closed first.

    Raises `Refused`: wrong_status, in_past, report_open, answers_needed, does_not_fit, screening, not_trained,
    further_training, apart.
    """
    if may(session.state, Act.APPROVE) and session.starts_at <= now:
        raise Refused("in_past")
    if session.client is not None and aftercare.awaits_review(session.client):
        raise Refused("report_open")

    def work() -> MassageSession:
        # Answers that come now wait until this is written, and are judged then.
        locks.lock(therapists=[], places=[], clients=[session.client_id] if session.client_id else [])
        asks = _refuse_unfit(session=session, now=now)
        refuse_untrained(session=session)
        if session.client is not None and who.apart_known(client=session.client, therapist=session.therapist):
            raise Refused("apart")
        approved = _on_the_day(session=session, act=Act.APPROVE, actor=actor, by=by, now=now, held_back_at=None)
        approved.needs_review = False
        approved.re_ask_due = approved.re_ask_due or asks
        approved.save(update_fields=["needs_review", "re_ask_due"])
        announce.booked(session=approved, now=now)
        return approved

    return in_transaction(work)


def _refuse_unfit(*, session: MassageSession, now: datetime) -> bool:
    """Raise `Refused` where the newest answers do not allow a request; say whether something must be asked again."""
    if session.state is not Status.REQUESTED:
        return False
    assert session.client is not None
    decision = session.decision
    if session.held_back_at is not None:
        raise Refused("does_not_fit")
    assessment = phone.assessor(client=session.client, now=now)(session.starts_at)
    if assessment is None or decision is None:
        raise Refused("answers_needed")
    refusals = assessment.refusals(session.service.technique.screened_as, session.minutes)
    fit = fit_of(refusal.code for refusal in refusals)
    if not fit.fits:
        raise Refused("screening", refusals=refusals, assessment=assessment)
    if fit.asks:
        raise Refused("answers_needed")
    # The stricter of two sets of answers stands in the decision, where this may be somebody whose answers we have.
    if not session.client.is_claimed and not _leaves_room(session):
        raise Refused("does_not_fit")
    return assessment.re_ask_due


def _leaves_room(session: MassageSession) -> bool:
    """Say whether the decision that is kept with a session allows its technique and length."""
    decision = session.decision
    if decision is None or session.service.technique.screened_as not in decision.offered_techniques:
        return False
    return decision.max_minutes is None or session.minutes <= decision.max_minutes


def decline(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Say no to a request; its time is free again, and the client is told."""

    def work() -> MassageSession:
        declined = _on_the_day(session=session, act=Act.DECLINE, actor=actor, by=by, now=now)
        announce.cancelled(session=declined, now=now)
        return declined

    return in_transaction(work)


def _refuse_asking(*, session: MassageSession, now: datetime) -> None:
    """Raise `Refused` where asking aloud cannot settle it: too early, never answered, a wait, or no fit."""
    if session.state not in (Status.BOOKED, Status.ARRIVED):
        raise Refused("wrong_status", act="asked_again", status=session.status)
    obstacle = asking.obstacle(session, now=now, zone=studio_selectors.require().tz)
    if obstacle:
        raise Refused(obstacle)


def asked_again(
    *, session: MassageSession, unchanged: bool, actor: User | None, by: str, now: datetime, decision_id: str = ""
) -> MassageSession:
    """Note that the questions of the day were asked aloud. Only “nothing has changed” lets the session start.

    Where something has changed, the rows of the day are to be answered anew before anything can be booked or begun.
    `decision_id` names what the questions on the page rested on. Raises `Refused`: wrong_status, ask_on_the_day,
    answers_needed, does_not_fit, changed_meanwhile.
    """
    if unchanged and not asking.is_due(session):
        return session
    if unchanged:
        _refuse_asking(session=session, now=now)
        if decision_id and (session.decision is None or session.decision.public_id != decision_id):
            raise Refused("changed_meanwhile")

    def work() -> MassageSession:
        rows = MassageSession.objects.filter(pk=session.pk, status=session.status, decision=session.decision)
        if rows.update(re_ask_due=not unchanged) != 1:
            raise Refused("changed_meanwhile")
        session.re_ask_due = not unchanged
        detail = {"unchanged": unchanged}
        record.note(session=session, act="asked_again", actor=actor, by=by, now=now, detail=detail)
        return session

    noted = in_transaction(work)
    return noted if unchanged else _ask_anew(noted, now=now)


def _ask_anew(session: MassageSession, *, now: datetime) -> MassageSession:
    """End the answers about the day. What cannot be opened stays as it is: the session is marked already."""
    if session.client is None:
        return session
    try:
        screening_services.end_answers(
            client=session.client, codes=asking.codes_of_the_day(), trigger=Trigger.TODAY, now=now
        )
    except VaultClosed:
        return session
    session.refresh_from_db(fields=["decision", "re_ask_due", "needs_review", "held_back_at"])
    return session


def reviewed(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that a therapist has looked at a booked session; a request is approved or declined instead."""
    if session.state is Status.REQUESTED:
        raise Refused("wrong_status", act="reviewed", status=session.status)

    def work() -> MassageSession:
        if MassageSession.objects.filter(pk=session.pk, needs_review=True).update(needs_review=False):
            record.note(session=session, act="reviewed", actor=actor, by=by, now=now)
        session.needs_review = False
        return session

    return in_transaction(work)

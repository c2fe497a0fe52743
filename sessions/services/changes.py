"""Moving, cancelling, and the day itself: each act checks the one transition table and names what it expects."""

from datetime import datetime, timedelta

from django.db import IntegrityError
from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from screening import services as screening_services
from screening.assessment import Assessment
from sessions.domain import policy
from sessions.domain.refusals import Refusal
from sessions.domain.status import Act, Status, after, may, sources
from sessions.models import MassageSession
from sessions.models.session import GUARDS
from sessions.selectors import asking
from sessions.services import announce, booking, record, taking
from therapists.models import Therapist


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(refusals[0].code.value, refusals=refusals, **refusals[0].params)


def is_late(*, session: MassageSession, now: datetime) -> bool:
    """Say whether the time for free changes by the client is over."""
    return policy.is_late_change(session.starts_at, studio_selectors.require().cancellation_hours, now)


def refuse_change(*, session: MassageSession, act: Act, by: str, now: datetime) -> None:
    """Raise `Refused`: a client's own change after the window or of what is past, anybody's in the wrong status."""
    if by == "client":
        hours = studio_selectors.require().cancellation_hours
        _refuse(policy.change_refusals(session.state, act, starts_at=session.starts_at, hours=hours, now=now))
    elif not may(session.state, act):
        raise Refused("wrong_status", act=act.value, status=session.status)


def move(
    *,
    session: MassageSession,
    starts_at: datetime,
    therapist: Therapist | None,
    assessment: Assessment | None,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Move a session to another opening; with `therapist` None it may go to anyone who gives the service.

    Raises `Taken` (nearest three), `Refused`: wrong_status, in_past, too_late_to_change, screening.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    refuse_change(session=session, act=Act.MOVE, by=by, now=now)
    if assessment is not None:
        booking.refuse_by_rules(assessment=assessment, service=session.service)
    wish = taking.Wish(
        session.service, starts_at, therapist, session.client, notice=timedelta(0) if by != "client" else None
    )
    before = {"from": session.starts_at.isoformat(), "therapist": session.therapist_id}

    def write(choice: taking.Choice) -> MassageSession:
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        ends_at = starts_at + timedelta(minutes=session.minutes)
        turnover = session.blocked_until - session.ends_at
        changed = MassageSession.objects.filter(
            pk=session.pk, revision=session.revision, status__in=[status.value for status in sources(Act.MOVE)]
        ).update(
            therapist=choice.therapist,
            place_id=choice.place_id,
            starts_at=starts_at,
            ends_at=ends_at,
            blocked_until=ends_at + turnover,
            revision=F("revision") + 1,
            chosen_because=choice.because,
        )
        if changed != 1:
            raise Refused("changed_meanwhile")
        moved = MassageSession.objects.select_related("client__account", "service__technique", "therapist").get(
            pk=session.pk
        )
        if assessment is not None and moved.client is not None:
            moved.decision = screening_services.record_decision(
                client=moved.client, assessment=assessment, starts_at=starts_at, now=now
            )
            moved.re_ask_due = assessment.re_ask_due or assessment.held_until_answered is not None
        else:
            # Nothing to judge the new day by: no hands go on before it is asked.
            moved.re_ask_due = True
        moved.save(update_fields=["decision", "re_ask_due"])
        record.note(session=moved, act=Act.MOVE, actor=actor, by=by, now=now, detail=before)
        record.keep_answer(key=form_key, digest=form_digest, session=moved, now=now)
        announce.moved(session=moved, now=now)
        return moved

    try:
        return taking.take(wish, now=now, write=write, without=session)
    except IntegrityError as error:
        if is_overlap(error, *GUARDS):
            raise taking.refuse_no_opening(wish, now=now) from error
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known


def cancel(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Cancel a session. Doing it twice is no error. Freeing a time takes no lock.

    Raises `Refused`: wrong_status, in_past, too_late_to_change (the client's own only).
    """
    if session.status == Status.CANCELLED:
        return session
    refuse_change(session=session, act=Act.CANCEL, by=by, now=now)
    late = is_late(session=session, now=now)

    def work() -> MassageSession:
        changed = MassageSession.objects.filter(
            pk=session.pk, status__in=[status.value for status in sources(Act.CANCEL)]
        ).update(status=Status.CANCELLED.value, cancelled_at=now, cancelled_late=late, revision=F("revision") + 1)
        fresh = MassageSession.objects.select_related("client__account", "service__technique", "therapist").get(
            pk=session.pk
        )
        if changed == 1:
            record.note(session=fresh, act=Act.CANCEL, actor=actor, by=by, now=now)
            announce.cancelled(session=fresh, now=now)
        elif fresh.status != Status.CANCELLED:
            raise Refused("wrong_status", act=Act.CANCEL.value, status=fresh.status)
        return fresh

    return in_transaction(work)


def _on_the_day(*, session: MassageSession, act: Act, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Change the status and nothing else, if it is still what the table expects."""
    zone = studio_selectors.require().tz
    _refuse(policy.act_refusals(session.state, act, starts_at=session.starts_at, now=now, zone=zone))
    target = after(session.state, act)

    def work() -> MassageSession:
        assert target is not None
        changed = MassageSession.objects.filter(pk=session.pk, status=session.status).update(status=target.value)
        if changed != 1:
            raise Refused("changed_meanwhile")
        session.status = target.value
        record.note(session=session, act=act, actor=actor, by=by, now=now)
        return session

    return in_transaction(work)


def arrive(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that the client is here."""
    return _on_the_day(session=session, act=Act.ARRIVE, actor=actor, by=by, now=now)


def undo_arrive(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Take back a tick at the wrong name."""
    return _on_the_day(session=session, act=Act.UNDO_ARRIVE, actor=actor, by=by, now=now)


def start(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Begin. While an answer must still be asked again, no hands go on."""
    if asking.is_due(session):
        raise Refused("re_ask_due")
    return _on_the_day(session=session, act=Act.START, actor=actor, by=by, now=now)


def complete(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that the session is over."""
    return _on_the_day(session=session, act=Act.COMPLETE, actor=actor, by=by, now=now)


def no_show(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that nobody came; only once it should have begun."""
    return _on_the_day(session=session, act=Act.NO_SHOW, actor=actor, by=by, now=now)


def approve(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Say yes to a request: it is booked now, and the client is told."""

    def work() -> MassageSession:
        approved = _on_the_day(session=session, act=Act.APPROVE, actor=actor, by=by, now=now)
        MassageSession.objects.filter(pk=session.pk).update(needs_review=False)
        announce.booked(session=approved, now=now)
        return approved

    return in_transaction(work)


def decline(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Say no to a request; its time is free again, and the client is told."""

    def work() -> MassageSession:
        declined = _on_the_day(session=session, act=Act.DECLINE, actor=actor, by=by, now=now)
        announce.cancelled(session=declined, now=now)
        return declined

    return in_transaction(work)


def _refuse_asking(*, session: MassageSession, now: datetime) -> None:
    """Raise `Refused` where asking aloud cannot settle it: too early, never answered, a wait, or no fit."""
    zone = studio_selectors.require().tz
    if session.state not in (Status.BOOKED, Status.ARRIVED):
        raise Refused("wrong_status", act="asked_again", status=session.status)
    if now.astimezone(zone).date() != session.starts_at.astimezone(zone).date():
        raise Refused("ask_on_the_day")
    decision = session.decision
    if decision is None or decision.held_until_answered is not None:
        raise Refused("answers_needed")
    fits = session.service.technique.screened_as in decision.offered_techniques
    if decision.max_minutes is not None and session.minutes > decision.max_minutes:
        fits = False
    if not fits or not decision.may_book:
        raise Refused("does_not_fit")


def asked_again(
    *, session: MassageSession, unchanged: bool, actor: User | None, by: str, now: datetime
) -> MassageSession:
    """Note that the questions of the day were asked aloud. Only “nothing has changed” lets the session start.

    Raises `Refused`: wrong_status, ask_on_the_day, answers_needed, does_not_fit.
    """
    if unchanged and not asking.is_due(session):
        return session
    if unchanged:
        _refuse_asking(session=session, now=now)

    def work() -> MassageSession:
        rows = MassageSession.objects.filter(pk=session.pk, status=session.status, decision=session.decision)
        if rows.update(re_ask_due=not unchanged) != 1:
            raise Refused("changed_meanwhile")
        session.re_ask_due = not unchanged
        detail = {"unchanged": unchanged}
        record.note(session=session, act="asked_again", actor=actor, by=by, now=now, detail=detail)
        return session

    return in_transaction(work)


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

"""Moving, cancelling and giving back: each act checks the one transition table and names what it expects."""

from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions.domain.refusals import Refusal
from sessions.domain.status import Act, Status, may, sources
from sessions.models import MassageSession
from sessions.models.session import GUARDS
from sessions.selectors import changing, offer, undoing
from sessions.services import (
    announce,
    clearance,
    deciding,
    guardians,
    late_requests,
    money,
    overriding,
    record,
    taking,
)
from sessions.services.on_the_day import (
    approve,
    arrive,
    asked_again,
    complete,
    decline,
    late,
    locked,
    no_show,
    reviewed,
    start,
    stop_early,
    undo_arrive,
    undo_complete,
    undo_no_show,
)
from therapists.models import Service, Therapist

__all__ = [
    "approve",
    "arrive",
    "asked_again",
    "cancel",
    "complete",
    "decline",
    "is_late",
    "late",
    "locked",
    "move",
    "no_show",
    "release",
    "reviewed",
    "start",
    "stop_early",
    "undo_arrive",
    "undo_complete",
    "undo_no_show",
]


def is_late(*, session: MassageSession, now: datetime) -> bool:
    """Say whether the time for free changes by the client is over."""
    return changing.is_late(session=session, now=now)


def _refuse(refusals: list[Refusal]) -> None:
    if refusals:
        raise Refused(refusals[0].code.value, refusals=refusals, **refusals[0].params)


def refuse_change(*, session: MassageSession, act: Act, by: str, now: datetime) -> None:
    """Raise `Refused`: a client's own change after the window or of what is past, anybody's in the wrong status."""
    if by == "client":
        _refuse(changing.against(session=session, act=act, now=now))
    elif not may(session.state, act):
        raise Refused("wrong_status", act=act.value, status=session.status)


def _is_waived(*, session: MassageSession, now: datetime) -> bool:
    """Say whether a change now is late and costs nothing all the same."""
    return is_late(session=session, now=now) and changing.is_waived(session=session, now=now)


def _note_waiver(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> None:
    """Count a change that costs nothing; what was answered is nobody's business here."""
    record.note(session=session, act=changing.WAIVED, actor=actor, by=by, now=now)


@studio_selectors.read_once
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
    service: Service | None = None,
    gender: str = "",
    override: str = "",
    accepted: late_requests.Accepted | None = None,
) -> MassageSession:
    """Move a session to another opening; with `therapist` None it may go to anyone who gives the service.

    `gender` is asked for this once instead of a therapist. With a `service` it becomes that one, as where it was held
    back and another is safe. `override` is the reason for which staff go against hours, notice, grid and horizon.
    `accepted` is the yes to a late change that was asked for.
    Raises `Taken` (nearest three), `Refused`: wrong_status, in_past, too_late_to_change, screening, answers_changed,
    override_not_yours, reason_needed, too_far, off_grid.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    refuse_change(session=session, act=Act.MOVE, by=by, now=now)
    wanted = service or session.service
    until = None
    if assessment is not None:
        until = clearance.deadline_of_move(
            session=session, assessment=assessment, service=wanted, starts_at=starts_at, now=now
        )
    needs = offer.needs_of(assessment)
    reason = overriding.checked(override, by=by, actor=actor, therapist=therapist)
    notice = timedelta(0) if by != "client" else None
    wish = taking.Wish(
        wanted, starts_at, therapist, session.client, notice=notice, gender=gender, needs=needs, override=reason
    )
    before = {
        "from": session.starts_at.isoformat(),
        "therapist": session.therapist_id,
        "was": undoing.snapshot(session),
    }

    def write(choice: taking.Choice) -> MassageSession:
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        guardians.refuse(client=session.client, therapist=choice.therapist, starts_at=starts_at)
        taking.refuse_unfit(
            client=session.client, therapist=choice.therapist, service=wanted, starts_at=starts_at, needs=needs
        )
        waived = _is_waived(session=session, now=now)
        costs_nothing = waived if accepted is None else accepted.waives_fee
        moved = _put(
            session, choice, starts_at=starts_at, service=service, fee_waived=costs_nothing, override_reason=reason
        )
        deciding.keep(session=moved, assessment=assessment, now=now)
        moved.save(update_fields=["decision", "re_ask_due"])
        clearance.moved(moved, until=until, now=now)
        record.note(session=moved, act=Act.MOVE, actor=actor, by=by, now=now, detail=before)
        overriding.note(session=moved, actor=actor, by=by, now=now)
        if waived:
            _note_waiver(session=moved, actor=actor, by=by, now=now)
        record.keep_answer(key=form_key, digest=form_digest, session=moved, now=now)
        announce.moved(session=moved, now=now)
        late_requests.settle(session=moved, accepted=accepted, actor=actor, now=now)
        return moved

    try:
        moved = taking.take(wish, now=now, write=write, without=session, **late_requests.kept_by(accepted))
        late_requests.free(session=moved)
        return moved
    except IntegrityError as error:
        if is_overlap(error, *GUARDS):
            raise taking.refuse_no_opening(wish, now=now) from error
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known


def _put(
    session: MassageSession,
    choice: taking.Choice,
    *,
    starts_at: datetime,
    service: Service | None,
    fee_waived: bool,
    override_reason: str,
) -> MassageSession:
    """Write the new place in the calendar, if the session still is where it was read. It is not held back there."""
    minutes = service.minutes if service else session.minutes
    turnover = timedelta(minutes=service.turnover_minutes) if service else session.blocked_until - session.ends_at
    ends_at = starts_at + timedelta(minutes=minutes)
    changes = {
        "therapist": choice.therapist,
        "place_id": choice.place_id,
        "starts_at": starts_at,
        "ends_at": ends_at,
        "blocked_until": ends_at + turnover,
        "revision": F("revision") + 1,
        "chosen_because": choice.because,
        "override_reason": override_reason,
        "fee_waived": fee_waived,
        "held_back_at": None,
        # What a therapist was to look at was that it no longer fitted. A request goes on waiting for its yes.
        "needs_review": session.needs_review and (session.held_back_at is None or session.state is Status.REQUESTED),
    }
    if service is not None:
        changes |= {"service": service, "price": service.price}
    rows = MassageSession.objects.filter(
        pk=session.pk, revision=session.revision, status__in=[status.value for status in sources(Act.MOVE)]
    )
    if rows.update(**changes) != 1:
        raise Refused("changed_meanwhile")
    people = MassageSession.objects.select_related("client__account", "service__technique", "therapist")
    return people.get(pk=session.pk)


def cancel(
    *,
    session: MassageSession,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
    accepted: late_requests.Accepted | None = None,
    no_fee_because: str | None = None,
) -> MassageSession:
    """Cancel a session. Doing it twice is no error. Freeing a time takes no lock.

    A late one of the client's own has the studio's fee. Where staff cancel it has none, unless `no_fee_because` is
    given: empty, it was the client's wish; a reason lets the fee go (see `money.fee_of_cancelling`).
    `accepted` is the yes to a late change that was asked for. A form that comes again after an undo cancels nothing.
    Raises `Refused`: wrong_status, in_past, too_late_to_change (the client's own only).
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    if session.status == Status.CANCELLED:
        return session
    refuse_change(session=session, act=Act.CANCEL, by=by, now=now)

    def work() -> MassageSession:
        waived = _is_waived(session=session, now=now)
        before = {"was": undoing.snapshot(session)}
        late = is_late(session=session, now=now)
        if accepted is not None:
            waived = accepted.waives_fee
        fee = money.fee_of_cancelling(session, is_late=late, is_waived=waived, by=by, because=no_fee_because)
        fresh, changed = _set_cancelled(session, fee=fee, now=now)
        if changed:
            record.note(session=fresh, act=Act.CANCEL, actor=actor, by=by, now=now, detail=before)
            if waived:
                _note_waiver(session=fresh, actor=actor, by=by, now=now)
            record.keep_answer(key=form_key, digest=form_digest, session=fresh, now=now)
            announce.cancelled(session=fresh, now=now)
            late_requests.settle(session=fresh, accepted=accepted, actor=actor, now=now)
        elif fresh.status != Status.CANCELLED:
            raise Refused("wrong_status", act=Act.CANCEL.value, status=fresh.status)
        return fresh

    cancelled = in_transaction(work)
    late_requests.free(session=cancelled)
    return cancelled


def release(*, session: MassageSession, now: datetime) -> MassageSession:
    """Give a time back that was held for a wait to end, free of charge, and say from when there is another."""

    def work() -> MassageSession:
        fresh, changed = _set_cancelled(session, fee={"fee_waived": True}, now=now)
        if changed:
            record.note(session=fresh, act="given_back", actor=None, by="system", now=now)
            announce.released(session=fresh, now=now)
        return fresh

    return in_transaction(work)


def _set_cancelled(session: MassageSession, *, fee: dict[str, Any], now: datetime) -> tuple[MassageSession, bool]:
    """Write that a session is cancelled, and return it fresh, with whether this was the one that did it."""
    rows = MassageSession.objects.filter(pk=session.pk, status__in=[status.value for status in sources(Act.CANCEL)])
    changed = rows.update(
        status=Status.CANCELLED.value,
        cancelled_at=now,
        cancelled_late=is_late(session=session, now=now),
        held_back_at=None,
        revision=F("revision") + 1,
        **fee,
    )
    people = MassageSession.objects.select_related("client__account", "service__technique", "therapist")
    return people.get(pk=session.pk), changed == 1

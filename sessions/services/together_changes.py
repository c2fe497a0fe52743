"""Moving and cancelling two sessions that were booked as one: both or neither, through the guards of each."""

from datetime import datetime

from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from screening.assessment import Assessment
from sessions.domain.status import Act, Status, sources
from sessions.models import MassageSession
from sessions.selectors import changing
from sessions.selectors.together import Pair
from sessions.services import announce, announce_together, changes, clearance, deciding, guardians, record
from sessions.services.taking import Choice
from sessions.services.taking_two import Asked, Two, take_two
from sessions.services.together import Sessions

PARKED = Status.CANCELLED.value


def move_both(
    pair: Pair,
    *,
    starts_at: datetime,
    assessments: tuple[Assessment | None, Assessment | None],
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> Sessions:
    """Move both sessions (the `own` of each seat) to another common time; where either cannot go, both stay.

    Raises `Taken` (nearest three common times), `Refused`: wrong_status, in_past, too_late_to_change, screening,
    guardian_is_therapist, answers_changed, changed_meanwhile.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return _both_of(pair, known)
    before = [seat.own for seat in pair.seats if seat.own is not None]
    if len(before) != 2:
        raise Refused("changed_meanwhile")
    untils = [
        _deadline(session, assessment, starts_at=starts_at, by=by, now=now)
        for session, assessment in zip(before, assessments, strict=True)
    ]

    def write(chosen: Two) -> Sessions:
        moved = []
        for index, (session, choice) in enumerate(zip(before, chosen, strict=True)):
            guardians.refuse(client=session.client, therapist=choice.therapist, starts_at=starts_at)
            waived = changing.is_late(session=session, now=now) and changing.is_waived(session=session, now=now)
            fresh = _put(session, choice, starts_at=starts_at, fee_waived=waived)
            deciding.keep(session=fresh, assessment=assessments[index], now=now)
            fresh.save(update_fields=["decision", "re_ask_due"])
            clearance.moved(fresh, until=untils[index], now=now)
            detail = {"from": session.starts_at.isoformat(), "therapist": session.therapist_id, "together": True}
            record.note(session=fresh, act=Act.MOVE, actor=actor, by=by, now=now, detail=detail)
            if waived:
                record.note(session=fresh, act=changing.WAIVED, actor=actor, by=by, now=now)
            announce.moved(session=fresh, now=now)
            moved.append(fresh)
        record.keep_answer(key=form_key, digest=form_digest, session=moved[0], now=now)
        announce_together.moved(both=(moved[0], moved[1]), now=now)
        return moved[0], moved[1]

    return take_two(Asked(pair, starts_at, now), prepare=lambda: _park(before), write=write)


def _both_of(pair: Pair, known: MassageSession) -> Sessions:
    others = MassageSession.objects.filter(together=known.together_id).exclude(pk=known.pk)
    return known, others.first() or known


def _deadline(
    session: MassageSession, assessment: Assessment | None, *, starts_at: datetime, by: str, now: datetime
) -> datetime | None:
    """Raise what stands against moving one of the two; return until when its new time is kept for a document."""
    changes.refuse_change(session=session, act=Act.MOVE, by=by, now=now)
    if assessment is None:
        return None
    return clearance.deadline_of_move(
        session=session, assessment=assessment, service=session.service, starts_at=starts_at, now=now
    )


def _park(sessions: list[MassageSession]) -> None:
    """Take both off the calendar, inside the transaction: the guards look at each row as it is written, and each of
    the two may take over the other's therapist or table."""
    for session in sorted(sessions, key=lambda row: row.pk):
        rows = MassageSession.objects.filter(
            pk=session.pk, revision=session.revision, status__in=[status.value for status in sources(Act.MOVE)]
        )
        if rows.filter(status=session.status).update(status=PARKED) != 1:
            raise Refused("changed_meanwhile")


def _put(session: MassageSession, choice: Choice, *, starts_at: datetime, fee_waived: bool) -> MassageSession:
    """Write the new time of a parked session and give it its status back. It is not held back there."""
    ends_at = starts_at + (session.ends_at - session.starts_at)
    MassageSession.objects.filter(pk=session.pk).update(
        status=session.status,
        therapist=choice.therapist,
        place_id=choice.place_id,
        starts_at=starts_at,
        ends_at=ends_at,
        blocked_until=ends_at + (session.blocked_until - session.ends_at),
        revision=F("revision") + 1,
        chosen_because=choice.because,
        fee_waived=fee_waived,
        held_back_at=None,
        # What a therapist was to look at was that it no longer fitted. A request goes on waiting for its yes.
        needs_review=session.needs_review and (session.held_back_at is None or session.state is Status.REQUESTED),
    )
    people = MassageSession.objects.select_related("client__account", "service__technique", "therapist")
    return people.get(pk=session.pk)


def cancel_both(
    *, sessions: tuple[MassageSession, MassageSession], actor: User | None, by: str, now: datetime
) -> list[MassageSession]:
    """Cancel both or neither. Doing it twice is no error. Raises what `changes.cancel` raises."""

    def work() -> list[MassageSession]:
        # In one order, so that two people who cancel at once wait in a row.
        done = [
            changes.cancel(session=session, actor=actor, by=by, now=now)
            for session in sorted(sessions, key=lambda row: row.pk)
        ]
        if all(before.status != Status.CANCELLED for before in sessions):
            announce_together.cancelled(both=(done[0], done[1]), now=now)
        return done

    return in_transaction(work)

"""A therapist's name under what is safe: signing off, tightening, looking, starting, declining (guide, rule 13)."""

from datetime import datetime

from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from screening import selectors as screening
from screening import vault
from sessions import limits
from sessions.domain import tightening
from sessions.domain.status import PRESENT, UPCOMING, Act, Status, sources
from sessions.domain.tightening import Scale, Wish
from sessions.models import MassageSession, SignOff
from sessions.selectors import signing
from sessions.services import announce, changes, record, reports

DECLINED = "declined"


def scale() -> Scale:
    """Return what the published rules know about areas and pressure."""
    _, rules = screening.published_rules()
    return Scale(
        areas=frozenset(rules.extra.areas),
        back=frozenset(rules.extra.back_areas),
        needs=dict(rules.extra.technique_min_pressure),
    )


def _refuse_signing(session: MassageSession, decision_id: str) -> None:
    """Raise `Refused` where there is nothing that somebody could put their name to."""
    if session.state not in (*UPCOMING, *PRESENT):
        raise Refused("wrong_status", act="sign_off", status=session.status)
    decision = session.decision
    if decision is None:
        raise Refused("answers_needed")
    if decision_id and decision.public_id != decision_id:
        raise Refused("changed_meanwhile")
    if decision.outcome in limits.CLOSED or session.held_back_at is not None:
        raise Refused("does_not_fit")


def _write(fresh: MassageSession, wish: Wish, note: str, now: datetime, *, declined: bool = False) -> SignOff:
    assert fresh.client is not None
    said: dict[str, object] = {"note": note, "declined": True} if declined else {"note": note}
    number = fresh.sign_offs.count() + 1
    field = signing.note_field(fresh, number)
    return SignOff.objects.create(
        session=fresh,
        therapist=fresh.therapist,
        decision=fresh.decision,
        at=now,
        max_pressure=wish.max_pressure,
        avoid_areas=sorted(wish.avoid_areas),
        avoid_techniques=sorted(wish.avoid_techniques),
        max_minutes=wish.max_minutes,
        sealed_note=vault.seal(said, client=fresh.client, field=field, now=now) if note else None,
    )


def sign_off(
    *,
    session: MassageSession,
    wish: Wish,
    actor: User | None,
    now: datetime,
    note: str = "",
    decision_id: str = "",
) -> SignOff:
    """Sign what is safe for a session, and tighten it. The newest sign-off takes the place of those before.

    `decision_id` names what the therapist has read. Raises `Refused`: wrong_status, answers_needed, does_not_fit,
    changed_meanwhile, note_needed (it changes what was in force), and those of `tightening.tightened`.
    """
    known = scale()

    def work() -> SignOff:
        fresh = changes.locked(session)
        _refuse_signing(fresh, decision_id)
        assert fresh.decision is not None
        wanted = tightening.tightened(limits.of_decision(fresh.decision), wish, known)
        in_force = limits.effective(fresh)
        if in_force is not None and wanted != in_force.limits and not note.strip():
            raise Refused("note_needed")
        written = _write(fresh, tightening.whole(wish, known), note.strip(), now)
        if fresh.status != Status.REQUESTED and fresh.needs_review:
            MassageSession.objects.filter(pk=fresh.pk).update(needs_review=False)
        record.note(session=fresh, act="signed_off", actor=actor, by="therapist", now=now)
        return written

    return in_transaction(work)


def looked_at(*, session: MassageSession, actor: User | None, by: str, now: datetime) -> MassageSession:
    """Note that a therapist has looked; a request is approved or declined instead."""
    if session.needs_review or session.state is Status.REQUESTED:
        return changes.reviewed(session=session, actor=actor, by=by, now=now)
    looks = session.events.filter(act__in=["reviewed", "signed_off"])
    if session.decision is None or not looks.filter(at__gte=session.decision.made_at).exists():
        record.note(session=session, act="reviewed", actor=actor, by=by, now=now)
    return session


def refuse_unfit(session: MassageSession) -> None:
    """Raise `Refused("tightened_out")` while the limits rule out what is booked."""
    found = limits.effective(session)
    if found is None or found.is_closed or not found.is_tightened:
        return
    technique = session.service.technique.screened_as
    if tightening.against(found.limits, technique=technique, minutes=session.minutes):
        raise Refused("tightened_out")


def start(
    *, session: MassageSession, actor: User | None, by: str, now: datetime, decision_id: str = ""
) -> MassageSession:
    """Begin; where a sign-off is due, whoever begins signs in the same act, and what was tightened stays.

    `decision_id` names what the therapist has read: nobody begins by a card that newer answers have overtaken.
    Raises `Refused`: changed_meanwhile, stopped, tightened_out, and those of `changes.start`.
    """

    def work() -> MassageSession:
        fresh = changes.locked(session)
        assert fresh.client is not None
        if decision_id and (fresh.decision is None or fresh.decision.public_id != decision_id):
            raise Refused("changed_meanwhile")
        if screening.is_stopped(fresh.client):
            raise Refused("stopped")
        refuse_unfit(fresh)
        begun = changes.start(session=fresh, actor=actor, by=by, now=now)
        if signing.is_due(begun):
            newest = limits.newest_sign_off(begun)
            _write(begun, limits.of_sign_off(newest) if newest else Wish(), "", now)
            record.note(session=begun, act="signed_off", actor=actor, by=by, now=now)
        reports.owe_aftercare(session=begun, now=now)
        return begun

    return in_transaction(work)


def decline(*, session: MassageSession, actor: User | None, by: str, now: datetime, note: str = "") -> MassageSession:
    """Say no: to a request as ever; a booked session is cancelled, costs nothing, and its client is told kindly.

    Why is written down, sealed, and never mailed. Raises `Refused`: note_needed, wrong_status.
    """
    why = note.strip()
    if not why:
        raise Refused("note_needed")

    def work() -> MassageSession:
        gone = _say_no(session, actor=actor, by=by, now=now)
        fresh = changes.locked(gone)
        newest = limits.newest_sign_off(fresh)
        _write(fresh, limits.of_sign_off(newest) if newest else Wish(), why, now, declined=True)
        return gone

    return in_transaction(work)


def _say_no(session: MassageSession, *, actor: User | None, by: str, now: datetime) -> MassageSession:
    if session.state is Status.REQUESTED:
        return changes.decline(session=session, actor=actor, by=by, now=now)

    def work() -> MassageSession:
        rows = MassageSession.objects.filter(pk=session.pk, status__in=[before.value for before in sources(Act.CANCEL)])
        # Not the client's doing: nothing late about it, and no free change of theirs is used up.
        if not rows.update(
            status=Status.CANCELLED.value,
            cancelled_at=now,
            fee_waived=True,
            held_back_at=None,
            revision=F("revision") + 1,
        ):
            raise Refused("wrong_status", act=Act.CANCEL.value, status=session.status)
        gone = changes.locked(session)
        record.note(session=gone, act=Act.CANCEL, actor=actor, by=by, now=now)
        outbox.void(kinds=announce.ABOUT_SESSIONS, subject_id=gone.pk, reason=DECLINED)
        assert gone.client is not None
        outbox.enqueue(
            kind=DECLINED,
            key=f"{DECLINED}:{gone.pk}:{gone.revision}",
            recipient=gone.client.mail_address,
            subject_id=gone.pk,
            revision=gone.revision,
            due_at=now,
            now=now,
        )
        return gone

    return in_transaction(work)

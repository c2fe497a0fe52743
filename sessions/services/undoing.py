"""Taking back a move or a cancellation of the last minutes: the session is again exactly what it was.

Its time was free since then. It is taken again through the same locks and guards as any other; what somebody else has
by now stays theirs.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from screening.vault import VaultClosed
from sessions.domain.status import Act, Status
from sessions.models import MassageSession, SessionEvent
from sessions.selectors import changing, clearance, phone, undoing
from sessions.selectors.undoing import Change
from sessions.services import announce, health, locks, record, taking
from therapists.models import Service, Therapist

WAIVER_UNDONE = "waiver_undone"


def undo(
    *,
    session: MassageSession,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Take back the last change of a session. The same form twice is once.

    Raises `Taken` (time_is_gone, with the nearest three), `Refused`: undo_over, changed_meanwhile, too_soon_for_letter.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    change = undoing.last_change(session=session, by=by, now=now)
    if change is None:
        raise Refused("undo_over")
    was = change.was
    span = locks.Span(was.therapist_id, was.place_id, session.client_id, was.starts_at, was.ends_at, was.blocked_until)

    def work() -> MassageSession:
        locks.take_again(span, now=now, without=session.pk)
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        if announce.is_told(session=session):
            raise Refused("undo_over")
        restored = _restore(session, change, now=now)
        record.note(session=restored, act=Act.UNDO, actor=actor, by=by, now=now, detail={"of": change.act})
        record.keep_answer(key=form_key, digest=form_digest, session=restored, now=now)
        announce.undone(session=restored, before=change.revision - 1)
        _judge(restored, change, now=now)
        return restored

    try:
        return in_transaction(work)
    except Taken as lost:
        raise _gone(session, change, now=now, guard=str(lost.params.get("guard", ""))) from lost
    except IntegrityError as error:
        guard = is_overlap(error, *locks.GUARDS)
        if guard:
            raise _gone(session, change, now=now, guard=guard) from error
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known


def _restore(session: MassageSession, change: Change, *, now: datetime) -> MassageSession:
    """Write what was, if nothing has happened to the session since the change."""
    was = change.was
    rows = MassageSession.objects.filter(pk=session.pk, revision=change.revision, status=session.status)
    changed = rows.update(
        status=was.status.value,
        starts_at=was.starts_at,
        ends_at=was.ends_at,
        blocked_until=was.blocked_until,
        therapist_id=was.therapist_id,
        place_id=was.place_id,
        service_id=was.service_id,
        price=was.price,
        chosen_because=was.chosen_because,
        fee=was.fee,
        fee_waived=was.fee_waived,
        fee_waived_because=was.fee_waived_because,
        cancelled_at=None,
        cancelled_late=False,
        # Raised once more: letters and calendar files about the change are out of date, as about any other.
        revision=F("revision") + 1,
    )
    if changed != 1:
        raise Refused("changed_meanwhile")
    waivers = SessionEvent.objects.filter(session=session, act=changing.WAIVED, at=change.event.at)
    waivers.update(act=WAIVER_UNDONE)
    people = MassageSession.objects.select_related("client__account", "service__technique", "therapist", "decision")
    return people.get(pk=session.pk)


def _judge(restored: MassageSession, change: Change, *, now: datetime) -> None:
    """Judge it by the newest answers, as everything else that is ahead. Without a word nobody lays hands on."""
    client = restored.client
    assert client is not None
    if change.act == Act.MOVE:
        _keep_for_letter(restored, now=now)
    try:
        with transaction.atomic():
            health.judge_again(client=client, now=now)
    except VaultClosed:
        MassageSession.objects.filter(pk=restored.pk).update(re_ask_due=True)
    restored.refresh_from_db()


def _keep_for_letter(restored: MassageSession, *, now: datetime) -> None:
    """Count anew until when a request is kept for a document: it may have moved to a day with another end, or none."""
    until = None
    if restored.state is Status.REQUESTED:
        assert restored.client is not None
        assessment = phone.assessor(client=restored.client, now=now)(restored.starts_at)
        if assessment is not None and clearance.needs_only_letter(assessment):
            until = clearance.until(starts_at=restored.starts_at, now=now)
            if until is None:
                raise Refused("too_soon_for_letter", first=clearance.first_day(now))
    if restored.clearance_until != until:
        restored.clearance_until = until
        restored.save(update_fields=["clearance_until"])


def _gone(session: MassageSession, change: Change, *, now: datetime, guard: str) -> Taken:
    """Return the refusal of a time that somebody else has taken meanwhile, with the nearest three."""
    was = change.was
    service = Service.objects.select_related("technique").get(pk=was.service_id)
    therapist = Therapist.objects.get(pk=was.therapist_id)
    wish = taking.Wish(service, was.starts_at, therapist, session.client)
    found = taking.refuse_no_opening(wish, now=now, guard=guard)
    code = found.code if found.code == "client_busy" else "time_is_gone"
    return Taken(code, nearest=found.params["nearest"], guard=guard)

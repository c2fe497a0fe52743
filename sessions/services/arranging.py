"""Putting a booked session elsewhere by hand: an admin may go against hours and grid, never against the guards."""

from datetime import datetime

from django.db import IntegrityError
from django.db.models import F

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.studio.models import Place
from screening.assessment import Assessment
from sessions.domain.status import Act, sources
from sessions.models import MassageSession
from sessions.models.session import GUARDS
from sessions.selectors import offer
from sessions.services import announce, clearance, deciding, guardians, locks, overriding, record, taking
from therapists.models import Therapist


def arrange(
    *,
    session: MassageSession,
    therapist: Therapist,
    place: Place | None,
    starts_at: datetime,
    ends_at: datetime,
    blocked_until: datetime,
    assessment: Assessment | None,
    actor: User | None,
    now: datetime,
    override_reason: str = "",
) -> MassageSession:
    """Give a booked session another therapist, place or time, and tell the client.

    `override_reason` is why it may stand against hours, grid and horizon; the form asks for it.

    Raises `Taken` (guard, or what stands against the therapist), `Refused`: screening, guardian_is_therapist,
    answers_changed, changed_meanwhile.
    """
    guardians.refuse(client=session.client, therapist=therapist, starts_at=starts_at)
    until = None
    if assessment is not None:
        until = clearance.deadline_of_move(
            session=session, assessment=assessment, service=session.service, starts_at=starts_at, now=now
        )
    span = locks.Span(therapist.pk, place.pk if place else None, session.client_id, starts_at, ends_at, blocked_until)

    def work() -> MassageSession:
        locks.lock(
            therapists=[span.therapist_id],
            places=[span.place_id] if span.place_id else [],
            clients=[span.client_id] if span.client_id else [],
        )
        locks.refuse_if_taken(span=span, now=now, without=session.pk)
        taking.refuse_unfit(
            client=session.client,
            therapist=therapist,
            service=session.service,
            starts_at=starts_at,
            needs=offer.needs_of(assessment),
        )
        fresh = MassageSession.objects.select_related("client__account", "service__technique").get(pk=session.pk)
        before = {"from": fresh.starts_at.isoformat(), "therapist": fresh.therapist_id}
        rows = MassageSession.objects.filter(
            pk=session.pk, revision=session.revision, status__in=[status.value for status in sources(Act.MOVE)]
        )
        changed = rows.update(
            therapist=therapist, place=place, starts_at=starts_at, ends_at=ends_at, blocked_until=blocked_until,
            revision=F("revision") + 1, held_back_at=None, override_reason=override_reason.strip(),
        )  # fmt: skip
        if changed != 1:
            raise Refused("changed_meanwhile")
        fresh.refresh_from_db()
        deciding.keep(session=fresh, assessment=assessment, now=now)
        fresh.save(update_fields=["decision", "re_ask_due"])
        clearance.moved(fresh, until=until, now=now)
        record.note(session=fresh, act=Act.MOVE, actor=actor, by="admin", now=now, detail=before)
        overriding.note(session=fresh, actor=actor, by="admin", now=now)
        announce.moved(session=fresh, now=now)
        return fresh

    try:
        return in_transaction(work)
    except IntegrityError as error:
        guard = is_overlap(error, *GUARDS)
        if not guard:
            raise
        raise Taken(guard=guard) from error

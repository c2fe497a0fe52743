"""Booking a time, held or not; how it is taken from under others, `taking` says."""

from datetime import datetime, timedelta
from typing import Final

from django.db import IntegrityError

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.core.prepared import Prepared, a_key
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening_selectors
from screening.assessment import Assessment
from sessions.domain.status import Act, Status, after, may
from sessions.models import MassageSession
from sessions.models.session import GUARDS, BookedVia
from sessions.selectors import aftercare, offer, policies
from sessions.services import announce, clearance, deciding, guardians, locks, overriding, record
from sessions.services.taking import Choice, Wish, refuse_no_opening, refuse_unfit, row_for, take
from therapists.models import Service, Therapist

# On the phone or at the desk: the questions can wait for the day itself.
BY_STAFF = (BookedVia.PHONE, BookedVia.STAFF, BookedVia.WALK_IN)

_HELD: Final = Prepared(
    lambda key: MassageSession.objects.select_related("service__technique", "therapist").filter(pk=key), key=a_key()
)


def refuse_by_rules(*, assessment: Assessment, service: Service) -> None:
    """Raise `Refused("screening")` when the client's answers rule this service out on that day.

    A time that is kept for a document is another matter: see `clearance.deadline`.
    """
    refusals = assessment.refusals(service.technique.screened_as, service.minutes)
    if refusals or not assessment.may_book:
        raise Refused("screening", refusals=refusals, assessment=assessment)


def refuse_unanswered(*, client: Client, starts_at: datetime, via: str) -> None:
    """Raise `Refused` where nobody may book before the questions are answered: all but adults whom staff book for.

    What is booked so is marked as re-ask due: no hands go on before the answers are there.
    """
    if via not in BY_STAFF:
        raise Refused("answers_needed")
    day = starts_at.astimezone(studio_selectors.require().tz).date()
    age = screening_selectors.age_of(client, day)
    if age is None or age < screening_selectors.ADULT_AGE:
        raise Refused("answers_needed_of_minor")


def settle(
    session: MassageSession,
    *,
    assessment: Assessment | None,
    via: str,
    actor: User | None,
    by: str,
    now: datetime,
    needs_review: bool,
    form_key: str,
    form_digest: str,
) -> MassageSession:
    """Make the row a booking, in the transaction that has the locks: decision, event, form key and owed mails.

    What a therapist must look at first, or what waits for a document, becomes a request, which keeps its time all the
    same; so does what somebody new books for themselves, if the studio says so. Raises what `clearance.deadline`
    raises: somebody may have booked for this client a moment ago; "answers_changed", where they have answered anew
    since; "too_many_ahead", where a client books more than the studio lets them; and `Taken` where the therapist is
    not for this client.
    """
    assert session.client is not None
    if by == "client":
        most = policies.most_ahead(session.client, now=now, without=session.pk)
        if most is not None:
            raise Refused("too_many_ahead", most=most)
        needs_review = needs_review or policies.asks_first(session.client)
    guardians.refuse(client=session.client, therapist=session.therapist, starts_at=session.starts_at)
    refuse_unfit(
        client=session.client,
        therapist=session.therapist,
        service=session.service,
        starts_at=session.starts_at,
        needs=offer.needs_of(assessment),
    )
    if assessment is not None:
        session.clearance_until = clearance.deadline(
            client=session.client,
            assessment=assessment,
            service=session.service,
            starts_at=session.starts_at,
            now=now,
        )
    session.booked_via = via
    session.booked_by = actor
    session.booked_at = now
    stands = deciding.keep(session=session, assessment=assessment, now=now)
    session.needs_review = needs_review or not stands or aftercare.awaits_review(session.client)
    act = Act.REQUEST if session.needs_review or session.clearance_until else Act.CONFIRM
    session.status = (after(Status.HELD, act) or Status.BOOKED).value
    session.held_until = session.held_since = None
    session.held_by = session.held_from = ""
    session.save()
    record.note(session=session, act=act, actor=actor, by=by, now=now)
    overriding.note(session=session, actor=actor, by=by, now=now)
    record.keep_answer(key=form_key, digest=form_digest, session=session, now=now)
    if session.clearance_until:
        announce.kept_for_document(session=session, now=now)
    elif session.needs_review:
        announce.requested(session=session, now=now)
    elif via != BookedVia.WALK_IN:
        # Who stands at the desk needs no letter about it.
        announce.booked(session=session, now=now)
    return session


@studio_selectors.read_once
def confirm_hold(
    *,
    session: MassageSession,
    client: Client,
    assessment: Assessment,
    actor: User | None,
    now: datetime,
    needs_review: bool = False,
    form_key: str = "",
    form_digest: str = "",
) -> MassageSession:
    """Turn a hold into a booking for a client.

    A hold that has run out is still taken if nobody else came; otherwise `Taken` with the nearest three.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    clearance.deadline(
        client=client, assessment=assessment, service=session.service, starts_at=session.starts_at, now=now
    )

    def work() -> MassageSession:
        locks.lock(
            therapists=[session.therapist_id],
            places=[session.place_id] if session.place_id else [],
            clients=[client.pk],
        )
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        held = _HELD.first(key=session.pk)
        if held is None or not may(held.state, Act.CONFIRM):
            raise Taken(guard="")
        span = locks.Span(held.therapist_id, held.place_id, client.pk, held.starts_at, held.ends_at, held.blocked_until)
        locks.refuse_if_taken(span=span, without=held.pk)
        held.client = client
        return settle(
            held,
            assessment=assessment,
            via=BookedVia.WEB,
            actor=actor,
            by="client",
            now=now,
            needs_review=needs_review,
            form_key=form_key,
            form_digest=form_digest,
        )

    wish = Wish(session.service, session.starts_at, session.therapist, client, needs=offer.needs_of(assessment))
    try:
        return in_transaction(work)
    except Taken as lost:
        guard = str(lost.params.get("guard", ""))
        if guard:
            raise refuse_no_opening(wish, now=now, guard=guard) from lost
    except IntegrityError as error:
        return _after_integrity_error(error, wish=wish, form_key=form_key, form_digest=form_digest, now=now)
    # The hold is gone; the time may still be there.
    return book(
        client=client,
        service=session.service,
        therapist=session.therapist,
        starts_at=session.starts_at,
        assessment=assessment,
        via=BookedVia.WEB,
        actor=actor,
        by="client",
        now=now,
        needs_review=needs_review,
        form_key=form_key,
        form_digest=form_digest,
    )


def _after_integrity_error(
    error: IntegrityError, *, wish: Wish, form_key: str, form_digest: str, now: datetime
) -> MassageSession:
    """Answer a form that came twice at once with its result, and what a guard refused with “taken”."""
    guard = is_overlap(error, *GUARDS)
    if guard:
        raise refuse_no_opening(wish, now=now, guard=guard) from error
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is None:
        raise error
    return known


@studio_selectors.read_once
def book(
    *,
    client: Client,
    service: Service,
    therapist: Therapist | None,
    starts_at: datetime,
    assessment: Assessment | None,
    via: str,
    actor: User | None,
    by: str,
    now: datetime,
    needs_review: bool = False,
    notice: timedelta | None = None,
    gender: str = "",
    form_key: str = "",
    form_digest: str = "",
    override: str = "",
) -> MassageSession:
    """Book an opening for a client at once, without a hold (by phone, from a nudge, by a therapist).

    `gender` is asked for this once instead of a therapist. Without an assessment, nothing was answered yet: see
    `refuse_unanswered`. `override` is the reason for which staff go against hours, notice, grid and horizon. A walk-in
    starts at any minute within the hours.
    Raises `Taken` (with the nearest three), `Refused`: screening, too_soon_for_letter, letter_waits_already,
    answers_needed, answers_needed_of_minor, answers_changed, form_reused, override_not_yours, reason_needed, in_past,
    too_far, off_grid.
    """
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return known
    if assessment is None:
        refuse_unanswered(client=client, starts_at=starts_at, via=via)
    else:
        clearance.deadline(client=client, assessment=assessment, service=service, starts_at=starts_at, now=now)
    studio = studio_selectors.require()
    reason = overriding.checked(override, by=by, actor=actor, therapist=therapist)
    wish = Wish(
        service,
        starts_at,
        therapist,
        client,
        notice,
        gender=gender,
        needs=offer.needs_of(assessment),
        override=reason,
        at_once=via == BookedVia.WALK_IN,
    )

    def write(choice: Choice) -> MassageSession:
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return again
        session = row_for(wish=wish, choice=choice, studio=studio, now=now)
        # Saved as a booking from the first moment: a row that is held would need an end.
        session.status = after(Status.HELD, Act.CONFIRM) or Status.BOOKED
        return settle(
            session,
            assessment=assessment,
            via=via,
            actor=actor,
            by=by,
            now=now,
            needs_review=needs_review,
            form_key=form_key,
            form_digest=form_digest,
        )

    try:
        return take(wish, now=now, write=write)
    except Taken:
        # A double click finds its own first booking in the way.
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return known
    except IntegrityError as error:
        return _after_integrity_error(error, wish=wish, form_key=form_key, form_digest=form_digest, now=now)

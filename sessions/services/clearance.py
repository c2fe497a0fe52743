"""The held place of the clearance loop: a time is kept for a document, confirmed when it is good, or given back."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.db.models import F

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from massage_booking.studio import selectors as studio_selectors
from screening import covers
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.models import Letter, LetterState
from screening.vault import VaultClosed
from sessions.domain import clearance as domain
from sessions.domain.status import Act, Status, after, may
from sessions.models import MassageSession
from sessions.selectors import aftercare, clearance, offer, policies, safe_dates, training, who
from sessions.services import announce, record
from therapists.models import Service

UPCOMING = [Status.REQUESTED.value, Status.BOOKED.value, Status.ARRIVED.value]


# --- Taking and moving --------------------------------------------------------


def deadline(
    *, client: Client, assessment: Assessment, service: Service, starts_at: datetime, now: datetime, without: int = 0
) -> datetime | None:
    """Return until when a time is kept for a document; None when none is missing.

    Raises Refused: "screening" (something else stands against it), "too_soon_for_letter", "letter_waits_already" (one
    time a client). Whoever writes asks once more under the client's lock.
    """
    refusals = assessment.refusals(service.technique.screened_as, service.minutes)
    if assessment.may_book and not refusals:
        return None
    if any(refusal.code != Block.CLEARANCE for refusal in refusals) or not refusals:
        raise Refused("screening", refusals=refusals, assessment=assessment)
    until = clearance.until(starts_at=starts_at, now=now)
    if until is None:
        raise Refused("too_soon_for_letter", first=clearance.first_day(now))
    if clearance.waiting_of(client.pk, without=without) is not None:
        raise Refused("letter_waits_already")
    return until


def deadline_of_move(
    *, session: MassageSession, assessment: Assessment, service: Service, starts_at: datetime, now: datetime
) -> datetime | None:
    """Return until when a moved time is kept. On those terms moves what was kept for a document, or is held back."""
    assert session.client is not None
    if session.clearance_until is None and session.held_back_at is None:
        refusals = assessment.refusals(service.technique.screened_as, service.minutes)
        if refusals or not assessment.may_book:
            raise Refused("screening", refusals=refusals, assessment=assessment)
        return None
    return deadline(
        client=session.client,
        assessment=assessment,
        service=service,
        starts_at=starts_at,
        now=now,
        without=session.pk,
    )


def moved(session: MassageSession, *, until: datetime | None, now: datetime) -> None:
    """Count anew how long a moved time is kept; on a day that needs no document it is booked.

    Belongs into the transaction of the move. A session that waits for a yes goes on waiting for it; one that was booked
    waits from now on, where a document is missing on the new day.
    """
    if session.clearance_until is None and until is None:
        return
    session.clearance_until = until
    if until is not None and may(session.state, Act.WAIT):
        session.status = (after(session.state, Act.WAIT) or Status.REQUESTED).value
    session.save(update_fields=["clearance_until", "status"])
    if until is None and session.state is Status.REQUESTED and _is_certain(session):
        MassageSession.objects.filter(pk=session.pk).update(status=Status.BOOKED.value, needs_review=False)
        session.status, session.needs_review = Status.BOOKED.value, False
        record.note(session=session, act=Act.APPROVE, actor=None, by="system", now=now)


def _is_certain(session: MassageSession) -> bool:
    """Say whether only the document was missing: who booked with somebody else's address waits for a therapist.

    So does whoever told of something after a session that a therapist has not closed yet, what its therapist may not
    give to this client any more, and somebody new, if the studio says so.
    """
    client = session.client
    if client is None or not client.is_claimed or policies.asks_first(client):
        return False
    if aftercare.awaits_review(client) or training.missing(session) is not None:
        return False
    return not who.apart_known(client=client, therapist=session.therapist)


# --- When a document came, or answers changed ---------------------------------


def settle(*, client: Client, now: datetime) -> int:
    """Book the times of a client that waited for a document and wait for it no more; return how many."""
    waiting = MassageSession.objects.filter(
        client=client, status=Status.REQUESTED.value, clearance_until__isnull=False, starts_at__gt=now
    ).select_related("client__account", "service__technique", "therapist")
    judge: Callable[[datetime], Assessment | None] | None = None
    confirmed = 0
    for session in waiting:
        judge = judge or offer.assessor(client=client, now=now)
        assessment = judge(session.starts_at)
        if assessment is None or Block.CLEARANCE in assessment.blocks:
            continue
        if assessment.refusals(session.service.technique.screened_as, session.minutes):
            # Something else stands against it now: it is held back, and its keeping ends when it was to end.
            continue
        confirmed += _confirm(session, now=now)
    return confirmed


def _confirm(session: MassageSession, *, now: datetime) -> bool:
    """Book a session that waited, unless its time was given back at this very moment."""
    certain = _is_certain(session)
    changes: dict[str, object] = {"clearance_until": None}
    if certain:
        changes |= {"status": Status.BOOKED.value, "needs_review": False}

    def work() -> bool:
        rows = MassageSession.objects.filter(
            pk=session.pk, status=Status.REQUESTED.value, clearance_until__isnull=False, revision=session.revision
        )
        if rows.update(**changes) != 1:
            return False
        session.refresh_from_db()
        outbox.void(kinds=announce.ABOUT_DOCUMENTS, subject_id=session.pk, reason="settled")
        if certain:
            record.note(session=session, act=Act.APPROVE, actor=None, by="system", now=now)
            announce.booked(session=session, now=now)
        return certain

    return in_transaction(work)


def received(*, letter: Letter, now: datetime) -> None:
    """Tell whoever treats the client that a document waits for them."""
    session = (
        MassageSession.objects.filter(client=letter.client, status__in=UPCOMING, starts_at__gt=now)
        .select_related("therapist__user")
        .order_by("starts_at")
        .first()
    )
    if session is None or session.therapist.user is None:
        return
    _owe_about_letter("document_to_review", letter, to=session.therapist.user.email, now=now)


def reviewed(*, letter: Letter, confirmed: int, now: datetime) -> None:
    """Tell the client that an answer is there, unless a confirmation says so already."""
    if not confirmed:
        _owe_about_letter("document_answered", letter, to=letter.client.mail_address, now=now)


def _owe_about_letter(kind: str, letter: Letter, *, to: str, now: datetime) -> None:
    outbox.enqueue(kind=kind, key=f"{kind}:{letter.pk}", recipient=to, subject_id=letter.pk, due_at=now, now=now)


# --- What time brings ---------------------------------------------------------


def release_overdue(*, now: datetime) -> int:
    """Give back the times whose keeping has ended; return how many.

    While a document waits for a therapist's word, a time is kept as long as it can be: the client did their part.
    """
    studio = studio_selectors.current()
    if studio is None:
        return 0
    overdue = MassageSession.objects.filter(status=Status.REQUESTED.value, clearance_until__lte=now)
    released = 0
    for session in overdue.select_related("client__account", "service__technique", "therapist"):
        latest = domain.latest(session.starts_at, hours=studio.clearance_hours)
        assert session.client is not None
        if latest > now and clearance.has_letter_waiting(session.client):
            overdue.filter(pk=session.pk).update(clearance_until=latest)
        else:
            released += _release(session, now=now, status=Status.REQUESTED.value, clearance_until__lte=now)
    return released + _release_held_back(now)


def _release_held_back(now: datetime) -> int:
    """Give back the times of booked sessions that newer answers hold back for a document that did not come."""
    rows = MassageSession.objects.filter(
        status=Status.BOOKED.value, held_back_at__isnull=False, starts_at__gt=now, decision__isnull=False
    )
    released = 0
    for session in rows.select_related("client__account", "service__technique", "therapist", "decision"):
        assert session.decision is not None
        ends = clearance.until(starts_at=session.starts_at, now=session.decision.made_at)
        if ends is None or ends > now:
            # Answers are opened only where the time may be up: this is asked every few minutes.
            continue
        try:
            until = safe_dates.letter_by(session=session, now=now)
        except VaultClosed:
            continue
        if until is not None and until <= now:
            still = {"status": Status.BOOKED.value, "held_back_at": session.held_back_at}
            released += _release(session, now=now, decision=session.decision, **still)
    return released


def _release(session: MassageSession, *, now: datetime, **still: object) -> bool:
    """Cancel a session whose document did not come, unless it was confirmed, judged anew or moved at this very moment.

    `still` is how its row must stand for that.
    """

    def work() -> bool:
        rows = MassageSession.objects.filter(pk=session.pk, revision=session.revision, **still)
        changed = rows.update(
            status=Status.CANCELLED.value, cancelled_at=now, cancelled_late=False, clearance_until=None,
            held_back_at=None, revision=F("revision") + 1,
        )  # fmt: skip
        if changed != 1:
            return False
        session.refresh_from_db()
        record.note(session=session, act=Act.CANCEL, actor=None, by="system", now=now)
        announce.time_given_back(session=session, now=now)
        return True

    return in_transaction(work)


def warn_of_ending(*, now: datetime) -> int:
    """Tell clients with a session ahead that a document ends soon, once for each document; return how many."""
    studio = studio_selectors.current()
    if studio is None:
        return 0
    today = now.astimezone(studio.tz).date()
    ahead = MassageSession.objects.filter(status__in=UPCOMING, starts_at__gt=now)
    found = Letter.objects.filter(
        state=LetterState.ACCEPTED, covers_until__gte=today, client__in=ahead.values("client")
    ).select_related("client__account")
    told = set(Message.objects.filter(kind="document_ends").values_list("subject_id", flat=True))
    warned = 0
    for letter in found.exclude(pk__in=told):
        try:
            if _will_be_missed(letter, today=today, now=now):
                _owe_about_letter("document_ends", letter, to=letter.client.mail_address, now=now)
                warned += 1
        except VaultClosed:
            continue
    return warned


def _will_be_missed(letter: Letter, *, today: date, now: datetime) -> bool:
    """Say whether a cover ends within the next days, and a document would be missing on the day after."""
    zone, bound = studio_selectors.require().tz, today + timedelta(days=domain.WARN_DAYS)
    ends = {code: day for code, day in covers.last_days_of(letter).items() if today <= day <= bound}
    judge = offer.assessor(client=letter.client, now=now) if ends else None
    for code, day in ends.items():
        assessment = judge(offer.noon_of(day + timedelta(days=1), zone)) if judge else None
        if assessment is not None and code in assessment.verdict.missing_clearance:
            return True
    return False

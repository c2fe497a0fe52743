"""What comes of a time that is kept for somebody in line: booked, given up, run out, taken through the questions."""

from datetime import datetime

from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions.domain import policy
from sessions.domain import waitlist as domain
from sessions.domain.status import Status
from sessions.models import MassageSession, WaitlistEntry, WaitlistOffer
from sessions.models.waitlist import OfferAnswer, WaitlistState
from sessions.services import booking, holds, locks


def settle(*, kept: WaitlistOffer, wanted: OfferAnswer | None, now: datetime) -> None:
    """Close an open offer: booked, gone, or given up as `wanted`. None: while its time is held, it stays open."""

    def work() -> None:
        locks.lock(therapists=[kept.therapist_id], places=[], clients=[])
        session = MassageSession.objects.filter(pk=kept.session_id or 0).first()
        answer = wanted or OfferAnswer.LAPSED
        if session is not None and session.status != Status.HELD:
            ours = session.client_id == kept.entry.client_id
            answer = OfferAnswer.TAKEN if ours else OfferAnswer.DECLINED
        elif session is not None and wanted is None:
            return
        elif session is not None:
            holds.release(session=session)
        if WaitlistOffer.objects.filter(pk=kept.pk, answer=OfferAnswer.OPEN).update(answer=answer) == 1:
            _move_on(kept.entry, answer, now=now)

    in_transaction(work)


def _move_on(entry: WaitlistEntry, answer: OfferAnswer, *, now: datetime) -> None:
    """Put an entry where its answer leads: out of the line, or back to its place."""
    state = WaitlistState.WAITING
    if answer == OfferAnswer.TAKEN:
        state = WaitlistState.BOOKED
    elif answer == OfferAnswer.LAPSED and entry.offers.filter(answer=answer).count() >= domain.MOST_LAPSED:
        state = WaitlistState.ENDED
    ended_at = None if state == WaitlistState.WAITING else now
    WaitlistEntry.objects.filter(pk=entry.pk, state=WaitlistState.OFFERED).update(state=state, ended_at=ended_at)


def accept(
    *, kept: WaitlistOffer, assessment: Assessment, now: datetime, form_key: str = "", form_digest: str = ""
) -> MassageSession:
    """Book the time that is kept, by answers judged just now.

    Raises `Taken` (with the nearest three), `Refused`: waitlist_over, screening.
    """
    if kept.session is None or kept.answer != OfferAnswer.OPEN:
        raise Refused("waitlist_over")
    booking.refuse_by_rules(assessment=assessment, service=kept.entry.service)
    session = booking.confirm_hold(
        session=kept.session,
        client=kept.entry.client,
        assessment=assessment,
        actor=None,
        now=now,
        form_key=form_key,
        form_digest=form_digest,
    )
    in_transaction(lambda: _booked(kept, session, now=now))
    return session


def _booked(kept: WaitlistOffer, session: MassageSession, *, now: datetime) -> None:
    """End the entry, whatever a round made of it meanwhile."""
    MassageSession.objects.filter(status=Status.HELD, held_by=kept.entry.public_id).delete()
    others = WaitlistOffer.objects.filter(entry=kept.entry, answer=OfferAnswer.OPEN).exclude(pk=kept.pk)
    others.update(answer=OfferAnswer.WITHDRAWN)
    WaitlistOffer.objects.filter(pk=kept.pk).update(answer=OfferAnswer.TAKEN, session=session)
    WaitlistEntry.objects.filter(pk=kept.entry_id).update(state=WaitlistState.BOOKED, ended_at=now)


def hand_to_browser(*, kept: WaitlistOffer, browser: str, now: datetime) -> None:
    """Let a browser go on with the time as with any that it holds: questions come first. Raises Refused.

    Once, it gets as long as any hold; then the time ends when it ends.
    """
    minutes = studio_selectors.require().hold_minutes

    def work() -> None:
        locks.lock(therapists=[kept.therapist_id], places=[], clients=[])
        session = MassageSession.objects.filter(pk=kept.session_id or 0, status=Status.HELD).first()
        if session is None or session.held_until is None or kept.answer != OfferAnswer.OPEN:
            raise Refused("waitlist_over")
        if session.held_by == browser:
            return
        if session.held_by == kept.entry.public_id:
            session.held_until = max(session.held_until, policy.held_until(now, minutes))
            session.held_since = now
        holds.release_browser(browser=browser)
        session.held_by = browser
        session.save(update_fields=["held_by", "held_since", "held_until"])

    in_transaction(work)

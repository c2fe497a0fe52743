"""Answering for several sessions in one act: a colleague, another time, cancelled, kept, or left for a call.

One transaction for all, with the one lock order: therapists, places and clients of every session and of every way out
are locked at the start. Each answer then stands in a savepoint of its own. What somebody took a moment ago is left as
it was and told, and the rest is done; there is no half-done act after a crash. Clients hear of it in one mail each.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction

from massage_booking.accounts.models import User
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Busy, DomainError, Refused
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from sessions.models import ChangeRequest, MassageSession, Rearranged, RearrangedAs, Rearrangement, WaitlistOffer
from sessions.models.requests import ChangeAnswer
from sessions.models.session import GUARDS
from sessions.models.waitlist import OfferAnswer
from sessions.selectors.around import Away, Judges
from sessions.services import locks, rearranging_one, waitlist_offers
from sessions.services.rearranging_one import Choice, Ready
from therapists import services as therapist_services

KIND: Final = "rearranged"
# How often the calendar may slip from under the act before somebody is asked to try again.
TRIES: Final = 3
# Freed times first, so that what follows finds them; who is only called comes last.
_ORDER: Final = [
    RearrangedAs.CANCEL,
    RearrangedAs.COLLEAGUE,
    RearrangedAs.TIME,
    RearrangedAs.KEEP,
    RearrangedAs.LATER,
]


@dataclass(frozen=True)
class Outcome:
    """What was done, and why what was not could not be: by the key of the session."""

    made: Rearrangement
    lost: dict[int, DomainError] = field(default_factory=dict)


def rearrange(
    *,
    choices: Sequence[Choice],
    words: str,
    away: Away | None,
    actor: User | None,
    by: str,
    now: datetime,
    form_key: str,
    form_digest: str,
) -> Outcome:
    """Do what was chosen for each session. With `away` those days become time off, and nothing in them is held.

    The same form twice is one act. Raises `Refused`: form_reused, time_off_over, time_off_too_long; `Busy`.
    """
    known = _answered_before(form_key, form_digest)
    if known is not None:
        return Outcome(known)
    for _ in range(TRIES):
        judges = Judges(now)
        ready, lost = rearranging_one.prepare_all(choices, away=away, judges=judges, now=now)

        def work(ready: list[Ready] = ready, lost: dict[int, DomainError] = lost) -> Outcome:
            _lock(ready, away)
            again = _answered_before(form_key, form_digest)
            if again is not None:
                return Outcome(again)
            if away is not None:
                _take_days_off(away, now=now)
            made = _note(away, words=words, actor=actor, key=form_key, digest=form_digest, now=now)
            later = _do_all(ready, made, actor=actor, by=by, now=now)
            _owe_news(made, now=now)
            return Outcome(made, {**lost, **later})

        try:
            return in_transaction(work)
        except IntegrityError as error:
            known = _answered_before(form_key, form_digest)
            if known is not None:
                return Outcome(known)
            # The belt has slipped (code that does not take the lock); the braces hold. Look at the calendar anew.
            if not is_overlap(error, *GUARDS):
                raise
    raise Busy


def _answered_before(key: str, digest: str) -> Rearrangement | None:
    known = Rearrangement.objects.filter(form_key=key).first()
    if known is not None and known.form_digest != digest:
        raise Refused("form_reused")
    return known


def _lock(ready: Iterable[Ready], away: Away | None) -> None:
    """Lock all that any of the answers may touch."""
    sessions = [one.choice.session for one in ready]
    therapists = {session.therapist_id for session in sessions} | ({away.therapist.pk} if away else set())
    therapists |= {one.proposal.therapist.pk for one in ready if one.proposal is not None}
    places = {session.place_id for session in sessions if session.place_id is not None}
    places |= {place for one in ready if one.proposal is not None for place in one.proposal.places}
    locks.lock(
        therapists=therapists,
        places=places,
        clients=[session.client_id for session in sessions if session.client_id is not None],
    )


def _take_days_off(away: Away, *, now: datetime) -> None:
    """Write the days as time off, and give up what is held in them: nobody is offered such a time, in line or not."""
    stretch = therapist_services.add_time_off(
        therapist=away.therapist,
        first=away.first,
        last=away.last,
        starts=None,
        ends=None,
        note="",
        zone=studio_selectors.require().tz,
        now=now,
    )
    held = MassageSession.objects.filter(
        therapist=away.therapist,
        status="held",
        starts_at__lt=stretch.ends_at,
        ends_at__gt=stretch.starts_at,
    )
    offers = WaitlistOffer.objects.filter(answer=OfferAnswer.OPEN, session__in=held)
    for kept in offers.select_related("entry", "session"):
        waitlist_offers.settle(kept=kept, wanted=OfferAnswer.WITHDRAWN, now=now)
    held.delete()


def _note(away: Away | None, *, words: str, actor: User | None, key: str, digest: str, now: datetime) -> Rearrangement:
    return Rearrangement.objects.create(
        form_key=key,
        form_digest=digest,
        therapist=away.therapist if away else None,
        first=away.first if away else None,
        last=away.last if away else None,
        words=words,
        made_at=now,
        made_by=actor,
    )


def _do_all(
    ready: Iterable[Ready], made: Rearrangement, *, actor: User | None, by: str, now: datetime
) -> dict[int, DomainError]:
    """Do each in a savepoint of its own; return what could not be done."""
    lost: dict[int, DomainError] = {}
    for one in sorted(ready, key=lambda one: (_ORDER.index(one.choice.answer), one.choice.session.starts_at)):
        try:
            with transaction.atomic():
                _do(one, made, actor=actor, by=by, now=now)
        except DomainError as error:
            lost[one.choice.session.pk] = error
    return lost


def _do(one: Ready, made: Rearrangement, *, actor: User | None, by: str, now: datetime) -> None:
    before = one.choice.session
    was_at, was_with = before.starts_at, before.therapist
    after, is_news = rearranging_one.do(one, actor=actor, by=by, now=now)
    if is_news:
        _close_requests(after, now=now)
    Rearranged.objects.create(
        rearrangement=made,
        session=after,
        answer=one.choice.answer,
        revision=after.revision,
        was_at=was_at,
        was_with=was_with,
        is_news=is_news,
    )


def _close_requests(session: MassageSession, *, now: datetime) -> None:
    """End a late change that its client asked for: the studio's own change has overtaken it."""
    for asked in ChangeRequest.objects.filter(session=session, answer=ChangeAnswer.OPEN):
        MassageSession.objects.filter(pk=asked.held_id or 0, status="held").delete()
        ChangeRequest.objects.filter(pk=asked.pk).update(answer=ChangeAnswer.LAPSED, answered_at=now)


def _owe_news(made: Rearrangement, *, now: datetime) -> None:
    """Owe each client one mail about all of it; what it says is read from the rows when it is sent."""
    told: set[int] = set()
    for row in made.sessions.filter(is_news=True).select_related("session__client__account").order_by("pk"):
        client = row.session.client
        if client is None or client.pk in told:
            continue
        told.add(client.pk)
        outbox.enqueue(
            kind=KIND,
            key=f"{KIND}:{made.pk}:{client.pk}",
            recipient=client.mail_address,
            subject_id=row.pk,
            due_at=now,
            now=now,
        )

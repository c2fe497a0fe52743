"""The waitlist: joining it, keeping a free time for whoever is next, and what comes of that.

An offer is a held row like any other, taken under the same lock and guards. Each change of an entry names the state it
expects, so that of two rounds at once, or of a round and a press of a button, one finds nothing to do.
"""

from datetime import date, datetime

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import Busy, Refused, Taken
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from screening.assessment import Assessment
from screening.vault import VaultClosed
from sessions.domain import waitlist as domain
from sessions.domain.status import Status
from sessions.domain.waitlist import Window
from sessions.models import MassageSession, WaitlistEntry, WaitlistOffer
from sessions.models.waitlist import ACTIVE, OfferAnswer, WaitlistState
from sessions.selectors import guardians, offer, waitlist, who
from sessions.selectors.openings import Look
from sessions.services import locks
from sessions.services.taking import Choice, Wish, row_for, take
from sessions.services.waitlist_offers import settle
from therapists.models import Service, Therapist

KIND = "waitlist_offer"


class _NotWaiting(Exception):
    """Somebody else has dealt with this entry a moment ago."""


# --- Joining and leaving --------------------------------------------------------


def join(
    *, client: Client, service: Service, therapist: Therapist | None, window: Window, now: datetime
) -> WaitlistEntry:
    """Put a client in line. The same wish sent twice is one.

    Raises Refused: "waitlist_not_open" (their answers leave no room for this service), "waitlist_full", or what stands
    against the therapist who is waited for.
    """
    standing = offer.standing_of(client=client, now=now)
    if not offer.offered(services=[service], assessment=standing)[0].allowed:
        raise Refused("waitlist_not_open")
    _refuse_therapist(client, service, therapist, standing)
    wish = {
        "service": service,
        "therapist": therapist,
        "first": window.first,
        "last": window.last,
        "weekdays": sorted(window.weekdays),
        "earliest": window.earliest,
        "latest": window.latest,
    }

    def work() -> WaitlistEntry:
        locks.lock(therapists=[], places=[], clients=[client.pk])
        known = list(waitlist.active(client))
        for entry in known:
            if all(getattr(entry, name) == value for name, value in wish.items()):
                return entry
        if len(known) >= domain.MOST_ACTIVE:
            raise Refused("waitlist_full")
        return WaitlistEntry.objects.create(client=client, made_at=now, **wish)

    return in_transaction(work)


def _refuse_therapist(
    client: Client, service: Service, therapist: Therapist | None, standing: Assessment | None
) -> None:
    """Raise Refused where somebody would wait for a therapist who is not for them."""
    if therapist is None or standing is None:
        return
    found = who.against_today(client=client, therapist=therapist, service=service, assessment=standing)
    if found is not None:
        raise Refused(found.value, therapist=therapist.first_name)


def end(*, entry: WaitlistEntry, now: datetime) -> None:
    """Take a client out of the line; a time that is kept for them goes to the next."""
    kept = entry.offers.filter(answer=OfferAnswer.OPEN).select_related("entry").first()
    if kept is not None:
        settle(kept=kept, wanted=OfferAnswer.DECLINED, now=now)
    WaitlistEntry.objects.filter(pk=entry.pk, state__in=ACTIVE).update(state=WaitlistState.ENDED, ended_at=now)


# --- The round ------------------------------------------------------------------


def offer_free(*, now: datetime) -> int:
    """Settle what was answered or ran out, end what is over, and keep free times for those in line; return how many."""
    studio = studio_selectors.current()
    if studio is None:
        return 0
    _follow(now=now)
    today = now.astimezone(studio.tz).date()
    WaitlistEntry.objects.filter(state=WaitlistState.WAITING, last__lt=today).update(
        state=WaitlistState.ENDED, ended_at=now
    )
    if domain.is_quiet(now, studio.quiet_from, studio.quiet_until, studio.tz):
        return 0
    looks: dict[int, Look] = {}
    made = 0
    for entry in waitlist.in_line():
        if entry.service_id not in looks:
            looks[entry.service_id] = waitlist.all_openings(service=entry.service, now=now)
        if not entry.client.mail_address or not waitlist.has_candidate(entry, looks[entry.service_id], now=now):
            continue
        try:
            made += _offer_to(entry, studio=studio, now=now)
        except (VaultClosed, Busy):
            # Theirs cannot be judged, or taken, now; the line goes on, and the next round tries again.
            continue
    return made


def _follow(*, now: datetime) -> None:
    """Look at every open offer: taken, run out, or against newer answers?"""
    open_offers = WaitlistOffer.objects.filter(answer=OfferAnswer.OPEN).select_related(
        "session", "entry__client__account", "entry__service__technique"
    )
    for kept in open_offers:
        try:
            against = waitlist.is_live(kept) and waitlist.is_ruled_out(kept, now=now)
            settle(kept=kept, wanted=OfferAnswer.WITHDRAWN if against else None, now=now)
        except (VaultClosed, Busy):
            continue


def _offer_to(entry: WaitlistEntry, *, studio: Studio, now: datetime) -> bool:
    """Keep the first time that fits for one entry, and write to them; say whether there was one."""

    def may_treat(therapist: Therapist, day: date) -> bool:
        return not guardians.is_therapist(client=entry.client, therapist=therapist, day=day)

    opening = waitlist.first_opening(entry, now=now, may_treat=may_treat)
    if opening is None:
        return False
    until = domain.kept_until(now, opening.starts_at, hours=studio.waitlist_hours, notice_minutes=studio.notice_minutes)
    if until is None:
        return False
    needs = offer.needs_of(offer.assess(client=entry.client, starts_at=opening.starts_at, now=now))
    wish = Wish(entry.service, opening.starts_at, entry.therapist, entry.client, needs=needs)
    day = opening.starts_at.astimezone(studio.tz).date()

    def write(choice: Choice) -> MassageSession:
        if not may_treat(choice.therapist, day):
            raise Taken(guard="")
        if waitlist.against_therapist(entry, choice.therapist, starts_at=opening.starts_at, needs=needs):
            raise Taken(guard="")
        _claim(entry)
        session = _keep(entry, row_for(wish=wish, choice=choice, studio=studio, now=now), until=until, now=now)
        _owe(entry, session, until=until, now=now)
        return session

    try:
        take(wish, now=now, write=write)
    except (Taken, _NotWaiting):
        return False
    return True


def _claim(entry: WaitlistEntry) -> None:
    """Move an entry on, unless it or its client got something a moment ago. Call it under the client's lock."""
    has_offer = WaitlistEntry.objects.filter(client=entry.client_id, state=WaitlistState.OFFERED).exists()
    waiting = WaitlistEntry.objects.filter(pk=entry.pk, state=WaitlistState.WAITING)
    if has_offer or waiting.update(state=WaitlistState.OFFERED) != 1:
        raise _NotWaiting


def _keep(entry: WaitlistEntry, session: MassageSession, *, until: datetime, now: datetime) -> MassageSession:
    # A hold has no client: whose it is stands with the offer.
    session.client = None
    session.status = Status.HELD.value
    session.held_since, session.held_until, session.held_by = now, until, entry.public_id
    session.save(force_insert=True)
    return session


def _owe(entry: WaitlistEntry, session: MassageSession, *, until: datetime, now: datetime) -> None:
    kept = WaitlistOffer.objects.create(
        entry=entry,
        session=session,
        therapist=session.therapist,
        starts_at=session.starts_at,
        offered_at=now,
        kept_until=until,
    )
    outbox.enqueue(
        kind=KIND,
        key=f"{KIND}:{entry.pk}:{kept.pk}",
        recipient=entry.client.mail_address,
        subject_id=kept.pk,
        due_at=now,
        now=now,
    )

"""The waitlist: who is in line, what each may be offered, and how the account page tells of it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache

from django.db.models import QuerySet

from massage_booking.accounts.models import Client, User
from massage_booking.core.intervals import overlaps
from massage_booking.studio import selectors as studio_selectors
from screening import selectors as screening
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.vault import VaultClosed
from sessions import messages as sentences
from sessions.domain import waitlist as domain
from sessions.domain import who as rule
from sessions.domain.fitting import QUESTIONS, fit_of
from sessions.domain.status import Status
from sessions.domain.who import Against
from sessions.models import WaitlistEntry, WaitlistOffer
from sessions.models.waitlist import ACTIVE, OfferAnswer, WaitlistState
from sessions.selectors import offer, openings, undoing, who
from sessions.selectors.openings import Look, Opening
from therapists.models import Service, Therapist

# While one of these stands, nothing is offered and no day helps.
CLOSED = (Block.STOPPED, Block.REFUSED)
NOT_OPEN = "waitlist_not_open"
MayTreat = Callable[[Therapist, date], bool]


def active(client: Client) -> QuerySet[WaitlistEntry]:
    return WaitlistEntry.objects.filter(client=client, state__in=ACTIVE)


def in_line() -> QuerySet[WaitlistEntry]:
    """Return who waits, first come first; only people who have shown that the address is theirs, and may sign in."""
    entries = WaitlistEntry.objects.filter(
        state=WaitlistState.WAITING, client__is_claimed=True, client__confirmed_at__isnull=False
    ).exclude(client__account__is_active=False)
    return entries.select_related("client__account", "service__technique", "therapist")


# --- What may be offered ------------------------------------------------------


def all_openings(*, service: Service, now: datetime) -> Look:
    """Return every opening that anybody on the list could wait for, whoever they are."""
    today = now.astimezone(studio_selectors.require().tz).date()
    return openings.look(service=service, first=today, last=today + timedelta(days=domain.MOST_DAYS), now=now)


def has_candidate(entry: WaitlistEntry, look: Look, *, now: datetime) -> bool:
    """Say whether anything is free in an entry's window, the client and their answers apart."""
    return next(_candidates(entry, look, now=now), None) is not None


def first_opening(entry: WaitlistEntry, *, now: datetime, may_treat: MayTreat) -> Opening | None:
    """Return the first opening that an entry waits for and that the client's answers allow on its day.

    Raises VaultClosed.
    """
    studio = studio_selectors.require()
    today = now.astimezone(studio.tz).date()
    look = openings.look(
        service=entry.service,
        first=max(entry.first, today),
        last=entry.last,
        now=now,
        therapist=entry.therapist,
        client=entry.client,
    )
    days = offer.allowed_on(client=entry.client, service=entry.service, now=now)
    allowed_on = cache(days)
    for opening in _candidates(entry, look, now=now):
        day = opening.starts_at.astimezone(studio.tz).date()
        is_trained = rule.is_trained(who.giver_of(opening.therapist), days.trainings(day), day)
        if is_trained and may_treat(opening.therapist, day) and allowed_on(day):
            return opening
    return None


def _candidates(entry: WaitlistEntry, look: Look, *, now: datetime) -> Iterator[Opening]:
    """Yield the openings inside an entry's window that can be kept long enough and were not offered before.

    What was given up so lately that it may be taken back is nobody's yet.
    """
    studio = look.studio
    keys = [key for key in look.starts if entry.therapist_id in (None, key)]
    before = set(entry.offers.values_list("starts_at", flat=True))
    starts = look.anyone() if entry.therapist_id is None else look.starts.get(entry.therapist_id, [])
    lately = undoing.freed_lately(now=now) if starts else []
    for local in domain.fitting(starts, entry.window, studio.tz):
        if local.starts_at in before:
            continue
        if not domain.kept_until(
            now, local.starts_at, hours=studio.waitlist_hours, notice_minutes=studio.notice_minutes
        ):
            continue
        found = (opening for key in keys if (opening := look.opening(key, local.minute)))
        yield from (opening for opening in found if not _may_come_back(opening, lately))


def _may_come_back(opening: Opening, lately: list[tuple[datetime, datetime]]) -> bool:
    return any(overlaps((opening.starts_at, opening.blocked_until), span) for span in lately)


def is_ruled_out(kept: WaitlistOffer, *, now: datetime) -> bool:
    """Say whether newer answers or wishes stand against an offered time. Questions that are only open do not."""
    entry = kept.entry
    assessment = offer.assessor(client=entry.client, now=now, despite_draft=True)(kept.starts_at)
    if against_therapist(entry, kept.therapist, starts_at=kept.starts_at, needs=offer.needs_of(assessment)):
        return True
    if assessment is None:
        return False
    refusals = assessment.refusals(entry.service.technique.screened_as, entry.service.minutes)
    return not fit_of(str(refusal.code) for refusal in refusals).fits


def against_therapist(
    entry: WaitlistEntry, therapist: Therapist, *, starts_at: datetime, needs: Collection[str] = ()
) -> Against | None:
    """Return what stands against a therapist for whoever waits; a wish counts where anyone would do."""
    return who.stands_against(
        client=entry.client,
        therapist=therapist,
        service=entry.service,
        day=starts_at.astimezone(studio_selectors.require().tz).date(),
        needs=needs,
        is_named=entry.therapist_id is not None,
    )


def is_live(kept: WaitlistOffer) -> bool:
    """Say whether a time is still kept for somebody; it may be booked after its last minute if nobody else came."""
    return kept.answer == OfferAnswer.OPEN and kept.session is not None and kept.session.status == Status.HELD


def is_booked(kept: WaitlistOffer) -> bool:
    """Say whether an offered time became the client's session, by the link or on the way through the questions."""
    session = kept.session
    return session is not None and session.status != Status.HELD and session.client_id == kept.entry.client_id


# --- What the pages say -------------------------------------------------------


@dataclass(frozen=True)
class Listed:
    """An entry on the account page: what is kept for it, or why nothing is offered at present."""

    entry: WaitlistEntry
    kept: WaitlistOffer | None
    why_not: str
    # It says what was answered, to whoever may read that.
    names_reasons: bool = False


def listed(*, client: Client, user: User, now: datetime) -> list[Listed]:
    """Return a client's active entries, the oldest first."""
    entries = list(active(client).select_related("service__technique", "therapist", "client__account"))
    if not entries:
        return []
    open_offers = WaitlistOffer.objects.filter(entry__in=entries, answer=OfferAnswer.OPEN).select_related(
        "session", "therapist", "entry"
    )
    kept = {found.entry_id: found for found in open_offers}
    found = [Listed(entry, _live(kept.get(entry.pk)), "") for entry in entries if not _booked(kept.get(entry.pk))]
    try:
        standing = offer.standing_of(client=client, now=now)
    except VaultClosed:
        return found
    may_read = screening.may_read_answers(user, client)
    return [_told(item, standing, may_read=may_read) for item in found]


def _told(item: Listed, standing: Assessment | None, *, may_read: bool) -> Listed:
    """Say why nothing is offered; what was answered is named only to whoever may read that."""
    why_not, own = why_nothing(item.entry, standing), ""
    if standing is not None and may_read and why_not == sentences.of_code(NOT_OPEN):
        own = offer.offered(services=[item.entry.service], assessment=standing)[0].why_not
    return replace(item, why_not=own or why_not, names_reasons=bool(own))


def _live(kept: WaitlistOffer | None) -> WaitlistOffer | None:
    return kept if kept is not None and is_live(kept) else None


def _booked(kept: WaitlistOffer | None) -> bool:
    return kept is not None and is_booked(kept)


def why_nothing(entry: WaitlistEntry, standing: Assessment | None) -> str:
    """Return why a client is offered nothing at present, in general words; nothing when they may be."""
    if standing is None:
        return sentences.of_code("screening_needed")
    for block in standing.blocks:
        if block in CLOSED or block in QUESTIONS - {Block.TODAYS_ROWS}:
            return sentences.of_code(str(block))
    if not offer.offered(services=[entry.service], assessment=standing)[0].allowed:
        return sentences.of_code(NOT_OPEN)
    others = [block for block in standing.blocks if block != Block.TODAYS_ROWS]
    if others:
        return sentences.of_code(str(others[0]))
    if entry.therapist is None:
        return ""
    person = entry.therapist
    found = who.against_today(client=entry.client, therapist=person, service=entry.service, assessment=standing)
    return sentences.of_code(found.value, {"therapist": person.first_name}) if found else ""

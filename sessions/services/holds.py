"""Holds: openings kept for minutes while somebody finishes. One for a single booking, two for a couple's."""

from datetime import datetime, timedelta
from typing import Final

from django.db.models import Q, QuerySet

from massage_booking.accounts.models import Client
from massage_booking.core.db import stand_in_line
from massage_booking.core.errors import Refused
from massage_booking.core.prepared import Prepared, a_word, an_instant
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from screening.vault import VaultClosed
from sessions.domain import policy
from sessions.domain.status import Status
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.selectors import offer, who
from sessions.services.taking import Choice, Wish, row_for, take
from therapists.models import Service, Therapist


@studio_selectors.read_once
def hold(
    *,
    service: Service,
    therapist: Therapist | None,
    starts_at: datetime,
    browser: str,
    address: str,
    signed_in: bool,
    now: datetime,
    whose: Client | None = None,
    gender: str = "",
) -> MassageSession:
    """Keep an opening for a browser while somebody finishes. An earlier single hold of the same browser is given up.

    `whose` is for whom it is, if that is known: it is kept only with somebody who may give it to them. `gender` is
    asked for this once.

    Raises `Taken` (with the nearest three), `Refused("too_many_holds")`.
    """
    studio = studio_selectors.require()
    needs = _needs_of(whose, starts_at=starts_at, now=now)
    wish = Wish(service, starts_at, therapist, whose=whose, gender=gender, needs=needs)
    known = of_browser(browser=browser, now=now)
    for held in known:
        if _is_what_is_wished(held, wish):
            return extend(session=_named(held, wish), now=now)
    counted = "" if signed_in else address
    refuse_too_many(address=counted, browser=browser, studio=studio, now=now)
    own = known[0] if known else None

    def write(choice: Choice) -> MassageSession:
        # Only now that the new time is certain; the old hold may itself be what stood in its way.
        make_room(browser=browser, address=counted, count=1, instead_of=Q(together=None), studio=studio, now=now)
        session = row_for(wish=wish, choice=choice, studio=studio, now=now)
        keep(session, browser=browser, address=counted, studio=studio, now=now)
        session.save(force_insert=True)
        return session

    return take(wish, now=now, write=write, without=own)


def _needs_of(whose: Client | None, *, starts_at: datetime, now: datetime) -> frozenset[str]:
    """Return the further training that the answers of somebody known ask for; booking looks at it again."""
    if whose is None:
        return frozenset()
    try:
        return offer.needs_of(offer.assessor(client=whose, now=now)(starts_at))
    except VaultClosed:
        return frozenset()


def _is_what_is_wished(held: MassageSession, wish: Wish) -> bool:
    """Say whether a time that is kept already is the one asked for, with somebody who may give it to this person."""
    if held.starts_at != wish.starts_at or held.service_id != wish.service.pk:
        return False
    if wish.therapist not in (None, held.therapist):
        return False
    if wish.person is None and not wish.gender:
        return True
    found = who.stands_against(
        client=wish.person,
        therapist=held.therapist,
        service=held.service,
        day=held.starts_at.astimezone(studio_selectors.require().tz).date(),
        needs=wish.needs,
        is_named=wish.therapist is not None,
        gender=wish.gender,
    )
    # Who asks for the own guardian by name is told so where it is to be booked.
    return found is None or (wish.therapist is not None and found is Against.GUARDIAN)


def _named(held: MassageSession, wish: Wish) -> MassageSession:
    """Forget why a therapist was chosen once they are asked for by name: now it is the client's own choice."""
    if wish.therapist is not None and held.chosen_because:
        held.chosen_because = ""
        MassageSession.objects.filter(pk=held.pk, status="held").update(chosen_because="")
    return held


def keep(session: MassageSession, *, browser: str, address: str, studio: Studio, now: datetime) -> None:
    """Make a row, not saved yet, a hold of a browser."""
    session.status = Status.HELD.value
    session.held_since = now
    session.held_until = now + timedelta(minutes=studio.hold_minutes)
    session.held_by = browser
    session.held_from = address


def _live(now: datetime) -> QuerySet[MassageSession]:
    return MassageSession.objects.filter(status="held", held_until__gt=now)


def make_room(*, browser: str, address: str, count: int, instead_of: Q, studio: Studio, now: datetime) -> None:
    """Give up what stands in the way of `count` new holds of a browser, in their transaction, under its locks.

    What was kept on the same way goes, as somebody chose anew; then what was kept first, a pair as a whole, until the
    browser has no more than the studio allows. Everybody of one browser or address stands in line here, so that
    clicks at the same moment count each other.

    Raises `Refused`: "too_many_holds_here" (the studio keeps fewer for one browser), "too_many_holds" (the address;
    an empty one is not counted).
    """
    if count > studio.holds_per_browser:
        raise Refused("too_many_holds_here")
    stand_in_line(*(f"holds of {name}" for name in (browser, address) if name))
    own = MassageSession.objects.filter(status="held", held_by=browser)
    if browser:
        own.filter(instead_of | Q(held_until__lte=now)).delete()
        kept = list(own.order_by("held_since", "pk"))
        while kept and len(kept) + count > studio.holds_per_browser:
            oldest = kept[0]
            pair = {row.pk for row in kept if oldest.together_id and row.together_id == oldest.together_id}
            goes = {oldest.pk, *pair}
            own.filter(pk__in=goes).delete()
            kept = [row for row in kept if row.pk not in goes]
    if address and _live(now).filter(held_from=address).count() + count > studio.holds_per_address:
        raise Refused("too_many_holds")


def _of_browser(browser: str, now: datetime) -> QuerySet[MassageSession]:
    return _live(now).select_related("service__technique", "therapist", "place__room__location").filter(held_by=browser)


_SINGLE: Final = Prepared(
    lambda browser, now: _of_browser(browser, now).filter(together=None).order_by("-created_at"),
    browser=a_word(),
    now=an_instant(),
)


def of_browser(*, browser: str, now: datetime) -> list[MassageSession]:
    """Return the live single holds of a browser, newest first."""
    if not browser:
        return []
    return _SINGLE.all(browser=browser, now=now)


def pair_of_browser(*, browser: str, now: datetime) -> list[MassageSession]:
    """Return the two live holds of a browser that are for two at once, in the order of the two; else nothing."""
    if not browser:
        return []
    found = list(_of_browser(browser, now).exclude(together=None).order_by("-together", "pk"))
    return found[:2] if len({row.together_id for row in found[:2]}) == 1 and len(found) > 1 else []


def release_browser(*, browser: str) -> int:
    """Give up every hold of a browser."""
    if not browser:
        return 0
    return MassageSession.objects.filter(status="held", held_by=browser).delete()[0]


def release(*, session: MassageSession) -> None:
    """Give up one hold. A session that is booked by now stays."""
    MassageSession.objects.filter(pk=session.pk, status="held").delete()


def release_pair(*, browser: str) -> None:
    """Give up what a browser holds for two at once."""
    if browser:
        MassageSession.objects.filter(status="held", held_by=browser, together__isnull=False).delete()


def extend(*, session: MassageSession, now: datetime) -> MassageSession:
    """Keep a hold longer, because a step was saved; never longer than the studio's limit from its start.

    The two holds of a pair are one: both are kept, or neither.
    """
    studio = studio_selectors.require()
    if session.held_since is None or session.held_until is None:
        return session
    until = policy.extended_hold(
        session.held_since, session.held_until, now, minutes=studio.hold_minutes, most_minutes=studio.hold_most_minutes
    )
    if until is not None and until > session.held_until:
        which = Q(together=session.together_id) if session.together_id else Q(pk=session.pk)
        changed = MassageSession.objects.filter(which, status="held", held_until=session.held_until)
        if changed.update(held_until=until):
            session.held_until = until
    return session


def extend_all(*, browser: str, now: datetime) -> None:
    """Keep whatever a browser holds a little longer."""
    for session in of_browser(browser=browser, now=now)[:1] + pair_of_browser(browser=browser, now=now)[:1]:
        extend(session=session, now=now)


def refuse_too_many(*, address: str, browser: str, studio: Studio, now: datetime, count: int = 1) -> None:
    """Raise `Refused("too_many_holds")` when visitors from one address keep too many times; "" is not counted.

    A cheap first look; `make_room` counts again under its lock.
    """
    if not address:
        return
    others = _live(now).filter(held_from=address).exclude(held_by=browser)
    if others.count() + count > studio.holds_per_address:
        raise Refused("too_many_holds")

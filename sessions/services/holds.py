"""Holds: openings kept for minutes while somebody finishes."""

from datetime import datetime, timedelta

from massage_booking.accounts.models import Client
from massage_booking.core.errors import Refused
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
    """Keep an opening for a browser while somebody finishes. An earlier hold of the same browser is given up.

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
    if not signed_in:
        refuse_too_many(address=address, browser=browser, studio=studio, now=now)
    own = known[0] if known else None

    def write(choice: Choice) -> MassageSession:
        # Only now that the new time is certain; the old hold may itself be what stood in its way.
        release_browser(browser=browser)
        session = row_for(wish=wish, choice=choice, studio=studio, now=now)
        session.status = Status.HELD.value
        session.held_since = now
        session.held_until = now + timedelta(minutes=studio.hold_minutes)
        session.held_by = browser
        session.held_from = address
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


def of_browser(*, browser: str, now: datetime) -> list[MassageSession]:
    """Return the live holds of a browser."""
    if not browser:
        return []
    return list(
        MassageSession.objects.select_related("service__technique", "therapist", "place__room__location")
        .filter(status="held", held_by=browser, held_until__gt=now)
        .order_by("-created_at")
    )


def release_browser(*, browser: str) -> int:
    """Give up every hold of a browser."""
    if not browser:
        return 0
    return MassageSession.objects.filter(status="held", held_by=browser).delete()[0]


def release(*, session: MassageSession) -> None:
    """Give up one hold. A session that is booked by now stays."""
    MassageSession.objects.filter(pk=session.pk, status="held").delete()


def extend(*, session: MassageSession, now: datetime) -> MassageSession:
    """Keep a hold longer, because a step was saved; never longer than the studio's limit from its start."""
    studio = studio_selectors.require()
    if session.held_since is None or session.held_until is None:
        return session
    until = policy.extended_hold(
        session.held_since, session.held_until, now, minutes=studio.hold_minutes, most_minutes=studio.hold_most_minutes
    )
    if until is not None and until > session.held_until:
        changed = MassageSession.objects.filter(pk=session.pk, status="held", held_until=session.held_until)
        if changed.update(held_until=until):
            session.held_until = until
    return session


def refuse_too_many(*, address: str, browser: str, studio: Studio, now: datetime) -> None:
    """Raise `Refused("too_many_holds")` when visitors from one address keep too many times."""
    if not address:
        return
    others = MassageSession.objects.filter(status="held", held_from=address, held_until__gt=now).exclude(
        held_by=browser
    )
    if others.count() >= studio.holds_per_address:
        raise Refused("too_many_holds")

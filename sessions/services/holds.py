"""Holds: openings kept for minutes while somebody finishes."""

from datetime import datetime

from massage_booking.core.errors import Refused
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import policy
from sessions.models import MassageSession


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

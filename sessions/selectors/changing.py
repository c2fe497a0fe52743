"""What a client may still change of a session by themselves, and what it costs."""

from datetime import datetime

from massage_booking.studio import selectors as studio_selectors
from sessions.domain import policy, waivers
from sessions.domain.refusals import Refusal, Why
from sessions.domain.status import Act
from sessions.models import MassageSession, Rearranged, RearrangedAs, SessionEvent

WAIVED = "fee_waived"


def waivers_used(*, client_id: int | None, now: datetime) -> int:
    """Count a client's late changes of the last 365 days that cost nothing, because newer answers asked for them."""
    events = SessionEvent.objects.filter(session__client=client_id, act=WAIVED)
    return events.filter(at__gt=waivers.counted_from(now), at__lte=now).count()


def was_put_here(session: MassageSession) -> bool:
    """Say whether the studio chose this time or therapist for the client, who has not changed it since.

    What somebody did not choose may be given back to the last: no free time is over.
    """
    chosen = Rearranged.objects.filter(session=session, revision=session.revision, is_news=True)
    return chosen.exclude(answer=RearrangedAs.CANCEL).exists()


def free_until(session: MassageSession) -> datetime:
    """Return until when a client may move or cancel free of charge."""
    if was_put_here(session):
        return session.starts_at
    return policy.free_to_cancel_until(session.starts_at, studio_selectors.require().cancellation_hours)


def is_late(*, session: MassageSession, now: datetime) -> bool:
    """Say whether the time for free changes by the client is over."""
    hours = studio_selectors.require().cancellation_hours
    return policy.is_late_change(session.starts_at, hours, now) and not was_put_here(session)


def is_waived(*, session: MassageSession, now: datetime) -> bool:
    """Say whether a late change of a session that is held back costs nothing."""
    if session.held_back_at is None:
        return False
    limit = studio_selectors.require().health_waivers
    return waivers.may_waive(waivers_used(client_id=session.client_id, now=now), limit)


def against(*, session: MassageSession, act: Act, now: datetime) -> list[Refusal]:
    """Return why a client may not do this by themselves any more.

    Nobody is kept to the free hours of a session that their own honest answers hold back, within the waivers.
    """
    hours = studio_selectors.require().cancellation_hours
    found = policy.change_refusals(session.state, act, starts_at=session.starts_at, hours=hours, now=now)
    if any(refusal.code is Why.TOO_LATE_TO_CHANGE for refusal in found) and (
        was_put_here(session) or is_waived(session=session, now=now)
    ):
        return [refusal for refusal in found if refusal.code is not Why.TOO_LATE_TO_CHANGE]
    return found

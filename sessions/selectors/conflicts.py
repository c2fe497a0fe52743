"""Sessions that a change of hours or time off has left outside."""

from datetime import datetime

from massage_booking.core.intervals import covers, minute_after, minute_before
from massage_booking.studio import selectors as studio_selectors
from sessions.models import MassageSession
from sessions.selectors.calendar import hours_of
from therapists.models import Therapist


def outside_hours(*, therapist: Therapist, now: datetime) -> list[MassageSession]:
    """Return booked sessions ahead that do not lie inside the therapist's hours any more. Nothing is changed."""
    sessions = list(
        MassageSession.objects.filter(therapist=therapist, status__in=["requested", "booked"], starts_at__gt=now)
        .select_related("client", "service__technique")
        .order_by("starts_at")
    )
    if not sessions:
        return []
    window = minute_before(now), minute_after(sessions[-1].blocked_until) + 24 * 60
    open_spans = hours_of(therapist_ids=[therapist.pk], window=window, studio=studio_selectors.require())[therapist.pk]
    spans = [(span.starts, span.ends) for span in open_spans]
    return [
        session
        for session in sessions
        if not covers(spans, minute_before(session.starts_at), minute_after(session.ends_at))
    ]

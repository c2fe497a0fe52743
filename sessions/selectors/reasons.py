"""Why a time is no opening although nobody has it: the studio's rules, its hours, a public holiday."""

from datetime import datetime, timedelta

from massage_booking.core.intervals import covers, minute_after, minute_before
from massage_booking.core.walltime import local_date
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain.policy import BookingRules, start_refusals
from sessions.domain.refusals import Refusal, Why
from sessions.selectors.calendar import hours_of
from sessions.selectors.closed import closed_days
from sessions.selectors.who import givers
from therapists.models import Service, Therapist


def against(
    *,
    service: Service,
    starts_at: datetime,
    therapist: Therapist | None,
    now: datetime,
    notice: timedelta | None = None,
) -> Refusal | None:
    """Return why a session can never start then, with this therapist or anyone; None when somebody just has the time.

    `notice` is another shortest notice than the studio's.
    """
    studio = studio_selectors.require()
    shortest = studio.notice_minutes if notice is None else int(notice.total_seconds() // 60)
    rules = BookingRules(studio.tz, shortest, studio.horizon_days, studio.grid_minutes)
    found = start_refusals(starts_at, now=now, rules=rules)
    if found:
        return found[0]
    return None if _is_worked(service, starts_at, therapist, studio) else _not_worked(starts_at, therapist, studio)


def _is_worked(service: Service, starts_at: datetime, therapist: Therapist | None, studio: Studio) -> bool:
    """Say whether somebody who may give it works from its start to its end."""
    span = minute_before(starts_at), minute_after(starts_at + timedelta(minutes=service.minutes))
    day = starts_at.astimezone(studio.tz).date()
    who = list(givers(service=service, therapist=therapist, young=None, day=day))
    hours = hours_of(therapist_ids=who, window=span, studio=studio)
    # At one location: between two of them nobody can be without a way.
    return any(
        covers([(row.starts, row.ends) for row in rows if row.location_id == place], *span)
        for rows in hours.values()
        for place in {row.location_id for row in rows}
    )


def _not_worked(starts_at: datetime, therapist: Therapist | None, studio: Studio) -> Refusal:
    day = local_date(minute_before(starts_at), studio.tz)
    closed = closed_days(studio=studio, first=day, last=day)
    if day in closed:
        return Refusal(Why.CLOSED, {"holiday": closed[day]})
    if therapist is not None:
        return Refusal(Why.THERAPIST_OFF, {"therapist": therapist.first_name})
    return Refusal(Why.OUTSIDE_HOURS)

"""Why a booked session cannot stay as it is, and what tells one such answer from the next."""

import hashlib
from collections.abc import Iterable
from enum import StrEnum

from massage_booking.core.intervals import MinuteSpan, covers


class Outside(StrEnum):
    """What of a session does not hold any more."""

    THERAPIST = "therapist"  # does not work here any more
    TIME_OFF = "time_off"
    ELSEWHERE = "elsewhere"  # busy in another calendar
    HOLIDAY = "holiday"
    HOURS = "hours"
    LOCATION = "location"  # works then, but in another house
    PLACE = "place"  # the table or chair is out of use
    SERVICE = "service"  # not given by this therapist any more
    CERTIFICATE = "certificate"


# What somebody agreed to, who booked it against the hours.
OF_HOURS = frozenset({Outside.HOURS, Outside.HOLIDAY})


def of_time(
    session: MinuteSpan,
    *,
    here: Iterable[MinuteSpan],
    anywhere: Iterable[MinuteSpan],
    off: Iterable[MinuteSpan],
    busy: Iterable[MinuteSpan],
    is_holiday: bool,
) -> Outside | None:
    """Return why a session does not lie in its therapist's hours, None when it does.

    `here` and `anywhere`: when they work, in the session's house and in any; `off` and `busy`: what was taken out.
    """
    if covers(here, *session):
        return None
    if covers(anywhere, *session):
        return Outside.LOCATION
    for spans, why in ((off, Outside.TIME_OFF), (busy, Outside.ELSEWHERE)):
        if any(max(starts, session[0]) < min(ends, session[1]) for starts, ends in spans):
            return why
    return Outside.HOLIDAY if is_holiday else Outside.HOURS


def mark_of(*, session: MinuteSpan, therapist_id: int, reasons: Iterable[Outside], hours: Iterable[MinuteSpan]) -> str:
    """Return what “keep it” is an answer to: these reasons, with these hours around it.

    Whoever changes them again is asked again, however they were changed.
    """
    said = [session, therapist_id, sorted(reason.value for reason in reasons), sorted(hours)]
    return hashlib.sha256(repr(said).encode()).hexdigest()[:40]

"""A session in words, the same on pages, in mails and in calendar files."""

from datetime import datetime, timedelta
from typing import Final

from massage_booking.core import wording
from massage_booking.core.money import NO_BREAK_SPACE
from massage_booking.core.vocabulary import TECHNIQUE_LABELS
from massage_booking.studio.models import Studio
from sessions.domain.choosing import Because
from sessions.domain.refusals import Why
from sessions.models import MassageSession
from therapists.models import Service

DAYS_OF_MONTH: Final[tuple[str, ...]] = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth", "eleventh",
    "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth", "seventeenth", "eighteenth",
    "nineteenth", "twentieth", "twenty-first", "twenty-second", "twenty-third", "twenty-fourth",
    "twenty-fifth", "twenty-sixth", "twenty-seventh", "twenty-eighth", "twenty-ninth", "thirtieth",
    "thirty-first",
)  # fmt: skip
BECAUSE: Final[dict[str, str]] = {
    Because.PREFERRED: "the therapist of your plan",
    Because.LAST_SEEN: "you were with them last time",
    Because.ONLY_ONE: "nobody else who could give it is free then",
    Because.LEAST_LOADED: "the one with the most room that week",
}
# The same for staff, who did not choose.
BECAUSE_FOR_STAFF: Final[dict[str, str]] = {
    Because.PREFERRED: "anyone would do: the therapist of the client’s plan",
    Because.LAST_SEEN: "anyone would do: the one the client saw last",
    Because.ONLY_ONE: "anyone would do: nobody else who could give it was free",
    Because.LEAST_LOADED: "anyone would do: the one with the most room that week",
}


def because(code: str) -> str:
    """Say to the client why a therapist was chosen, where anyone would do; nothing where they chose themselves."""
    return BECAUSE.get(code, "")


def because_for_staff(code: str) -> str:
    """Say the same to staff."""
    return BECAUSE_FOR_STAFF.get(code, "")


# The same for staff who look for a colleague, and why a colleague cannot.
STAFF_BECAUSE: Final[dict[str, str]] = {
    Because.PREFERRED: "The client’s preferred therapist.",
    Because.LAST_SEEN: "The client was there last time.",
    Because.ONLY_ONE: "The only one who is free then.",
    Because.LEAST_LOADED: "The one with the most room that week.",
    "": "Free then.",
}
STAFF_WHY_NOT: Final[dict[str, str]] = {
    Why.OUTSIDE_HOURS: "Does not work then.",
    Why.THERAPIST_BUSY: "Has somebody else then.",
}


def spoken(moment: datetime) -> str:
    """Write a local time as people say it: Thursday, the twelfth of November, at ten."""
    weekday, month = wording.written_date(moment.date(), "l"), wording.written_date(moment.date(), "F")
    return f"{weekday}, the {DAYS_OF_MONTH[moment.day - 1]} of {month}, at {spoken_time(moment)}"


def spoken_time(moment: datetime) -> str:
    """Write full hours in words, all others in figures: ten, two in the afternoon, 10:15."""
    if moment.minute or not 6 <= moment.hour <= 21:
        return wording.clock_time(moment.time())
    if moment.hour == 12:
        return "noon"
    if moment.hour < 12:
        return wording.small_number(moment.hour)
    part = "afternoon" if moment.hour < 17 else "evening"
    return f"{wording.small_number(moment.hour - 12)} in the {part}"


def offset(moment: datetime) -> str:
    """Name the offset of a local time, for the hour that the wall shows twice: UTC+1."""
    shift = moment.utcoffset() or timedelta(0)
    sign = "−" if shift < timedelta(0) else "+"
    hours, minutes = divmod(abs(int(shift.total_seconds())) // 60, 60)
    return f"UTC{sign}{hours}" + (f":{minutes:02d}" if minutes else "")


def in_a_sentence(service: Service) -> str:
    """Write a service after a comma: deep tissue, 60 min. A studio's own names stay as they are."""
    technique = service.technique
    usual = technique.name == TECHNIQUE_LABELS.get(technique.screened_as)
    name = technique.name.lower() if usual and technique.screened_as not in wording.NAMES else technique.name
    return f"{name}, {service.minutes}{NO_BREAK_SPACE}min"


def where_lines(session: MassageSession, studio: Studio) -> list[str]:
    """Return the address of the house the session is in, one part a line."""
    location = session.place.room.location if session.place else None
    address = location.address if location and location.address else studio.address
    return [line.strip() for line in address.splitlines() if line.strip()]


def directions(session: MassageSession, studio: Studio) -> str:
    """Return the way to the house the session is in; the studio's own only leads to the studio's own address."""
    location = session.place.room.location if session.place else None
    if location is None:
        return studio.directions
    return location.directions if location.address else location.directions or studio.directions

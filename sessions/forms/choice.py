"""What somebody wants, read from an address. Garbage falls back to something sensible, with a sentence."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final

from massage_booking.core.parsing import to_date, to_int, to_month
from massage_booking.studio.models import Studio
from sessions import messages as sentences
from therapists import selectors as therapists
from therapists.models import Service, Technique, Therapist
from therapists.models.people import Gender

ANYONE: Final = "any"
# What can be asked for instead of a name. Who is neither can be chosen by name.
GENDERS: Final = {Gender.WOMAN.value: "A woman", Gender.MAN.value: "A man"}
USUAL_TECHNIQUE: Final = "swedish"
USUAL_MINUTES: Final = 60

UNKNOWN_SERVICE: Final = "That session is not offered any more. Here is {service} instead."
OTHER_LENGTH: Final = "{technique} is not given for {minutes} minutes here. This is {service}."
UNKNOWN_THERAPIST: Final = "We could not find that therapist. Here is everyone trained for it."
NOT_GIVEN: Final = "{therapist} does not give {service}. Here is everyone who does."
UNREADABLE_DATE: Final = "We could not read that date. Here are the next free times."
PAST_DATE: Final = "That day is over. Here are the next free times."
FAR_DATE: Final = "We plan {days} days ahead, and that day is further. Here are the next free times."


@dataclass(frozen=True)
class Choice:
    """Service and therapist (None: anyone), and the month or day to show. `notices` say what was read otherwise.

    `gender` is asked for instead of a name; without either, a wish that the client has made before counts.
    """

    service: Service
    therapist: Therapist | None
    month: date | None
    day: date | None
    notices: list[str] = field(default_factory=list)
    gender: str = ""

    @property
    def with_whom(self) -> str:
        """The word for a name or a gender in an address; empty for anyone."""
        return self.therapist.slug if self.therapist else self.gender

    @property
    def parameters(self) -> dict[str, str]:
        return {"service": self.service.slug, "therapist": self.with_whom}


def read(
    params: Mapping[str, str],
    *,
    services: list[Service],
    studio: Studio,
    now: datetime,
    usual: Service | None = None,
    usual_therapist: Therapist | None = None,
    usual_gender: str = "",
) -> Choice:
    """Read a choice. `services` must not be empty; `usual` is what counts while nothing was said."""
    notices: list[str] = []
    named = params.get("therapist", "")
    gender = named if named in GENDERS else ""
    wanted = therapists.active_therapists().filter(slug=named[:60]).first() if not _is_open(named) else None
    if not _is_open(named) and wanted is None:
        notices.append(UNKNOWN_THERAPIST)
    if not named and "service" not in params and "technique" not in params:
        wanted, gender = usual_therapist, usual_gender
    service = _service(params, services, usual or usual_service(_given_by(wanted, services) or services), notices)
    if wanted is not None and wanted not in therapists.eligible_therapists(service=service):
        notices.append(NOT_GIVEN.format(therapist=wanted.first_name, service=service.name))
        wanted = None
    month, day = _month_and_day(params, studio=studio, now=now, notices=notices)
    return Choice(service, wanted, month, day, notices, gender)


def _is_open(named: str) -> bool:
    """Say whether no therapist is named."""
    return named in ("", ANYONE) or named in GENDERS


def for_client(choice: Choice, offered: Collection[Therapist]) -> Choice:
    """Return a choice as a client may have it: whoever is not offered to them has no times online. It says no more."""
    if choice.therapist is None or choice.therapist in offered:
        return choice
    sentence = sentences.of_code("apart", {"therapist": choice.therapist.first_name})
    return replace(choice, therapist=None, notices=[*choice.notices, sentence])


def genders_of(therapists_here: Iterable[Therapist]) -> list[tuple[str, str]]:
    """Return which genders can be asked for: those of somebody who is there."""
    there = {person.gender for person in therapists_here}
    return [(value, label) for value, label in GENDERS.items() if value in there]


def usual_service(services: list[Service]) -> Service:
    """Return where to begin without a wish: Swedish, an hour, or what comes nearest to it."""
    return min(
        services,
        key=lambda service: (service.technique.screened_as != USUAL_TECHNIQUE, abs(service.minutes - USUAL_MINUTES)),
    )


def techniques_of(services: list[Service]) -> list[Technique]:
    return list({service.technique_id: service.technique for service in services}.values())


def _given_by(therapist: Therapist | None, services: list[Service]) -> list[Service]:
    if therapist is None:
        return []
    given = set(therapist.services.values_list("pk", flat=True))
    return [service for service in services if service.pk in given]


def _service(params: Mapping[str, str], services: list[Service], usual: Service, notices: list[str]) -> Service:
    if "technique" in params:
        return _by_technique(params, services, usual, notices)
    slug = params.get("service")
    if not slug:
        return usual
    found = next((service for service in services if service.slug == slug), None)
    if found is None:
        notices.append(UNKNOWN_SERVICE.format(service=usual.name))
    return found or usual


def _by_technique(params: Mapping[str, str], services: list[Service], usual: Service, notices: list[str]) -> Service:
    fitting = [service for service in services if service.technique.slug == params["technique"]]
    if not fitting:
        notices.append(UNKNOWN_SERVICE.format(service=usual.name))
        return usual
    minutes = to_int(params.get("minutes"), most=24 * 60)
    nearest = min(fitting, key=lambda service: abs(service.minutes - (minutes or USUAL_MINUTES)))
    if minutes is not None and nearest.minutes != minutes:
        notices.append(OTHER_LENGTH.format(technique=nearest.technique.name, minutes=minutes, service=nearest.name))
    return nearest


def _month_and_day(
    params: Mapping[str, str], *, studio: Studio, now: datetime, notices: list[str]
) -> tuple[date | None, date | None]:
    today = now.astimezone(studio.tz).date()
    last = today + timedelta(days=studio.horizon_days)
    month, day = to_month(params.get("month")), to_date(params.get("day"))
    if (params.get("month") and month is None) or (params.get("day") and day is None):
        notices.append(UNREADABLE_DATE)
        return None, None
    shown = day or month
    if shown is None:
        return None, None
    if shown > last:
        notices.append(FAR_DATE.format(days=studio.horizon_days))
        return None, None
    if (day and day < today) or (month and month < today.replace(day=1)):
        notices.append(PAST_DATE)
        return None, None
    return month, day

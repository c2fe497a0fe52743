"""What a session could become at its own start: longer or shorter, something else, a colleague's; and why not."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import QuerySet

from massage_booking.studio import selectors as studio_selectors
from screening.assessment import Assessment
from sessions import limits
from sessions.domain import tightening
from sessions.domain.choosing import Because
from sessions.domain.fitting import Fit, fit_of
from sessions.domain.status import Act, may
from sessions.models import MassageSession
from sessions.selectors import choosing, phone
from sessions.selectors.on_the_spot import Around, around
from sessions.selectors.who import givers
from therapists.models import Service, Therapist
from therapists.selectors import bookable_services

RULED_OUT = "screening"
TIGHTENED = "tightened_out"
UNANSWERED = "answers_needed"


@dataclass(frozen=True)
class Option:
    """A service, or a colleague with a service, from the start of a session. `why_not` is a code, `because` another."""

    service: Service
    therapist: Therapist
    why_not: str = ""
    places: tuple[int, ...] = ()
    because: str = ""

    @property
    def fits(self) -> bool:
        return not self.why_not


def fit_under(session: MassageSession, service: Service, assessment: Assessment) -> Fit:
    """Return what the answers mean for a session as another service. A time kept for a document may go on waiting."""
    refusals = assessment.refusals(service.technique.screened_as, service.minutes)
    return fit_of((str(refusal.code) for refusal in refusals), awaits_letter=session.clearance_until is not None)


def against(session: MassageSession, service: Service, assessment: Assessment | None, *, act: Act) -> str:
    """Return why the rules, or what was signed, are against a session as another service; empty when they are not."""
    if assessment is None:
        # Another length of what nobody was asked about yet waits for the same questions.
        return UNANSWERED if act is Act.CHANGE_SERVICE else ""
    if not fit_under(session, service, assessment).fits:
        return RULED_OUT
    found = limits.effective(session)
    technique = service.technique.screened_as
    if found and found.is_tightened and tightening.against(found.limits, technique=technique, minutes=service.minutes):
        return TIGHTENED
    return ""


def _given(session: MassageSession) -> QuerySet[Service]:
    return bookable_services().filter(therapists=session.therapist_id)


def lengths(session: MassageSession, *, by: str, now: datetime) -> list[Option]:
    """Return the other lengths of what a session is, the shortest first."""
    same = _given(session).filter(technique=session.service.technique_id).exclude(pk=session.service_id)
    return _options(session, list(same.order_by("minutes")), act=Act.CHANGE_LENGTH, by=by, now=now)


def others(session: MassageSession, *, by: str, now: datetime) -> list[Option]:
    """Return what else its therapist could give from its start."""
    found = _given(session).exclude(technique=session.service.technique_id)
    return _options(session, list(found), act=Act.CHANGE_SERVICE, by=by, now=now)


def _options(session: MassageSession, services: list[Service], *, act: Act, by: str, now: datetime) -> list[Option]:
    if session.client is None or not services or not may(session.state, act):
        return []
    near = around(session, services=services, therapist_ids=[session.therapist_id], now=now)
    assessment = phone.assessor(client=session.client, now=now)(session.starts_at)
    return [_option(session, near, service, assessment, act=act, by=by) for service in services]


def _option(
    session: MassageSession, near: Around, service: Service, assessment: Assessment | None, *, act: Act, by: str
) -> Option:
    therapist = session.therapist
    why = against(session, service, assessment, act=act)
    if not why and not may_give(therapist, service, day=day_of(session)):
        why = "not_trained"
    if why:
        return Option(service, therapist, why)
    fit = near.fit(service, therapist.pk, beyond_hours=by == "therapist")
    return Option(service, therapist, fit.why_not.value if fit.why_not else "", fit.places)


def may_give(therapist: Therapist, service: Service, *, day: date) -> bool:
    """Say whether a therapist gives a service, with a certificate that is valid on a day where one is needed."""
    window = givers(service=service, therapist=therapist, young=None, day=day).get(therapist.pk)
    return window is not None and (window[1] is None or day <= window[1])


def day_of(session: MassageSession) -> date:
    return session.starts_at.astimezone(studio_selectors.require().tz).date()


def _because(because: str, free: list[int]) -> str:
    """Return the reason for somebody; the last of several is not the only one."""
    return "" if because == Because.ONLY_ONE and len(free) > 1 else because


def colleagues(session: MassageSession, *, now: datetime) -> list[Option]:
    """Return who else gives this at this time: first who is free, best first and with the reason, then who is not."""
    client = session.client
    if client is None or not may(session.state, Act.CHANGE_THERAPIST):
        return []
    day = day_of(session)
    people = {
        key: person
        for key, (person, last_day) in givers(service=session.service, therapist=None, young=client, day=day).items()
        if key != session.therapist_id and (last_day is None or day <= last_day)
    }
    if not people:
        return []
    near = around(session, services=[session.service], therapist_ids=list(people), now=now)
    fits = {key: near.fit(session.service, key) for key in people}
    free = [key for key, fit in fits.items() if fit.fits]
    ranked = choosing.rank(free=free, starts_at=session.starts_at, client=client, now=now)
    found = [
        Option(session.service, people[key], "", fits[key].places, _because(because, free)) for key, because in ranked
    ]
    busy = ((key, fit.why_not) for key, fit in fits.items() if fit.why_not is not None)
    return found + [Option(session.service, people[key], why.value) for key, why in busy]

"""The way on from a session that newer answers hold back: safe dates that are free, or another session that fits."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from django.urls import reverse

from massage_booking.accounts.models import Client
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from screening import ahead
from screening import words as screening_words
from screening.assessment import Assessment
from screening.domain.booking_ahead import Block
from screening.domain.eligibility import Refusal
from sessions import messages as sentences
from sessions.domain.fitting import fit_of
from sessions.domain.starts import local_starts
from sessions.domain.status import Status
from sessions.domain.who import Against
from sessions.models import MassageSession
from sessions.selectors import clearance, offer, openings, stronger, training
from sessions.selectors.earliest import FirstDay, day_for, first_day_of, is_asked_first
from sessions.selectors.openings import Look, Opening
from therapists import selectors as therapist_selectors
from therapists.models import Service, Therapist

SHOWN = 3
# Nobody judges more days than these on one page.
MOST_AHEAD: Final = 12


@dataclass(frozen=True)
class WayOn:
    """`why` needs no condition to be named; `own_why` may name them: for the client's own pages alone.

    `openings` are of the same service, or of `instead` where no date makes that one safe; `others` can be had at the
    same time. `letter_by` is until when the time is kept where only a letter is missing; None where no end is set.
    """

    why: str
    own_why: str
    earliest: FirstDay | None
    openings: list[Opening]
    instead: Service | None
    others: list[Service]
    needs_letter: bool
    must_answer: bool
    letter_by: datetime | None = None

    @property
    def is_stuck(self) -> bool:
        """Say whether nobody but a person can help: nothing to choose, to send or to answer."""
        return not (self.openings or self.others or self.needs_letter or self.must_answer or self.earliest)


def way_on(*, session: MassageSession, now: datetime) -> WayOn | None:
    """Return the way on, None where nothing stands against the session, or there is nothing to judge by.

    The answers are opened once.
    """
    assert session.client is not None
    judge = offer.assessor(client=session.client, now=now)
    assessment = judge(session.starts_at)
    if assessment is None:
        return None
    refusals = _refusals(assessment, session.service)
    # Another therapist is needed: the same time will do, and so will the same session.
    is_with_another = training.lacks(session.therapist, assessment.trainings_needed, assessment.for_date)
    fit = fit_of([*(refusal.code for refusal in refusals), *([Against.FURTHER_TRAINING] if is_with_another else [])])
    if fit.fits:
        return None
    today = now.astimezone(studio_selectors.require().tz).date()
    against = [refusal for refusal in refusals if refusal.code in fit.against]
    others = [service for service in _gentler(session) if not is_with_another and not _refusals(assessment, service)]
    service, found = _openings(session, assessment, with_others=not others, today=today, now=now)
    whys = [sentences.of_code(str(item.code), item.params) for item in against]
    if is_with_another:
        whys.append(sentences.of_code(Against.FURTHER_TRAINING if found else "nobody_trained"))
    return WayOn(
        why=" ".join(dict.fromkeys(whys)),
        own_why=_reasons(assessment, session.service),
        earliest=first_day_of(assessment, service, today=today),
        openings=found,
        instead=service if service.pk != session.service_id else None,
        others=others,
        needs_letter=fit.against == (Block.CLEARANCE.value,),
        must_answer=bool(fit.asks) or is_asked_first(assessment),
        letter_by=_letter_by(session, assessment),
    )


def letter_by(*, session: MassageSession, now: datetime) -> datetime | None:
    """Return until when a booked session keeps its time for the letter that it lacks now.

    None where something else stands against it, where nothing does, or where the session is so near that no letter
    could be asked for: then it stays until somebody has chosen. Raises vault.VaultClosed.
    """
    if session.state is not Status.BOOKED or session.held_back_at is None or session.client is None:
        return None
    assessment = offer.assess(client=session.client, starts_at=session.starts_at, now=now)
    return _letter_by(session, assessment) if assessment else None


def _letter_by(session: MassageSession, assessment: Assessment) -> datetime | None:
    """Count from the judgement that found the letter missing; our own reading of one is not the client's loss."""
    fit = fit_of(refusal.code for refusal in _refusals(assessment, session.service))
    if fit.against != (Block.CLEARANCE.value,) or session.state is not Status.BOOKED or session.decision is None:
        return None
    assert session.client is not None
    until = clearance.until(starts_at=session.starts_at, now=session.decision.made_at)
    if until is not None and clearance.has_letter_waiting(session.client):
        return clearance.latest(session.starts_at)
    return until


def first_day(*, session: MassageSession, now: datetime) -> date | None:
    """Return the first day on which the session's service may be had again; None where that is not known."""
    assert session.client is not None
    assessment = offer.assess(client=session.client, starts_at=session.starts_at, now=now)
    if assessment is None:
        return None
    found = first_day_of(assessment, session.service, today=now.astimezone(studio_selectors.require().tz).date())
    return found.day if found else None


def _reasons(assessment: Assessment, service: Service) -> str:
    """Return what the answers have against a technique or length, conditions named."""
    blocks = {block.value for block in Block}
    against = [refusal for refusal in _refusals(assessment, service) if refusal.code not in blocks]
    return " ".join(dict.fromkeys(screening_words.why_not(assessment.parsed, refusal) for refusal in against))


def _refusals(assessment: Assessment, service: Service) -> list[Refusal]:
    return assessment.refusals(service.technique.screened_as, service.minutes)


def _gentler(session: MassageSession) -> list[Service]:
    """Return what the therapist could give in a session's stead: no longer, no stronger, on the same kind of place."""
    assert session.client is not None
    wanted = session.service
    given = set(session.therapist.services.values_list("pk", flat=True))
    return [
        service
        for service in therapist_selectors.bookable_services()
        if service.pk in given
        and service.pk != wanted.pk
        and service.minutes <= session.minutes
        and service.technique.place_kind == wanted.technique.place_kind
        and not stronger.is_stronger(client=session.client, service=service)
    ]


def _openings(
    session: MassageSession, assessment: Assessment, *, with_others: bool, today: date, now: datetime
) -> tuple[Service, list[Opening]]:
    """Return three free times on the first safe days, with the same therapist, else with anyone; and of what.

    With `with_others` another service is proposed where no day makes the booked one safe, the longest first.
    """
    instead = sorted(_gentler(session), key=lambda service: -service.minutes) if with_others else []
    for service in (session.service, *instead):
        first = day_for(assessment, service)
        if first is None:
            continue
        for therapist in (session.therapist, None):
            found = _first_free(session, service, therapist, max(first, today), today=today, now=now)
            if found:
                return service, found
    return session.service, []


def _first_free(
    session: MassageSession, service: Service, therapist: Therapist | None, first: date, *, today: date, now: datetime
) -> list[Opening]:
    assert session.client is not None
    studio = studio_selectors.require()
    allowed_on = offer.allowed_on(client=session.client, service=service, now=now, ask_today=False)
    last = today + timedelta(days=studio.horizon_days)
    found: list[Opening] = []
    liked = session.starts_at.astimezone(studio.tz).time()
    while first <= last and len(found) < SHOWN:
        until = min(first + timedelta(days=openings.MOST_DAYS), last)
        look = openings.look(
            service=service, first=first, last=until, now=now, therapist=therapist, client=session.client,
            allowed_on=allowed_on, without=session,
        )  # fmt: skip
        found += _one_a_day(look, liked, session)
        first = until + timedelta(days=1)
    return found[:SHOWN]


def _one_a_day(look: Look, liked: time, session: MassageSession) -> list[Opening]:
    """Return the opening of each day that comes nearest to the usual time; never the one that is held back."""
    zone = look.studio.tz
    by_day: dict[date, tuple[int, int, int]] = {}
    for key, starts in look.starts.items():
        for local in local_starts(starts, zone):
            if local.starts_at == session.starts_at and key == session.therapist_id:
                continue
            day = local.local.date()
            wanted = midnight(day, zone) + liked.hour * 60 + liked.minute
            rank = (abs(local.minute - wanted), local.minute, key)
            by_day[day] = min(by_day.get(day, rank), rank)
    found = [look.opening(key, minute) for _, (_, minute, key) in sorted(by_day.items())]
    return [opening for opening in found if opening is not None]


@ahead.register
def sessions_ahead(client: Client, now: datetime) -> list[ahead.Ahead]:
    """Tell the pages of answers and letters of the sessions ahead."""
    states = [Status.REQUESTED.value, Status.BOOKED.value]
    found = MassageSession.objects.filter(client=client, status__in=states, starts_at__gt=now).order_by("starts_at")
    found = found.select_related("service__technique", "decision", "client")
    return [
        ahead.Ahead(
            session.starts_at,
            session.clearance_until or letter_by(session=session, now=now),
            is_held_back=session.held_back_at is not None,
            url=reverse("sessions:detail", args=[session.public_id]),
        )
        for session in found[:MOST_AHEAD]
    ]

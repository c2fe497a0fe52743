"""Sessions whose therapist lacks a training: a certificate has ended, or newer answers ask for one."""

from collections.abc import Iterable
from datetime import date, datetime

from django.db.models import QuerySet

from massage_booking.studio import selectors as studio_selectors
from sessions.domain.who import Against, Giver, is_trained
from sessions.models import MassageSession
from sessions.selectors import offer, phone
from therapists import eligibility
from therapists.eligibility import Certificates
from therapists.models import Therapist, TherapistSpecialty

AHEAD = ["requested", "booked", "arrived"]
NO_CERTIFICATES = Certificates(None, {})


def needs_of(session: MassageSession) -> frozenset[str]:
    """Return the further training that a session asks for, as it was decided; judged now where nobody asked then."""
    decision = session.decision
    if decision is None or session.client is None:
        return frozenset()
    if decision.trainings_needed is not None:
        return frozenset(decision.trainings_needed)
    return offer.needs_of(phone.assessor(client=session.client, now=decision.made_at)(session.starts_at))


def missing(session: MassageSession) -> Against | None:
    """Return which kind of training the therapist of a session lacks on its day; None where none is missing."""
    day = session.starts_at.astimezone(studio_selectors.require().tz).date()
    if not eligibility.is_certified(therapist=session.therapist, service=session.service, day=day):
        return Against.NOT_TRAINED
    return Against.FURTHER_TRAINING if lacks(session.therapist, needs_of(session), day) else None


def lacks(therapist: Therapist, needs: Iterable[str], day: date) -> bool:
    """Say whether a therapist lacks a further training that is needed on a day. No query where none is."""
    asked = frozenset(needs)
    return bool(asked) and not is_trained(Giver(therapist.pk, trained=eligibility.trainings_of(therapist)), asked, day)


def sessions_without_training(*, therapist: Therapist, now: datetime) -> list[MassageSession]:
    """Return a therapist's sessions ahead that no certificate of theirs covers on the day. Nothing is changed.

    Three queries, however many sessions; more for each that was decided before trainings were kept with decisions.
    """
    certificates = Certificates.of(therapist)
    ahead = _ahead(now).filter(therapist=therapist)
    return [session for session in ahead if _missing_by(certificates, session)]


def _ahead(now: datetime) -> QuerySet[MassageSession]:
    rows = MassageSession.objects.filter(status__in=AHEAD, starts_at__gt=now)
    return rows.select_related("client__account", "service__technique", "therapist", "decision").order_by("starts_at")


def _missing_by(certificates: Certificates, session: MassageSession) -> tuple[int | None, frozenset[str]] | None:
    """Return what of a session is not covered: the technique (its key), and further trainings; None where all is."""
    day = session.starts_at.astimezone(studio_selectors.require().tz).date()
    technique = None if certificates.cover(session.service, day) else session.service.technique_id
    giver = Giver(session.therapist_id, trained=certificates.trained)
    needs = frozenset(need for need in needs_of(session) if not is_trained(giver, [need], day))
    return (technique, needs) if technique or needs else None


def booked_beyond(*, now: datetime) -> dict[int, int]:
    """Count, by training, the sessions ahead that the end of its certificate leaves without one. Four queries."""
    trainings: dict[int, list[TherapistSpecialty]] = {}
    for training in TherapistSpecialty.objects.filter(expires_on__isnull=False).select_related("specialty"):
        trainings.setdefault(training.therapist_id, []).append(training)
    everybody, counts = Certificates.of_all(), dict[int, int]()
    for session in _ahead(now).filter(therapist__in=trainings):
        missing_here = _missing_by(everybody.get(session.therapist_id, NO_CERTIFICATES), session)
        if missing_here is None:
            continue
        technique, needs = missing_here
        for training in trainings[session.therapist_id]:
            if (
                technique is not None and training.specialty.technique_id == technique
            ) or training.specialty.needed_for in needs:
                counts[training.pk] = counts.get(training.pk, 0) + 1
    return counts

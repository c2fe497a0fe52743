"""Changing a session of a series and all that follow: one act, one letter. Numbers stay, nothing is made twice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Place
from screening.assessment import Assessment
from sessions.domain.status import Act, Status
from sessions.models import FormKey, MassageSession, Series
from sessions.selectors import series_of
from sessions.selectors.series_verdicts import Verdicts
from sessions.services import announce_series, changes, locks, record
from therapists.eligibility import eligibility_windows
from therapists.models import Therapist


@dataclass(frozen=True)
class NewTime:
    """Where one session goes. Without a therapist it may go to anyone who gives the service."""

    session: MassageSession
    starts_at: datetime
    therapist: Therapist | None


@dataclass(frozen=True)
class By:
    """Who acts: for the record, and for what they may."""

    actor: User | None
    role: str

    @property
    def is_desk(self) -> bool:
        return self.role != "client"


def move(
    *, moves: Sequence[NewTime], by: By, now: datetime, form_key: str = "", form_digest: str = ""
) -> list[MassageSession]:
    """Move sessions of one series, all or none; return them as they are now.

    The same form sent again changes nothing more. Raises `Taken` (with `starts_at` of the one that cannot be had and
    the nearest three) and `Refused`: what `changes.move` raises, series_nothing_new, series_same_day.
    """
    if not moves:
        raise Refused("series_nothing_new")
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return _in_series(known)
    series, client = _series_of(moves)
    _refuse_same_day(moves, series)

    def work() -> list[MassageSession]:
        _lock(moves, client)
        again = record.answered_before(key=form_key, digest=form_digest)
        if again is not None:
            return _in_series(again)
        verdicts = {
            service.pk: Verdicts(client=client, service=service, now=now, by_desk=by.is_desk)
            for service in {one.session.service for one in moves}
        }
        moved = []
        for one in in_order(moves):
            assessment = verdicts[one.session.service_id].assessment(one.starts_at)
            if assessment is None and not by.is_desk:
                raise Refused("screening_needed")
            moved.append(_move(one, assessment=assessment, by=by, now=now))
        announce_series.moved(series=series, sessions=moved, now=now)
        record.keep_answer(key=form_key, digest=form_digest, session=moves[0].session, now=now)
        return moved

    try:
        return in_transaction(work)
    except DomainError:
        # A double click finds its own first act: the sessions have moved.
        known = record.answered_before(key=form_key, digest=form_digest)
        if known is None:
            raise
        return _in_series(known)


def in_order(moves: Sequence[NewTime]) -> list[NewTime]:
    """Return the moves so that none lands on one that is still to go: later ones from the end, then the others."""
    later = [one for one in moves if one.starts_at >= one.session.starts_at]
    earlier = [one for one in moves if one.starts_at < one.session.starts_at]
    return sorted(later, key=_old_start, reverse=True) + sorted(earlier, key=_old_start)


def _old_start(one: NewTime) -> datetime:
    return one.session.starts_at


def _move(one: NewTime, *, assessment: Assessment | None, by: By, now: datetime) -> MassageSession:
    try:
        return changes.move(
            session=one.session,
            starts_at=one.starts_at,
            therapist=one.therapist,
            assessment=assessment,
            actor=by.actor,
            by=by.role,
            now=now,
        )
    except (Taken, Refused) as refusal:
        refusal.params |= {"starts_at": one.starts_at, "session": one.session.pk}
        raise


def cancel(
    *, sessions: Sequence[MassageSession], by: By, now: datetime, form_key: str = "", form_digest: str = ""
) -> list[MassageSession]:
    """Cancel sessions of one series, all or none. Doing it twice is no error.

    Raises `Refused`: what `changes.cancel` raises.
    """
    if not sessions:
        raise Refused("series_no_more")
    known = record.answered_before(key=form_key, digest=form_digest)
    if known is not None:
        return list(sessions)
    series = sessions[0].series
    assert series is not None and sessions[0].client is not None
    client = sessions[0].client

    def work() -> list[MassageSession]:
        locks.lock(therapists=[], places=[], clients=[client.pk])
        ahead = [one for one in _fresh(sessions) if one.state is not Status.CANCELLED]
        gone = [changes.cancel(session=one, actor=by.actor, by=by.role, now=now) for one in ahead]
        if gone:
            announce_series.cancelled(series=series, sessions=gone, now=now)
        if form_key and not FormKey.objects.filter(key=form_key).exists():
            record.keep_answer(key=form_key, digest=form_digest, session=sessions[0], now=now)
        return gone

    return in_transaction(work)


def _fresh(sessions: Sequence[MassageSession]) -> list[MassageSession]:
    rows = MassageSession.objects.select_related(*series_of.WITH_PEOPLE)
    return list(rows.filter(pk__in=[session.pk for session in sessions]).order_by("starts_at"))


def _in_series(session: MassageSession) -> list[MassageSession]:
    """Return the sessions that stand from one on: what a form led to before."""
    return [row for row in series_of.sessions_of(session.series) if row.starts_at >= session.starts_at]  # type: ignore[arg-type]


def _series_of(moves: Sequence[NewTime]) -> tuple[Series, Client]:
    series, client = moves[0].session.series, moves[0].session.client
    if series is None or client is None or any(one.session.series_id != series.pk for one in moves):
        raise Refused("wrong_status", act=Act.MOVE.value, status=moves[0].session.status)
    return series, client


def _refuse_same_day(moves: Sequence[NewTime], series: Series) -> None:
    """Raise where two dates of a series would lie on one day, those that stay where they are counted too."""
    zone = studio_selectors.require().tz
    moving = {one.session.pk for one in moves}
    rows = series.sessions.filter(status__in=series_of.AHEAD).exclude(pk__in=moving)
    days = [one.starts_at.astimezone(zone).date() for one in moves]
    stay = {starts_at.astimezone(zone).date() for starts_at in rows.values_list("starts_at", flat=True)}
    if len(set(days)) < len(days) or stay & set(days):
        raise Refused("series_same_day")


def _lock(moves: Sequence[NewTime], client: Client) -> None:
    """Lock everything that any of the moves may touch, in the one order: what is locked again later is ours already."""
    therapists = {one.therapist.pk for one in moves if one.therapist is not None}
    for service in {one.session.service for one in moves if one.therapist is None}:
        therapists |= set(eligibility_windows(service=service))
    places = Place.objects.filter(is_active=True).values_list("pk", flat=True)
    locks.lock(therapists=therapists, places=places, clients=[client.pk])

"""Booking a series: all its dates in one transaction, or those that can be had."""

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from django.db import IntegrityError

from massage_booking.accounts.models import Client, User
from massage_booking.core.errors import DomainError, Refused, Taken
from massage_booking.studio import selectors as studio_selectors
from sessions.domain.series import MOST
from sessions.domain.status import Act, Status, after
from sessions.models import MassageSession, Series
from sessions.models.session import BookedVia
from sessions.selectors import offer, series_of
from sessions.selectors.series_verdicts import Verdicts
from sessions.services import announce_series, booking, clearance, record
from sessions.services.taking import Choice, Wish, row_for
from sessions.services.taking_many import take_all
from therapists.models import Service, Therapist


@dataclass(frozen=True)
class Wanted:
    """One date: when, and with whom. Without a therapist anyone will do."""

    starts_at: datetime
    therapist: Therapist | None = None


@dataclass(frozen=True)
class Order:
    """A whole series as somebody confirms it. `therapist` and `interval_days` are the wish it came from."""

    client: Client
    service: Service
    therapist: Therapist | None
    interval_days: int
    dates: tuple[Wanted, ...]
    actor: User | None
    by: str
    form_key: str = ""
    form_digest: str = ""

    @property
    def by_desk(self) -> bool:
        return self.by != "client"

    @property
    def notice(self) -> timedelta | None:
        return timedelta(0) if self.by_desk else None


@dataclass(frozen=True)
class Booked:
    """What came of it: the series, the sessions that are new, and the dates that could not be had, with why."""

    series: Series
    sessions: tuple[MassageSession, ...]
    lost: tuple[tuple[Wanted, DomainError], ...] = ()


def book(order: Order, *, now: datetime, keep_possible: bool = False) -> Booked:
    """Book every date of an order, or nothing; with `keep_possible` those that can be had.

    The same form sent again is answered with what it led to. Raises `Taken` (with the `index` of the date and the
    nearest three) and `Refused`: what `booking.settle` raises (with the `index` where one date is meant), series_empty,
    series_too_many, series_same_day, series_over_cap (most, count).
    """
    known = record.answered_before(key=order.form_key, digest=order.form_digest)
    if known is not None:
        return _known(known)
    _refuse_shape(order)
    verdicts = Verdicts(client=order.client, service=order.service, now=now, by_desk=order.by_desk)
    left, lost = _checked(order, verdicts, now=now, keep_possible=keep_possible)
    while left:
        try:
            return replace(_take(replace(order, dates=left), verdicts, now=now), lost=tuple(lost))
        except Taken as taken:
            # A double click finds its own first series in the way.
            known = record.answered_before(key=order.form_key, digest=order.form_digest)
            if known is not None:
                return _known(known)
            index = int(taken.params.get("index", 0))
            if not keep_possible:
                taken.params["starts_at"] = left[index].starts_at
                raise
            lost.append((left[index], taken))
            left = left[:index] + left[index + 1 :]
    raise lost[0][1] if lost else Refused("series_empty")


def _known(session: MassageSession) -> Booked:
    """Return what a form led to before: the sessions that were booked with its first one."""
    assert session.series is not None
    rows = series_of.sessions_of(session.series)
    return Booked(session.series, tuple(row for row in rows if row.booked_at == session.booked_at))


def _refuse_shape(order: Order) -> None:
    """Raise for what no page sends: no date, too many, two on one day."""
    zone = studio_selectors.require().tz
    days: list[date] = [wanted.starts_at.astimezone(zone).date() for wanted in order.dates]
    if not days:
        raise Refused("series_empty")
    if len(days) > MOST:
        raise Refused("series_too_many", most=MOST)
    if len(set(days)) < len(days):
        raise Refused("series_same_day")


def _checked(
    order: Order, verdicts: Verdicts, *, now: datetime, keep_possible: bool
) -> tuple[tuple[Wanted, ...], list[tuple[Wanted, DomainError]]]:
    """Return the dates that the answers allow, and those that they do not; raise for the latter unless asked not to."""
    left: list[Wanted] = []
    lost: list[tuple[Wanted, DomainError]] = []
    is_kept = False
    for index, wanted in enumerate(sorted(order.dates, key=lambda wanted: wanted.starts_at)):
        try:
            until = _until(order, verdicts, wanted, now=now)
            if until is not None and is_kept:
                raise Refused("letter_waits_already")
        except Refused as refusal:
            refusal.params |= {"index": index, "starts_at": wanted.starts_at}
            if not keep_possible:
                raise
            lost.append((wanted, refusal))
            continue
        is_kept = is_kept or until is not None
        left.append(wanted)
    return tuple(left), lost


def _until(order: Order, verdicts: Verdicts, wanted: Wanted, *, now: datetime) -> datetime | None:
    """Return until when a date would be kept for a letter, None where none is missing; raise where it may not be."""
    assessment = verdicts.assessment(wanted.starts_at)
    if assessment is None:
        via = BookedVia.PHONE if order.by_desk else BookedVia.SERIES
        booking.refuse_unanswered(client=order.client, starts_at=wanted.starts_at, via=via)
        return None
    return clearance.deadline(
        client=order.client, assessment=assessment, service=order.service, starts_at=wanted.starts_at, now=now
    )


def _take(order: Order, verdicts: Verdicts, *, now: datetime) -> Booked:
    """Book every date of an order in one transaction."""
    studio = studio_selectors.require()
    wishes = [
        Wish(
            order.service,
            wanted.starts_at,
            wanted.therapist,
            order.client,
            order.notice,
            needs=offer.needs_of(verdicts.assessment(wanted.starts_at)),
        )
        for wanted in order.dates
    ]

    def write(choices: list[Choice]) -> Booked:
        again = record.answered_before(key=order.form_key, digest=order.form_digest)
        if again is not None:
            return _known(again)
        _refuse_over_cap(order, now=now)
        series = _series_for(order, now=now)
        number, sessions = series_of.next_number(series), []
        for place, (wish, choice) in enumerate(zip(wishes, choices, strict=True)):
            session = row_for(wish=wish, choice=choice, studio=studio, now=now)
            # Saved as a booking from the first moment: a row that is held would need an end.
            session.status = after(Status.HELD, Act.CONFIRM) or Status.BOOKED
            session.series, session.series_number = series, number + place
            assessment = verdicts.assessment(wish.starts_at)
            booking.settle(
                session,
                assessment=assessment,
                via=BookedVia.SERIES,
                actor=order.actor,
                by=order.by,
                now=now,
                needs_review=assessment is not None and assessment.needs_review and not order.by_desk,
                # One form, one answer: the first session stands for all.
                form_key="" if place else order.form_key,
                form_digest="" if place else order.form_digest,
            )
            sessions.append(session)
        announce_series.booked(series=series, sessions=sessions, now=now)
        return Booked(series, tuple(sessions))

    try:
        return take_all(wishes, now=now, write=write)
    except IntegrityError:
        known = record.answered_before(key=order.form_key, digest=order.form_digest)
        if known is None:
            raise
        return _known(known)


def _refuse_over_cap(order: Order, *, now: datetime) -> None:
    """Raise where a client would have more ahead than the studio allows; under the client's lock. The desk may."""
    most = studio_selectors.require().upcoming_most
    if order.by_desk or not most:
        return
    count = series_of.ahead_count(client=order.client, now=now) + len(order.dates)
    if count > most:
        raise Refused("series_over_cap", most=most, count=count)


def _series_for(order: Order, *, now: datetime) -> Series:
    """Return the series that goes on, or a new one."""
    found = series_of.continued(client=order.client, service=order.service, interval_days=order.interval_days, now=now)
    if found is not None:
        return found
    return Series.objects.create(
        client=order.client,
        service=order.service,
        therapist=order.therapist,
        interval_days=order.interval_days,
        created_at=now,
    )

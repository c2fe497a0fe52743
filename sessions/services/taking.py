"""Taking a time: who could give it and where, tried one by one, each in a transaction of its own.

Order of every act: cheap refusals, then one transaction: lock therapist, place and client; clear expired holds; look
again; write. A lost candidate means a new transaction. What the guards refuse all the same becomes “just taken”.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import IntegrityError

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Taken
from massage_booking.core.intervals import minute_before
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import openings as engine
from sessions.models import MassageSession
from sessions.models.session import CLIENT_GUARD, GUARDS
from sessions.selectors import choosing
from sessions.selectors import openings as opening_selectors
from sessions.selectors.openings import Look
from sessions.services import locks
from therapists.models import Service, Therapist


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `notice`: another shortest notice than the studio's, for the desk.

    `whose` is for whom a time is held, if that is known already: the row gets its client when it is booked.
    """

    service: Service
    starts_at: datetime
    therapist: Therapist | None = None
    client: Client | None = None
    notice: timedelta | None = None
    whose: Client | None = None


@dataclass(frozen=True)
class Choice:
    """Who would give it, where, and why this therapist."""

    therapist: Therapist
    place_id: int
    because: str = ""


def span_of(wish: Wish, choice: Choice) -> locks.Span:
    ends_at = wish.starts_at + timedelta(minutes=wish.service.minutes)
    return locks.Span(
        therapist_id=choice.therapist.pk,
        place_id=choice.place_id,
        client_id=wish.client.pk if wish.client else None,
        starts_at=wish.starts_at,
        ends_at=ends_at,
        blocked_until=ends_at + timedelta(minutes=wish.service.turnover_minutes),
    )


def _look_at_day(wish: Wish, *, now: datetime, without: MassageSession | None) -> Look:
    zone = studio_selectors.require().tz
    day = wish.starts_at.astimezone(zone).date()
    return opening_selectors.look(
        service=wish.service,
        first=day,
        last=day,
        now=now,
        therapist=wish.therapist,
        client=wish.client,
        without=without,
        notice=wish.notice,
        whose=wish.whose,
    )


def candidates(wish: Wish, *, now: datetime, without: MassageSession | None = None) -> list[Choice]:
    """Return who could give the session and where, best first. Empty when it is no opening."""
    asked = _look_at_day(wish, now=now, without=without)
    minute = minute_before(wish.starts_at)
    if asked.layout is None or asked.wanted is None or wish.starts_at.second or wish.starts_at.microsecond:
        return []
    free = {key: opening for key in asked.starts if (opening := asked.opening(key, minute))}
    if not free:
        return []
    ranked = (
        choosing.rank(free=list(free), starts_at=wish.starts_at, client=wish.client, now=now)
        if wish.therapist is None
        else [(wish.therapist.pk, "")]
    )
    choices = []
    for key, because in ranked:
        for place_id in engine.places_free(asked.layout, asked.wanted, free[key].location_id, minute):
            choices.append(Choice(free[key].therapist, place_id, because))
    return choices


def refuse_no_opening(wish: Wish, *, now: datetime, guard: str = "") -> Taken:
    """Return the refusal of a time that is not, or no longer, open, with the nearest three."""
    nearest = opening_selectors.nearest(
        service=wish.service, wanted=wish.starts_at, now=now, therapist=wish.therapist, client=wish.client
    )
    return Taken("client_busy" if guard == CLIENT_GUARD else "just_taken", nearest=nearest, guard=guard)


def take(
    wish: Wish,
    *,
    now: datetime,
    write: Callable[[Choice], MassageSession],
    without: MassageSession | None = None,
    among: Sequence[Choice] | None = None,
    gives_up: int | None = None,
) -> MassageSession:
    """Try the candidates one by one, each in a transaction of its own, until one is written.

    `among` are the candidates where they are known already, whatever notice and grid say; `gives_up` is the key of a
    hold that has kept the time for `without` until now. Raises `Taken` with the nearest three when none is left. A
    client who is busy then is told so at once.
    """
    for choice in candidates(wish, now=now, without=without) if among is None else among:
        span = span_of(wish, choice)

        def attempt(choice: Choice = choice, span: locks.Span = span) -> MassageSession:
            locks.lock(
                therapists=[span.therapist_id],
                places=[choice.place_id],
                clients=[span.client_id] if span.client_id else [],
            )
            if gives_up is not None and without is not None:
                # The session first: whoever cancels it locks its row and then what hangs on it.
                list(MassageSession.objects.select_for_update(of=("self",), no_key=True).filter(pk=without.pk))
                MassageSession.objects.filter(pk=gives_up, status="held").delete()
            locks.clear_expired_holds(span=span, now=now)
            locks.refuse_if_taken(span=span, without=without.pk if without else None)
            return write(choice)

        try:
            return in_transaction(attempt)
        except Taken as lost:
            if lost.params.get("guard") == CLIENT_GUARD:
                raise refuse_no_opening(wish, now=now, guard=CLIENT_GUARD) from lost
        except IntegrityError as error:
            # The belt has slipped (code that does not take the lock); the braces hold.
            if not is_overlap(error, *GUARDS):
                raise
    raise refuse_no_opening(wish, now=now)


def row_for(*, wish: Wish, choice: Choice, studio: Studio, now: datetime) -> MassageSession:
    span = span_of(wish, choice)
    return MassageSession(
        client=wish.client,
        service=wish.service,
        therapist=choice.therapist,
        place_id=choice.place_id,
        starts_at=span.starts_at,
        ends_at=span.ends_at,
        blocked_until=span.blocked_until,
        price=wish.service.price,
        currency=studio.currency,
        chosen_because=choice.because,
        created_at=now,
    )

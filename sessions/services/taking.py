"""Taking a time: who could give it and where, tried one by one, each in a transaction of its own.

Order of every act: cheap refusals, then one transaction: lock therapist, place and client; look again, holds that have
run out cleared away; write. A lost candidate means a new transaction. What the guards refuse all the same becomes “just
taken”.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError
from django.utils.functional import SimpleLazyObject

from massage_booking.accounts.models import Client
from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Refused, Taken
from massage_booking.core.intervals import minute_before
from massage_booking.studio import selectors as studio_selectors
from massage_booking.studio.models import Studio
from sessions.domain import exact
from sessions.domain import openings as engine
from sessions.domain import who as rule
from sessions.domain.refusals import Refusal
from sessions.models import MassageSession
from sessions.models.session import CLIENT_GUARD, GUARDS
from sessions.selectors import choosing, reasons, who
from sessions.selectors import exact as exact_selectors
from sessions.selectors import openings as opening_selectors
from sessions.selectors.openings import Look
from sessions.services import locks
from therapists.models import Service, Therapist


@dataclass(frozen=True)
class Wish:
    """What somebody asks for. `notice`: another shortest notice than the studio's, for the desk.

    `whose` is for whom a time is held, if that is known already: the row gets its client when it is booked. `gender` is
    asked for this once, `needs` are the further trainings that the answers of that day ask for.
    `override`: why it may go against hours, notice, grid and horizon; who may say so, `overriding` checks. `at_once`:
    somebody stands at the desk, so grid and notice do not count, hours do.
    """

    service: Service
    starts_at: datetime
    therapist: Therapist | None = None
    client: Client | None = None
    notice: timedelta | None = None
    whose: Client | None = None
    gender: str = ""
    needs: frozenset[str] = frozenset()
    override: str = ""
    at_once: bool = False

    @property
    def person(self) -> Client | None:
        return self.client or self.whose

    @property
    def is_exact(self) -> bool:
        """Say whether one minute is wanted, an opening or not."""
        return self.at_once or bool(self.override)


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


def _day_of(wish: Wish) -> date:
    return wish.starts_at.astimezone(studio_selectors.require().tz).date()


def _look_at_day(wish: Wish, *, now: datetime, without: MassageSession | None) -> Look:
    day = _day_of(wish)
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
        gender=wish.gender,
        allowed_on=rule.always(wish.needs) if wish.needs else None,
    )


def candidates(wish: Wish, *, now: datetime, without: MassageSession | None = None) -> list[Choice]:
    """Return who could give the session and where, best first. Empty when it is no opening."""
    if wish.is_exact:
        return _choices_then(wish, now=now, without=without)
    asked = _look_at_day(wish, now=now, without=without)
    minute = minute_before(wish.starts_at)
    if asked.layout is None or asked.wanted is None or wish.starts_at.second or wish.starts_at.microsecond:
        return []
    free = {key: opening for key in asked.starts if (opening := asked.opening(key, minute))}
    if not free:
        return []
    choices = []
    for key, because in _ranked(wish, list(free), now=now):
        for place_id in engine.places_free(asked.layout, asked.wanted, free[key].location_id, minute):
            choices.append(Choice(free[key].therapist, place_id, because))
    return choices


def _ranked(wish: Wish, free: list[int], *, now: datetime) -> list[tuple[int, str]]:
    if wish.therapist is not None:
        return [(wish.therapist.pk, "")]
    return choosing.rank(free=free, starts_at=wish.starts_at, client=wish.person, now=now)


def _choices_then(wish: Wish, *, now: datetime, without: MassageSession | None) -> list[Choice]:
    """Return who is free at exactly that minute and where. Only what a reason may set aside is set aside.

    Raises `Refused`: in_past, too_far, off_grid; and `Taken` that says what is in the way.
    """
    ahead = exact.WALK_IN_AHEAD if wish.at_once else exact.MOST_AHEAD
    for refusal in exact.bounds_refusals(wish.starts_at, now=now, ahead=ahead):
        raise Refused(refusal.code.value, **refusal.params)
    then = exact_selectors.look(
        service=wish.service,
        starts_at=wish.starts_at,
        now=now,
        therapist=wish.therapist,
        client=wish.client,
        whose=wish.whose,
        without=without,
        gender=wish.gender,
    )
    day = _day_of(wish)
    free = [
        key
        for key in then.free.places
        if (wish.override or then.works(key)) and rule.is_trained(who.giver_of(then.therapists[key]), wish.needs, day)
    ]
    if not free:
        why = exact_selectors.why_not(then, then.therapists)
        raise refuse_no_opening(wish, now=now, code=why.value if why else "")
    return [
        Choice(then.therapists[key], place_id, because)
        for key, because in _ranked(wish, free, now=now)
        for place_id in then.free.places[key]
    ]


def refuse_no_opening(wish: Wish, *, now: datetime, guard: str = "", code: str = "") -> Taken:
    """Return the refusal of a time that is not, or no longer, open, with the reason and the nearest three.

    Where the therapist who was asked for is not for this client, that is what it says, and others are proposed.
    """
    against = _against_named(wish)
    # Worked out when somebody reads them: never under a lock, and not for a page that looks for its own.
    nearest = SimpleLazyObject(lambda: _nearest(wish, is_named=not against, now=now))
    if against:
        assert wish.therapist is not None
        return Taken(against, nearest=nearest, guard=guard, therapist=wish.therapist.first_name)
    if guard == CLIENT_GUARD or code:
        return Taken("client_busy" if guard == CLIENT_GUARD else code, nearest=nearest, guard=guard)
    never = _never(wish, now=now)
    if never is not None:
        return Taken(never.code.value, nearest=nearest, guard=guard, **never.params)
    return Taken("just_taken", nearest=nearest, guard=guard)


def _nearest(wish: Wish, *, is_named: bool, now: datetime) -> list[opening_selectors.Opening]:
    horizon = timedelta(days=studio_selectors.require().horizon_days)
    return opening_selectors.nearest(
        service=wish.service,
        # Beyond the horizon nothing is open: the nearest lie before it.
        wanted=min(wish.starts_at, now + horizon) if wish.is_exact else wish.starts_at,
        now=now,
        therapist=wish.therapist if is_named else None,
        client=wish.client,
        whose=wish.whose,
        gender=wish.gender,
        allowed_on=rule.always(wish.needs) if wish.needs else None,
        notice=wish.notice,
    )


def _never(wish: Wish, *, now: datetime) -> Refusal | None:
    """Return why nothing can ever be open then; what a reason sets aside is no such thing."""
    if wish.is_exact:
        return None
    return reasons.against(
        service=wish.service, starts_at=wish.starts_at, therapist=wish.therapist, now=now, notice=wish.notice
    )


def _against_named(wish: Wish) -> str:
    """Return what stands against the therapist who was asked for, as a code; nothing where nothing does."""
    if wish.therapist is None:
        return ""
    found = who.stands_against(
        client=wish.person, therapist=wish.therapist, service=wish.service, day=_day_of(wish), needs=wish.needs
    )
    return found.value if found else ""


def refuse_unfit(
    *, client: Client | None, therapist: Therapist, service: Service, starts_at: datetime, needs: Collection[str] = ()
) -> None:
    """Raise `Taken` where a therapist may not, or no longer, give this to a client. Call it under the locks.

    What was looked up before them may be over: a certificate, or two who are not booked together since a moment ago.
    """
    day = starts_at.astimezone(studio_selectors.require().tz).date()
    found = who.stands_against(client=client, therapist=therapist, service=service, day=day, needs=needs)
    if found is not None:
        raise Taken(found.value, guard=found.value, therapist=therapist.first_name)


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
            locks.refuse_if_taken(span=span, now=now, without=without.pk if without else None)
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
        override_reason=wish.override,
        created_at=now,
    )

"""What else one session could be: somebody else at the same time, or another time near it."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final

from massage_booking.accounts.models import Client
from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import midnight
from massage_booking.studio import selectors as studio_selectors
from sessions.domain import openings as engine
from sessions.domain import starts as starts_of_day
from sessions.domain import who as rule
from sessions.domain.assigning import spread
from sessions.domain.choosing import Because
from sessions.domain.masks import UNIT
from sessions.models import MassageSession, RearrangedAs
from sessions.selectors import choosing, offer, openings, phone
from sessions.selectors.openings import Look
from sessions.selectors.who import giver_of
from therapists.eligibility import is_certified
from therapists.models import Therapist

# Days around a session in which another time is looked for.
DAYS_BEFORE: Final = 3
DAYS_AFTER: Final = 14
AT_ONCE: Final = timedelta(0)
# Other times thought of, with the same therapist and with others: those to be read, and those that keep clear of
# each other, so that two sessions need not want the same one.
CLOSE: Final = 3
WIDE: Final = 6


@dataclass(frozen=True)
class Away:
    """A therapist who is not in on some local dates, both included."""

    therapist: Therapist
    first: date
    last: date

    @cached_property
    def minutes(self) -> range:
        """Return the UTC minutes that are off."""
        zone = studio_selectors.require().tz
        return range(midnight(self.first, zone), midnight(self.last + timedelta(days=1), zone))

    def keeps_out(self, therapist_id: int, minute: int) -> bool:
        return therapist_id == self.therapist.pk and minute in self.minutes


@dataclass(frozen=True)
class Proposal:
    """One thing that a session could be; `is_elsewhere`: in another house than before. Places: its own first."""

    answer: RearrangedAs
    therapist: Therapist
    starts_at: datetime
    places: tuple[int, ...]
    because: str = ""
    is_same_therapist: bool = False
    is_elsewhere: bool = False

    @property
    def value(self) -> str:
        """Return what the form sends: time|2026-06-01T09:00:00+00:00|ana-quiroga, or colleague||uma-ruiz."""
        moment = "" if self.answer is RearrangedAs.COLLEAGUE else self.starts_at.isoformat()
        return f"{self.answer}|{moment}|{self.therapist.slug}"


@dataclass
class Judges:
    """What clients' answers allow; those of one client are opened once."""

    now: datetime
    known: dict[int, phone.Judge] = field(default_factory=dict)

    def of(self, client: Client) -> phone.Judge:
        if client.pk not in self.known:
            self.known[client.pk] = phone.assessor(client=client, now=self.now)
        return self.known[client.pk]

    def trainings_of(self, session: MassageSession) -> Callable[[date], Collection[str]]:
        """Return which further training the answers of a session's client ask a therapist for on a day."""
        if session.client is None:
            return lambda day: ()
        judge, zone = self.of(session.client), studio_selectors.require().tz
        return lambda day: offer.needs_of(judge(offer.noon_of(day, zone)))

    def allowed_on(self, session: MassageSession) -> Callable[[date], bool]:
        assert session.client is not None
        judge = self.of(session.client)
        return phone.allowed_on(client=session.client, service=session.service, judge=judge, now=self.now)


@dataclass
class Around:
    """The calendar around one session, as if it were not there itself: one look, asked for everything.

    Who may give it at all is settled by `selectors.who`: service, certificates, the client's wishes, guardians.
    """

    session: MassageSession
    now: datetime
    judges: Judges
    away: Away | None = None

    @cached_property
    def minute(self) -> int:
        return minute_before(self.session.starts_at)

    @cached_property
    def house(self) -> int | None:
        """Return the location that the session is in."""
        return self.session.place.room.location_id if self.session.place else None

    @cached_property
    def look(self) -> Look:
        day = self.session.starts_at.astimezone(studio_selectors.require().tz).date()
        return openings.look(
            service=self.session.service,
            first=day - timedelta(days=DAYS_BEFORE),
            last=day + timedelta(days=DAYS_AFTER),
            now=self.now,
            client=self.session.client,
            without=self.session,
            notice=AT_ONCE,
            # Which days the answers allow is asked where a day is chosen; who may give it depends on the day, too.
            allowed_on=rule.Days(may=lambda day: True, trainings=self._trainings),
        )

    @cached_property
    def _trainings(self) -> Callable[[date], Collection[str]]:
        return self.judges.trainings_of(self.session)

    @cached_property
    def wanted(self) -> engine.Wanted | None:
        """Return what is looked for: as long as this session is, whatever has become of its service since."""
        if self.look.wanted is None:
            return None
        turnover = int((self.session.blocked_until - self.session.ends_at).total_seconds() // 60)
        return replace(self.look.wanted, length=self.session.minutes, turnover=turnover)

    # --- When, by therapist -------------------------------------------------------

    @cached_property
    def _on_the_grid(self) -> engine.Openings:
        if self.look.layout is None or self.wanted is None:
            return engine.Openings(0, {})
        return engine.find_openings(self.look.layout, self.wanted)

    @cached_property
    def _at_any_minute(self) -> engine.Openings:
        """What stands beside the grid may stay where it is."""
        if self.look.layout is None or self.wanted is None:
            return engine.Openings(0, {})
        return engine.find_openings(self.look.layout, replace(self.wanted, grid=UNIT))

    def _found(self, minute: int) -> engine.Openings:
        return self._at_any_minute if minute == self.minute else self._on_the_grid

    def is_open(self, key: int, minute: int) -> bool:
        """Say whether a therapist could give it then, the client's answers apart."""
        if key not in self.look.therapists or self._found(minute).location_at(key, minute) is None:
            return False
        if not self._is_in(key, minute):
            return False
        return self._is_trained(key, minute)

    def _is_trained(self, key: int, minute: int) -> bool:
        """Ask the look, which has left out whoever may not give it then; for other minutes, the certificates."""
        if self.look.found.location_at(key, minute) is not None:
            return True
        therapist, day = self.look.therapists[key], self._day(minute)
        if not is_certified(therapist=therapist, service=self.session.service, day=day):
            return False
        return rule.is_trained(giver_of(therapist), self._trainings(day), day)

    def _is_in(self, key: int, minute: int) -> bool:
        return self.away is None or not self.away.keeps_out(key, minute)

    def _day(self, minute: int) -> date:
        return instant_of(minute).astimezone(self.look.studio.tz).date()

    @cached_property
    def _allowed_starts(self) -> dict[int, list[int]]:
        """Return the other times of each on days that the client's answers allow."""
        starts = {
            key: [minute for minute in self._on_the_grid.of(key) if self._is_in(key, minute)]
            for key in self.look.therapists
        }
        every, may = starts_of_day.together(*starts.values()), self.judges.allowed_on(self.session)
        days = {minute: self._day(minute) for minute in every}
        allowed = {day: may(day) for day in set(days.values())}
        good = {minute for minute in every if allowed[days[minute]] and minute != self.minute}
        return {key: [minute for minute in listed if minute in good] for key, listed in starts.items()}

    # --- What is proposed ---------------------------------------------------------

    def colleagues(self) -> list[Proposal]:
        """Return who could give it at the same time, the best first: its own therapist where another place will do."""
        free = [key for key in self.look.therapists if self.is_open(key, self.minute)]
        if not free:
            return []
        ranked = choosing.rank(free=free, starts_at=self.session.starts_at, client=self.session.client, now=self.now)
        found = []
        for number, (key, because) in enumerate(ranked):
            # How the rest rank among themselves is no reason that anybody would give.
            is_said = number == 0 or because in (Because.PREFERRED, Because.LAST_SEEN)
            found.append(self.proposal(RearrangedAs.COLLEAGUE, key, self.minute, because if is_said else ""))
        return sorted(found, key=lambda one: not one.is_same_therapist)

    def times(self) -> list[Proposal]:
        """Return other times near it that the client's answers allow, the nearest first, with whomever.

        None after the end of a certificate that is needed.
        """
        if self.wanted is None:
            return []
        own, starts = self.session.therapist_id, self._allowed_starts
        pairs = [(minute, own) for minute in self._near(starts.get(own, []))]
        others = starts_of_day.together(*(listed for key, listed in starts.items() if key != own))
        known = {minute for minute, _ in pairs[:CLOSE]}
        for minute in self._near([minute for minute in others if minute not in known]):
            pairs.append((minute, next(key for key in starts if key != own and minute in starts[key])))
        found = [(minute, key) for minute, key in pairs if self.is_open(key, minute)]
        found.sort(key=lambda pair: (abs(pair[0] - self.minute), pair[0]))
        return [self.proposal(RearrangedAs.TIME, key, minute) for minute, key in found]

    def _near(self, starts: Sequence[int]) -> list[int]:
        assert self.wanted is not None
        block = self.wanted.length + self.wanted.turnover
        return spread(starts, near=self.minute, apart=block, close=CLOSE, wide=WIDE)

    def proposal(self, answer: RearrangedAs, key: int, minute: int, because: str = "") -> Proposal:
        location = self._location(key, minute)
        return Proposal(
            answer=answer,
            therapist=self.look.therapists[key],
            starts_at=instant_of(minute),
            places=self._places(location, minute),
            because=because,
            is_same_therapist=key == self.session.therapist_id,
            is_elsewhere=self.house is not None and location != self.house,
        )

    def _location(self, key: int, minute: int) -> int | None:
        """Return in which house it would be: its own where that will do."""
        found = self._found(minute)
        unit = (minute - found.begins) // UNIT
        if self.house is not None and found.masks.get(key, {}).get(self.house, 0) >> unit & 1:
            return self.house
        return found.location_at(key, minute)

    def _places(self, location: int | None, minute: int) -> tuple[int, ...]:
        if location is None or self.look.layout is None or self.wanted is None:
            return ()
        found = engine.places_free(self.look.layout, self.wanted, location, minute)
        return tuple(sorted(found, key=lambda place: place != self.session.place_id))

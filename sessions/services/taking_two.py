"""Taking one time for two: two therapists and two places in one transaction, both or neither.

The order of every act is that of `taking`: cheap refusals, then one transaction that locks both therapists, both places
and both clients in the one order; clears expired holds; looks again at each; writes. A candidate lost to somebody else
means a new transaction with the next one.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError

from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Taken
from massage_booking.core.intervals import minute_before
from massage_booking.studio import selectors as studio_selectors
from sessions.models.session import CLIENT_GUARD, GUARDS, THERAPIST_GUARD
from sessions.selectors import choosing, together
from sessions.selectors.together import Pair, PairLook, Seat
from sessions.services import locks
from sessions.services.taking import Choice, Wish, span_of
from sessions.services.taking_many import MOST_TRIES

Result = TypeVar("Result")
Two = tuple[Choice, Choice]


class _Lost(Exception):
    """The second look found somebody in the way of one of the two."""

    def __init__(self, index: int, guard: str) -> None:
        self.index = index
        self.guard = guard
        super().__init__(guard)


@dataclass(frozen=True)
class Asked:
    """A pair that wants one time. `as_hold`: the rows have no client yet."""

    pair: Pair
    starts_at: datetime
    now: datetime
    as_hold: bool = False

    @property
    def wishes(self) -> tuple[Wish, Wish]:
        return self._wish(self.pair.first), self._wish(self.pair.second)

    def _wish(self, seat: Seat) -> Wish:
        client = None if self.as_hold else seat.client
        return Wish(seat.service, self.starts_at, seat.therapist, client, self.pair.notice, whose=seat.client)


def candidates(asked: Asked) -> Iterator[Two]:
    """Yield who could give the two and where: side by side first, then as for a single session. Empty: no opening."""
    if asked.starts_at.second or asked.starts_at.microsecond:
        return
    day = asked.starts_at.astimezone(studio_selectors.require().tz).date()
    look = together.look(asked.pair, first=day, last=day, now=asked.now)
    minute = minute_before(asked.starts_at)
    teams: dict[int, list[tuple[tuple[int, str], tuple[int, str]]]] = {}
    for location, one, two in look.places_at(minute):
        if location not in teams:
            teams[location] = _teams(asked, look, minute, location)
        for left, right in teams[location]:
            yield (
                Choice(look.first.therapists[left[0]], one, left[1]),
                Choice(look.second.therapists[right[0]], two, right[1]),
            )


def _teams(asked: Asked, look: PairLook, minute: int, location: int) -> list[tuple[tuple[int, str], tuple[int, str]]]:
    """Return two therapists at a time, each with the reason, those whom both would rather have first."""
    ranked = []
    for seat, people in zip(asked.pair.seats, look.therapists_at(minute, location), strict=True):
        free = [person.pk for person in people]
        ranked.append(
            [(key, "") for key in free]
            if seat.therapist is not None
            else choosing.rank(free=free, starts_at=asked.starts_at, client=seat.client, now=asked.now)
        )
    teams = [
        (place + other, one, two)
        for place, one in enumerate(ranked[0])
        for other, two in enumerate(ranked[1])
        if one[0] != two[0]
    ]
    return [(one, two) for _, one, two in sorted(teams, key=lambda team: team[0])]


def take_two(asked: Asked, *, write: Callable[[Two], Result], prepare: Callable[[], None] = lambda: None) -> Result:
    """Take a time for both or for neither; `write` gets a choice for each, under all locks.

    `prepare` runs under the locks before the second look: what gives way to the two goes there. It is undone with
    everything else when the candidate is lost. Raises `Taken` with the nearest three common times.
    """
    lost: set[tuple[int, str, int]] = set()
    for _ in range(MOST_TRIES):
        chosen = next((two for two in candidates(asked) if not _is_lost(two, lost)), None)
        if chosen is None:
            break
        try:
            return in_transaction(lambda chosen=chosen: _attempt(asked, chosen, write=write, prepare=prepare))  # type: ignore[misc]
        except _Lost as gone:
            if gone.guard == CLIENT_GUARD:
                raise refuse_no_opening(asked, guard=CLIENT_GUARD) from gone
            lost.add(_name_of(chosen, gone))
        except IntegrityError as error:
            # The belt has slipped (code that does not take the lock); the braces hold. Look at the calendar anew.
            if not is_overlap(error, *GUARDS):
                raise
    raise refuse_no_opening(asked)


def _name_of(chosen: Two, gone: _Lost) -> tuple[int, str, int]:
    choice = chosen[gone.index]
    if gone.guard == THERAPIST_GUARD:
        return gone.index, "therapist", choice.therapist.pk
    return gone.index, "place", choice.place_id


def _is_lost(two: Two, lost: set[tuple[int, str, int]]) -> bool:
    return any(
        (index, "therapist", choice.therapist.pk) in lost or (index, "place", choice.place_id) in lost
        for index, choice in enumerate(two)
    )


def _attempt(asked: Asked, chosen: Two, *, write: Callable[[Two], Result], prepare: Callable[[], None]) -> Result:
    spans = [span_of(wish, choice) for wish, choice in zip(asked.wishes, chosen, strict=True)]
    locks.lock(
        therapists=[span.therapist_id for span in spans],
        places=[span.place_id for span in spans if span.place_id is not None],
        clients=[span.client_id for span in spans if span.client_id is not None],
    )
    prepare()
    for index, span in enumerate(spans):
        guard = locks.look_again(span=span, now=asked.now)
        if guard:
            raise _Lost(index, guard)
    return write(chosen)


def refuse_no_opening(asked: Asked, *, guard: str = "") -> Taken:
    """Return the refusal of a time that does not suit both, or no longer, with the nearest three that do."""
    nearest = together.nearest(asked.pair, wanted=asked.starts_at, now=asked.now)
    code = "one_of_two_busy" if guard == CLIENT_GUARD else "not_free_for_two"
    return Taken(code, nearest=nearest, guard=guard)

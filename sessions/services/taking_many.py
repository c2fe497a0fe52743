"""Taking several times in one transaction, all or nothing: a couple's two sessions, the dates of a series.

The order of every act is that of `taking`: cheap refusals, then one transaction that locks every therapist, place and
client it may touch, in the one order; clears expired holds; looks again at each; writes. A candidate lost to somebody
else means a new transaction with the next one.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TypeVar

from django.db import IntegrityError

from massage_booking.core.db import in_transaction, is_overlap
from massage_booking.core.errors import Taken
from sessions.models.session import CLIENT_GUARD, GUARDS, THERAPIST_GUARD
from sessions.services import locks
from sessions.services.taking import Choice, Wish, candidates, refuse_no_opening, span_of

Result = TypeVar("Result")

# How often candidates may be lost to somebody else, for each wish, before we say that the time is taken.
MOST_TRIES = 12


class _Lost(Exception):
    """The second look found somebody in the way of one of the wishes."""

    def __init__(self, index: int, guard: str) -> None:
        self.index = index
        self.guard = guard
        super().__init__(guard)


def take_all(
    wishes: Sequence[Wish],
    *,
    now: datetime,
    write: Callable[[list[Choice]], Result],
) -> Result:
    """Take every wish or none. `write` gets one choice for each wish, in order, under all locks.

    Raises `Taken` with the nearest three of the wish that cannot be had, and its `index`.
    """
    open_choices = [candidates(wish, now=now) for wish in wishes]
    for _ in range(MOST_TRIES * max(len(wishes), 1)):
        _refuse_without_choice(wishes, open_choices, now=now)
        chosen = first_fitting(wishes, open_choices)
        if chosen is None:
            raise _taken(wishes, 0, now=now)
        try:
            return in_transaction(lambda chosen=chosen: _attempt(wishes, chosen, now=now, write=write))  # type: ignore[misc]
        except _Lost as lost:
            if lost.guard == CLIENT_GUARD:
                raise _taken(wishes, lost.index, now=now, guard=lost.guard) from lost
            open_choices[lost.index] = _without_lost(open_choices[lost.index], chosen[lost.index], lost.guard)
        except IntegrityError as error:
            # The belt has slipped (code that does not take the lock); the braces hold. Look at the calendar anew.
            if not is_overlap(error, *GUARDS):
                raise
            open_choices = [candidates(wish, now=now) for wish in wishes]
    raise _taken(wishes, 0, now=now)


def _without_lost(choices: Sequence[Choice], lost: Choice, guard: str) -> list[Choice]:
    """Return the candidates that are left: whoever, or whatever place, is taken now is so for all of them."""
    if guard == THERAPIST_GUARD:
        return [choice for choice in choices if choice.therapist.pk != lost.therapist.pk]
    return [choice for choice in choices if choice.place_id != lost.place_id]


def first_fitting(wishes: Sequence[Wish], choices: Sequence[Sequence[Choice]]) -> list[Choice] | None:
    """Return the best choices of which no two want the same therapist or place at the same time, None without any."""
    if not choices:
        return []
    return _search(wishes, choices, [])


def _search(wishes: Sequence[Wish], choices: Sequence[Sequence[Choice]], chosen: list[Choice]) -> list[Choice] | None:
    at = len(chosen)
    if at == len(choices):
        return chosen
    for choice in choices[at]:
        if all(_are_apart(wishes[at], choice, wishes[index], other) for index, other in enumerate(chosen)):
            found = _search(wishes, choices, [*chosen, choice])
            if found is not None:
                return found
    return None


def _are_apart(wish: Wish, choice: Choice, other_wish: Wish, other: Choice) -> bool:
    """Say whether two choices can both be had."""
    one, two = span_of(wish, choice), span_of(other_wish, other)
    if max(one.starts_at, two.starts_at) >= min(one.blocked_until, two.blocked_until):
        return True
    if one.therapist_id == two.therapist_id or (one.place_id is not None and one.place_id == two.place_id):
        return False
    is_same_client = one.client_id is not None and one.client_id == two.client_id
    return not (is_same_client and max(one.starts_at, two.starts_at) < min(one.ends_at, two.ends_at))


def _attempt(
    wishes: Sequence[Wish],
    chosen: list[Choice],
    *,
    now: datetime,
    write: Callable[[list[Choice]], Result],
) -> Result:
    spans = [span_of(wish, choice) for wish, choice in zip(wishes, chosen, strict=True)]
    locks.lock(
        therapists=[span.therapist_id for span in spans],
        places=[span.place_id for span in spans if span.place_id is not None],
        clients=[span.client_id for span in spans if span.client_id is not None],
    )
    for index, span in enumerate(spans):
        guard = locks.look_again(span=span, now=now)
        if guard:
            raise _Lost(index, guard)
    return write(chosen)


def _refuse_without_choice(wishes: Sequence[Wish], choices: Sequence[Sequence[Choice]], *, now: datetime) -> None:
    for index, found in enumerate(choices):
        if not found:
            raise _taken(wishes, index, now=now)


def _taken(wishes: Sequence[Wish], index: int, *, now: datetime, guard: str = "") -> Taken:
    refusal = refuse_no_opening(wishes[index], now=now, guard=guard)
    refusal.params["index"] = index
    return refusal

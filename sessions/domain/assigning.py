"""Who gives what, settled for several sessions as a whole: nobody is promised the same hour twice.

One by one, the first session takes the colleague who was the only one for the second. So all are looked at together:
as many as can be are placed, and of those ways the cheapest one wins. Times are UTC minutes, half-open.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

# What a session without a way costs: more than all the ways of a page together.
UNPLACED: Final = 1_000_000
# Ways tried after which the best that was found counts. A day's worth of sessions needs a few hundred.
MOST_STEPS: Final = 30_000


@dataclass(frozen=True, slots=True)
class Way:
    """What a session would take: therapist and place until `blocked_until`, the client until `ends`. Less is better."""

    therapist_id: int
    place_id: int
    client_id: int
    starts: int
    ends: int
    blocked_until: int
    cost: int = 0


def collide(one: Way, other: Way) -> bool:
    """Say whether two sessions cannot both be had so."""
    if max(one.starts, other.starts) >= min(one.blocked_until, other.blocked_until):
        return False
    if one.therapist_id == other.therapist_id or one.place_id == other.place_id:
        return True
    return one.client_id == other.client_id and max(one.starts, other.starts) < min(one.ends, other.ends)


def spread(starts: Iterable[int], *, near: int, apart: int, close: int, wide: int) -> list[int]:
    """Return the `close` starts nearest to a minute, and of the rest the nearest `wide` that do not overlap each other.

    The first are for a person to read; among starts a quarter of an hour apart, two sessions would find only one.
    """
    listed = sorted(starts, key=lambda start: (abs(start - near), start))
    free: list[int] = []
    for start in listed:
        if len(free) < wide and all(abs(start - other) >= apart for other in free):
            free.append(start)
    return list(dict.fromkeys([*listed[:close], *free]))


def assign(ways: Sequence[Sequence[Way]]) -> list[Way | None]:
    """Return one way for each session, no two of which collide; None for those that cannot be placed.

    As many as possible are placed, then at the lowest cost; what is equal goes by the order given. Sessions that
    cannot touch each other are settled apart. Where a group is so tangled that `MOST_STEPS` do not reach, the best
    found so far counts: it never collides.
    """
    chosen: list[Way | None] = [None] * len(ways)
    for group in _groups(ways):
        for index, way in zip(group, _Search([ways[index] for index in group]).best(), strict=True):
            chosen[index] = way
    return chosen


def _groups(ways: Sequence[Sequence[Way]]) -> list[list[int]]:
    """Return the sessions in groups: whatever is done in one group leaves the others free."""
    leader = list(range(len(ways)))

    def first_of(index: int) -> int:
        while leader[index] != index:
            index = leader[index]
        return index

    for index, own in enumerate(ways):
        for other in range(index):
            if first_of(index) != first_of(other) and _touch(own, ways[other]):
                leader[max(first_of(index), first_of(other))] = min(first_of(index), first_of(other))
    groups: dict[int, list[int]] = {}
    for index in range(len(ways)):
        groups.setdefault(first_of(index), []).append(index)
    return list(groups.values())


def _touch(ways: Sequence[Way], others: Sequence[Way]) -> bool:
    if not ways or not others:
        return False
    begins = max(min(way.starts for way in ways), min(way.starts for way in others))
    ends = min(max(way.blocked_until for way in ways), max(way.blocked_until for way in others))
    return begins < ends and any(collide(one, other) for one in ways for other in others)


class _Search:
    """Branch and bound over one group: the sessions with the fewest ways first, the cheapest way of each first."""

    def __init__(self, ways: Sequence[Sequence[Way]]) -> None:
        self.order = sorted(range(len(ways)), key=lambda index: (len(ways[index]), index))
        self.ways = [sorted(ways[index], key=lambda way: way.cost) for index in self.order]
        cheapest = [found[0].cost if found else UNPLACED for found in self.ways]
        self.still = [sum(cheapest[depth:]) for depth in range(len(cheapest) + 1)]
        self.found: list[Way | None] = [None] * len(ways)
        self.cost = UNPLACED * len(ways) + 1
        self.steps = 0

    def best(self) -> list[Way | None]:
        self._go_on([], 0)
        return [self.found[self.order.index(index)] for index in range(len(self.order))]

    def _go_on(self, taken: list[Way | None], cost: int) -> None:
        depth = len(taken)
        if cost + self.still[depth] >= self.cost:
            return
        if depth == len(self.ways):
            self.found, self.cost = list(taken), cost
            return
        for way in self.ways[depth]:
            self.steps += 1
            if self.steps > MOST_STEPS and self.cost < UNPLACED * (len(self.ways) + 1):
                return
            if not any(other is not None and collide(way, other) for other in taken):
                self._go_on([*taken, way], cost + way.cost)
        self._go_on([*taken, None], cost + UNPLACED)

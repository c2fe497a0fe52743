"""Two clients at the same time, with two therapists, by the arithmetic of the engine.

A start suits both when at one location two different therapists are free, one for each, and two different places, one
for each: for two choices that is Hall's condition, which is three operations on masks. Two places of one room are “side
by side”; where there are none, two rooms will do, unless somebody asks for one room.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from massage_booking.core.intervals import MinuteSpan
from sessions.domain.masks import UNIT, Calendar, units_for
from sessions.domain.openings import Wanted, places_free


@dataclass(frozen=True, slots=True)
class Side:
    """What one of the two may have: therapist -> location -> mask of starts, and the calendar it was read from."""

    calendar: Calendar
    wanted: Wanted
    masks: Mapping[int, Mapping[int, int]]

    @property
    def block(self) -> int:
        return units_for(self.wanted.length + self.wanted.turnover)

    def therapists(self, location_id: int) -> dict[int, int]:
        """Return the starts of each therapist at one location."""
        return {key: by[location_id] for key, by in self.masks.items() if location_id in by}

    def places(self, location_id: int) -> dict[int, int]:
        """Return from when each fitting place of a location is free for the session and its turnover."""
        return {
            place.id: self.calendar.free(self.calendar.place_taken.get(place.id, 0), self.block)
            for place in self.calendar.places
            if place.kind == self.wanted.kind and place.location_id == location_id
        }


@dataclass(frozen=True, slots=True)
class Common:
    """The starts that suit both, by location: with any two places, and with two of one room. Starts are UTC minutes."""

    begins: int
    anywhere: Mapping[int, int]
    side_by_side: Mapping[int, int]

    def starts(self, *, side_by_side: bool = False) -> list[int]:
        """Return the starts in order, each once."""
        mask = 0
        for part in (self.side_by_side if side_by_side else self.anywhere).values():
            mask |= part
        return minutes_of(mask, self.begins)

    def locations_at(self, start: int, *, side_by_side: bool = False) -> list[int]:
        """Return where both could begin then, lowest id first."""
        unit, rest = divmod(start - self.begins, UNIT)
        if rest or unit < 0:
            return []
        masks = self.side_by_side if side_by_side else self.anywhere
        return sorted(location for location, mask in masks.items() if mask >> unit & 1)


NOTHING = Common(0, {}, {})


def common(first: Side, second: Side, rooms: Mapping[int, int]) -> Common:
    """Return the starts that suit both sides, whose calendars cover one and the same range.

    `rooms` says for each place in which room it stands.
    """
    anywhere: dict[int, int] = {}
    side_by_side: dict[int, int] = {}
    for location in {location for by in first.masks.values() for location in by}:
        people = two_apart(first.therapists(location), second.therapists(location))
        if not people:
            continue
        one, two = first.places(location), second.places(location)
        beside = 0
        for room in {rooms.get(key) for key in one} - {None}:
            beside |= two_apart(_in_room(one, rooms, room), _in_room(two, rooms, room))
        anywhere[location] = people & two_apart(one, two)
        side_by_side[location] = people & beside
    return Common(
        first.calendar.starts,
        {location: mask for location, mask in anywhere.items() if mask},
        {location: mask for location, mask in side_by_side.items() if mask},
    )


def two_apart(first: Mapping[int, int], second: Mapping[int, int]) -> int:
    """Return the bits at which each side has a key, and not both only one and the same.

    Hall's condition for two: neither is empty-handed, and together they have at least two keys to choose from.
    """
    one = two = once = twice = 0
    for mask in first.values():
        one |= mask
    for mask in second.values():
        two |= mask
    for key in {*first, *second}:
        either = first.get(key, 0) | second.get(key, 0)
        twice |= once & either
        once |= either
    return one & two & twice


def place_pairs(
    first: Side, second: Side, rooms: Mapping[int, int], location_id: int, start: int
) -> list[tuple[int, int, bool]]:
    """Return (place of the first, place of the second, side by side) for a start, the best first.

    Side by side comes first, in the room with the fewest places, and so does each place when they are apart.
    """
    one = places_free(first.calendar, first.wanted, location_id, start)
    two = places_free(second.calendar, second.wanted, location_id, start)
    pairs = [(left, right, rooms.get(left) == rooms.get(right)) for left in one for right in two if left != right]
    # places_free has put the best first; sorting keeps that order within each half.
    return sorted(pairs, key=lambda pair: not pair[2])


def limited(
    masks: Mapping[int, Mapping[int, int]], starts: Mapping[int, Iterable[int]], begins: int
) -> dict[int, dict[int, int]]:
    """Keep of each therapist's masks only the starts that are listed: certificates and days have been counted in."""
    kept: dict[int, dict[int, int]] = {}
    for key, by_location in masks.items():
        listed = 0
        for start in starts.get(key, ()):
            listed |= 1 << (start - begins) // UNIT
        kept[key] = {location: mask & listed for location, mask in by_location.items() if mask & listed}
    return kept


def freed(calendar: Calendar, *, therapist_id: int, place_id: int | None, span: MinuteSpan) -> Calendar:
    """Return the calendar without one of its rows. Rows of a therapist or place never overlap: nothing else goes."""
    begins = span[0] // UNIT * UNIT
    kept = ~calendar.between(begins, span[1])
    therapists, places = dict(calendar.therapist_taken), dict(calendar.place_taken)
    therapists[therapist_id] = therapists.get(therapist_id, 0) & kept
    places[place_id] = places.get(place_id, 0) & kept
    return replace(calendar, therapist_taken=therapists, place_taken=places)


def minutes_of(mask: int, begins: int) -> list[int]:
    """Return the minutes of the bits that are set, in order."""
    digits = bin(mask)[:1:-1]
    found = []
    at = digits.find("1")
    while at >= 0:
        found.append(begins + at * UNIT)
        at = digits.find("1", at + 1)
    return found


def _in_room(places: Mapping[int, int], rooms: Mapping[int, int], room: int | None) -> dict[int, int]:
    return {key: mask for key, mask in places.items() if rooms.get(key) == room}

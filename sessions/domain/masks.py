"""Time as bits: what is worked and what is taken in a range, each as one very long whole number.

Time is cut into units of five minutes; bit `i` of a mask stands for unit `i` of the range. Busy spans are rounded
outwards to units, worked ones inwards.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

from massage_booking.core.intervals import MinuteSpan
from therapists.domain.hours import OpenSpan

UNIT = 5
_ROUND_UP = UNIT - 1
_DAY = 24 * 60 // UNIT


class Place(NamedTuple):
    """A table, chair or mat; `in_room` counts the places of its room, itself included."""

    id: int
    location_id: int
    kind: str
    in_room: int = 1


class BusyRow(NamedTuple):
    """UTC minutes `[starts, ends)` that a therapist, a place or both are taken; plain tuples do as well."""

    therapist_id: int | None
    place_id: int | None
    starts: int
    ends: int


@dataclass(frozen=True, slots=True)
class Calendar:
    """What is worked and taken in a range, as masks. Laid out once, it answers for any length, grid and kind."""

    starts: int
    units: int
    places: tuple[Place, ...]
    worked: Mapping[int, Mapping[int, int]]  # therapist -> location -> mask
    therapist_taken: Mapping[int | None, int]
    place_taken: Mapping[int | None, int]

    def unit_of(self, minute: int) -> int | None:
        """Return the unit that begins at a minute, None when none does or it lies outside."""
        unit, rest = divmod(minute - self.starts, UNIT)
        return unit if rest == 0 and 0 <= unit < self.units else None

    def between(self, first: int, last: int) -> int:
        """Return the units that begin at the minute `first` or later, and before the minute `last`."""
        lowest = max(units_for(first - self.starts), 0)
        beyond = min(units_for(last - self.starts), self.units)
        return ((1 << (beyond - lowest)) - 1) << lowest if beyond > lowest else 0

    def free(self, taken: int, units: int) -> int:
        """Return the units from which so many units in a row are free, given a mask of what is taken."""
        return erode(((1 << self.units) - 1) ^ taken, units)


def lay_out(
    window: MinuteSpan,
    hours: Mapping[int, Iterable[OpenSpan]],
    places: Iterable[Place],
    busy: Iterable[tuple[int | None, int | None, int, int]],
) -> Calendar:
    """Lay out a window of UTC minutes: hours by therapist id, places, and busy rows in any order.

    Rows of therapists and places that nobody asked about are harmless, and so are rows that overlap each other.
    """
    starts, units = frame_of(window)
    therapist_taken, place_taken = taken_masks(starts, units, busy)
    return Calendar(
        starts=starts,
        units=units,
        places=tuple(places),
        worked={therapist_id: worked_masks(starts, units, spans) for therapist_id, spans in hours.items()},
        therapist_taken=therapist_taken,
        place_taken=place_taken,
    )


def frame_of(window: MinuteSpan) -> tuple[int, int]:
    """Return the minute at which a window's first unit begins, and how many units it has."""
    starts = window[0] // UNIT * UNIT
    return starts, max((window[1] - starts) // UNIT, 0)


def erode(mask: int, units: int) -> int:
    """Return the bits that begin a row of so many set bits, by doubling: seven steps for a hundred units."""
    reach = 1
    while reach < units:
        step = min(reach, units - reach)
        mask &= mask >> step
        reach += step
    return mask


def units_for(minutes: int) -> int:
    """Return how many units hold so many minutes, rounded up."""
    return -(-minutes // UNIT)


def taken_masks(
    starts: int, units: int, busy: Iterable[tuple[int | None, int | None, int, int]]
) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """Return the masks by therapist and by place."""
    groups: defaultdict[tuple[int | None, int | None], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
    for therapist_id, place_id, begins, ends in busy:
        begun, ended = groups[therapist_id, place_id]
        begun.append(begins)
        ended.append(ends)
    return masks_of_groups(
        (therapist_id, place_id, taken_mask(starts, units, *spans))
        for (therapist_id, place_id), spans in groups.items()
    )


def masks_of_groups(
    groups: Iterable[tuple[int | None, int | None, int]],
) -> tuple[dict[int | None, int], dict[int | None, int]]:
    """Return the masks by therapist and by place, from the mask of each pair of them."""
    therapists: dict[int | None, int] = {}
    places: dict[int | None, int] = {}
    for therapist_id, place_id, mask in groups:
        therapists[therapist_id] = therapists.get(therapist_id, 0) | mask
        places[place_id] = places.get(place_id, 0) | mask
    return therapists, places


def taken_mask(starts: int, units: int, begins: Iterable[int], ends: Iterable[int]) -> int:
    """Return the units that spans of UTC minutes touch. The one loop over all rows, written for speed.

    Each day gathers its spans in a short integer of its own, because every `|` on a month's mask copies a kilobyte.
    """
    days = [0] * (units // _DAY + 1)
    for begin, end in zip(begins, ends, strict=True):
        first = (begin - starts) // UNIT
        last = (end - starts + _ROUND_UP) // UNIT
        if first < 0:
            first = 0
        if last > units:
            last = units
        if first < last and begin < end:
            days[first // _DAY] |= ((1 << last - first) - 1) << first % _DAY
    return _joined(days)


def _joined(masks: list[int]) -> int:
    """Return the days' masks as one. A row that runs past midnight reaches over into the next day's bits."""
    whole = 0
    for mask in reversed(masks):
        whole = whole << _DAY | mask
    return whole


def worked_masks(starts: int, units: int, spans: Iterable[OpenSpan]) -> dict[int, int]:
    """Return the units that lie wholly inside a therapist's hours, by location."""
    masks: dict[int, int] = {}
    for opens, closes, location_id in spans:
        first = (opens - starts + _ROUND_UP) // UNIT
        last = (closes - starts) // UNIT
        if first < 0:
            first = 0
        if last > units:
            last = units
        if first < last:
            masks[location_id] = masks.get(location_id, 0) | ((1 << last - first) - 1) << first
    return masks

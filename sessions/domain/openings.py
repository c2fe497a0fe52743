"""The engine: every time at which a session can start, by arithmetic on very long whole numbers.

Time is cut into units of five minutes. A mask is one integer for the whole range; bit `i` stands for unit `i` of it.
Each therapist and each place has a mask of what is taken, each therapist one per location of what is worked.
"Free for n units from here" is then a few shifts, "and a place too" is one `&`, for a month at a time.

A start is an opening with a therapist when
1. the wall shows it on the start grid, and it lies in `[earliest, latest)`;
2. the session itself, `[start, start + length)`, lies inside one unbroken stretch worked at one location. The
   turnover after it may run past closing time, into a break or into time off;
3. the therapist has nothing else during `[start, start + length + turnover)`;
4. a place of the kind needed, at that location, is free over the same span: one place for all of it;
5. the client has nothing else during the session itself, turnover left out.

Nobody knows what lies outside the range that was laid out: it counts as taken. Busy spans are rounded outwards to
units, worked ones inwards, lengths up. With lengths in multiples of five minutes nothing is lost by that.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from massage_booking.core.intervals import MinuteSpan, minute_after, minute_before
from massage_booking.core.walltime import stretches
from sessions.domain.masks import UNIT, Calendar, erode, taken_masks, units_for
from sessions.domain.refusals import Refusal, Why

GRIDS = (5, 10, 15, 30)
# A year and a season: longer questions are mistakes or attacks.
MOST_MINUTES = 460 * 24 * 60


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for. Minutes are UTC minutes; `earliest` is included, `latest` is not."""

    length: int
    turnover: int
    kind: str
    grid: int
    zone: ZoneInfo
    earliest: int
    latest: int
    client_busy: tuple[MinuteSpan, ...] = ()

    def __post_init__(self) -> None:
        if self.length <= 0 or self.turnover < 0:
            raise ValueError("A session has a length, and no negative turnover.")
        if self.grid not in GRIDS:
            raise ValueError(f"Sessions start every {GRIDS} minutes, not every {self.grid}.")
        if self.latest - self.earliest > MOST_MINUTES:
            raise ValueError("The range is too long.")

    @classmethod
    def between(
        cls,
        earliest: datetime,
        latest: datetime,
        *,
        length: int,
        turnover: int,
        kind: str,
        grid: int,
        zone: ZoneInfo,
        client_busy: Iterable[tuple[datetime, datetime]] = (),
    ) -> "Wanted":
        """Build it from aware datetimes; `client_busy` are the client's `[starts_at, ends_at)`."""
        busy = tuple((minute_before(starts), minute_after(ends)) for starts, ends in client_busy)
        return cls(length, turnover, kind, grid, zone, minute_after(earliest), minute_after(latest), busy)

    @property
    def window(self) -> MinuteSpan:
        """Return the UTC minutes of which hours and busy rows must be known: `[earliest, latest)` and the tail."""
        begins = self.earliest // UNIT * UNIT
        tail = units_for(self.length + self.turnover)
        return begins, max((units_for(self.latest) + tail) * UNIT, begins)


@dataclass(frozen=True, slots=True)
class Openings:
    """The answer, kept as masks: lists are made only of what is asked for. Starts are UTC minutes."""

    begins: int
    masks: Mapping[int, Mapping[int, int]]  # therapist -> location -> mask

    def of(self, therapist_id: int) -> list[int]:
        """Return one therapist's starts, sorted, each once."""
        return self._minutes(self._mask(therapist_id))

    def by_therapist(self) -> dict[int, list[int]]:
        """Return the starts of each therapist asked for; an empty list where there are none."""
        return {therapist_id: self.of(therapist_id) for therapist_id in self.masks}

    def anyone(self) -> list[int]:
        """Return the starts at which somebody is free, sorted, each once."""
        return self._minutes(self._anyone())

    def first(self, therapist_id: int | None = None) -> int | None:
        """Return the earliest start, of one therapist or of anyone."""
        mask = self._anyone() if therapist_id is None else self._mask(therapist_id)
        return self.begins + ((mask & -mask).bit_length() - 1) * UNIT if mask else None

    def therapists_at(self, start: int) -> list[int]:
        """Return who is free for a session that starts at this minute, by id."""
        return sorted(therapist_id for therapist_id in self.masks if self.location_at(therapist_id, start) is not None)

    def location_at(self, therapist_id: int, start: int) -> int | None:
        """Return where the therapist would give the session that starts then; None when it is no opening."""
        unit, rest = divmod(start - self.begins, UNIT)
        if rest or unit < 0:
            return None
        by_location = self.masks.get(therapist_id, {})
        return min((location_id for location_id, mask in by_location.items() if mask >> unit & 1), default=None)

    def count(self) -> int:
        """Return at how many starts somebody is free."""
        return self._anyone().bit_count()

    def as_one(self) -> "Openings":
        """Return the starts with anybody, as those of one therapist without a number: 0."""
        return Openings(self.begins, {0: {0: self._anyone()}})

    def within(self, first: int, last: int) -> "Openings":
        """Return the starts in the minutes `[first, last)` alone. Cheap: a day of a month is a few short numbers."""
        lowest = max(units_for(first - self.begins), 0)
        width = max(units_for(last - self.begins) - lowest, 0)
        full = (1 << width) - 1
        return self._each(self.begins + lowest * UNIT, lambda mask: mask >> lowest & full)

    def before(self, therapist_id: int, last: int) -> "Openings":
        """Return the same without one therapist's starts at the minute `last` and later."""
        full = (1 << max(units_for(last - self.begins), 0)) - 1
        theirs = {at: mask & full for at, mask in self.masks.get(therapist_id, {}).items()}
        return Openings(self.begins, {**self.masks, therapist_id: {at: mask for at, mask in theirs.items() if mask}})

    def without(self, spans: Iterable[MinuteSpan], therapist_id: int | None = None) -> "Openings":
        """Return the same without what starts in some spans of minutes, with everybody or with one therapist."""
        gone = 0
        for first, last in spans:
            lowest = max(units_for(first - self.begins), 0)
            gone |= ((1 << max(units_for(last - self.begins) - lowest, 0)) - 1) << lowest
        if not gone:
            return self
        left = self._each(self.begins, lambda mask: mask & ~gone)
        if therapist_id is None:
            return left
        return Openings(self.begins, {**self.masks, therapist_id: left.masks.get(therapist_id, {})})

    def _each(self, begins: int, change: Callable[[int], int]) -> "Openings":
        masks = {}
        for therapist_id, by_location in self.masks.items():
            changed = ((at, change(mask)) for at, mask in by_location.items())
            masks[therapist_id] = {at: mask for at, mask in changed if mask}
        return Openings(begins, masks)

    def _mask(self, therapist_id: int) -> int:
        mask = 0
        for part in self.masks.get(therapist_id, {}).values():
            mask |= part
        return mask

    def _anyone(self) -> int:
        mask = 0
        for by_location in self.masks.values():
            for part in by_location.values():
                mask |= part
        return mask

    def _minutes(self, mask: int) -> list[int]:
        """Return the minutes of the bits that are set, in order."""
        digits = bin(mask)[:1:-1]
        found = []
        at = digits.find("1")
        while at >= 0:
            found.append(self.begins + at * UNIT)
            at = digits.find("1", at + 1)
        return found


def find_openings(calendar: Calendar, wanted: Wanted, therapist_ids: Collection[int] | None = None) -> Openings:
    """Return every opening with the therapists laid out, or with some of them."""
    length, block = units_for(wanted.length), units_for(wanted.length + wanted.turnover)
    allowed = _on_grid(calendar, wanted) & calendar.free(_client_taken(calendar, wanted), length)
    roomy = _places_free(calendar, wanted.kind, block)
    masks: dict[int, dict[int, int]] = {}
    for therapist_id, by_location in calendar.worked.items():
        if therapist_ids is not None and therapist_id not in therapist_ids:
            continue
        free = allowed & calendar.free(calendar.therapist_taken.get(therapist_id, 0), block)
        starts = ((at, erode(mask, length) & free & roomy.get(at, 0)) for at, mask in by_location.items())
        masks[therapist_id] = {location_id: mask for location_id, mask in starts if mask}
    return Openings(calendar.starts, masks)


def places_free(calendar: Calendar, wanted: Wanted, location_id: int, start: int) -> list[int]:
    """Return the places free for the session and its turnover, best first.

    A place in the room with the fewest places comes first, so that a couple's room stays whole; then the lowest id.
    """
    unit = calendar.unit_of(start)
    if unit is None:
        return []
    block = units_for(wanted.length + wanted.turnover)
    free = [
        place
        for place in calendar.places
        if place.kind == wanted.kind
        and place.location_id == location_id
        and calendar.free(calendar.place_taken.get(place.id, 0), block) >> unit & 1
    ]
    return [place.id for place in sorted(free, key=lambda place: (place.in_room, place.id))]


def why_not(calendar: Calendar, wanted: Wanted, therapist_id: int, start: int) -> list[Refusal]:
    """Return what keeps a start from being an opening; empty when it is one.

    Notice, horizon and the past are for `sessions.domain.policy`: here only grid, hours, busy times and places.
    """
    if start % UNIT:
        return [Refusal(Why.OFF_GRID, {"grid_minutes": wanted.grid})]
    unit = calendar.unit_of(start)
    if unit is None:
        return [Refusal(Why.OUTSIDE_HOURS)]
    if not _on_grid(calendar, wanted, limited=False) >> unit & 1:
        return [Refusal(Why.OFF_GRID, {"grid_minutes": wanted.grid})]
    length, block = units_for(wanted.length), units_for(wanted.length + wanted.turnover)
    worked = calendar.worked.get(therapist_id, {})
    at = [location_id for location_id, mask in worked.items() if erode(mask, length) >> unit & 1]
    roomy = _places_free(calendar, wanted.kind, block)
    found = []
    if not at:
        found.append(Refusal(Why.OUTSIDE_HOURS))
    if not calendar.free(calendar.therapist_taken.get(therapist_id, 0), block) >> unit & 1:
        found.append(Refusal(Why.THERAPIST_BUSY))
    if not calendar.free(_client_taken(calendar, wanted), length) >> unit & 1:
        found.append(Refusal(Why.CLIENT_BUSY))
    if at and not any(roomy.get(location_id, 0) >> unit & 1 for location_id in at):
        found.append(Refusal(Why.NO_PLACE, {"kind": wanted.kind}))
    return found


def _places_free(calendar: Calendar, kind: str, block: int) -> dict[int, int]:
    """Return, by location, from when some one place of the kind is free for so many units."""
    masks: dict[int, int] = {}
    for place in calendar.places:
        if place.kind == kind:
            free = calendar.free(calendar.place_taken.get(place.id, 0), block)
            masks[place.location_id] = masks.get(place.location_id, 0) | free
    return masks


def _client_taken(calendar: Calendar, wanted: Wanted) -> int:
    rows = ((0, None, starts, ends) for starts, ends in wanted.client_busy)
    return taken_masks(calendar.starts, calendar.units, rows)[0].get(0, 0)


def _on_grid(calendar: Calendar, wanted: Wanted, *, limited: bool = True) -> int:
    """Return the units at which the wall shows a time of the grid, within earliest and latest if limited."""
    every = wanted.grid // UNIT
    ends = calendar.starts + calendar.units * UNIT
    mask = 0
    for piece in stretches(wanted.zone, calendar.starts, ends):
        # The first minute of the stretch that the wall shows as a multiple of the grid.
        begins = piece.starts + -(piece.starts + piece.offset) % wanted.grid
        first, rest = divmod(begins - calendar.starts, UNIT)
        count = -((begins - piece.ends) // wanted.grid)
        if rest == 0 and count > 0:
            mask |= (((1 << (every * count)) - 1) // ((1 << every) - 1)) << first
    return mask & calendar.between(wanted.earliest, wanted.latest) if limited else mask

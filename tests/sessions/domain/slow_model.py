"""The engine again, minute by minute and slowly, so that anybody can see that it is right."""

from collections.abc import Iterable, Mapping, Sequence

from massage_booking.core.intervals import MinuteSpan, instant_of
from sessions.domain.masks import Place
from sessions.domain.openings import Wanted

Hours = Mapping[int, Sequence[tuple[int, int, int]]]
Rows = Iterable[tuple[int | None, int | None, int, int]]


def minutes_of(spans: Iterable[MinuteSpan]) -> set[int]:
    return {minute for starts, ends in spans for minute in range(starts, ends)}


def rounded(minutes: int) -> int:
    """Return minutes rounded up to fives, as lengths are."""
    return (minutes + 4) // 5 * 5


def slow_openings(
    wanted: Wanted, hours: Hours, places: Sequence[Place], rows: Rows
) -> dict[int, dict[int, tuple[int, list[int]]]]:
    """Return therapist -> start -> (location, the places that are free)."""
    rows = list(rows)
    session = rounded(wanted.length)
    block = rounded(wanted.length + wanted.turnover)
    client = minutes_of(wanted.client_busy)
    taken = {place.id: minutes_of(row[2:] for row in rows if row[1] == place.id) for place in places}
    found: dict[int, dict[int, tuple[int, list[int]]]] = {}
    for therapist_id, spans in hours.items():
        busy = minutes_of(row[2:] for row in rows if row[0] == therapist_id)
        found[therapist_id] = {}
        for start in range(wanted.earliest, wanted.latest):
            if instant_of(start).astimezone(wanted.zone).minute % wanted.grid:
                continue
            during, until_clean = range(start, start + session), range(start, start + block)
            if not client.isdisjoint(during) or not busy.isdisjoint(until_clean):
                continue
            for location_id in sorted({span[2] for span in spans}):
                worked = minutes_of(span[:2] for span in spans if span[2] == location_id and _near(span, start))
                free = [
                    place.id
                    for place in sorted(places, key=lambda place: (place.in_room, place.id))
                    if place.location_id == location_id
                    and place.kind == wanted.kind
                    and taken[place.id].isdisjoint(until_clean)
                ]
                if free and worked.issuperset(during):
                    found[therapist_id].setdefault(start, (location_id, free))
    return found


def _near(span: tuple[int, int, int], start: int) -> bool:
    """Say whether a span can matter to a start: only to spare the model work."""
    return span[0] < start + 600 and span[1] > start

"""Who gives the session when the client said “anyone”."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Because(StrEnum):
    """Why this therapist; the page says it in words."""

    PREFERRED = "preferred"
    LAST_SEEN = "last_seen"
    ONLY_ONE = "only_one"
    LEAST_LOADED = "least_loaded"


@dataclass(frozen=True, slots=True)
class Choice:
    therapist_id: int
    because: Because


def choose_therapist(
    free: Collection[int],
    *,
    preferred: int | None = None,
    last_seen: int | None = None,
    minutes_this_week: Mapping[int, int] | None = None,
) -> Choice | None:
    """Choose among the therapists free at a start: preferred, then last seen, then least loaded; None of none.

    `minutes_this_week` are the booked minutes of each in the week of the start; whoever is missing has none. Equal
    loads go to the lowest id, so that the same question always gets the same answer.
    """
    if not free:
        return None
    if preferred in free and preferred is not None:
        return Choice(preferred, Because.PREFERRED)
    if last_seen in free and last_seen is not None:
        return Choice(last_seen, Because.LAST_SEEN)
    if len(free) == 1:
        return Choice(next(iter(free)), Because.ONLY_ONE)
    load = minutes_this_week or {}
    return Choice(min(free, key=lambda therapist_id: (load.get(therapist_id, 0), therapist_id)), Because.LEAST_LOADED)

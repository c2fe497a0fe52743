"""Month and times for two at once: the same pages, filled from the times that suit both."""

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Any, cast

from sessions import words
from sessions.domain import starts as starts_of_day
from sessions.selectors import together
from sessions.selectors.together import Pair, PairLook
from sessions.views.picker import Asked, Picker
from sessions.views.picker_context import Time, Times

BESIDE, APART = "side by side", "two rooms"


@dataclass(frozen=True)
class AskedForTwo(Asked):
    """What is looked for, for two. `service` is that of the first: the pages name it nowhere."""

    pair: Pair | None = None

    def look(self, first: date, last: date) -> Any:
        assert self.pair is not None
        return together.look(self.pair, first=first, last=last, now=self.now)


@dataclass(frozen=True)
class PickerForTwo(Picker):
    """A month of a question about two, with one of its days."""

    @cached_property
    def times(self) -> Times:
        pair = cast(AskedForTwo, self.asked).pair
        whole = super().times
        return replace(whole, with_whom=_with_whom(pair) if pair else "", other_url="", other_label="")

    def _openings(self) -> list[Time]:
        if self.day is None:
            return []
        found, zone, held = cast(PairLook, self.look), self.studio.tz, self.asked.held
        listed = starts_of_day.on_date(found.anyone(), self.day, zone)
        return [
            Time(
                starts_at=local.starts_at,
                therapist=BESIDE if local.minute in found.beside else APART,
                offset=words.offset(local.local) if local.twice else "",
                is_held=held is not None and held.starts_at == local.starts_at,
            )
            for local in starts_of_day.local_starts(listed, zone)
        ]


def _with_whom(pair: Pair) -> str:
    """Return the words after the number of times."""
    names = [seat.therapist.first_name if seat.therapist else "anyone trained for it" for seat in pair.seats]
    if names[0] == names[1]:
        return "for both, with two who are trained for it"
    return f"for both, with {names[0]} and {names[1]}"

"""What a client wishes for: where it hurts, where to work, where not to. Kept sealed, like the answers.

An area to be left alone is a limit like any other: it stands first wherever somebody who lays hands on reads it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from massage_booking.accounts.models import Client
from massage_booking.core.vocabulary import AREA_LABELS
from massage_booking.core.wording import listed
from screening import vault
from screening.models import BodyWishes

WORDS_LENGTH: Final = 300
# Mark -> how it is said to the therapist, the limit first.
MARKS: Final[dict[str, str]] = {"avoid": "Leave alone", "hurts": "It hurts", "work": "Please work here"}


@dataclass(frozen=True, slots=True)
class Wishes:
    """Areas by mark, in the order of the body map, and a line in the client's own words."""

    avoid: tuple[str, ...] = ()
    hurts: tuple[str, ...] = ()
    work: tuple[str, ...] = ()
    words: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.avoid or self.hurts or self.work or self.words)

    @property
    def contradiction(self) -> tuple[str, ...]:
        """Return the areas that are to be worked on and left alone at once."""
        return tuple(area for area in self.work if area in self.avoid)

    def areas(self, mark: str) -> tuple[str, ...]:
        return {"avoid": self.avoid, "hurts": self.hurts, "work": self.work}[mark]


def wishes_of(marks: Mapping[str, Iterable[str]], words: str) -> Wishes:
    """Build wishes from what was sent; what is no area of ours is left out, and one line is one line."""
    chosen = {mark: {*marks.get(mark, ())} for mark in MARKS}
    ordered = {mark: tuple(area for area in AREA_LABELS if area in areas) for mark, areas in chosen.items()}
    return Wishes(**ordered, words=" ".join(words.split())[:WORDS_LENGTH])


def to_json(wishes: Wishes) -> dict[str, Any]:
    return {**{mark: list(wishes.areas(mark)) for mark in MARKS}, "words": wishes.words}


def from_json(value: Mapping[str, Any]) -> Wishes:
    return wishes_of({mark: value.get(mark, []) for mark in MARKS}, value.get("words", ""))


def read(
    client: Client, *, reader: vault.Reader, purpose: str, now: datetime, address: str = ""
) -> tuple[Wishes, datetime | None]:
    """Return the wishes and when they were said, empty ones where none are. A reading, recorded. Raises VaultClosed."""
    kept = BodyWishes.objects.filter(client=client).first()
    if kept is None:
        return Wishes(), None
    field = vault.wishes_field(client)
    opened = vault.open_sealed(
        kept.sealed,
        client=client,
        field=field,
        what="wishes",
        reader=reader,
        purpose=purpose,
        now=now,
        address=address,
    )
    return from_json(opened), kept.saved_at


def for_card(client: Client, *, reader: vault.Reader, now: datetime, address: str = "") -> Wishes:
    """Return the wishes to whoever lays hands on, recorded as a reading. Raises VaultClosed."""
    return read(client, reader=reader, purpose="before a session", now=now, address=address)[0]


def named(areas: Iterable[str]) -> str:
    """Write areas within a sentence: abdomen and feet."""
    return listed(AREA_LABELS[area] for area in areas)


def lines(wishes: Wishes) -> list[str]:
    """Write the wishes as lines for a card, what is to be left alone first."""
    said = [f"{label}: {named(wishes.areas(mark))}." for mark, label in MARKS.items() if wishes.areas(mark)]
    return [*said, f"In their words: “{wishes.words}”"] if wishes.words else said

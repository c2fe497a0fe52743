"""Who may give a session to whom, decided in one place. Which times are free is for others to say.

In this order: the certificate of the technique; a client and a therapist who are apart, whoever wished it; the further
training that the client's answers of that day ask for; nobody treats a child they watch over; and a standing wish
for a woman or a man, which counts for “anyone”. A therapist who was named is the client's own choice over that wish.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum


class Against(StrEnum):
    """What stands between a client and a therapist; pages have a sentence for each, staff another one."""

    NOT_TRAINED = "not_trained"
    APART = "apart"
    FURTHER_TRAINING = "further_training"
    GUARDIAN = "guardian_is_therapist"
    NOT_WISHED = "not_wished"


@dataclass(frozen=True, slots=True)
class Giver:
    """A therapist who gives the service. Last days are of certificates; None is no end."""

    key: int
    gender: str = ""
    last_day: date | None = None
    trained: Mapping[str, date | None] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Asker:
    """What a client brings: whom they are apart from, who watches over them, which gender they wish for."""

    apart: frozenset[int] = frozenset()
    guardians: frozenset[int] = frozenset()
    gender: str = ""


NOBODY_YET = Asker()


def against(
    giver: Giver, asker: Asker, *, day: date, needs: Collection[str] = (), is_named: bool = False
) -> Against | None:
    """Return what stands against a therapist for a client on a day, weightiest first; None where nothing does."""
    if _has_ended(giver.last_day, day):
        return Against.NOT_TRAINED
    if giver.key in asker.apart:
        return Against.APART
    if not is_trained(giver, needs, day):
        return Against.FURTHER_TRAINING
    if giver.key in asker.guardians:
        return Against.GUARDIAN
    # Who has not said what they are is not offered to somebody who asks for it.
    if asker.gender and not is_named and giver.gender != asker.gender:
        return Against.NOT_WISHED
    return None


def is_trained(giver: Giver, needs: Collection[str], day: date) -> bool:
    """Say whether a therapist has every further training that is needed, still on that day."""
    return all(need in giver.trained and not _has_ended(giver.trained[need], day) for need in needs)


def _has_ended(last_day: date | None, day: date) -> bool:
    return last_day is not None and day > last_day


@dataclass(frozen=True, slots=True)
class Days:
    """What a client's answers allow on each day, and which further training they ask for then."""

    may: Callable[[date], bool]
    trainings: Callable[[date], Collection[str]]

    def __call__(self, day: date) -> bool:
        return self.may(day)


def always(needs: Collection[str]) -> Days:
    """Return days of which each may be had, with the same needs."""
    return Days(lambda day: True, lambda day: needs)


def needs_on(days: Callable[[date], bool] | None, day: date) -> Collection[str]:
    """Return the trainings needed on a day; none where nothing is known of the answers."""
    return days.trainings(day) if isinstance(days, Days) else ()

"""What is asked of a series, and the rows that answer it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from massage_booking.accounts.models import Client
from sessions.domain.series import Proposal, State, Wanted
from sessions.models import MassageSession
from therapists.models import Service, Therapist

ANYONE: Final = "any"

# Why a date is not as wished, beside the codes of `Why` and of the answers.
OTHER_SESSION: Final = "client_that_day"
NOT_THEN: Final = "not_then"
OUT_OF_ORDER: Final = "out_of_order"


@dataclass(frozen=True)
class Pick:
    """A time that a person chose for a date: an instant, and a therapist's slug or “any”."""

    starts_at: datetime
    slug: str = ANYONE


@dataclass(frozen=True)
class Item:
    """One date that is wished for. `session` is the one that moves there, where one does."""

    wanted: Wanted
    service: Service
    therapist: Therapist | None = None
    session: MassageSession | None = None


@dataclass(frozen=True)
class Asked:
    """What is asked. `picks` holds what was chosen for a date, by place in the list; None leaves it out."""

    client: Client
    items: tuple[Item, ...]
    interval_days: int
    now: datetime
    by_desk: bool = False
    picks: Mapping[int, Pick | None] = field(default_factory=dict)


@dataclass(frozen=True)
class Time:
    """A time for a date. Without a therapist anyone will do: `who` are those who are free."""

    starts_at: datetime
    therapist: Therapist | None
    who: tuple[Therapist, ...]

    @property
    def value(self) -> str:
        """Return it as a form sends it."""
        return f"{self.starts_at.isoformat()}~{self.therapist.slug if self.therapist else ANYONE}"


@dataclass(frozen=True)
class Row:
    """A date of the list. `why` is the code of what stands against the wished time, `lost` what was taken meanwhile."""

    number: int
    item: Item
    proposal: Proposal
    time: Time | None
    why: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)
    lost: datetime | None = None
    needs_letter: bool = False

    @property
    def state(self) -> State:
        return self.proposal.state

    @property
    def has_time(self) -> bool:
        return self.time is not None

"""What accepted letters cover, as the rules read it. The documents and their review are in `services.letters`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from massage_booking.accounts.models import Client
from massage_booking.core.prepared import Prepared, a_key
from screening import vault
from screening.domain.dated import DatedLetter
from screening.domain.enums import Pressure
from screening.models import Letter, LetterState

_ACCEPTED: Final = Prepared(
    lambda client: Letter.objects.filter(client_id=client, state=LetterState.ACCEPTED).order_by("reviewed_at", "pk"),
    client=a_key(),
)

CLEARANCE = "clearance"
# A dated statement that symptoms are over: it ends a wait early and covers nothing (guide, section 2, rule 10).
STATEMENT = "statement"


@dataclass(frozen=True, slots=True)
class Scope:
    """What a reviewed letter says, as it is sealed with it. `lapsed` maps rows to the day a trigger touched them."""

    kind: str
    codes: frozenset[str]
    signed_on: date
    signer: str = ""
    role: str = ""
    expires_on: date | None = None
    pressure: str = ""
    allow_areas: frozenset[str] = frozenset()
    allow_techniques: frozenset[str] = frozenset()
    avoid_areas: frozenset[str] = frozenset()
    note: str = ""
    lapsed: Mapping[str, date] = field(default_factory=dict)


def to_json(scope: Scope) -> dict[str, Any]:
    return {
        "kind": scope.kind,
        "codes": sorted(scope.codes),
        "signed_on": scope.signed_on.isoformat(),
        "signer": scope.signer,
        "role": scope.role,
        "expires_on": scope.expires_on.isoformat() if scope.expires_on else None,
        "pressure": scope.pressure,
        "allow_areas": sorted(scope.allow_areas),
        "allow_techniques": sorted(scope.allow_techniques),
        "avoid_areas": sorted(scope.avoid_areas),
        "note": scope.note,
        "lapsed": {code: day.isoformat() for code, day in scope.lapsed.items()},
    }


def from_json(value: Mapping[str, Any]) -> Scope:
    return Scope(
        kind=value["kind"],
        codes=frozenset(value["codes"]),
        signed_on=date.fromisoformat(value["signed_on"]),
        signer=value["signer"],
        role=value["role"],
        expires_on=date.fromisoformat(value["expires_on"]) if value["expires_on"] else None,
        pressure=value["pressure"],
        allow_areas=frozenset(value["allow_areas"]),
        allow_techniques=frozenset(value["allow_techniques"]),
        avoid_areas=frozenset(value["avoid_areas"]),
        note=value["note"],
        lapsed={code: date.fromisoformat(day) for code, day in value["lapsed"].items()},
    )


def dated(scope: Scope) -> DatedLetter:
    return DatedLetter(
        codes=scope.codes,
        signed_on=scope.signed_on,
        expires_on=scope.expires_on,
        pressure=Pressure(scope.pressure) if scope.pressure else None,
        allow_areas=scope.allow_areas,
        allow_techniques=scope.allow_techniques,
        avoid_areas=scope.avoid_areas,
        lapsed=frozenset(scope.lapsed),
    )


def scopes(client: Client) -> list[tuple[Letter, Scope]]:
    """Return the client's accepted letters with what they say, in the order of acceptance. For the rules alone."""
    found = _ACCEPTED.all(client=client.pk)
    opened = []
    for letter in found:
        letter.client = client
        opened.append((letter, from_json(vault.for_rules_of_letter(letter))))
    return opened


def accepted(client: Client) -> tuple[DatedLetter, ...]:
    """Return what the rules need of the client's accepted letters. Raises vault.VaultClosed."""
    return tuple(dated(scope) for _, scope in scopes(client) if scope.kind == CLEARANCE)

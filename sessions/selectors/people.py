"""Clients as a therapist may look them up: to book them, by a name and the last digits of the phone. Nothing else."""

from dataclasses import dataclass

from massage_booking.accounts.selectors import search_clients

# Who types so little wants to leaf through the clients, not to find one.
SHORTEST = 2
MOST = 10
LAST_DIGITS = 4


@dataclass(frozen=True)
class Found:
    """One client on the list."""

    public_id: str
    name: str
    last_digits: str


@dataclass(frozen=True)
class FoundPeople:
    """The first few who fit; `more`: there are others, so say more."""

    people: list[Found]
    more: bool
    too_short: bool = False


def found_by_therapist(words: str) -> FoundPeople:
    """Find clients by name, phone or e-mail. One query; neither address, birthday nor answers are read."""
    if sum(sign.isalnum() for sign in words) < SHORTEST:
        return FoundPeople([], more=False, too_short=bool(words))
    rows = search_clients(words).values_list("public_id", "name", "phone")[: MOST + 1]
    people = [Found(public_id, name, _last(phone)) for public_id, name, phone in rows]
    return FoundPeople(people[:MOST], more=len(people) > MOST)


def _last(phone: str) -> str:
    digits = "".join(sign for sign in phone if sign.isdigit())
    return digits[-LAST_DIGITS:]

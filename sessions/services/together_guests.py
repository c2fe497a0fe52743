"""Step 4 of a booking for two: guests become clients of one account and both times sessions, all or nothing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from massage_booking.accounts import services as accounts
from massage_booking.accounts.models import Client, User
from massage_booking.core.db import in_transaction
from sessions.models import MassageSession
from sessions.selectors.together import Pair
from sessions.services.together import Sessions, Terms, confirm_two


@dataclass(frozen=True)
class Contact:
    """What step 4 asked: a name for each who has none yet, and how to reach whoever books."""

    names: tuple[str, str]
    booker_name: str = ""
    email: str = ""
    phone: str = ""


def confirm(
    pair: Pair,
    *,
    held: Sequence[MassageSession],
    terms: Terms,
    contact: Contact,
    account: User | None,
    starts_at: datetime,
    now: datetime,
) -> Sessions:
    """Book the wanted time for two clients, who may still be guests without a name.

    Raises what `confirm_two` raises; then nothing was written, so that guests stay guests.
    """

    def work() -> Sessions:
        people = _locked(pair)
        known_address = _make_clients(people, contact=contact, account=account, now=now)
        seats = [replace(seat, client=person) for seat, person in zip(pair.seats, people, strict=True)]
        looks = [
            is_known or bool(assessment and assessment.needs_review)
            for is_known, assessment in zip(known_address, terms.assessments, strict=True)
        ]
        return confirm_two(
            replace(pair, first=seats[0], second=seats[1]),
            held=held,
            terms=replace(terms, needs_review=(looks[0], looks[1])),
            starts_at=starts_at,
            now=now,
        )

    return in_transaction(work)


def _locked(pair: Pair) -> list[Client]:
    """Return both clients, guests fresh and under a lock: nobody else books for them, so it may come first."""
    guests = [seat.client.pk for seat in pair.seats if seat.client.confirmed_at is None]
    rows = Client.objects.select_for_update(no_key=True, of=("self",)).filter(pk__in=guests).order_by("pk")
    found = {row.pk: row for row in rows}
    return [found.get(seat.client.pk, seat.client) for seat in pair.seats]


def _make_clients(people: Sequence[Client], *, contact: Contact, account: User | None, now: datetime) -> list[bool]:
    """Give guests name and account. Return for each whether an account with the typed address was there already."""
    known = [False, False]
    new = [index for index, person in enumerate(people) if person.confirmed_at is None]
    if not new:
        return known
    owner, made = account, True
    if owner is None:
        owner, made = accounts.account_for(email=contact.email, name=contact.booker_name, phone=contact.phone, now=now)
    for index in new:
        accounts.confirm_guest(
            client=people[index],
            account=owner,
            is_new_account=made,
            name=contact.names[index],
            email="" if account is not None else contact.email,
            phone=contact.phone,
            now=now,
        )
        known[index] = not made
    return known

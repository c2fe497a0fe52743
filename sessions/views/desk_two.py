"""A wish for two at the desk, as an address and a form say it: whom, what each has, with whom, in one room or not."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any, Final

from django.utils.http import urlencode
from django.utils.timezone import localdate

from massage_booking.accounts.models import Client
from massage_booking.accounts.selectors import search_clients
from massage_booking.core.parsing import to_date, to_month
from sessions import staff_messages
from sessions.forms.desk import SearchForm
from sessions.forms.together import SEATS
from sessions.selectors import phone, who
from sessions.selectors.together import Pair, Seat
from sessions.views.counter import ANYONE, AT_ONCE
from sessions.views.together_picker import AskedForTwo, PickerForTwo
from therapists.models import Service, Therapist
from therapists.selectors import services_to_book

# How many of those found are shown: whoever is on the phone can say more of the name.
FOUND_MOST: Final = 10
TITLES: Final = ("The first", "The second")


@dataclass(frozen=True)
class DeskSeat:
    """One of the two as far as it was chosen at the desk, and what can be chosen."""

    name: str
    data: Mapping[str, Any]
    services: list[Service]
    now: datetime

    @cached_property
    def client(self) -> Client | None:
        """Guests who are still filling in are nobody yet."""
        people = Client.objects.select_related("account").filter(confirmed_at__isnull=False)
        return people.filter(public_id=str(self.data.get(self.name, ""))[:22]).first()

    @cached_property
    def service(self) -> Service | None:
        slug = self.data.get(f"{self.name}_service")
        return next((service for service in self.services if service.slug == slug), None)

    @cached_property
    def therapists(self) -> list[Therapist]:
        if self.service is None:
            return list(Therapist.objects.filter(is_active=True).order_by("position", "name"))
        return who.offered_to(client=self.client, service=self.service, day=localdate(self.now))

    @cached_property
    def therapist(self) -> Therapist | None:
        slug = self.data.get(f"{self.name}_therapist")
        return next((person for person in self.therapists if person.slug == slug), None)

    @property
    def is_wrong_therapist(self) -> bool:
        """Say whether somebody was asked for who does not give this service."""
        return self.therapist is None and self.data.get(f"{self.name}_therapist") not in (None, "", ANYONE)

    @cached_property
    def judge(self) -> phone.Judge:
        assert self.client is not None
        return phone.assessor(client=self.client, now=self.now)

    @property
    def words(self) -> dict[str, str]:
        """Return what was chosen as an address and a form say it."""
        said = {
            self.name: self.client.public_id if self.client else "",
            f"{self.name}_service": self.service.slug if self.service else "",
            f"{self.name}_therapist": self.therapist.slug if self.therapist else "",
        }
        return {key: value for key, value in said.items() if value}

    @cached_property
    def search(self) -> SearchForm:
        return SearchForm(self.data, prefix=self.name)

    @cached_property
    def found(self) -> list[Client]:
        words = self.search.cleaned_data["q"].strip() if self.search.is_valid() else ""
        return list(search_clients(words)[:FOUND_MOST]) if words else []

    def seat(self) -> Seat:
        assert self.client is not None and self.service is not None
        allowed = phone.allowed_on(client=self.client, service=self.service, judge=self.judge, now=self.now)
        return Seat(self.client, self.service, self.therapist, allowed)


@dataclass(frozen=True)
class DeskTwo:
    """A wish for two at the desk: what was chosen so far, in an address or in a form."""

    data: Mapping[str, Any]
    now: datetime
    page: str

    @cached_property
    def seats(self) -> list[DeskSeat]:
        services = services_to_book()
        return [DeskSeat(name, self.data, services, self.now) for name in SEATS]

    @property
    def side_by_side(self) -> bool:
        return self.data.get("rooms") == "side"

    @property
    def words(self) -> dict[str, str]:
        said = {key: value for seat in self.seats for key, value in seat.words.items()}
        return {**said, **({"rooms": "side"} if self.side_by_side else {})}

    @cached_property
    def why_not(self) -> str:
        """Return what of the choice cannot be, in a sentence; nothing where all is well so far."""
        clients = [seat.client for seat in self.seats]
        if None not in clients and clients[0] == clients[1]:
            return staff_messages.SENTENCES["same_client_twice"]
        if any(seat.is_wrong_therapist for seat in self.seats):
            return "This therapist does not give this service."
        people = [seat.therapist for seat in self.seats]
        if people[0] is not None and people[0] == people[1]:
            return "One therapist can give one of the two. Choose somebody else for the other, or anyone."
        return ""

    @cached_property
    def pair(self) -> Pair | None:
        """Return what the engine is asked; None while something is missing."""
        if self.why_not or any(seat.client is None or seat.service is None for seat in self.seats):
            return None
        return Pair(*(seat.seat() for seat in self.seats), side_by_side=self.side_by_side, notice=AT_ONCE)

    def picker(self, pair: Pair, key: str) -> PickerForTwo:
        asked = AskedForTwo(
            service=pair.first.service,
            now=self.now,
            page=self.page,
            post_to=self.page,
            parameters=self.words,
            fields={**self.words, "key": key},
            pair=pair,
            notice=AT_ONCE,
        )
        return PickerForTwo(asked, to_month(self.data.get("month")), to_date(self.data.get("day")))

    def candidates(self) -> list[dict[str, Any]]:
        """Return for each of the two who was found, each with the address that chooses them."""
        rows = []
        for title, seat in zip(TITLES, self.seats, strict=True):
            others = {name: value for name, value in self.words.items() if name != seat.name}
            found = [
                (client, f"{self.page}?{urlencode({**others, seat.name: client.public_id})}") for client in seat.found
            ]
            change = f"{self.page}?{urlencode(others)}" if others else self.page
            rows.append({"title": title, "seat": seat, "found": found, "change": change, "others": others.items()})
        return rows

"""Fill an empty database with the cast's studio, open all week, and with people who are in the middle of booking.

python -m tests.concurrency.seed FILE '{"clients": 20, …}'    writes to FILE, as JSON, who there is and their cookies

- clients: known, signed in, their questions answered just now; each looks at Swedish, 60 minutes, with Ana
- staff: browsers of the desk and of the admin; of each therapist there is one anyway
- more: further therapists beside Ana and Uma
- sessions: of the clients, the first so many have a session booked, an hour and a quarter apart, from tomorrow
- requests: so many of the next have asked for one, and a therapist must say yes
- waiting: so many of the last stand in line, and a time is kept for each
- guests: nobody knows them yet; their questions are answered, and a time is kept for each
"""

import json
import os
import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")
django.setup()

FIRST_DAY = 12


def main(told: Path, wanted: dict[str, int]) -> None:
    from django.db import transaction

    with transaction.atomic():
        people = fill(wanted)
    told.write_text(json.dumps(people))


def fill(wanted: dict[str, int]) -> dict[str, Any]:
    from massage_booking.core import clock
    from tests import cast

    house = cast.make_house()
    now = clock.now()
    open_all_week(house, more=wanted.get("more", 0))
    clients = [known_client(house, number, now) for number in range(wanted.get("clients", 0))]
    therapists = [therapist_of(person) for person in all_therapists()]
    booked = [book(clients[number], number, now) for number in range(wanted.get("sessions", 0))]
    further = range(len(booked), len(booked) + wanted.get("requests", 0))
    asked = [book(clients[number], number, now, ask=True) for number in further]
    offers = wait(clients[len(clients) - wanted.get("waiting", 0) :], now) if wanted.get("waiting") else []
    return {
        "clients": [describe(client, house) for client in clients],
        "therapists": therapists,
        "desk": [cookie(house.desk) for _ in range(wanted.get("staff", 1))],
        "admin": [cookie(house.admin) for _ in range(wanted.get("staff", 1))],
        "sessions": booked,
        "requests": asked,
        "offers": offers,
        "guests": [guest(house, number, now) for number in range(wanted.get("guests", 0))],
        "places": [place.pk for place in house.tables],
    }


def open_all_week(house: Any, *, more: int) -> None:
    from tests import cast
    from therapists.models import WeeklyHours

    # All who race come from one address here, and may hold what they like.
    house.studio.holds_per_address = 30_000
    house.studio.notice_minutes = 60
    # Offers of the waitlist go out at any hour here.
    house.studio.quiet_from = house.studio.quiet_until = time(0)
    house.studio.save()
    for number in range(more):
        name = f"Therapist {number}"
        cast.make_therapist(
            name, user=cast.make_user(f"t{number}@stillwater.example", name), location=house.location,
            services=[house.swedish, house.swedish45],
        )  # fmt: skip
    WeeklyHours.objects.all().delete()
    WeeklyHours.objects.bulk_create(
        WeeklyHours(therapist=therapist, location=house.location, weekday=day, starts=time(6), ends=time(23))
        for therapist in all_therapists()
        for day in range(7)
    )


def all_therapists() -> list[Any]:
    from therapists.models import Therapist

    return list(Therapist.objects.order_by("pk"))


def therapist_of(therapist: Any) -> dict[str, Any]:
    return {"pk": therapist.pk, "slug": therapist.slug, "sid": cookie(therapist.user)}


def known_client(house: Any, number: int, now: datetime) -> Any:
    """Make somebody who has been here before and has answered just now."""
    from tests import cast

    user = cast.make_user(f"client{number}@example.com", f"Client {number}")
    client = cast.make_client(f"Client {number}", account=user, born=date(1980, 1, 1))
    cast.answer(client, now=now)
    return client


def describe(client: Any, house: Any) -> dict[str, Any]:
    return {
        "public_id": client.public_id,
        "pk": client.pk,
        "sid": cookie(client.account, booking={"client": client.public_id, "service": house.swedish.slug}),
        "plan": plan_of(client, house),
    }


def plan_of(client: Any, house: Any) -> list[Any]:
    """Give a client a rhythm, and return what a letter's link that proposes a time is made of."""
    from sessions.models import Plan

    plan = Plan.objects.create(
        client=client, interval_days=14, service=house.swedish, therapist=house.ana, accepted_at=client.created_at
    )
    return [plan.pk, plan.nonce, house.swedish.pk, house.ana.pk]


def cookie(user: Any, **state: Any) -> str:
    """Sign somebody in and return the browser's cookie."""
    from django.conf import settings
    from django.test import Client as Browser

    browser = Browser()
    browser.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    session = browser.session
    session.update(state)
    session.save()
    return browser.cookies[settings.SESSION_COOKIE_NAME].value


def book(client: Any, number: int, now: datetime, *, ask: bool = False) -> dict[str, Any]:
    """Book by the service, one after another over the therapists' days."""
    from massage_booking.studio import selectors as studio_selectors
    from sessions.selectors import offer
    from sessions.services import booking
    from therapists.models import Service

    therapists = all_therapists()
    zone = studio_selectors.require().tz
    # No more at once than there are tables.
    at_once = min(3, len(therapists))
    day = now.astimezone(zone).date() + timedelta(days=FIRST_DAY + number // (at_once * 8))
    slot = number // at_once % 8
    local = datetime.combine(day, time(8), zone) + timedelta(minutes=90 * slot)
    session = booking.book(
        client=client, service=Service.objects.get(slug="swedish-60"), therapist=therapists[number % len(therapists)],
        starts_at=local, assessment=offer.assess(client=client, starts_at=local, now=now), via="web",
        actor=client.account, by="client", now=now, needs_review=ask,
    )  # fmt: skip
    return {
        "public_id": session.public_id,
        "pk": session.pk,
        "therapist": number % len(therapists),
        "client": number,
        "starts_at": session.starts_at.isoformat(),
    }


def wait(clients: list[Any], now: datetime) -> list[dict[str, Any]]:
    """Put people in line and let a round keep a time for each; return the links of their letters."""
    from massage_booking.studio import selectors as studio_selectors
    from sessions import links
    from sessions.domain.waitlist import Window
    from sessions.models import WaitlistOffer
    from sessions.services import waitlist
    from therapists.models import Service

    today = now.astimezone(studio_selectors.require().tz).date()
    # Not within a day: of that nobody is reminded.
    window = Window(today + timedelta(days=3), today + timedelta(days=11), frozenset(range(7)), None, None)
    service = Service.objects.get(slug="swedish-60")
    for client in clients:
        waitlist.join(client=client, service=service, therapist=None, window=window, now=now)
    waitlist.offer_free(now=now)
    kept = WaitlistOffer.objects.select_related("entry__client").filter(entry__client__in=clients).order_by("pk")
    return [{"token": links.make_waitlist(offer), "client": offer.entry.client_id} for offer in kept]


def guest(house: Any, number: int, now: datetime) -> dict[str, Any]:
    """Bring a visitor without an account as far as the last page."""
    from django.conf import settings
    from django.test import Client as Browser

    from massage_booking.accounts import services as accounts
    from massage_booking.accounts.permissions import GUEST_CLIENTS
    from sessions.services import holds
    from tests import cast

    client = accounts.start_guest(date_of_birth=date(1985, 4, 3), relation="self", now=now)
    cast.answer(client, now=now)
    starts_at = datetime.combine(now.date() + timedelta(days=30 + number), time(12), house.studio.tz)
    browser = f"guest-{number}"
    holds.hold(
        service=house.swedish, therapist=house.ana, starts_at=starts_at, browser=browser, address="", signed_in=False,
        now=now,
    )  # fmt: skip
    visitor = Browser()
    session = visitor.session
    state = {"client": client.public_id, "service": house.swedish.slug, "therapist": house.ana.slug}
    session.update({"booking": state, "browser": browser, GUEST_CLIENTS: [client.public_id]})
    session.save()
    return {"sid": visitor.cookies[settings.SESSION_COOKIE_NAME].value, "starts_at": starts_at.isoformat()}


if __name__ == "__main__":
    main(Path(sys.argv[1]), json.loads(sys.argv[2]))

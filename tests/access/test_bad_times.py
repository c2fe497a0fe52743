"""Nonsense at every address that books or moves: never an error page, nothing written, and a sentence that says why."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.core.ids import new_public_id
from sessions import links, messages
from sessions.models import MassageSession, Plan
from sessions.selectors.openings import Opening
from tests import cast
from tests.access.addresses import browser_of
from tests.reading import text_of

pytestmark = pytest.mark.django_db

DAY = cast.at(10, days=8)


def at(moment: Any) -> str:
    return moment.isoformat()


# What is sent as the time -> what must be said; None: it cannot be read as a time at all.
TIMES: dict[str, tuple[str, str]] = {
    "an hour ago": (at(cast.NOW - timedelta(hours=1)), "That time is over."),
    "ten years ago": (at(DAY - timedelta(days=3650)), "That time is over."),
    "in ten years": (at(DAY + timedelta(days=3650)), "90 days"),
    "off the grid": (at(DAY + timedelta(minutes=7)), "Sessions start every 15 minutes."),
    "odd seconds": (at(DAY + timedelta(seconds=1)), "Sessions start every 15 minutes."),
    "at night": (at(DAY.replace(hour=2)), "at that time."),
    "naive": ("2026-06-09T09:00:00", ""),
    "a date": ("2026-06-09", ""),
    "nothing": ("", ""),
    "words": ("tomorrow at ten", ""),
    "the year 0": ("0000-06-09T09:00:00+00:00", ""),
    "the year 9999": ("9999-12-31T23:59:59+00:00", ""),
    "an odd offset": ("2026-06-09T09:00:00+99:99", ""),
    "2^63": (str(2**63), ""),
    "a range": ("2026-06-09T09:00:00+00:00/2036-06-09T09:00:00+00:00", ""),
    "very long": ("9" * 5000, ""),
}
UNREADABLE = "We could not read that time."


class Place:
    """An address that books or moves, who sends, and what beside the time."""

    def __init__(self, address: str, role: str, **more: str) -> None:
        self.address, self.role, self.more = address, role, more


def places(house: cast.House) -> dict[str, Place]:
    """Return every form that takes a time: Nadia's, with her session on another day."""
    for client in (house.nadia, house.ben):
        cast.answer(client)
    session = cast.book(house, starts_at=cast.at(14, days=9))
    plan = Plan.objects.create(
        client=house.ben, interval_days=14, service=house.swedish, therapist=house.ana, accepted_at=cast.NOW
    )
    opening = Opening(DAY, house.swedish, house.ana, house.location.pk)
    return {
        "hold": Place(reverse("sessions:hold"), "anonymous"),
        "confirm": Place(reverse("sessions:confirm"), "nadia", accepts="on"),
        "desk books": Place(reverse("sessions:desk_book", args=[house.ben.public_id]), "dora"),
        "desk moves": Place(reverse("sessions:desk_move", args=[session.public_id]), "dora"),
        "client moves": Place(reverse("sessions:move", args=[session.public_id]), "nadia"),
        "moved by link": Place(reverse("sessions:manage_move", args=[links.make(session)]), "anonymous"),
        "nudge": Place(reverse("sessions:nudge", args=[links.make_offer(plan, opening)]), "anonymous"),
    }


NAMES = ["hold", "confirm", "desk books", "desk moves", "client moves", "moved by link", "nudge"]


def sent(house: cast.House, form_of: Place, /, **changed: str) -> tuple[Any, str]:
    """Send the form and return the answer, and what the person reads in the end."""
    browser = browser_of(house, form_of.role)
    if form_of.address == reverse("sessions:confirm"):
        body = {"service": house.swedish.slug, "therapist": house.ana.slug, "whom": house.nadia.public_id}
        browser.post(reverse("sessions:book"), body)
    form = {
        "service": house.swedish.slug, "therapist": house.ana.slug, "starts_at": DAY.isoformat(),
        "key": new_public_id(), **form_of.more, **changed,
    }  # fmt: skip
    response = browser.post(form_of.address, form)
    page = response
    for _ in range(3):
        if page.status_code not in (301, 302, 303):
            break
        page = browser.get(page["Location"])
    return response, text_of(page)


def rows() -> list[tuple[Any, ...]]:
    return list(
        MassageSession.objects.order_by("pk").values_list("status", "starts_at", "price", "therapist", "service")
    )


@pytest.mark.parametrize("name", NAMES)
def test_a_time_that_cannot_be_is_refused_with_a_sentence(house: cast.House, monday: Any, name: str) -> None:
    place, failed = places(house)[name], []
    before = rows()
    for what, (starts_at, sentence) in TIMES.items():
        response, read = sent(house, place, starts_at=starts_at)
        is_said = sentence in read if sentence else UNREADABLE in read
        if response.status_code >= 500 or not is_said or rows() != before:
            failed.append((what, response.status_code, len(rows()) - len(before), read[:300]))
    assert failed == []


@pytest.mark.parametrize("name", [name for name in NAMES if "move" not in name and name != "nudge"])
def test_a_service_that_is_none_books_nothing(house: cast.House, monday: Any, name: str) -> None:
    place = places(house)[name]
    before = rows()

    for service in ("swedish-600", "nonsense", "1", str(2**63), "swedish 60", ""):
        response, read = sent(house, place, service=service)
        assert response.status_code < 500 and read
        assert rows() == before, service


@pytest.mark.parametrize("name", NAMES)
def test_what_a_form_says_of_price_length_or_status_counts_for_nothing(
    house: cast.House, monday: Any, name: str
) -> None:
    place = places(house)[name]
    tampered = {
        "price": "0.01", "currency": "XXX", "minutes": "600", "status": "done", "ends_at": at(DAY), "fee": "-9",
        "blocked_until": at(DAY), "client": "1", "place": "4711", "needs_review": "", "fee_waived": "on",
    }  # fmt: skip

    response, _ = sent(house, place, **tampered)

    assert response.status_code < 500
    [row] = MassageSession.objects.filter(starts_at=DAY)
    assert (row.price, row.currency, row.minutes) == (house.swedish.price, "EUR", 60)
    assert (row.blocked_until - row.ends_at, row.status) == (
        timedelta(minutes=15), "held" if name == "hold" else "booked",
    )  # fmt: skip
    assert (row.fee, row.fee_waived, row.place in house.tables) == (None, False, True)


@pytest.mark.parametrize("name", NAMES)
def test_signs_that_no_form_of_ours_sends_are_no_error_of_ours(house: cast.House, monday: Any, name: str) -> None:
    place = places(house)[name]

    for garbage in ("\x00", "a\x00b", "'; DROP TABLE massage_session; --", "💆" * 300, "../" * 40):
        for field in ("service", "therapist", "starts_at", "key"):
            before = rows()
            response, _ = sent(house, place, **{field: garbage})
            assert response.status_code < 500, (field, garbage)
            is_about_what = field in ("starts_at", "service") and "move" not in name and name != "nudge"
            assert rows() == before or not is_about_what, (field, garbage)


RANGES: dict[str, Callable[[cast.House], tuple[str, str]]] = {
    "find": lambda house: (reverse("sessions:find"), "anonymous"),
    "time": lambda house: (reverse("sessions:time"), "nadia"),
    "desk": lambda house: (reverse("sessions:desk"), "dora"),
    "calendar": lambda house: (reverse("sessions:calendar"), "ana"),
    "week": lambda house: (reverse("sessions:calendar_week"), "ana"),
    "events": lambda house: (reverse("sessions:calendar_events"), "ana"),
    "desk books": lambda house: (reverse("sessions:desk_book", args=[house.nadia.public_id]), "dora"),
}
QUERIES = [
    "start=2016-06-01T00:00:00Z&end=2036-06-01T00:00:00Z",
    "from=2016-06-01&to=2036-06-01",
    "day=2200-01-01&month=2199-12",
    "day=1900-01-01&month=1900-01",
    f"day={2**63}&month={2**63}&week={2**63}",
    "start=2026-06-01&end=2026-06-08&start=2036-01-01",
    "week=2036-W99",
]


@pytest.mark.parametrize("query", QUERIES)
@pytest.mark.parametrize("name", list(RANGES))
def test_a_range_of_ten_years_is_cut_or_refused(
    house: cast.House, monday: Any, name: str, query: str, django_assert_max_num_queries: Any
) -> None:
    address, role = RANGES[name](house)
    browser: Browser = browser_of(house, role)
    browser.get(address)

    with django_assert_max_num_queries(80):
        response = browser.get(f"{address}?service=swedish-60&therapist=ana-quiroga&{query}")

    assert response.status_code < 500


def test_every_sentence_here_is_one_of_ours() -> None:
    said = {sentence for _, sentence in TIMES.values() if sentence}
    filled = {"grid_minutes": "15", "horizon_days": "90"}
    known = " ".join(
        re.sub(r"\{(.*?)\}", lambda name: filled.get(name[1], "…"), sentence)
        for sentence in messages.SENTENCES.values()
    )

    assert [sentence for sentence in said if sentence not in known] == []

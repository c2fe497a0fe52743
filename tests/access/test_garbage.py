"""Whatever is typed into an address or a form, there is no error page of ours: every address, every kind of garbage."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client as Browser

from tests import cast
from tests.access.addresses import Things, browser_of
from tests.access.test_who_may_what import all_names

pytestmark = pytest.mark.django_db

GARBAGE = [
    "%00",
    "a%00b",
    "%ff%fe",
    "9223372036854775808",
    "-1",
    "0000-00",
    "0000-00-00",
    "9999-99",
    "2026-13-45",
    "0001-01-01",
    "10000-01-01",
    "2026-06-01T09:00:00+99:99",
    "2026-06-01T09:00:00",
    "99999999999999999999999999",
    "'%22%3E%3Cscript%3E",
    "%F0%9F%92%86",
    "a" * 3000,
    "",
]
PARAMETERS = [
    "service",
    "therapist",
    "month",
    "day",
    "starts_at",
    "q",
    "page",
    "reason",
    "language",
    "date",
    "week",
    "from",
    "next",
]
FIELDS = [
    "service",
    "therapist",
    "starts_at",
    "client",
    "relation",
    "date_of_birth",
    "name",
    "email",
    "phone",
    "key",
    "policy",
    "revision",
    "rules",
    "none",
    "ticks",
    "answer",
    "agree",
    "version",
    "outcome",
    "interval_days",
    "paused_until",
    "login",
    "code",
]


def decoded(garbage: str) -> str:
    from urllib.parse import unquote_to_bytes

    return unquote_to_bytes(garbage).decode("utf-8", "surrogateescape")


# Every kind of garbage meets every role, and a share of the addresses; all of them with each other is a drill.
SHARES = [pytest.param(8, id="share"), pytest.param(1, id="all", marks=pytest.mark.drill)]


def pairs(share: int) -> Iterator[tuple[str, str]]:
    """Yield (name of an address, garbage), every `share`-th combination; each name and each garbage comes up."""
    for place, name in enumerate(all_names()):
        for number, garbage in enumerate(GARBAGE):
            if (place + number) % share == 0:
                yield name, garbage


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("role", ["anonymous", "nadia", "ana", "adam"])
def test_garbage_in_an_address_is_never_our_fault(house: cast.House, monday: Any, role: str, share: int) -> None:
    things = Things(house)
    browser = browser_of(house, role)
    failed = []
    for name, garbage in pairs(share):
        query = "&".join(f"{parameter}={garbage}" for parameter in PARAMETERS)
        response = browser.get(f"{things.filled(name)}?{query}")
        if response.status_code >= 500:
            failed.append((name, garbage[:40], response.status_code))
    assert failed == []


@pytest.mark.parametrize("share", SHARES)
@pytest.mark.parametrize("role", ["anonymous", "nadia", "ana", "dora"])
def test_garbage_in_a_form_is_never_our_fault(house: cast.House, monday: Any, role: str, share: int) -> None:
    things = Things(house)
    failed = []
    for name, garbage in pairs(share):
        browser = browser_of(house, role)
        body = "&".join(f"{field}={garbage}" for field in FIELDS)
        response = browser.post(things.filled(name), body, content_type="application/x-www-form-urlencoded")
        if response.status_code >= 500:
            failed.append((name, garbage[:40], response.status_code))
    assert failed == []


@pytest.mark.parametrize("garbage", ["%00", "%ff", "9223372036854775808", "..%2f..%2f", "%F0%9F%92%86", "a" * 500])
def test_garbage_inside_a_path_is_never_our_fault(house: cast.House, garbage: str) -> None:
    browser = Browser(raise_request_exception=False)
    paths = [
        f"/therapists/{garbage}/",
        f"/sessions/{garbage}/",
        f"/sessions/manage/{garbage}/",
        f"/sessions/nudge/{garbage}/",
        f"/sessions/calendar/{garbage}/",
        f"/screening/answers/{garbage}/",
        f"/{garbage}",
        f"/account/people/{garbage}/",
        f"/therapists/{garbage}/portrait/",
        f"/mailbox/{garbage}/",
        f"/admin/{garbage}/",
    ]

    assert {path: browser.get(path).status_code for path in paths if browser.get(path).status_code >= 500} == {}

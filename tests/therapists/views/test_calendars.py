"""A therapist's own page of calendars kept elsewhere."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from massage_booking.accounts.models import User
from massage_booking.core.intervals import minute_before
from tests import cast
from tests.reading import text_of
from tests.therapists.outside.elsewhere import CALENDAR
from therapists import reading
from therapists.domain.outside import Busy
from therapists.models import OutsideBusy, OutsideCalendar
from therapists.reading import Read, Unread

SignIn = Callable[[User], Browser]
PAGE = "/therapists/calendars/"
SECRET = "https://calendar.example/ana.ics?token=secret"

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def ana(house: cast.House, sign_in: SignIn) -> Browser:
    assert house.ana.user is not None
    return sign_in(house.ana.user)


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> list[Read | Unread]:
    """What the other side says, one after the other."""
    found: list[Read | Unread] = []

    def read_address(url: str, **asked: Any) -> Read:
        answer = found.pop(0)
        if isinstance(answer, Unread):
            raise answer
        return answer

    monkeypatch.setattr(reading, "read_address", read_address)
    return found


def busy() -> Read:
    return Read([Busy(minute_before(cast.at(9, days=1)), minute_before(cast.at(10, days=1)))])


def file_of(data: bytes = CALENDAR) -> SimpleUploadedFile:
    return SimpleUploadedFile("diary.ics", data, content_type="text/calendar")


def test_a_calendar_is_added_read_read_again_and_removed(
    house: cast.House, ana: Browser, answers: list[Read | Unread], monday: Any
) -> None:
    answers += [busy(), Unread("address_gone")]

    added = ana.post(PAGE, {"address-url": "webcal://calendar.example/ana.ics?token=secret", "address-name": "Choir"})

    assert (added.status_code, added["Location"]) == (302, PAGE)
    said = text_of(ana.get(PAGE))
    assert "“Choir” was read. Nobody can book you in its busy times." in said
    assert "Choir calendar.example Last read Mon 1 Jun, 8:00; 1 busy time ahead." in said
    calendar = OutsideCalendar.objects.get()
    assert (calendar.therapist, calendar.url) == (house.ana, SECRET)

    at = f"{PAGE}{calendar.public_id}"
    ana.post(f"{at}/read/")
    assert "It was read a moment ago." in text_of(ana.get(PAGE))

    monday.shift(120)
    ana.post(f"{at}/read/")
    said = text_of(ana.get(PAGE))
    assert "“Choir” could not be read. There is no calendar at this address any more." in said
    assert "Until then what was read before counts." in said
    assert OutsideBusy.objects.count() == 1

    ana.post(f"{at}/remove/")
    assert not OutsideCalendar.objects.exists()
    assert "None. Only your hours and time off here count." in text_of(ana.get(PAGE))


def test_the_page_says_what_is_kept_and_never_shows_the_secret_address(
    house: cast.House, ana: Browser, answers: list[Read | Unread]
) -> None:
    answers.append(busy())
    ana.post(PAGE, {"address-url": SECRET})

    response = ana.get(PAGE)

    assert "what an entry is for, where and with whom is never read" in text_of(response)
    assert "secret" not in response.content.decode().replace("secret address", "")


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("", "This field is required."),
        ("http://calendar.example/a.ics", "Only addresses that begin with https:// or webcal:// are read"),
        ("calendar", "Only addresses that begin with https:// or webcal:// are read"),
        ("https://", "This is not an address."),
        ("https://ana:x@calendar.example/", "This address has a name and a password in it."),
        ("https://calendar.example/" + "a" * 1000, "Ensure this value has at most 1000 characters"),
    ],
)
def test_an_address_that_is_never_read_is_refused(house: cast.House, ana: Browser, url: str, told: str) -> None:
    response = ana.post(PAGE, {"address-url": url})

    assert response.status_code == 200
    assert told in text_of(response)
    assert not OutsideCalendar.objects.exists()


def test_this_machine_is_never_read(house: cast.House, ana: Browser) -> None:
    """Through everything: the page, the service, the process of its own, the look-up and the check."""
    ana.post(PAGE, {"address-url": "https://127.0.0.1/a.ics"})

    assert "This address leads into a private network, which is never read." in text_of(ana.get(PAGE))
    calendar = OutsideCalendar.objects.get()
    assert (calendar.error, calendar.read_at) == ("address_private", None)


def test_a_file_is_read_and_replaced(house: cast.House, ana: Browser) -> None:
    ana.post(f"{PAGE}add-file/", {"file-file": file_of(), "file-name": "Diary"})

    assert "Diary From a file given Mon 1 Jun, 8:00; 1 busy time ahead." in text_of(ana.get(PAGE))
    assert list(house.ana.outside_busy.values_list("starts_at", "ends_at")) == [
        (cast.at(10, days=1), cast.at(11, days=1))
    ]

    calendar = OutsideCalendar.objects.get()
    ana.post(f"{PAGE}{calendar.public_id}/file/", {"file": file_of(CALENDAR.replace(b"0602T", b"0603T"))})
    assert "The new file stands for “Diary” now." in text_of(ana.get(PAGE))
    assert list(house.ana.outside_busy.values_list("starts_at", flat=True)) == [cast.at(10, days=2)]

    ana.post(f"{PAGE}{calendar.public_id}/file/", {"file": file_of(b"<html>")})
    assert "What was read is not a calendar." in text_of(ana.get(PAGE))
    ana.post(f"{PAGE}{calendar.public_id}/read/")
    assert "This one came from a file." in text_of(ana.get(PAGE))
    assert OutsideBusy.objects.count() == 1


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({}, "This field is required."),
        ({"file-file": file_of(b"<html>")}, "What was read is not a calendar."),
        ({"file-file": file_of(b"x" * (5 * 2**20 + 1))}, "This calendar is larger than 5 MB."),
        ({"file-file": file_of(b"")}, "The submitted file is empty."),
    ],
    ids=["nothing", "a page", "too big", "empty"],
)
def test_a_file_that_cannot_be_read_is_refused(
    house: cast.House, ana: Browser, data: dict[str, Any], told: str
) -> None:
    response = ana.post(f"{PAGE}add-file/", data)

    assert response.status_code == 200
    assert told in text_of(response)
    assert not OutsideCalendar.objects.exists()


@pytest.mark.parametrize("act", ["read", "file", "remove"])
def test_nobody_touches_anothers_calendar(house: cast.House, ana: Browser, act: str) -> None:
    other = OutsideCalendar.objects.create(therapist=house.uma, name="Uma's", created_at=cast.NOW)

    assert [ana.post(f"{PAGE}{key}/{act}/").status_code for key in (other.public_id, "x", "9" * 300)] == [404] * 3
    assert "Uma" not in text_of(ana.get(PAGE)).replace("Uma Ruiz", "")
    assert OutsideCalendar.objects.get() == other


def test_the_queries_do_not_grow_with_the_calendars(
    house: cast.House, ana: Browser, django_assert_max_num_queries: Any
) -> None:
    counts = []
    for number in (1, 2, 3):
        OutsideCalendar.objects.create(therapist=house.ana, name=f"Number {number}", created_at=cast.NOW)
        ana.get(PAGE)
        with django_assert_max_num_queries(12) as asked:
            ana.get(PAGE)
        counts.append(len(asked))
    assert counts[0] == counts[2]

"""Calendars kept elsewhere: added, read, read again, failing, removed; and what clients can book then."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from massage_booking.core.intervals import MinuteSpan, minute_before
from sessions.ics import uid_of
from sessions.selectors.openings import openings
from tests import cast
from therapists import reading, services
from therapists.domain.outside import Busy
from therapists.fetching import Known
from therapists.messages import SENTENCES, sentence
from therapists.models import OutsideBusy, OutsideCalendar
from therapists.reading import Read, Unread
from therapists.services import calendars

pytestmark = pytest.mark.django_db

URL = "https://calendar.example/ana.ics?token=secret"


class Other:
    """The other side: what it answers, and what it was asked."""

    def __init__(self) -> None:
        self.answer: Read | Unread = Read([])
        self.asked: list[dict[str, Any]] = []

    def read_address(self, url: str, **asked: Any) -> Read:
        self.asked.append({"url": url, **asked})
        if isinstance(self.answer, Unread):
            raise self.answer
        return self.answer


@pytest.fixture
def other(monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    there = Other()
    monkeypatch.setattr(reading, "read_address", there.read_address)
    yield there


def busy(starts_at: datetime, minutes: int = 60, uid: str = "") -> Busy:
    return Busy(minute_before(starts_at), minute_before(starts_at) + minutes, uid)


def add(house: cast.House, **more: Any) -> OutsideCalendar:
    return services.add_calendar(**{"therapist": house.ana, "name": "", "url": URL, "now": cast.NOW, **more})


def read(calendar: OutsideCalendar, *, now: datetime = cast.NOW) -> bool:
    calendar.refresh_from_db()
    went_well = services.read_calendar(calendar=calendar, now=now)
    calendar.refresh_from_db()
    return went_well


def spans(house: cast.House) -> list[tuple[datetime, datetime]]:
    return list(house.ana.outside_busy.values_list("starts_at", "ends_at"))


def starts_tomorrow(house: cast.House) -> list[str]:
    tomorrow = cast.TODAY + timedelta(days=1)
    found = openings(service=house.swedish, first=tomorrow, last=tomorrow, now=cast.NOW, therapist=house.ana)
    return [f"{opening.starts_at.astimezone(house.studio.tz):%H:%M}" for opening in found]


def test_busy_times_elsewhere_cannot_be_booked(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9, days=1), 360)], known=Known("7", "Monday"))
    calendar = add(house)

    assert read(calendar)

    assert starts_tomorrow(house) == ["15:00", "15:15", "15:30", "15:45", "16:00"]
    assert spans(house) == [(cast.at(9, days=1), cast.at(15, days=1))]
    assert (calendar.name, calendar.read_at, calendar.error) == ("calendar.example", cast.NOW, "")
    assert (calendar.etag, calendar.last_modified) == ("7", "Monday")


def test_it_is_read_as_far_as_anybody_can_ever_book(house: cast.House, other: Other) -> None:
    read(add(house))

    (asked,) = other.asked
    window: MinuteSpan = asked["window"]
    assert window == (minute_before(cast.at(0, days=-1)), minute_before(cast.at(0, days=366)))
    assert (asked["zone"], asked["own_ending"]) == ("Europe/Dublin", "@massage-session")


def test_times_that_touch_or_overlap_are_kept_as_one(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9)), busy(cast.at(10)), busy(cast.at(10, 30)), busy(cast.at(14))])

    read(add(house))

    assert spans(house) == [(cast.at(9), cast.at(11, 30)), (cast.at(14), cast.at(15))]


def test_a_session_from_here_that_comes_back_does_not_block_and_one_from_another_studio_does(
    house: cast.House, other: Other
) -> None:
    session = cast.book(house)
    other.answer = Read(
        [
            busy(cast.at(10, days=1), uid=uid_of(session)),
            busy(cast.at(14, days=1), uid="of-another-studio@massage-session"),
        ]
    )

    read(add(house))

    assert spans(house) == [(cast.at(14, days=1), cast.at(15, days=1))]


def test_while_the_address_fails_what_was_read_before_counts(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9, days=1), 360)])
    calendar = add(house)
    read(calendar)
    later = cast.NOW + timedelta(minutes=30)
    other.answer = Unread("address_unreachable")

    assert not read(calendar, now=later)

    assert (calendar.error, calendar.read_at, calendar.tried_at) == ("address_unreachable", cast.NOW, later)
    assert len(spans(house)) == 1

    other.answer = Read([])
    assert read(calendar, now=later + timedelta(minutes=30))
    assert (calendar.error, spans(house)) == ("", [])


def test_what_stayed_the_same_is_not_written_again(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9)), busy(cast.at(14))])
    calendar = add(house)
    read(calendar)
    before = set(OutsideBusy.objects.values_list("pk", flat=True))
    other.answer = Read([busy(cast.at(14)), busy(cast.at(17))])

    read(calendar, now=cast.NOW + timedelta(hours=1))

    assert len(before & set(OutsideBusy.objects.values_list("pk", flat=True))) == 1
    assert spans(house) == [(cast.at(14), cast.at(15)), (cast.at(17), cast.at(18))]


def test_on_the_same_day_it_asks_whether_it_is_still_the_same_and_on_a_new_day_for_all(
    house: cast.House, other: Other
) -> None:
    other.answer = Read([busy(cast.at(9))], known=Known("7", ""))
    calendar = add(house)
    read(calendar)
    other.answer = Read(None)

    read(calendar, now=cast.NOW + timedelta(hours=1))
    assert len(spans(house)) == 1
    other.answer = Read([], known=Known("8", ""))
    read(calendar, now=cast.NOW + timedelta(days=1))

    assert [asked["known"] for asked in other.asked] == [Known(), Known("7", ""), Known()]
    assert (calendar.etag, spans(house)) == ("8", [])


def test_after_entries_that_could_not_be_read_it_asks_for_all_again(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9))], is_partial=True, known=Known("7", ""))
    calendar = add(house)
    read(calendar)
    assert (calendar.error, len(spans(house))) == ("partly_read", 1)

    read(calendar, now=cast.NOW + timedelta(hours=1))

    assert other.asked[1]["known"] == Known()


def test_two_readings_at_once_ask_once(house: cast.House, other: Other) -> None:
    calendar = add(house)
    read(calendar)

    with pytest.raises(Refused) as refusal:
        read(calendar, now=cast.NOW + timedelta(seconds=59))

    assert sentence(refusal.value) == "It was read a moment ago. Try again in a minute."
    assert read(calendar, now=cast.NOW + timedelta(minutes=1))
    assert len(other.asked) == 2


def test_each_half_hour_those_whose_time_has_come_are_read(house: cast.House, other: Other) -> None:
    add(house)
    services.add_calendar(therapist=house.uma, name="", url=URL, now=cast.NOW)
    gone = cast.make_therapist("Gone", location=house.location)
    services.add_calendar(therapist=gone, name="", url=URL, now=cast.NOW)
    gone.is_active = False
    gone.save()
    OutsideCalendar.objects.create(therapist=house.ana, name="A file", created_at=cast.NOW)

    counts = [services.read_calendars(now=cast.NOW + timedelta(minutes=minutes)) for minutes in (0, 29, 30)]

    assert [row["read"] for row in counts] == [2, 0, 2]


def test_one_that_fails_does_not_keep_the_others_from_being_read(house: cast.House, other: Other) -> None:
    add(house)
    other.answer = Unread("address_gone")

    assert services.read_calendars(now=cast.NOW) == {"read": 0, "failed": 1, "forgotten": 0}
    assert services.read_calendars(now=cast.NOW + timedelta(minutes=29))["failed"] == 0
    assert services.read_calendars(now=cast.NOW + timedelta(minutes=30))["failed"] == 1


def test_machines_that_take_their_time_do_not_keep_everything_else_waiting(
    house: cast.House, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        add(house, url=f"https://calendar.example/{number}")
    clock = iter(range(0, 1000, 30))
    monkeypatch.setattr(calendars.time, "monotonic", lambda: next(clock))

    first = services.read_calendars(now=cast.NOW)
    second = services.read_calendars(now=cast.NOW)

    assert (first["read"], second["read"]) == (1, 1)
    assert len({asked["url"] for asked in other.asked}) == 2  # never the same one twice


def test_busy_times_that_are_over_are_forgotten(house: cast.House, other: Other) -> None:
    calendar = OutsideCalendar.objects.create(therapist=house.ana, name="A file", created_at=cast.NOW)
    for days in (-3, -1, 1):
        OutsideBusy.objects.create(
            calendar=calendar, therapist=house.ana, starts_at=cast.at(9, days=days), ends_at=cast.at(10, days=days)
        )

    assert services.read_calendars(now=cast.NOW)["forgotten"] == 1
    assert [starts for starts, _ in spans(house)] == [cast.at(9, days=-1), cast.at(9, days=1)]


def test_removed_it_gives_its_times_back(house: cast.House, other: Other) -> None:
    other.answer = Read([busy(cast.at(9, days=1), 480)])
    calendar = add(house)
    read(calendar)
    assert starts_tomorrow(house) == []

    services.remove_calendar(calendar=calendar, now=cast.NOW)

    assert len(starts_tomorrow(house)) == 29
    assert not OutsideBusy.objects.exists()


def test_one_removed_while_it_is_read_leaves_nothing(
    house: cast.House, other: Other, monkeypatch: pytest.MonkeyPatch
) -> None:
    calendar = add(house)

    def read_address(url: str, **asked: Any) -> Read:
        OutsideCalendar.objects.all().delete()
        return Read([busy(cast.at(9))])

    monkeypatch.setattr(reading, "read_address", read_address)
    services.read_calendar(calendar=calendar, now=cast.NOW)

    assert not OutsideBusy.objects.exists()


def test_the_same_address_twice_is_one_calendar(house: cast.House) -> None:
    assert add(house) == add(house, url=URL.replace("https", "webcal"), name="Again")
    assert OutsideCalendar.objects.count() == 1


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("http://calendar.example/a.ics", "address_not_https"),
        ("", "address_unclear"),
        ("https://ana:x@calendar.example/", "address_with_password"),
    ],
)
def test_an_address_that_is_never_read_is_not_added(house: cast.House, url: str, code: str) -> None:
    with pytest.raises(Refused, match=code):
        add(house, url=url)
    assert not OutsideCalendar.objects.exists()


def test_there_is_an_end_to_how_many(house: cast.House) -> None:
    for number in range(calendars.MOST_CALENDARS):
        add(house, url=f"https://calendar.example/{number}")

    with pytest.raises(Refused) as refusal:
        add(house, url="https://calendar.example/one-more")

    assert sentence(refusal.value) == "10 calendars are the most. Remove one that you do not need any more."


def test_a_file_is_read_once_and_replaced_by_the_next(house: cast.House, monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([Read([busy(cast.at(9))]), Read([busy(cast.at(14))])])
    monkeypatch.setattr(reading, "read_file", lambda data, **asked: next(answers))

    calendar = services.add_calendar_file(therapist=house.ana, name="", data=b"x", now=cast.NOW)
    assert (calendar.name, calendar.url, spans(house)) == ("From a file", "", [(cast.at(9), cast.at(10))])

    services.replace_calendar_file(calendar=calendar, data=b"y", now=cast.NOW + timedelta(days=1))
    calendar.refresh_from_db()
    assert spans(house) == [(cast.at(14), cast.at(15))]
    assert calendar.read_at == cast.NOW + timedelta(days=1)
    with pytest.raises(Refused, match="calendar_is_file"):
        services.read_calendar(calendar=calendar, now=cast.NOW)


def test_a_file_that_cannot_be_read_leaves_everything_as_it_was(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unread(data: bytes, **asked: Any) -> Read:
        raise Unread("not_a_calendar")

    monkeypatch.setattr(reading, "read_file", unread)

    with pytest.raises(Refused, match="not_a_calendar"):
        services.add_calendar_file(therapist=house.ana, name="", data=b"x", now=cast.NOW)
    with pytest.raises(Refused, match="file_too_big"):
        services.add_calendar_file(therapist=house.ana, name="", data=b"x" * (5 * 2**20 + 1), now=cast.NOW)
    assert not OutsideCalendar.objects.exists()


def test_every_way_to_fail_has_a_sentence() -> None:
    codes = {
        "address_unclear", "address_not_https", "address_with_password", "address_unknown", "address_private",
        "address_not_secure", "address_unreachable", "address_refuses", "address_gone", "address_failing",
        "address_redirects", "not_a_calendar", "too_many_entries", "file_too_big", "too_slow", "too_much",
        "partly_read",
    }  # fmt: skip
    assert codes <= set(SENTENCES)

"""Calendar files: read back by the library that others read them with."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from icalendar import Calendar

from sessions import ics
from sessions.models import MassageSession
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db

URL = "https://stillwater.example/sessions/manage/x/"
# What a person would rather not have in a calendar that others see.
TELLING = ("pregnan", "oncolog", "cancer", "bone", "swedish", "deep tissue", "side-lying", "screening", "health")


@pytest.fixture
def session(house: cast.House, monday: Any) -> MassageSession:
    """Nadia's session with Ana tomorrow at ten."""
    return cast.book(house, starts_at=cast.at(10, days=3))


def parsed(session: MassageSession, method: str = ics.REQUEST, **changes: Any) -> Any:
    content = ics.calendar_of(
        session, **{"studio": cast.make_studio(), "method": method, "manage_url": URL, "now": cast.NOW, **changes}
    )
    return Calendar.from_ical(content)


def event_of(calendar: Any) -> Any:
    (event,) = calendar.walk("VEVENT")
    return event


def test_the_entry_says_when_where_and_how_to_change_it(session: MassageSession) -> None:
    calendar = parsed(session)
    event = event_of(calendar)

    assert (calendar["METHOD"], calendar["VERSION"]) == ("REQUEST", "2.0")
    assert event["DTSTART"].dt == session.starts_at
    assert event["DTSTART"].params["TZID"] == "Europe/Dublin"
    assert event["DTEND"].dt == session.ends_at
    assert event["DTSTAMP"].dt == cast.NOW
    assert event["SUMMARY"] == "Massage, 60 min, Stillwater Massage"
    assert event["LOCATION"] == "4 Weir Lane, Galway"
    assert URL in event["DESCRIPTION"]
    assert event["STATUS"] == "CONFIRMED"
    assert (event["ORGANIZER"], event["ATTENDEE"]) == ("mailto:hello@stillwater.example", "mailto:nadia@example.com")
    (alarm,) = event.walk("VALARM")
    assert alarm["TRIGGER"].dt == timedelta(hours=-2)


def test_what_can_be_changed_no_more_is_not_promised(session: MassageSession) -> None:
    assert "Move or cancel: " in event_of(parsed(session))["DESCRIPTION"]

    described = event_of(parsed(session, now=session.starts_at - timedelta(hours=3)))["DESCRIPTION"]

    assert "Move or cancel" not in described
    assert URL in described
    assert "To change it now, call us: 020 912 0144" in described


def test_the_zones_rules_are_in_the_file(session: MassageSession) -> None:
    (zone,) = parsed(session).walk("VTIMEZONE")

    assert zone["TZID"] == "Europe/Dublin"
    offsets = {str(part["TZOFFSETTO"].to_ical()) for part in zone.subcomponents}
    assert len(offsets) == 2


@pytest.mark.parametrize(
    ("zone", "spring"), [("Europe/Dublin", "20250330T010000"), ("America/New_York", "20250309T020000")]
)
def test_a_rule_begins_at_the_time_the_wall_showed_before(zone: str, spring: str) -> None:
    rules = ics.timezone_of(ZoneInfo(zone), 2026)
    changes = [part for part in rules.subcomponents if part["TZOFFSETFROM"].td != part["TZOFFSETTO"].td]

    assert spring in [part["DTSTART"].to_ical().decode() for part in changes]
    begun = []
    for part in changes:
        before, after = part["TZOFFSETFROM"].td, part["TZOFFSETTO"].td
        for begins in [part["DTSTART"].dt, *(item.dt for item in part["RDATE"].dts)]:
            instant = (begins - before).replace(tzinfo=UTC)
            sides = [(instant - timedelta(seconds=second)).astimezone(ZoneInfo(zone)) for second in (1, 0)]
            assert [side.utcoffset() for side in sides] == [before, after], begins
            begun.append(instant.year)
    assert sorted(begun) == [2025, 2025, 2026, 2026, 2027, 2027]


def test_book_move_and_cancel_are_one_entry_with_a_rising_number(session: MassageSession, house: cast.House) -> None:
    first = event_of(parsed(session))
    moved = changes.move(
        session=session, starts_at=cast.at(14, days=4), therapist=house.ana,
        assessment=cast.assess(house.nadia, cast.at(14, days=4)), actor=None, by="client", now=cast.NOW,
    )  # fmt: skip
    second = event_of(parsed(moved))
    cancelled = changes.cancel(session=moved, actor=None, by="client", now=cast.NOW)
    calendar = parsed(cancelled, ics.CANCEL)
    third = event_of(calendar)

    assert first["UID"] == second["UID"] == third["UID"]
    assert first["SEQUENCE"] < second["SEQUENCE"] < third["SEQUENCE"]
    assert second["DTSTART"].dt == cast.at(14, days=4)
    assert (calendar["METHOD"], third["STATUS"]) == ("CANCEL", "CANCELLED")
    assert third.walk("VALARM") == []


def test_a_file_to_keep_invites_nobody(session: MassageSession) -> None:
    event = event_of(parsed(session, ics.PUBLISH))

    assert "ATTENDEE" not in event and "ORGANIZER" not in event


def test_nothing_in_it_tells_of_health(session: MassageSession) -> None:
    text = ics.calendar_of(
        session, studio=cast.make_studio(), method=ics.REQUEST, manage_url=URL, now=cast.NOW
    ).decode().lower()  # fmt: skip

    assert [word for word in TELLING if word in text] == []


@pytest.mark.parametrize(
    "starts_at",
    [
        datetime(2026, 10, 24, 23, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 45, tzinfo=UTC),
        datetime(2026, 3, 29, 1, 15, tzinfo=UTC),
    ],
    ids=["before", "first of two", "second of two", "before the gap", "after the gap"],
)
@pytest.mark.parametrize("zone", ["Europe/Dublin", "Australia/Lord_Howe", "Asia/Kathmandu", "America/New_York"])
def test_the_instant_survives_every_zone_and_both_nights(
    session: MassageSession, starts_at: datetime, zone: str
) -> None:
    session.starts_at, session.ends_at = starts_at, starts_at + timedelta(hours=1)

    event = event_of(parsed(session, studio=cast.make_studio(zone=zone)))

    assert event["DTSTART"].dt.astimezone(UTC) == starts_at
    assert event["DTEND"].dt.astimezone(UTC) == session.ends_at


def test_the_hour_that_comes_twice_is_told_in_utc(session: MassageSession) -> None:
    instant = datetime(2026, 10, 25, 1, 30, tzinfo=UTC)

    assert ics.on_the_wall(instant, ZoneInfo("Europe/Dublin")).tzinfo == UTC
    assert ics.on_the_wall(cast.at(10), ZoneInfo("Europe/Dublin")).tzinfo == ZoneInfo("Europe/Dublin")


def test_signs_that_mean_something_in_the_format_do_no_harm(session: MassageSession) -> None:
    studio = cast.make_studio(name='Back; "Pain", & co\\', address="1, Weir; Lane\nGalway")

    event = event_of(parsed(session, studio=studio))

    assert event["SUMMARY"] == 'Massage, 60 min, Back; "Pain", & co\\'
    assert event["LOCATION"] == "1, Weir; Lane, Galway"

"""Busy times from a calendar file: what blocks and what does not, a week of June 2026 in Dublin."""

import time as seconds
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import instant_of, minute_before
from massage_booking.core.walltime import midnight
from therapists.domain.outside import Unreadable, read_busy

DUBLIN = ZoneInfo("Europe/Dublin")
FIRST = date(2026, 6, 1)
OWN = "@massage-session"


def calendar(*entries: str, head: str = "") -> bytes:
    """Return a calendar file; each entry is its lines."""
    parts = [f"BEGIN:VEVENT\n{entry.strip()}\nEND:VEVENT\n" for entry in entries]
    text = f"BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//tests//EN\n{head}{''.join(parts)}END:VCALENDAR\n"
    return text.replace("\n", "\r\n").encode()


def entry(*lines: str, uid: str = "one") -> str:
    return "\n".join([f"UID:{uid}", "DTSTAMP:20260101T000000Z", "SUMMARY:Chemotherapy, ward 3", *lines])


def read(data: bytes, *, first: date = FIRST, days: int = 30, zone: ZoneInfo = DUBLIN) -> list[str]:
    """Return busy times as "03 10:00-11:00", the way the studio's wall shows them."""
    window = midnight(first, zone), midnight(first + timedelta(days=days), zone)
    found = read_busy(data, starts=window[0], ends=window[1], zone=zone, own_ending=OWN)
    local = [(instant_of(row.starts).astimezone(zone), instant_of(row.ends).astimezone(zone)) for row in found.busy]
    return [
        f"{starts:%d %H:%M}-{ends:%H:%M}" if starts.date() == ends.date() else f"{starts:%d %H:%M}-{ends:%d %H:%M}"
        for starts, ends in local
    ]


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (["DTSTART:20260603T090000Z", "DTEND:20260603T100000Z"], ["03 10:00-11:00"]),
        (["DTSTART:20260603T100000", "DTEND:20260603T110000"], ["03 10:00-11:00"]),
        (["DTSTART;TZID=Europe/Dublin:20260603T100000", "DURATION:PT90M"], ["03 10:00-11:30"]),
        (["DTSTART;TZID=America/New_York:20260603T100000", "DURATION:PT1H"], ["03 15:00-16:00"]),
        (["DTSTART;TZID=W. Europe Standard Time:20260603T100000", "DURATION:PT1H"], ["03 09:00-10:00"]),
        (["DTSTART;TZID=Nowhere/Land:20260603T100000", "DURATION:PT1H"], ["03 10:00-11:00"]),
        (["DTSTART;VALUE=DATE:20260603"], ["03 00:00-04 00:00"]),
        (["DTSTART;VALUE=DATE:20260603", "DTEND;VALUE=DATE:20260606"], ["03 00:00-06 00:00"]),
        (["DTSTART:20260603T220000Z", "DTEND:20260604T020000Z"], ["03 23:00-04 03:00"]),
        # Rounded outwards to whole minutes: busy for a second is busy.
        (["DTSTART:20260603T090030Z", "DTEND:20260603T095930Z"], ["03 10:00-11:00"]),
        (["DTSTART:20260603T090000Z", "DTEND:20260603T100000Z", "TRANSP:TRANSPARENT"], []),
        (["DTSTART:20260603T090000Z", "DTEND:20260603T100000Z", "TRANSP:OPAQUE"], ["03 10:00-11:00"]),
        (["DTSTART:20260603T090000Z", "DTEND:20260603T100000Z", "STATUS:CANCELLED"], []),
        (["DTSTART:20260603T090000Z", "DTEND:20260603T100000Z", "STATUS:TENTATIVE"], ["03 10:00-11:00"]),
        (["DTSTART:20260603T090000Z"], []),
        (["DTSTART:20260603T090000Z", "DTEND:20260603T090000Z"], []),
        # Nobody knows which of the two is the slip; what lies between is not given away.
        (["DTSTART:20260603T090000Z", "DTEND:20260603T080000Z"], ["03 09:00-10:00"]),
        (["DTSTART:20200603T090000Z", "DTEND:20200603T100000Z"], []),
        # Cut to what was asked for.
        (["DTSTART:20260530T090000Z", "DTEND:20260601T100000Z"], ["01 00:00-11:00"]),
    ],
    ids=[
        "in UTC", "without a zone", "a length", "elsewhere", "a zone by Windows' name", "a zone nobody knows",
        "a whole day", "whole days", "past midnight", "seconds", "free", "busy", "cancelled", "perhaps", "a moment",
        "no length", "reversed", "over", "begun before",
    ],
)  # fmt: skip
def test_what_blocks_is_from_when_to_when(lines: list[str], expected: list[str]) -> None:
    assert read(calendar(entry(*lines))) == expected


WEEKLY = entry("DTSTART;TZID=Europe/Dublin:20260604T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=4")


def changed(day: str, *lines: str) -> str:
    return entry(f"RECURRENCE-ID;TZID=Europe/Dublin:{day}T100000", *lines)


@pytest.mark.parametrize(
    ("entries", "expected"),
    [
        ([WEEKLY], ["04 10:00-11:00", "11 10:00-11:00", "18 10:00-11:00", "25 10:00-11:00"]),
        (
            [WEEKLY + "\nEXDATE;TZID=Europe/Dublin:20260611T100000"],
            ["04 10:00-11:00", "18 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            [WEEKLY, changed("20260611", "DTSTART;TZID=Europe/Dublin:20260612T150000", "DURATION:PT2H")],
            ["04 10:00-11:00", "12 15:00-17:00", "18 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            [WEEKLY, changed("20260611", "DTSTART;TZID=Europe/Dublin:20260611T100000", "DURATION:PT1H",
                             "STATUS:CANCELLED")],
            ["04 10:00-11:00", "18 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            [WEEKLY, changed("20260611", "DTSTART;TZID=Europe/Dublin:20260611T100000", "DURATION:PT1H",
                             "TRANSP:TRANSPARENT")],
            ["04 10:00-11:00", "18 10:00-11:00", "25 10:00-11:00"],
        ),
        (
            [entry("DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=WEEKLY;INTERVAL=2;UNTIL=20260620")],
            ["01 00:00-02 00:00", "15 00:00-16 00:00"],
        ),
        (
            [entry("DTSTART:20260101T100000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=1MO")],
            ["01 10:00-11:00"],
        ),
        (
            [entry("DTSTART:20260603T100000", "DURATION:PT1H", "RDATE:20260605T120000")],
            ["03 10:00-11:00", "05 12:00-13:00"],
        ),
    ],
    ids=["each week", "but not on one day", "moved once", "cancelled once", "free once", "days", "by weekday",
         "and once more"],
)  # fmt: skip
def test_what_repeats_is_laid_out_with_its_exceptions(entries: list[str], expected: list[str]) -> None:
    assert read(calendar(*entries)) == expected


def test_a_weekly_entry_keeps_its_time_on_the_wall_when_clocks_change() -> None:
    weekly = entry("DTSTART;TZID=Europe/Dublin:20261018T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3")

    assert read(calendar(weekly), first=date(2026, 10, 18), days=20) == [
        "18 10:00-11:00", "25 10:00-11:00", "01 10:00-11:00",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Dublin", date(2026, 10, 25), 25),
        ("Europe/Dublin", date(2027, 3, 28), 23),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Asia/Kathmandu", date(2026, 6, 1), 24),
        ("Pacific/Chatham", date(2026, 4, 5), 25),
    ],
)
def test_a_whole_day_is_as_long_as_it_is_in_the_studios_zone(zone: str, day: date, hours: int) -> None:
    tz = ZoneInfo(zone)
    data = calendar(entry(f"DTSTART;VALUE=DATE:{day:%Y%m%d}"))

    (found,) = read_busy(data, starts=midnight(day, tz) - 3000, ends=midnight(day, tz) + 3000, zone=tz).busy

    assert (found.starts, found.ends - found.starts) == (midnight(day, tz), hours * 60)


def test_a_calendar_that_names_its_own_zone_means_that_one() -> None:
    data = calendar(entry("DTSTART:20260603T100000", "DURATION:PT1H"), head="X-WR-TIMEZONE:America/New_York\n")

    assert read(data) == ["03 15:00-16:00"]


def test_only_names_of_the_ending_asked_about_are_kept_and_nothing_else_of_an_entry() -> None:
    lines = ("DTSTART:20260603T090000Z", "DTEND:20260603T100000Z")
    starts = minute_before(datetime(2026, 6, 3, 9, tzinfo=UTC))
    data = calendar(entry(*lines, uid="somebody@elsewhere.example"), entry(*lines, uid=f"abc{OWN}"))

    found = read_busy(data, starts=starts - 60, ends=starts + 120, zone=DUBLIN, own_ending=OWN)

    assert found.busy == [(starts, starts + 60, ""), (starts, starts + 60, f"abc{OWN}")]
    assert "Chemo" not in repr(found)


@pytest.mark.parametrize(
    "bad",
    [
        entry("DTSTART:yesterday", "DTEND:20260603T100000Z"),
        entry("DTEND:20260603T100000Z"),
        entry("DTSTART:20260603T090000Z", "DURATION:PT1H", "RRULE:FREQ=NEVER"),
        entry("DTSTART:20260603T090000Z", "DURATION:PT1H", "RRULE:FREQ=SECONDLY"),
        entry("DTSTART:20260603T090000Z", "DURATION:PT1H", "RRULE:FREQ=minutely;COUNT=3"),
        entry("DTSTART:20260603T090000Z", "DURATION:PT1H", "RRULE:FREQ=HOURLY"),
        entry("DTSTART:20260603T090000Z", "DURATION:an hour"),
        entry("DTSTART:20260603T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", "EXDATE:never"),
    ],
    ids=["no date", "no start", "no such rule", "each second", "each minute", "each hour", "no length", "no exception"],
)
def test_one_bad_entry_does_not_hide_the_others_and_is_told(bad: str) -> None:
    good = entry("DTSTART:20260605T090000Z", "DURATION:PT1H", uid="two")
    window = midnight(FIRST, DUBLIN), midnight(date(2026, 7, 1), DUBLIN)

    found = read_busy(calendar(bad, good), starts=window[0], ends=window[1], zone=DUBLIN)

    assert [f"{instant_of(row.starts):%d %H:%M}" for row in found.busy] == ["05 09:00"]
    assert found.is_partial


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\xff\xfe", b"<html><body>Sign in</body></html>", b"BEGIN:VCALENDAR", b"BEGIN:VCARD\r\nEND:VCARD\r\n",
     b"PK\x03\x04", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n", b"END:VCALENDAR\r\n"],
)  # fmt: skip
def test_what_is_no_calendar_is_refused(data: bytes) -> None:
    with pytest.raises(Unreadable, match="not_a_calendar"):
        read(data)


def test_a_calendar_may_be_empty_may_come_with_a_mark_of_its_writing_and_in_two_parts() -> None:
    one = calendar(entry("DTSTART:20260603T090000Z", "DURATION:PT1H"))

    assert read(calendar()) == []
    assert read(b"\xef\xbb\xbf" + one) == ["03 10:00-11:00"]
    assert read(one + calendar(entry("DTSTART:20260604T090000Z", "DURATION:PT1H"))) == [
        "03 10:00-11:00", "04 10:00-11:00",
    ]  # fmt: skip
    assert read(one.replace(b"\r\n", b"\n")) == ["03 10:00-11:00"]


def test_more_entries_than_a_diary_holds_are_refused() -> None:
    daily = [entry("DTSTART:20260601T090000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY", uid=str(n)) for n in range(60)]
    window = midnight(FIRST, DUBLIN), midnight(FIRST + timedelta(days=366), DUBLIN)

    with pytest.raises(Unreadable, match="too_many_entries"):
        read_busy(calendar(*daily), starts=window[0], ends=window[1], zone=DUBLIN)


def test_dates_at_the_ends_of_time_are_no_error() -> None:
    found = read(
        calendar(
            entry("DTSTART:00010101T000000", "DURATION:PT1H"),
            entry("DTSTART:99991231T230000", "DURATION:PT1H", uid="two"),
            entry("DTSTART;VALUE=DATE:99991231", uid="three"),
            entry("DTSTART:20260603T090000Z", "DURATION:PT1H", uid="four"),
        )
    )

    assert found == ["03 10:00-11:00"]


some_lines = st.lists(
    st.one_of(
        st.sampled_from(
            ["BEGIN:VEVENT", "END:VEVENT", "BEGIN:VCALENDAR", "END:VCALENDAR", "UID:1", "DTSTART:20260603T090000Z",
             "DTEND:20260603T100000Z", "DTSTART;VALUE=DATE:20260603", "DURATION:PT1H", "RRULE:FREQ=WEEKLY",
             "RRULE:FREQ=DAILY;COUNT=3", "EXDATE:20260610T090000Z", "RECURRENCE-ID:20260610T090000Z", "TZID:", "RRULE:",
             "DTSTART;TZID=Europe/Dublin:20260603T090000", "BEGIN:VTIMEZONE", "END:VTIMEZONE", "X-WR-TIMEZONE:x"]
        ),
        st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\r\n"), max_size=20),
    ),
    max_size=14,
)  # fmt: skip


@settings(max_examples=400, deadline=None)
@given(some_lines)
def test_any_file_is_read_or_refused(lines: list[str]) -> None:
    data = "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", *lines, "END:VCALENDAR", ""]).encode()
    starts = minute_before(datetime(2026, 6, 1, tzinfo=UTC))
    begun = seconds.perf_counter()

    try:
        found = read_busy(data, starts=starts, ends=starts + 60 * 1440, zone=DUBLIN)
    except Unreadable:
        return

    assert all(starts <= row.starts < row.ends <= starts + 60 * 1440 for row in found.busy)
    assert seconds.perf_counter() - begun < 20

"""Reading apart: in a process of its own, with limits, without our environment."""

from pathlib import Path
from typing import Any

import pytest

from massage_booking.core.intervals import MinuteSpan, minute_before
from tests import cast
from tests.therapists.outside.elsewhere import CALENDAR, elsewhere, reply
from therapists import fetching, reading, reading_apart
from therapists.domain.outside import Busy
from therapists.fetching import Known
from therapists.reading import Read, Unread, read_address, read_file

WINDOW: MinuteSpan = minute_before(cast.NOW), minute_before(cast.NOW) + 366 * 1440
NINE = minute_before(cast.at(10, days=1))


def from_file(data: bytes) -> Read:
    return read_file(data, window=WINDOW, zone="Europe/Dublin", own_ending="")


def test_a_file_is_read_in_a_process_of_its_own() -> None:
    assert from_file(CALENDAR) == Read([Busy(NINE, NINE + 60)], is_partial=False, known=Known())


def test_what_is_no_calendar_is_told_as_a_code() -> None:
    with pytest.raises(Unread, match="not_a_calendar"):
        from_file(b"<html>")


def test_a_file_made_to_keep_its_reader_busy_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each of these rules is looked for up to the year 9999, and never found."""
    rule = b"DTSTART:20260603T090000Z\r\nDURATION:PT1H\r\nRRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30\r\n"
    events = b"".join(b"BEGIN:VEVENT\r\nUID:%d\r\n%sEND:VEVENT\r\n" % (number, rule) for number in range(200))
    monkeypatch.setattr(reading, "MOST_SECONDS", 3)

    with pytest.raises(Unread, match="too_slow"):
        from_file(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + events + b"END:VCALENDAR\r\n")


def test_a_file_made_to_fill_all_memory_is_given_up() -> None:
    """Entries within entries within entries, in a file of a size that is still taken."""
    many = b"BEGIN:VEVENT\r\n" * 300_000

    with pytest.raises(Unread) as refusal:
        from_file(b"BEGIN:VCALENDAR\r\n" + many)
    assert refusal.value.code in {"too_much", "not_a_calendar", "too_slow"}


def test_a_reader_that_breaks_down_is_told_as_a_code(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Unread, match="too_much"):
        read_file(CALENDAR, window=WINDOW, zone="Nowhere/Land", own_ending="")


def test_nothing_of_our_environment_and_no_address_on_the_command_line(monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[tuple[list[str], dict[str, Any]]] = []

    class Done:
        returncode = 0
        stdout = b'{"is_same": true}'

    def run(words: list[str], **more: Any) -> Done:
        started.append((words, more))
        return Done()

    monkeypatch.setattr(reading.subprocess, "run", run)
    read_address(
        "https://calendar.example/secret", known=Known("7", ""), window=WINDOW, zone="Europe/Dublin", own_ending=""
    )

    ((words, more),) = started
    assert more["env"] == {}
    assert "secret" not in " ".join(words)
    assert b"https://calendar.example/secret" in more["input"]


@pytest.mark.parametrize(
    "url", ["https://127.0.0.1:1/", "https://localhost/", "https://[::1]/", "https://169.254.169.254/"]
)
def test_a_private_address_is_refused_from_beginning_to_end(url: str) -> None:
    """Through the real process, the real look-up and the real check: nothing of this machine is read."""
    with pytest.raises(Unread) as refusal:
        read_address(url, known=Known(), window=WINDOW, zone="Europe/Dublin", own_ending="")
    assert refusal.value.code in {"address_private", "address_unknown"}


def test_the_reader_asks_answers_and_remembers_the_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    question = {
        "etag": "", "last_modified": "", "starts": WINDOW[0], "ends": WINDOW[1], "zone": "Europe/Dublin",
        "own_ending": "",
    }  # fmt: skip
    with elsewhere(tmp_path) as there:
        real = fetching.fetch
        monkeypatch.setattr(
            reading_apart,
            "fetch",
            lambda url, known: real(
                url,
                known,
                lookup=lambda host, port: ["127.0.0.1"],
                may_connect=lambda numeric: True,
                context=there.context,
            ),
        )
        there.replies["/a.ics"] = reply(ETag='"7"')
        first = reading_apart.answer({**question, "url": there.url()})
        there.replies["/a.ics"] = reply(304, b"")
        second = reading_apart.answer({**question, "url": there.url(), "etag": '"7"'})
        third = reading_apart.answer({**question, "url": there.url("/gone.ics")})

    assert first == {"busy": [(NINE, NINE + 60, "")], "is_partial": False, "etag": '"7"', "last_modified": ""}
    assert (second, third) == ({"is_same": True}, {"failed": "address_gone"})

"""Getting a calendar from elsewhere: from a machine of our own, put in the place of the internet."""

import socket
import ssl
from collections.abc import Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from tests.therapists.outside.elsewhere import CALENDAR, Elsewhere, elsewhere, reply
from therapists import fetching
from therapists.fetching import Failed, Fetched, Known, fetch


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Elsewhere]:
    with elsewhere(Path(tmp_path_factory.mktemp("certificate"))) as found:
        yield found


@pytest.fixture
def there(machine: Elsewhere) -> Elsewhere:
    machine.replies.clear()
    machine.asked.clear()
    return machine


def here(host: str, port: int) -> Sequence[str]:
    return ["127.0.0.1"]


def get(there: Elsewhere, path: str = "/a.ics", known: Known | None = None, **more: Any) -> Fetched:
    """Fetch with this machine allowed; everything else as it is."""
    values = {"lookup": here, "may_connect": lambda numeric: True, "context": there.context}
    return fetch(there.url(path), known, **{**values, **more})


def test_a_calendar_is_fetched_with_what_is_said_of_its_version(there: Elsewhere) -> None:
    there.replies["/a.ics?token=1"] = reply(ETag='"7"', Last_Modified="Mon, 01 Jun 2026 07:00:00 GMT")

    found = get(there, "/a.ics?token=1")

    assert found == Fetched(CALENDAR, Known('"7"', "Mon, 01 Jun 2026 07:00:00 GMT"))
    ((path, headers),) = there.asked
    assert (path, headers["Host"], headers["User-Agent"]) == (
        "/a.ics?token=1", f"calendar.example:{there.port}", "massage-booking",
    )  # fmt: skip
    assert not {"If-None-Match", "If-Modified-Since", "Cookie", "Authorization", "Referer"} & set(headers)


def test_a_word_about_the_version_that_could_not_be_sent_back_is_not_kept(there: Elsewhere) -> None:
    there.replies["/a.ics"] = reply(ETag='"' + "7" * 300 + '"', Last_Modified="Mon,\r\n 01 Jun")

    assert get(there).known == Known()


def test_the_same_version_is_not_sent_again(there: Elsewhere) -> None:
    there.replies["/a.ics"] = reply(304, b"")
    known = Known('"7"', "Mon, 01 Jun 2026 07:00:00 GMT")

    assert get(there, known=known) == Fetched(None, known)
    headers = there.asked[0][1]
    assert (headers["If-None-Match"], headers["If-Modified-Since"]) == (known.etag, known.last_modified)


@pytest.mark.parametrize(
    ("status", "code"),
    [(401, "address_refuses"), (403, "address_refuses"), (404, "address_gone"), (410, "address_gone"),
     (500, "address_failing"), (503, "address_failing"), (204, "address_failing"), (304, "address_failing")],
)  # fmt: skip
def test_each_refusal_of_the_other_side_has_its_reason(there: Elsewhere, status: int, code: str) -> None:
    there.replies["/a.ics"] = reply(status, b"")

    with pytest.raises(Failed, match=code):
        get(there)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_followed(there: Elsewhere, status: int) -> None:
    there.replies["/a.ics"] = reply(status, b"", Location="/b.ics")
    there.replies["/b.ics"] = reply()

    assert get(there).data == CALENDAR


@pytest.mark.parametrize(
    ("location", "code"),
    [
        ("http://calendar.example/a.ics", "address_not_https"),
        ("file:///etc/passwd", "address_not_https"),
        ("https://user:password@calendar.example/", "address_with_password"),
        ("/a.ics", "address_redirects"),
        ("https://[::1", "address_unclear"),
    ],
)
def test_a_redirect_to_elsewhere_is_checked_like_an_address(there: Elsewhere, location: str, code: str) -> None:
    there.replies["/a.ics"] = reply(302, b"", Location=location)

    with pytest.raises(Failed, match=code):
        get(there)


def test_a_redirect_without_an_end_is_given_up(there: Elsewhere) -> None:
    for number in range(9):
        there.replies[f"/{number}.ics"] = reply(302, b"", Location=f"/{number + 1}.ics")

    with pytest.raises(Failed, match="address_redirects"):
        get(there, "/0.ics")
    assert len(there.asked) == 4


def test_a_redirect_into_a_private_network_is_not_followed(there: Elsewhere) -> None:
    there.replies["/a.ics"] = reply(302, b"", Location="https://inside.example/latest/meta-data/")
    looked_up: list[str] = []

    def lookup(host: str, port: int) -> Sequence[str]:
        looked_up.append(host)
        return ["169.254.169.254"] if host == "inside.example" else ["127.0.0.1"]

    with pytest.raises(Failed, match="address_private"):
        get(there, lookup=lookup, may_connect=lambda numeric: numeric == "127.0.0.1")
    assert looked_up == ["calendar.example", "inside.example"]
    assert len(there.asked) == 1


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], ["10.0.0.1"], ["169.254.169.254"], ["::1"], ["::ffff:10.0.0.1"], ["8.8.8.8", "10.0.0.1"]],
)
def test_a_name_of_which_any_address_is_private_is_never_called(
    there: Elsewhere, addresses: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "create_connection", _never)

    with pytest.raises(Failed, match="address_private"):
        fetch(there.url(), lookup=lambda host, port: addresses)


@pytest.mark.parametrize(
    "url",
    ["https://127.0.0.1/", "https://localhost/", "https://[::1]/", "https://10.1.2.3/a.ics", "https://0.0.0.0/",
     "https://2130706433/", "https://127.1/", "https://0x7f000001/", "https://[::ffff:127.0.0.1]/"],
)  # fmt: skip
def test_this_machine_is_not_reached_under_any_of_its_names(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(socket, "create_connection", _never)

    with pytest.raises(Failed) as refusal:
        fetch(url)
    assert refusal.value.code in {"address_private", "address_unknown"}


def _never(*args: Any, **kwargs: Any) -> None:
    raise AssertionError("nobody may be called")


def test_the_call_goes_to_the_address_that_was_checked_even_if_the_name_changes_its_mind(there: Elsewhere) -> None:
    there.replies["/a.ics"] = reply()
    answers = iter([["127.0.0.1"], ["10.0.0.1"]])

    assert get(there, lookup=lambda host, port: next(answers)).data == CALENDAR
    assert next(answers) == ["10.0.0.1"]  # it was asked once


def test_a_machine_that_cannot_prove_its_name_is_not_listened_to(there: Elsewhere) -> None:
    there.replies["/a.ics"] = reply()

    with pytest.raises(Failed, match="address_not_secure"):
        fetch(there.url(name="other.example"), lookup=here, may_connect=lambda numeric: True, context=there.context)
    with pytest.raises(Failed, match="address_not_secure"):
        get(there, context=ssl.create_default_context())
    assert there.asked == []


def test_a_file_that_is_too_large_is_left_in_the_middle(there: Elsewhere, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "MOST_BYTES", 100_000)
    sent: list[int] = []

    def without_end(request: BaseHTTPRequestHandler) -> None:
        request.send_response(200)
        request.end_headers()
        while len(sent) < 1000:
            request.wfile.write(b"x" * 65536)
            sent.append(1)

    there.replies["/a.ics"] = without_end

    with pytest.raises(Failed, match="file_too_big"):
        get(there)
    assert len(sent) < 1000


def test_a_name_that_nobody_has_and_a_machine_that_is_silent_have_their_reasons(
    there: Elsewhere, monkeypatch: pytest.MonkeyPatch
) -> None:
    def nobody(host: str, port: int) -> Sequence[str]:
        raise socket.gaierror("nobody")

    with pytest.raises(Failed, match="address_unknown"):
        get(there, lookup=nobody)
    with pytest.raises(Failed, match="address_unknown"):
        get(there, lookup=lambda host, port: [])

    monkeypatch.setattr(fetching, "PATIENCE", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        with pytest.raises(Failed, match="address_unreachable"):
            fetch(
                f"https://calendar.example:{silent.getsockname()[1]}/", lookup=here,
                may_connect=lambda numeric: True, context=there.context,
            )  # fmt: skip
    with pytest.raises(Failed, match="address_unreachable"):
        fetch(
            f"https://calendar.example:{silent_port()}/", lookup=here, may_connect=lambda numeric: True,
            context=there.context,
        )  # fmt: skip


def silent_port() -> int:
    """Return a port at which nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def test_an_answer_that_breaks_off_or_is_packed_is_not_taken(there: Elsewhere) -> None:
    there.replies["/short.ics"] = reply(body=CALENDAR, Content_Length=str(len(CALENDAR) + 10))
    there.replies["/packed.ics"] = reply(Content_Encoding="gzip")

    with pytest.raises(Failed, match="address_unreachable"):
        get(there, "/short.ics")
    with pytest.raises(Failed, match="not_a_calendar"):
        get(there, "/packed.ics")

"""Getting a calendar from its address over https, and from nowhere that only this machine can reach.

The name is looked up once, every address it has is checked, and the connection goes to a checked address: a name that
changes its mind between the check and the call leads nowhere. Each redirect is checked in the same way.
"""

import socket
import ssl
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.client import HTTPException, HTTPResponse, HTTPSConnection
from typing import Final
from urllib.parse import urljoin, urlsplit

from therapists.domain.addresses import NotAllowed, is_public, tidy

MOST_BYTES: Final = 5 * 1024 * 1024
# Seconds for each answer of the other side; the whole reading has a limit of its own (therapists.reading).
PATIENCE: Final = 10.0
MOST_REDIRECTS: Final = 3
REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_PIECE: Final = 64 * 1024

Resolve = Callable[[str, int], Sequence[str]]


class Failed(Exception):
    """Why a calendar could not be had, as a code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Known:
    """What the other side said of the version that we have."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True)
class Fetched:
    """A calendar; `data` is None when it is still the version that is known."""

    data: bytes | None
    known: Known


def resolve(host: str, port: int) -> list[str]:
    """Return the numeric addresses of a name. Raises OSError."""
    return [str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


class _Checked(HTTPSConnection):
    """Speaks to one numeric address; the certificate must be that of the name."""

    def __init__(self, host: str, port: int, address: str, context: ssl.SSLContext) -> None:
        super().__init__(host, port, timeout=PATIENCE, context=context)
        self.address, self.tls = address, context

    def connect(self) -> None:
        plain = socket.create_connection((self.address, self.port), PATIENCE)
        try:
            self.sock = self.tls.wrap_socket(plain, server_hostname=self.host)
        except BaseException:
            plain.close()
            raise


def fetch(
    url: str,
    known: Known | None = None,
    *,
    lookup: Resolve = resolve,
    may_connect: Callable[[str], bool] = is_public,
    context: ssl.SSLContext | None = None,
) -> Fetched:
    """Return the calendar at an address. Raises Failed: see `therapists.messages`."""
    context = context or ssl.create_default_context()
    for _ in range(MOST_REDIRECTS + 1):
        try:
            url = tidy(url)
        except NotAllowed as error:
            raise Failed(str(error)) from error
        answer = _ask(url, known or Known(), lookup, may_connect, context)
        if isinstance(answer, Fetched):
            return answer
        try:
            url = urljoin(url, answer)
        except ValueError as error:
            raise Failed("address_unclear") from error
    raise Failed("address_redirects")


def _ask(
    url: str, known: Known, lookup: Resolve, may_connect: Callable[[str], bool], context: ssl.SSLContext
) -> Fetched | str:
    """Return the calendar, or where it is to be had instead."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or 443
    connection = _connect(host, port, _checked(host, port, lookup, may_connect), context)
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=_headers(known))
        response = connection.getresponse()
        if response.status in REDIRECTS:
            return response.getheader("Location") or ""
        return _read(response, known)
    except ssl.SSLError as error:
        raise Failed("address_not_secure") from error
    except (OSError, HTTPException, ValueError) as error:
        raise Failed("address_unreachable") from error
    finally:
        connection.close()


def _checked(host: str, port: int, lookup: Resolve, may_connect: Callable[[str], bool]) -> list[str]:
    """Return the addresses of a name, all of them allowed."""
    try:
        found = list(dict.fromkeys(lookup(host, port)))
    except (OSError, UnicodeError) as error:
        raise Failed("address_unknown") from error
    if not found:
        raise Failed("address_unknown")
    if not all(may_connect(address) for address in found):
        raise Failed("address_private")
    return found


def _connect(host: str, port: int, addresses: list[str], context: ssl.SSLContext) -> _Checked:
    """Return a connection to the first address that answers."""
    code = "address_unreachable"
    for address in addresses:
        connection = _Checked(host, port, address, context)
        try:
            connection.connect()
        except ssl.SSLError:
            code = "address_not_secure"
        except OSError:
            continue
        else:
            return connection
    raise Failed(code)


def _headers(known: Known) -> dict[str, str]:
    headers = {
        "Accept": "text/calendar",
        "Accept-Encoding": "identity",
        "Connection": "close",
        "User-Agent": "massage-booking",
    }
    if known.etag:
        headers["If-None-Match"] = known.etag
    if known.last_modified:
        headers["If-Modified-Since"] = known.last_modified
    return headers


def _read(response: HTTPResponse, known: Known) -> Fetched:
    if response.status == 304 and known != Known():
        return Fetched(None, known)
    if response.status in {401, 403}:
        raise Failed("address_refuses")
    if response.status in {404, 410}:
        raise Failed("address_gone")
    if response.status != 200:
        raise Failed("address_failing")
    if (response.getheader("Content-Encoding") or "identity").lower() != "identity":
        raise Failed("not_a_calendar")
    data = bytearray()
    while piece := response.read1(_PIECE):
        data += piece
        if len(data) > MOST_BYTES:
            raise Failed("file_too_big")
    if response.length:  # less came than was promised
        raise Failed("address_unreachable")
    return Fetched(bytes(data), Known(_said(response, "ETag", 200), _said(response, "Last-Modified", 80)))


def _said(response: HTTPResponse, name: str, most: int) -> str:
    """Return a header that can be sent back as it is, nothing when it cannot."""
    value = response.getheader(name) or ""
    return value if len(value) <= most and value.isprintable() else ""

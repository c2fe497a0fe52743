"""Reading a calendar apart from everything else, within a time that is bounded whatever is at the other end."""

import base64
import json
import subprocess
import sys
from dataclasses import dataclass, field
from typing import Any, Final

from django.conf import settings

from massage_booking.core.intervals import MinuteSpan
from therapists.domain.outside import Busy
from therapists.fetching import Known

# Seconds for looking up, fetching and reading together; less than what a web server gives a page.
MOST_SECONDS: Final = 40


class Unread(Exception):
    """Why a calendar could not be read, as a code of `therapists.messages`."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True)
class Read:
    """What a calendar holds; `busy` is None when it is still what it was."""

    busy: list[Busy] | None
    is_partial: bool = False
    known: Known = field(default_factory=Known)


def read_address(url: str, *, known: Known, window: MinuteSpan, zone: str, own_ending: str) -> Read:
    """Return the busy times at an address. Raises Unread."""
    return _ask(
        {"url": url, "etag": known.etag, "last_modified": known.last_modified}, window, zone=zone, own_ending=own_ending
    )


def read_file(data: bytes, *, window: MinuteSpan, zone: str, own_ending: str) -> Read:
    """Return the busy times of a file. Raises Unread."""
    return _ask({"data": base64.b64encode(data).decode()}, window, zone=zone, own_ending=own_ending)


def _ask(question: dict[str, Any], window: MinuteSpan, *, zone: str, own_ending: str) -> Read:
    question |= {"starts": window[0], "ends": window[1], "zone": zone, "own_ending": own_ending}
    try:
        # Nothing of our environment goes along, and the question comes by a pipe: an address is often a secret.
        done = subprocess.run(
            [sys.executable, "-B", "-m", "therapists.reading_apart"],
            input=json.dumps(question).encode(),
            capture_output=True,
            timeout=MOST_SECONDS,
            cwd=settings.BASE_DIR,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Unread("too_slow") from None
    if done.returncode != 0:
        raise Unread("too_much")
    answer = json.loads(done.stdout)
    if "failed" in answer:
        raise Unread(answer["failed"])
    if answer.get("is_same"):
        return Read(None)
    return Read(
        [Busy(*row) for row in answer["busy"]],
        answer["is_partial"],
        Known(answer["etag"], answer["last_modified"]),
    )

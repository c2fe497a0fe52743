"""Read one calendar in a process of its own: `python -m therapists.reading_apart`, a question in, an answer out.

A file from elsewhere may be made to keep whoever reads it busy for ever, or to fill all memory. Here it can do either
for some seconds, in a process that knows no key and no database; `therapists.reading` starts it and ends it.
"""

import base64
import json
import resource
import sys
from contextlib import suppress
from typing import Any
from zoneinfo import ZoneInfo

from therapists.domain.outside import Unreadable, read_busy
from therapists.fetching import Failed, Known, fetch

MOST_MEMORY = 1024 * 1024 * 1024
MOST_SECONDS = 20


def answer(question: dict[str, Any]) -> dict[str, Any]:
    """Return `busy`, `is_partial`, `etag` and `last_modified`; `is_same` alone; or `failed` with a code."""
    try:
        known = Known(question.get("etag", ""), question.get("last_modified", ""))
        if "data" in question:
            data: bytes | None = base64.b64decode(question["data"])
        else:
            fetched = fetch(question["url"], known)
            data, known = fetched.data, fetched.known
        if data is None:
            return {"is_same": True}
        found = read_busy(
            data,
            starts=question["starts"],
            ends=question["ends"],
            zone=ZoneInfo(question["zone"]),
            own_ending=question["own_ending"],
        )
    except (Failed, Unreadable) as error:
        return {"failed": str(error)}
    return {
        "busy": found.busy,
        "is_partial": found.is_partial,
        "etag": known.etag,
        "last_modified": known.last_modified,
    }


def limit() -> None:
    """Bound what this process may use, and let it write no file."""
    bounds = {
        resource.RLIMIT_AS: MOST_MEMORY,
        resource.RLIMIT_CPU: MOST_SECONDS,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in bounds.items():
        # Not every system knows every bound; whoever started this one ends it in any case.
        with suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


if __name__ == "__main__":
    limit()
    json.dump(answer(json.load(sys.stdin)), sys.stdout)

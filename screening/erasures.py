"""The erasures file: who was erased and when, kept beside the database, so that a restored backup forgets them too.

Each line is a moment in UTC and a public id, nothing else. Lines are only ever added. The file should be copied off the
machine more often than the database is.
"""

import logging
import os
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

logger = logging.getLogger(__name__)

MOMENT: Final = "%Y-%m-%dT%H:%M:%S.%fZ"


@dataclass(frozen=True, slots=True, order=True)
class Erased:
    """One line: everything that was sealed for a client before this moment is gone for good."""

    at: datetime
    client_public_id: str

    def __str__(self) -> str:
        return f"{self.at.astimezone(UTC).strftime(MOMENT)} {self.client_public_id}"


def parse(lines: Iterable[str]) -> list[Erased]:
    """Read lines; empty ones are passed over. Raises ValueError that names the first line that cannot be meant."""
    found = []
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        moment, _, public_id = line.strip().partition(" ")
        try:
            at = datetime.strptime(moment, MOMENT).replace(tzinfo=UTC)
        except ValueError:
            raise ValueError(f"line {number} does not begin with a moment") from None
        if not public_id or not public_id.replace("-", "").replace("_", "").isalnum():
            raise ValueError(f"line {number} names nobody")
        found.append(Erased(at, public_id))
    return found


def read(file: Path) -> list[Erased]:
    """Read an erasures file. Raises OSError, ValueError."""
    return parse(file.read_text(encoding="ascii").splitlines())


def read_own() -> list[Erased]:
    """Read the file of this machine; none is an empty one. Raises OSError, ValueError."""
    file = Path(settings.ERASURES_FILE)
    return read(file) if file.exists() else []


def append(erased: Iterable[Erased]) -> None:
    """Add lines to the file of this machine, which only its owner may read. Raises OSError."""
    lines = "".join(f"{line}\n" for line in erased)
    if not lines:
        return
    file = Path(settings.ERASURES_FILE)
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(descriptor, "w", encoding="ascii") as handle:
        handle.write(lines)
        handle.flush()
        os.fsync(descriptor)


def append_or_say(erased: Iterable[Erased]) -> None:
    """Add lines; a file that cannot be written keeps nobody from erasing, and is caught up later (`catch_up`)."""
    try:
        append(erased)
    except OSError as error:
        logger.error("the erasures file cannot be written (%s)", error.strerror or type(error).__name__)

"""Kinds of message. Each app registers those it owns, so that the outbox needs to know none of them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from massage_booking.outbox.models import Message


@dataclass(frozen=True)
class Attachment:
    name: str
    content: bytes
    content_type: str


@dataclass(frozen=True)
class Mail:
    """What a composer hands over: both parts, and what hangs on them."""

    subject: str
    text: str
    html: str = ""
    attachments: tuple[Attachment, ...] = ()
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Void:
    """The message is not needed any more; `reason` is a code for the log."""

    reason: str


Composer = Callable[[Message, datetime], Mail | Void]

_composers: dict[str, Composer] = {}


def register(kind: str) -> Callable[[Composer], Composer]:
    """Name the function that composes a kind of message at the moment it is sent."""

    def keep(composer: Composer) -> Composer:
        _composers[kind] = composer
        return composer

    return keep


def composer_of(kind: str) -> Composer | None:
    return _composers.get(kind)


def kinds() -> list[str]:
    return sorted(_composers)

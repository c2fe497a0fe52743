"""A real mail server on the loopback interface that fails as it is told to."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage
from typing import Any

from aiosmtpd.controller import Controller

from tests.servers import free_port


@dataclass
class Sink:
    """What arrived, and which faults are still to come: each answer is used up by one mail, in order."""

    port: int
    mails: list[EmailMessage] = field(default_factory=list)
    recipient_answers: list[str] = field(default_factory=list)
    content_answers: list[str] = field(default_factory=list)
    # Take the content, then hang up without a word, so many times.
    drops_after_content: int = 0

    async def handle_RCPT(self, server: Any, session: Any, envelope: Any, address: str, options: Any) -> str:
        if self.recipient_answers:
            return self.recipient_answers.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        if self.content_answers:
            return self.content_answers.pop(0)
        self.mails.append(message_from_bytes(envelope.content, policy=policy.default))
        if self.drops_after_content:
            self.drops_after_content -= 1
            server.transport.abort()
        return "250 OK"

    @property
    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]) for mail in self.mails]


@contextmanager
def running() -> Iterator[Sink]:
    sink = Sink(port=free_port())
    controller = Controller(sink, hostname="127.0.0.1", port=sink.port)
    controller.start()
    try:
        yield sink
    finally:
        controller.stop()

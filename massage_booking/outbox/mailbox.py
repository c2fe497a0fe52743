"""The mails kept on this machine, as MailboxBackend wrote them: one .eml file each, named by its time."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from pathlib import Path
from typing import Final

from django.conf import settings

STEM: Final = re.compile(r"\d{8}T\d{12}-[0-9a-f]{8}")
# A sign-in code stands alone on its line: ABC-DEF or 123456.
CODE: Final = re.compile(r"^[ \t]*((?=[A-Z0-9-]*[A-Z0-9]{3})[A-Z0-9]{3,8}(?:-[A-Z0-9]{3,8})?)[ \t]*$", re.MULTILINE)
SHOWN: Final = 50


@dataclass(frozen=True)
class Attached:
    number: int
    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Letter:
    """One kept mail, read."""

    stem: str
    to: str
    sender: str
    subject: str
    kept_at: datetime
    text: str
    html: str
    attached: tuple[Attached, ...]

    @property
    def code(self) -> str:
        """Return the sign-in code in it, or nothing."""
        found = CODE.search(self.text)
        return found.group(1) if found else ""


def folder() -> Path:
    return Path(settings.MAIL_DIR)


def stems() -> list[str]:
    """Return the names of kept mails, newest first."""
    if not folder().is_dir():
        return []
    return sorted((file.stem for file in folder().glob("*.eml") if STEM.fullmatch(file.stem)), reverse=True)


def latest(count: int = SHOWN) -> list[Letter]:
    """Read the newest mails. One that cannot be read is left out."""
    letters = (letter_of(stem) for stem in stems()[:count])
    return [letter for letter in letters if letter is not None]


def letter_of(stem: str) -> Letter | None:
    """Read one mail; None when the name is not one of ours or its file is gone."""
    if not STEM.fullmatch(stem):
        return None
    try:
        raw = (folder() / f"{stem}.eml").read_bytes()
    except OSError:
        return None
    mail = message_from_bytes(raw, policy=policy.default)
    return Letter(
        stem=stem,
        to=str(mail["To"] or ""),
        sender=str(mail["From"] or ""),
        subject=str(mail["Subject"] or ""),
        kept_at=datetime.strptime(stem[:21], "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC),
        text=_body(mail, "plain"),
        html=_body(mail, "html"),
        attached=tuple(_attached(mail)),
    )


def _body(mail: EmailMessage, kind: str) -> str:
    part = mail.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _bytes_of(part: Message) -> bytes:
    content = part.get_payload(decode=True)
    return content if isinstance(content, bytes) else b""


def _attached(mail: EmailMessage) -> list[Attached]:
    return [
        Attached(
            number=number,
            name=part.get_filename() or f"part-{number}",
            content_type=part.get_content_type(),
            content=_bytes_of(part),
        )
        for number, part in enumerate(mail.iter_attachments(), start=1)
    ]

"""From what a composer wrote to a mail on the wire, and what a mail server's refusals mean."""

import smtplib
from typing import Final

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.base import BaseEmailBackend

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail
from massage_booking.studio import selectors as studio_selectors

TOO_LARGE: Final = 552


def sender() -> str:
    """Return the address that mails come from, with the studio's name where the setting has none."""
    studio = studio_selectors.current()
    address: str = settings.DEFAULT_FROM_EMAIL
    if studio is None or "<" in address:
        return address
    # A name with a line break or a quotation mark in it must not become a header of its own.
    name = " ".join(studio.name.split()).replace("\\", "").replace('"', "'")
    return f'"{name}" <{address}>'


def put_in(message: Message, mail: Mail, *, mail_connection: BaseEmailBackend) -> EmailMultiAlternatives:
    """Make the mail of a message. Its Message-ID stays the same however often it is tried."""
    studio = studio_selectors.current()
    domain = settings.DEFAULT_FROM_EMAIL.rsplit("@", 1)[-1].strip("> ")
    envelope = EmailMultiAlternatives(
        subject=" ".join(mail.subject.split()),
        body=mail.text,
        from_email=sender(),
        to=[message.recipient],
        reply_to=[studio.email] if studio and studio.email else None,
        headers={
            "Message-ID": f"<{message.message_id}@{domain}>",
            "Auto-Submitted": "auto-generated",
            **mail.headers,
        },
        connection=mail_connection,
    )
    if mail.html:
        envelope.attach_alternative(mail.html, "text/html")
    for attachment in mail.attachments:
        envelope.attach(attachment.name, attachment.content, attachment.content_type)
    return envelope


def is_from_server(error: Exception) -> bool:
    """Say whether the way to the mail server or its answer failed, rather than something of ours."""
    return isinstance(error, OSError)  # smtplib's errors are OSErrors


def is_permanent(error: Exception) -> bool:
    """Say whether trying again is pointless: the server said 5xx about this mail or this address.

    What it says about the studio's own sign-in or sender is a matter of set-up: the mail is still owed.
    """
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        return bool(error.recipients) and all(code >= 500 for code, _ in error.recipients.values())
    if isinstance(error, smtplib.SMTPSenderRefused):
        return error.smtp_code == TOO_LARGE
    if isinstance(error, smtplib.SMTPDataError):
        return 500 <= error.smtp_code < 600
    return False


def in_a_word(error: Exception) -> str:
    """Name an error without its text, which may hold an address."""
    if isinstance(error, smtplib.SMTPResponseException):
        return f"{type(error).__name__} {error.smtp_code}"
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = sorted({code for code, _ in error.recipients.values()})
        return f"{type(error).__name__} {', '.join(map(str, codes))}"
    return type(error).__name__

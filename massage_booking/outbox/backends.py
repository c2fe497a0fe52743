"""Where mails go when nothing is to leave the machine: a folder that the mailbox page shows."""

from collections.abc import Sequence
from pathlib import Path
from uuid import uuid4

from django.conf import settings
from django.core.mail import EmailMessage
from django.core.mail.backends.base import BaseEmailBackend

from massage_booking.core import clock


class MailboxBackend(BaseEmailBackend):
    """Write each mail as an .eml file, newest name last."""

    def send_messages(self, email_messages: Sequence[EmailMessage]) -> int:
        folder = Path(settings.MAIL_DIR)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        for mail in email_messages:
            stamp = clock.now().strftime("%Y%m%dT%H%M%S%f")
            target = folder / f"{stamp}-{uuid4().hex[:8]}.eml"
            partial = target.with_suffix(".part")
            partial.write_bytes(mail.message().as_bytes())
            partial.rename(target)
        return len(email_messages)

"""How allauth behaves here: accounts come from booking, codes are sent at once."""

import logging
import smtplib
from typing import Any
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication  # allauth has no public door to it
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from massage_booking.outbox import envelope
from massage_booking.outbox import services as outbox
from massage_booking.studio import selectors as studio_selectors

logger = logging.getLogger(__name__)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Say no: booking makes the account, so that there is no second way with its own forms."""
        return False

    def format_email_subject(self, subject: str) -> str:
        studio = studio_selectors.current()
        return f"{subject.strip()}, {studio.name}" if studio else subject.strip()

    def get_from_email(self) -> str:
        return envelope.sender()

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send at once, because somebody waits; a mail server that is down gets a sealed row instead."""
        studio = studio_selectors.current()
        message = self.render_mail(template_prefix, email, {**context, "studio": studio})
        try:
            message.send()
        except (OSError, smtplib.SMTPException) as error:
            logger.warning("sign-in mail not sent at once: %s", type(error).__name__)
            html = next((str(part.content) for part in getattr(message, "alternatives", [])), "")
            outbox.enqueue_sealed(
                kind="sign_in",
                key=f"sign_in:{uuid4().hex}",
                recipient=email,
                subject=str(message.subject),
                text=str(message.body),
                html=html,
                now=clock.now(),
            )


@receiver(user_logged_in)
def stamp_sign_in(sender: Any, request: HttpRequest | None, user: Any, **kwargs: Any) -> None:
    """Note when this session began, and recognise what was booked as a guest: the code has proved the address."""
    if request is None:
        return
    request.session["signed_in_at"] = clock.now().timestamp()
    Client.objects.filter(account=user, is_claimed=False).update(is_claimed=True)


@receiver(authenticator_added)
def count_as_proof(sender: Any, request: HttpRequest, user: Any, authenticator: Authenticator, **kwargs: Any) -> None:
    """Count setting up a second factor as having used it, so that the recovery codes show without asking again."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        record_authentication(
            request, user, method="mfa", id=authenticator.pk, type=authenticator.type, reauthenticated=True
        )

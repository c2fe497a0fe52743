"""What sessions do when screening tells of something. Screening knows nothing of sessions."""

from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from massage_booking.accounts.models import Client
from massage_booking.core import clock
from screening import signals
from sessions.services import health, holds
from sessions.views import state


@receiver(signals.emergency_shown, dispatch_uid="sessions.release_held_time")
def release_held_time(sender: Any, client: Client, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Give the held time back: nobody should feel bound to it now."""
    key = request.session.get(state.BROWSER) if request is not None else None
    if isinstance(key, str):
        holds.release_browser(browser=key)


@receiver(signals.step_saved, dispatch_uid="sessions.keep_held_time")
def keep_held_time(sender: Any, client: Client, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A saved step keeps the held time a little longer."""
    if request is None:
        return
    now = clock.now()
    held = state.held_of(request, now=now)
    if held is not None:
        holds.extend(session=held, now=now)


@receiver(signals.screening_completed, dispatch_uid="sessions.judge_again")
def judge_again(sender: Any, client: Client, **kwargs: Any) -> None:
    """New answers count for every session ahead."""
    health.judge_again(client=client, now=clock.now())


@receiver(signals.consent_withdrawn, dispatch_uid="sessions.ask_again")
def ask_again(sender: Any, client: Client, **kwargs: Any) -> None:
    """Without answers no hands go on: every session ahead must be asked about again."""
    health.ask_again(client=client, now=clock.now())

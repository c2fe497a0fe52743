"""What sessions do when screening tells of something. Screening knows nothing of sessions."""

from datetime import date, datetime
from typing import Any

from django.dispatch import receiver
from django.http import HttpRequest

from massage_booking.accounts.models import Client, User
from massage_booking.accounts.signals import birthday_changed, client_handed_over
from massage_booking.core import clock
from screening import signals
from screening.models import Letter, LetterState
from screening.vault import VaultClosed
from sessions.services import clearance, erasing, handing_over, health, holds, rejudging
from sessions.views import state
from therapists.models import Technique
from therapists.signals import technique_rescreened


@receiver(signals.emergency_shown, dispatch_uid="sessions.release_held_time")
def release_held_time(sender: Any, client: Client, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """Give the held time back: nobody should feel bound to it now."""
    key = request.session.get(state.BROWSER) if request is not None else None
    if isinstance(key, str):
        holds.release_browser(browser=key)


@receiver(signals.step_saved, dispatch_uid="sessions.keep_held_time")
def keep_held_time(sender: Any, client: Client, request: HttpRequest | None = None, **kwargs: Any) -> None:
    """A saved step keeps the held time a little longer."""
    key = request.session.get(state.BROWSER) if request is not None else None
    if isinstance(key, str):
        holds.extend_all(browser=key, now=clock.now())


@receiver(signals.screening_completed, dispatch_uid="sessions.judge_again")
def judge_again(sender: Any, client: Client, **kwargs: Any) -> None:
    """New answers count for every session ahead."""
    now = clock.now()
    health.judge_again(client=client, now=now)
    clearance.settle(client=client, now=now)


@receiver(birthday_changed, dispatch_uid="sessions.judge_by_age")
def judge_by_age(sender: Any, client: Client, before: date | None, **kwargs: Any) -> None:
    """Limits depend on age: another date of birth counts for every session ahead."""
    now = clock.now()
    try:
        health.judge_again(client=client, now=now)
        clearance.settle(client=client, now=now)
    except VaultClosed:
        health.ask_again(client=client, now=now)
    if before is not None and client.date_of_birth is not None and client.date_of_birth < before:
        health.have_looked_at(client=client, now=now)


@receiver(signals.guardian_consent_changed, dispatch_uid="sessions.judge_by_guardian")
def judge_by_guardian(sender: Any, client: Client, **kwargs: Any) -> None:
    """A guardian's yes, or its end, counts for every session ahead."""
    health.judge_again(client=client, now=clock.now())


@receiver(signals.letter_received, dispatch_uid="sessions.letter_received")
def letter_received(sender: Any, letter: Letter, **kwargs: Any) -> None:
    """Whoever treats the client is told that a document waits."""
    clearance.received(letter=letter, now=clock.now())


@receiver(signals.letter_reviewed, dispatch_uid="sessions.letter_reviewed")
def letter_reviewed(sender: Any, client: Client, letter: Letter, **kwargs: Any) -> None:
    """A letter can let a session stand, and book what waited for it; else the client is told of the answer."""
    now, confirmed = clock.now(), 0
    if letter.state == LetterState.ACCEPTED:
        health.judge_again(client=client, now=now)
        confirmed = clearance.settle(client=client, now=now)
    clearance.reviewed(letter=letter, confirmed=confirmed, now=now)


@receiver(signals.consent_withdrawn, dispatch_uid="sessions.ask_again")
def ask_again(sender: Any, client: Client, **kwargs: Any) -> None:
    """Without answers no hands go on: every session ahead must be asked about again."""
    health.ask_again(client=client, now=clock.now())


@receiver(technique_rescreened, dispatch_uid="sessions.judge_by_technique")
def judge_by_technique(sender: Any, technique: Technique, **kwargs: Any) -> None:
    """What is booked with a technique is judged by the rules that it goes by now."""
    rejudging.judge_with(technique=technique, now=clock.now())


@receiver(client_handed_over, dispatch_uid="sessions.handed_over")
def handed_over(sender: Any, client: Client, by: User, **kwargs: Any) -> None:
    """Somebody of age has an account of their own: letters go there, and links in older ones end."""
    handing_over.follow(client=client, by=by)


@receiver(signals.answers_erased, dispatch_uid="sessions.erase_health_data")
def erase_health_data(sender: Any, client: Client, now: datetime, **kwargs: Any) -> None:
    """What was sealed or drawn from the answers goes with them."""
    erasing.erase_health_data(client=client, now=now)


@receiver(signals.rules_published, dispatch_uid="sessions.judge_under_new_rules")
def judge_under_new_rules(sender: Any, **kwargs: Any) -> None:
    """Other rules count for every session ahead; what is too much for one go is done by the upkeep."""
    rejudging.judge_under_published(now=clock.now())

"""The interface to whatever takes cards. Built in: the studio's own terminal, beside the till, worked by hand.

A card service is a class with the three methods of `Till`, named in the setting `PAYMENTS_TILL`. What is asked for has
a key: the same key is the same request, however often it is sent. See docs/payments.md.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string


class Outcome(StrEnum):
    """What became of a request."""

    TAKEN = "taken"
    WAITING = "waiting"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Request:
    """An amount of money asked for by card. `about` is the public id of the session; nothing else leaves the house."""

    amount: Decimal
    currency: str
    about: str
    key: str


class Till(Protocol):
    """Takes money by card. References are the service's own words, at most 120 characters."""

    def ask(self, request: Request) -> str:
        """Ask for an amount and return a reference; the same key gives the same reference."""

    def outcome(self, reference: str) -> Outcome:
        """Say what became of it."""

    def refund(self, reference: str, *, amount: Decimal, currency: str) -> Outcome:
        """Give an amount back; doing it twice gives it back once."""


class ByHand:
    """The terminal stands beside the till: whoever presses the button has seen that it said yes."""

    def ask(self, request: Request) -> str:
        return ""

    def outcome(self, reference: str) -> Outcome:
        return Outcome.TAKEN

    def refund(self, reference: str, *, amount: Decimal, currency: str) -> Outcome:
        return Outcome.TAKEN


@lru_cache(maxsize=4)
def _made(path: str) -> Till:
    return import_string(path)()


def till() -> Till:
    """Return what takes cards here."""
    return _made(settings.PAYMENTS_TILL)

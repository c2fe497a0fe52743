"""Which entries of a calendar are sessions of this studio, so that what was exported from here does not block here.

The app that writes such entries says how their names end, and which of some names it knows; this one may not import it.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass


@dataclass(frozen=True)
class OwnEntries:
    """Names of entries with the given ending may be ours; `known` returns those that are."""

    ending: str
    known: Callable[[Collection[str]], set[str]]


_registered = OwnEntries("", lambda names: set())


def register(entries: OwnEntries) -> None:
    global _registered
    _registered = entries


def ending() -> str:
    return _registered.ending


def known(names: Collection[str]) -> set[str]:
    """Return those of the names that are sessions here. At most one query."""
    return _registered.known(names) if names else set()

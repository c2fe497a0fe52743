"""Everybody at work on Monday, 1 June 2026, eight in the morning."""

from tests.sessions.staff.conftest import adam, ana, at_eight, dora, nadia, uma

__all__ = ["adam", "ana", "at_eight", "dora", "nadia", "uma"]

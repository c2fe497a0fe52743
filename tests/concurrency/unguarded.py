"""The application as if nobody had thought of two people at once: no lock, no second look. For controls only.

The guards in the database are dropped beside it: see `drop_guards`.
"""

from typing import Any

from massage_booking.wsgi import application
from sessions.services import locks

__all__ = ["application"]


def _nothing(**_: Any) -> None:
    return None


locks.lock = _nothing
locks.refuse_if_taken = _nothing
locks.look_again = lambda **_: ""

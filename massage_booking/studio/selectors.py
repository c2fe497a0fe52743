"""Questions asked of the studio's settings."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import wraps
from typing import Final, ParamSpec, TypeVar

from massage_booking.core.prepared import Prepared
from massage_booking.studio.models import Location, Studio

Params = ParamSpec("Params")
Result = TypeVar("Result")

_STUDIO: Final = Prepared(lambda: Studio.objects.order_by("pk")[:1])
_in_force: ContextVar[Studio | None] = ContextVar("studio in force", default=None)


@contextmanager
def in_force(studio: Studio) -> Iterator[None]:
    """Let everything inside, one page, see these settings; each page reads them afresh once."""
    token = _in_force.set(studio)
    try:
        yield
    finally:
        _in_force.reset(token)


def read_once(service: Callable[Params, Result]) -> Callable[Params, Result]:
    """Decorate a service that asks for the settings in many places: all of them see what was read at its beginning."""

    @wraps(service)
    def inside(*args: Params.args, **kwargs: Params.kwargs) -> Result:
        if _in_force.get() is not None:
            return service(*args, **kwargs)
        with in_force(require()):
            return service(*args, **kwargs)

    return inside


def current() -> Studio | None:
    """Return the studio, or None before it was opened: as the page read it, elsewhere afresh."""
    return _in_force.get() or _STUDIO.first()


def require() -> Studio:
    """Return the studio; code that books or mails cannot go on without one."""
    studio = current()
    if studio is None:
        raise RuntimeError("No studio yet: run `python manage.py setup_studio`.")
    return studio


def has_several_locations() -> bool:
    return Location.objects.count() > 1

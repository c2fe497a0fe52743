"""What is logged lets nobody in."""

import logging

import pytest

from massage_booking.core.logs import DiscreetFormatter

TOKEN = "WyJsbkVKblZSYS1aWGVFbEls:1xV9y7:OtdTSpLrhUpRhx8DB9lGrWGN_UmHeqpzw"


def written(message: str, *args: object, error: Exception | None = None) -> str:
    record = logging.LogRecord("django.request", logging.ERROR, "", 0, message, args, None)
    if error:
        record.exc_info = (type(error), error, None)
    return DiscreetFormatter("%(message)s").format(record)


@pytest.mark.parametrize(
    "path", [f"/sessions/manage/{TOKEN}/", f"/sessions/manage/{TOKEN}/cancel/", f"/sessions/nudge/{TOKEN}/?a=1"]
)
def test_a_signed_link_is_cut_out(path: str) -> None:
    assert TOKEN not in written("Internal Server Error: %s", path)
    assert TOKEN[:30] not in written("failed", error=ValueError(f"no page at {path}"))
    assert "/sessions/" in written("Internal Server Error: %s", path)


@pytest.mark.parametrize("path", ["/sessions/J2GmB7oEF9nQxkTzW4y1Zw/booked/", "/therapists/ana-quiroga/", "/health/"])
def test_what_is_no_key_stays_readable(path: str) -> None:
    assert written("Internal Server Error: %s", path) == f"Internal Server Error: {path}"


def test_every_record_goes_through_one_discreet_handler() -> None:
    """A second handler somewhere would write links in full."""
    from django.conf import settings

    handlers = settings.LOGGING["handlers"]
    assert list(handlers) == ["console"]
    assert settings.LOGGING["formatters"][handlers["console"]["formatter"]]["()"].endswith("DiscreetFormatter")
    for name in ("django", "django.request", "django.security.csrf", "massage_booking", "sessions", "screening"):
        logger = logging.getLogger(name)
        assert [handler for handler in logger.handlers if not _of_pytest(handler)] == [], name


def _of_pytest(handler: logging.Handler) -> bool:
    return type(handler).__module__.startswith("_pytest")

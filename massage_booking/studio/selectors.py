"""Questions asked of the studio's settings."""

from massage_booking.studio.models import Location, Studio


def current() -> Studio | None:
    """Return the studio, or None before it was opened. Read afresh, so that a change shows at once."""
    return Studio.objects.first()


def require() -> Studio:
    """Return the studio; code that books or mails cannot go on without one."""
    studio = current()
    if studio is None:
        raise RuntimeError("No studio yet: run `python manage.py setup_studio`.")
    return studio


def has_several_locations() -> bool:
    return Location.objects.count() > 1

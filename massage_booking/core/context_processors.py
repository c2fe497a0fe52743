"""What every page knows: the studio, its zone in words, what the person may do, where in the site we are."""

from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse
from django.utils.functional import SimpleLazyObject
from django.utils.module_loading import import_string

NEUTRAL_NAME: Final = "Massage studio"  # before the studio was opened
# The core stands below accounts and may not import it; the name is looked up when a page asks.
ROLES_OF_USER: Final = "massage_booking.accounts.permissions.roles"
# Beginnings of view names -> the entry of the navigation that is lit.
PLACES: Final[tuple[tuple[str, str], ...]] = (
    ("sessions:find", "find"),
    ("therapists:hours", "hours"),
    ("therapists:time_off", "hours"),
    ("therapists:", "therapists"),
    ("sessions:calendar", "today"),
    ("sessions:desk", "desk"),
    ("accounts:", "account"),
    ("account_", "account"),
    ("mfa_", "account"),
    ("outbox:mailbox", "mailbox"),
)


@dataclass(frozen=True)
class Roles:
    """The roles of somebody who has none."""

    therapist: bool = False
    desk: bool = False
    admin: bool = False


def roles_of(request: HttpRequest) -> Any:
    """Return an object with .therapist, .desk and .admin for whoever asks."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return Roles()
    return import_string(ROLES_OF_USER)(user)


def place_in_site(request: HttpRequest) -> str:
    """Return the code of the navigation entry that this page belongs to, or nothing."""
    match = getattr(request, "resolver_match", None)
    name = match.view_name if match else ""
    return next((code for beginning, code in PLACES if name.startswith(beginning)), "")


def house(request: HttpRequest) -> dict[str, Any]:
    """Give templates `studio`, `studio_name`, `zone_label`, `roles`, `nav` and `mailbox_url`.

    `studio` is None before it was opened. A view may pass its own `nav`.
    """
    studio = getattr(request, "studio", None)
    return {
        "studio": studio,
        "studio_name": studio.name if studio else NEUTRAL_NAME,
        "zone_label": studio.zone_label if studio else "",
        "roles": SimpleLazyObject(lambda: roles_of(request)),
        "nav": place_in_site(request),
        # Only where mails are kept instead of sent.
        "mailbox_url": reverse("outbox:mailbox") if settings.MAILBOX else "",
    }

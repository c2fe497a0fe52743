"""`{% load screening %}`: what the pages of questions need beside the tags of the house."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django import template
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from massage_booking.accounts.models import Client
from massage_booking.core.drawing import BODY_MAPS
from massage_booking.core.templatetags.house import read_drawing
from screening import selectors, whose
from screening.models import AccessRecord

register = template.Library()

_PATTERNS: Final = re.compile(r"<defs>.*?</defs>", re.DOTALL)


@register.simple_tag
def body_map_patterns() -> SafeString:
    """Give the patterns of the body map once for a page, where they are rendered: maps in closed follow-ups are not."""
    found = _PATTERNS.search(read_drawing(BODY_MAPS["both"]))
    patterns = found.group(0) if found else ""
    return mark_safe(  # noqa: S308 - our own drawing
        f'<svg class="visually-hidden" width="1" height="1" aria-hidden="true" focusable="false">{patterns}</svg>'
    )


@register.filter
def may_be_read_by(client: Client, user: Any) -> bool:
    """Tell whether an account may see what the answers of somebody in its care mean."""
    return selectors.may_read_answers(user, client)


@dataclass(frozen=True)
class Health:
    """What the account's page says of somebody's answers: when, and who else read them. Nothing of the answers."""

    answered_at: datetime | None
    unchanged_at: datetime | None
    is_half_done: bool
    has_consent: bool
    readings: list[AccessRecord]

    @property
    def asked_at(self) -> datetime | None:
        """Return when the client last said how it is."""
        return max((moment for moment in (self.answered_at, self.unchanged_at) if moment), default=None)


@register.simple_tag
def health_of(client: Client) -> Health:
    """Return the account's card about a client's answers."""
    draft, complete = selectors.forms_of(client)
    others = AccessRecord.objects.filter(client_public_id=client.public_id).exclude(reader_role="client")
    return Health(
        answered_at=complete.completed_at if complete else None,
        unchanged_at=complete.unchanged_at if complete else None,
        is_half_done=draft is not None,
        has_consent=selectors.consent_in_force(client) is not None,
        readings=list(others.order_by("-at", "-number")[:3]),
    )


@register.simple_tag(takes_context=True)
def wishes_url(context: template.Context, client: Client) -> str:
    """Return the address of a client's wishes for whoever may open it here, else nothing."""
    request = context.get("request")
    if request is None or whose.open_to(request, client.public_id) is None:
        return ""
    return reverse("screening:wishes", args=[client.public_id])

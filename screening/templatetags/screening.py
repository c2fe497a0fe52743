"""`{% load screening %}`: what the pages of questions need beside the tags of the house."""

import re
from typing import Final

from django import template
from django.utils.safestring import SafeString, mark_safe

from massage_booking.core.drawing import BODY_MAPS
from massage_booking.core.templatetags.house import read_drawing

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

"""The body map, placed inline so that areas can be marked and follow the theme."""

import re
from typing import Final

from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

BODY_MAPS: Final[dict[str, str]] = {"both": "body-map", "front": "body-map-front", "back": "body-map-back"}
_AREA = re.compile(r'class="area" id="[^"]+" data-area="([a-z_]+)"')
_TITLE = re.compile(r'role="img" aria-labelledby="[^"]+">\s*<title[^>]*>.*?</title>', re.DOTALL)
_PATTERNS = re.compile(r"<defs>.*?</defs>", re.DOTALL)


def body_map(svg: str, marks: dict[str, set[str]], label: str, patterns: bool) -> SafeString:
    """Return the drawing with a class on each marked area: {"is-avoid": {"legs"}}. Later marks win."""

    def marked(found: re.Match[str]) -> str:
        area = found.group(1)
        state = next((name for name, areas in reversed(marks.items()) if area in areas), "")
        return f'class="area{" " + state if state else ""}" data-area="{area}"'

    picture = _AREA.sub(marked, svg)
    picture = _TITLE.sub(lambda _: f'role="img" aria-label="{escape(label)}">', picture, count=1)
    if not patterns:
        picture = _PATTERNS.sub("", picture, count=1)
    return mark_safe(picture)  # noqa: S308 - our own file; the one foreign text is escaped above

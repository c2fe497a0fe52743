"""Reading pages in tests: what they say, their titles, their errors; and filling in the admin's rows."""

import re
from html import unescape
from typing import Any


def _plain(html: str) -> str:
    return unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", html)))


def text_of(response: Any) -> str:
    """Return what a page says, without its tags."""
    return _plain(re.sub(r"<(script|style).*?</\1>", " ", response.content.decode(), flags=re.DOTALL))


def titles(response: Any, element: str) -> list[str]:
    """Return what stands in each element of a kind: h1, h2, strong."""
    found = re.findall(rf"<{element}\b[^>]*>(.*?)</{element}>", response.content.decode(), re.DOTALL)
    return [_plain(title).strip() for title in found]


def field_errors(response: Any) -> list[str]:
    """Return the errors under the fields of a page of the site."""
    found = re.findall(r'class="invalid-feedback"[^>]*><strong>(.*?)</strong>', response.content.decode())
    return [unescape(error) for error in found]


def admin_errors(response: Any) -> list[str]:
    """Return the errors of a page of the admin."""
    lists = re.findall(r'<ul class="errorlist[^"]*"[^>]*>(.*?)</ul>', response.content.decode(), re.DOTALL)
    return [_plain(item) for listed in lists for item in re.findall(r"<li>(.*?)</li>", listed, re.DOTALL)]


def rows(prefix: str, *forms: dict[str, Any], initial: int = 0) -> dict[str, Any]:
    """Return the fields of an inline, or of the editable list, as a browser sends them."""
    data: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": len(forms), f"{prefix}-INITIAL_FORMS": initial}
    for number, form in enumerate(forms):
        data |= {f"{prefix}-{number}-{name}": value for name, value in form.items()}
    return data

"""A page without script: what its form would send, and what it says."""

import re
from html import unescape
from html.parser import HTMLParser
from typing import Any


class _Fields(HTMLParser):
    """Reads the form that posts, with the fields as a browser would send them untouched."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[dict[str, str]] = []
        self.options: dict[str, list[str]] = {}
        self._select = ""
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = found.get("method") == "post"
            if self._inside:
                self.forms.append({})
        elif not self._inside:
            return
        elif tag == "input" and (found.get("type") != "radio" or "checked" in found):
            self.forms[-1][found["name"]] = found.get("value", "")
        elif tag == "select":
            self._select = found["name"]
            self.options[self._select] = []
        elif tag == "option":
            self.options[self._select].append(found["value"])
            if "selected" in found:
                self.forms[-1][self._select] = found["value"]

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False


def fields_of(response: Any, *, having: str = "date-1") -> dict[str, str]:
    """Return the fields of the form that has a certain one."""
    reader = _Fields()
    reader.feed(response.content.decode())
    found = next(form for form in reader.forms if having in form)
    return {name: value for name, value in found.items() if name != "csrfmiddlewaretoken"}


def options_of(response: Any, name: str) -> list[str]:
    reader = _Fields()
    reader.feed(response.content.decode())
    return reader.options[name]


def text_of(response: Any) -> str:
    """Return the words of a page as they read."""
    text = re.sub(r"<(script|style|head).*?</\1>|<!--.*?-->", " ", response.content.decode(), flags=re.DOTALL)
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", text))).strip()

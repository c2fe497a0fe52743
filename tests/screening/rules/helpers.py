"""Forms of the workbench as a browser sends them back."""

from html.parser import HTMLParser
from typing import Any

from django.test import Client as Browser
from django.urls import reverse


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:screening_ruleversion_{name}", args=args)


class _Fields(HTMLParser):
    """Collects what a browser would send for the forms of a page: the fields in the form named by `wanted`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str]] = []
        self.select = self.area = ""
        self.text: list[str] = []
        self.options: list[tuple[str, bool]] = []
        self.multiple = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        name, value = given.get("name") or "", given.get("value")
        if tag == "input" and name and "disabled" not in given:
            kind = given.get("type", "text")
            if kind in ("checkbox", "radio"):
                if "checked" in given:
                    self.found.append((name, value or "on"))
            elif kind not in ("submit", "file", "button"):
                self.found.append((name, value or ""))
        elif tag == "select":
            self.select, self.options, self.multiple = name, [], "multiple" in given
        elif tag == "option" and self.select:
            self.options.append((value or "", "selected" in given))
        elif tag == "textarea":
            self.area, self.text = name, []

    def handle_endtag(self, tag: str) -> None:
        if tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected]
            if not chosen and self.options and not self.multiple:
                chosen = [self.options[0][0]]
            self.found += [(self.select, value) for value in chosen]
            self.select = ""
        elif tag == "textarea" and self.area:
            # A browser drops the first line break, and sends the others as two characters.
            text = "".join(self.text).removeprefix("\n")
            self.found.append((self.area, text.replace("\r\n", "\n").replace("\n", "\r\n")))
            self.area = ""

    def handle_data(self, data: str) -> None:
        if self.area:
            self.text.append(data)


def fields_of(html: str) -> dict[str, list[str]]:
    """Return the fields of a page with what a browser would send, were nothing changed."""
    parser = _Fields()
    parser.feed(html)
    found: dict[str, list[str]] = {}
    for name, value in parser.found:
        found.setdefault(name, []).append(value)
    found.pop("csrfmiddlewaretoken", None)
    return found


def filled(browser: Browser, path: str, **changes: Any) -> dict[str, Any]:
    """Open a page and return its fields, with some of them changed; None leaves a field out."""
    response = browser.get(path)
    assert response.status_code == 200, (path, response.status_code)
    fields: dict[str, Any] = {**fields_of(response.content.decode()), **changes}
    return {name: value for name, value in fields.items() if value is not None}

"""Everything a page loads is ours or vendored with its checksum, and nothing in a template needs a loose CSP."""

import gzip
import hashlib
import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.urls import URLPattern, URLResolver, get_resolver

from massage_booking.core.icons import ICONS

ROOT = Path(settings.BASE_DIR)
STATIC = ROOT / "static"
VENDOR = STATIC / "vendor"
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
# Mail programs know no style sheets; everything else must pass the policy of the site.
MAILS = [path for path in TEMPLATES if "emails" in path.parts or "email" in path.parts]
PAGES = [path for path in TEMPLATES if path not in MAILS]
OWN_CSS = sorted((STATIC / "css").rglob("*.css"))
OWN_JS = sorted((STATIC / "js").rglob("*.js"))
PACKAGES: list[dict[str, Any]] = json.loads((VENDOR / "VENDOR.json").read_text())["packages"]
VENDORED: list[dict[str, str]] = [row for package in PACKAGES for row in package["files"]]

_COMMENT = re.compile(r"{% comment.*?{% endcomment %}|{#.*?#}|<!--.*?-->", re.DOTALL)
_STATIC_TAG = re.compile(r"""{%\s*static\s+['"]([^'"]+)['"]""")
_URL_TAG = re.compile(r"""{%\s*url\s+['"]([^'"]+)['"]""")
_ICON_TAG = re.compile(r"""{%\s*icon\s+['"]([^'"]+)['"]""")


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def markup(path: Path) -> str:
    return _COMMENT.sub("", path.read_text(encoding="utf-8"))


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


@pytest.mark.parametrize("row", VENDORED, ids=lambda row: row["file"])
def test_a_vendored_file_is_the_one_its_package_holds(row: dict[str, str]) -> None:
    content = (VENDOR / row["file"]).read_bytes()

    assert sha256(content) == row["sha256"]
    if "cut_from_end" in row:
        assert sha256(content + row["cut_from_end"].encode()) == row["sha256_in_package"]


def test_every_vendored_file_is_listed_and_every_package_has_its_licence() -> None:
    own = {"VENDOR.json", "README.md"}
    found = {str(path.relative_to(VENDOR)) for path in VENDOR.rglob("*") if path.is_file() and path.name not in own}

    assert found == {row["file"] for row in VENDORED}
    for package in PACKAGES:
        assert {"name", "version", "licence", "package", "files"} <= package.keys()
        assert any(row["file"].endswith("/LICENSE") for row in package["files"]), package["name"]


@pytest.mark.parametrize("path", [*OWN_CSS, *OWN_JS], ids=named)
def test_our_styles_and_scripts_ask_no_other_house_for_anything(path: Path) -> None:
    assert not re.findall(r"(?:https?:)?//[a-z0-9.-]+\.[a-z]{2,}/\S*", path.read_text(), re.IGNORECASE)


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_a_template_loads_nothing_from_elsewhere(path: Path) -> None:
    loaders = "script|link|img|iframe|source|use|video|audio|object|embed"
    elsewhere = rf"<(?:{loaders})\b[^>]*?(?:src|href|srcset|data)=[\"']?(?:https?:)?//"

    assert re.findall(elsewhere, markup(path)) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_has_no_inline_script_or_style(path: Path) -> None:
    text = markup(path)
    scripts = re.findall(r"<script\b[^>]*>", text)

    assert [tag for tag in scripts if " src=" not in tag and 'type="application/json"' not in tag] == []
    assert re.findall(r"<style\b", text) == []
    assert re.findall(r"<[a-z][^>]*\sstyle=", text) == []


@pytest.mark.parametrize("path", PAGES, ids=named)
def test_a_page_needs_no_code_in_attributes(path: Path) -> None:
    text = markup(path)

    assert re.findall(r"<[a-z][^>]*?\s(on[a-z]+=)", text) == []
    assert re.findall(r"\bhx-on\b|hx-(?:vals|headers)=['\"]js:|hx-trigger=['\"][^'\"]*\[|javascript:", text) == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_static_file_a_template_names_exists(path: Path) -> None:
    plain = re.findall(r'(?:src|href)="/static/([^"{]+)"', markup(path))

    assert [name for name in [*_STATIC_TAG.findall(markup(path)), *plain] if not finders.find(name)] == []


@pytest.mark.parametrize("path", OWN_CSS, ids=named)
def test_every_file_a_style_sheet_names_exists(path: Path) -> None:
    targets = re.findall(r"url\(\s*['\"]?([^'\")#]+)['\"]?\s*\)", path.read_text())

    assert [target for target in targets if not (path.parent / target).resolve().is_file()] == []


def view_names(resolver: URLResolver, prefix: str = "") -> set[str]:
    names: set[str] = set()
    for entry in resolver.url_patterns:
        if isinstance(entry, URLPattern):
            names |= {f"{prefix}{entry.name}"} if entry.name else set()
        else:
            names |= view_names(entry, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
    return names


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_view_a_template_links_to_exists(path: Path) -> None:
    known = view_names(get_resolver())

    assert [name for name in _URL_TAG.findall(markup(path)) if name not in known] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=named)
def test_every_icon_a_template_draws_exists(path: Path) -> None:
    assert [name for name in _ICON_TAG.findall(markup(path)) if name not in ICONS] == []


@pytest.mark.parametrize("name", ["400.html", "500.html", "bare_base.html"])
def test_the_pages_for_the_worst_hour_need_no_context(name: str) -> None:
    text = markup(ROOT / "templates" / name)

    assert "{{" not in text
    assert set(re.findall(r"{%\s*(\w+)", text)) <= {"extends", "block", "endblock"}


def test_dark_by_choice_and_dark_by_the_system_are_the_same_dark() -> None:
    css = (STATIC / "css" / "tokens.css").read_text()
    chosen, system = re.findall(r"color-scheme: dark;(.*?)}", css, re.DOTALL)

    assert chosen.split() == system.split()


def test_the_first_view_stays_under_150_kilobytes() -> None:
    """Count what the home page may load: its own parts, all three faces, styles, script and drawings."""
    texts = [markup(path) for path in PAGES if path.name.startswith(("base.", "home", "nav.", "footer."))]
    names = {name for text in texts for name in _STATIC_TAG.findall(text)} - {"apple-touch-icon.png"}
    names |= {f"fonts/{path.name}" for path in (STATIC / "fonts").glob("*.woff2")}
    packed = [path.read_bytes() for path in map(STATIC.joinpath, sorted(names))]
    weight = sum(min(len(gzip.compress(content)), len(content)) for content in packed)
    own_markup = sum(len(gzip.compress(text.encode())) for text in texts)

    assert weight + own_markup < 150_000

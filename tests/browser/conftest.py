"""A real Chromium against a live server. The clock is the real one: cookies would not outlive a stopped one."""

import os
import re
import shutil
from collections.abc import Callable, Iterator
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.core import mail
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from massage_booking.core import clock
from massage_booking.outbox import services as outbox
from tests import cast
from therapists.models import WeeklyHours

# Playwright's own loop runs in this thread; Django would take every query here for an asynchronous one.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
]
WIDTHS = {"phone": (390, 844), "desk": (1280, 900)}


def chromium_path() -> str:
    path = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if path is None:
        pytest.fail("Browser tests need Chromium: apt-get install chromium, or set CHROMIUM to its path.")
    return path


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


class Visit:
    """A person at a browser: opens pages, and remembers what the browser complained about."""

    def __init__(self, context: BrowserContext, address: str) -> None:
        self.context = context
        self.address = address
        self.page: Page = context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def _note(self, message: Any) -> None:
        if message.type == "error" and "favicon" not in message.text:
            self.complaints.append(message.text)

    def open(self, path: str) -> Page:
        self.page.goto(f"{self.address}{path}")
        return self.page

    def axe(self, *, only: str = "") -> list[str]:
        """Return what the accessibility check finds on the page that is open, by all its rules or by one."""
        # A colour that is still on its way to the other theme's is neither.
        self.page.evaluate("document.getAnimations().forEach(moving => moving.finish())")
        options: dict[str, Any] = {"resultTypes": ["violations"]}
        if only:
            options["runOnly"] = {"type": "rule", "values": [only]}
        found = Axe().run(self.page, options=options).response["violations"]
        return [f"{item['id']}: {[node['target'] for node in item['nodes']][:4]}" for item in found]


@pytest.fixture
def visit(chromium: Browser, live_server: Any) -> Iterator[Callable[..., Visit]]:
    """Return a function that sits somebody down: `visit("phone", dark=True, script=False)`."""
    contexts: list[BrowserContext] = []

    def sit_down(width: str = "desk", *, dark: bool = False, script: bool = True, for_axe: bool = False) -> Visit:
        wide, high = WIDTHS[width]
        context = chromium.new_context(
            viewport={"width": wide, "height": high},
            color_scheme="dark" if dark else "light",
            java_script_enabled=script,
            reduced_motion="reduce",
            # Axe is injected as a script; only its pages may skip the policy.
            bypass_csp=for_axe,
            locale="en-GB",
        )
        contexts.append(context)
        context.set_default_timeout(15_000)
        return Visit(context, live_server.url)

    yield sit_down
    for number, context in enumerate(contexts):
        if os.environ.get("PICTURES") and context.pages:
            context.pages[0].screenshot(path=str(Path(os.environ["PICTURES"]) / f"last-{number}.png"), full_page=True)
        context.close()


@pytest.fixture
def open_house(transactional_db: Any) -> cast.House:
    """The cast's studio, open every day from 6 to 23, so that there is always a time to book."""
    house = cast.make_house()
    WeeklyHours.objects.all().delete()
    for therapist in (house.ana, house.uma):
        WeeklyHours.objects.bulk_create(
            [
                WeeklyHours(therapist=therapist, location=house.location, weekday=day, starts=time(6), ends=time(23))
                for day in range(7)
            ]
        )
    return house


def deliver() -> list[Any]:
    """Send what is due and return every mail so far."""
    outbox.send_due(now=clock.now())
    return list(mail.outbox)


def code_in(text: str) -> str:
    """Return the sign-in code of a mail."""
    found = re.search(r"^\s*([A-Z0-9]{3,4}-?[A-Z0-9]{3,4})\s*$", text, re.MULTILINE)
    assert found, text
    return found.group(1)


def sign_in(visitor: Visit, email: str) -> None:
    """Sign in as a person does: ask for a code, read the mail, type it."""
    before = len(mail.outbox)
    page = visitor.open("/accounts/login/code/")
    page.get_by_label("Email").first.fill(email)
    page.locator("main form button[type=submit], main form input[type=submit]").first.click()
    page.wait_for_load_state()
    assert len(mail.outbox) == before + 1
    page.locator("input[name=code]").fill(code_in(str(mail.outbox[-1].body)))
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_load_state()


def keep_picture(visitor: Visit, name: str) -> None:
    """Keep a picture of the page when PICTURES names a folder."""
    folder = os.environ.get("PICTURES")
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        visitor.page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)

"""Browsers of the simplest kind, many at once: they keep cookies, send forms, and remember what they were told."""

import http.client
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

from django.core import signing

from massage_booking.core import clock
from sessions.links import OFFER_SALT
from tests.concurrency.server import Served

PATIENCE = 120.0


@dataclass(frozen=True)
class Answer:
    """What a server said, and after how many seconds. Status 0: nobody answered."""

    status: int
    page: str = ""
    location: str = ""
    seconds: float = 0.0

    @property
    def is_clean(self) -> bool:
        """Say whether it is a page or a way on, and not an error of ours."""
        return 0 < self.status < 500

    @property
    def offers(self) -> int:
        """Return how many other times the page offers."""
        return self.page.count('name="starts_at"') + self.page.count('name="instead"')


class Browser:
    """One visitor. `sid` is the cookie of somebody who is signed in."""

    def __init__(self, address: str, sid: str = "") -> None:
        self.host = urlsplit(address).netloc
        # The token of a form is the same as that of the cookie: the server compares the two.
        self.token = secrets.token_hex(16)
        self.cookies = {"csrf": self.token, **({"sid": sid} if sid else {})}

    def get(self, path: str) -> Answer:
        return self.send("GET", path)

    def post(self, path: str, fields: Mapping[str, Any]) -> Answer:
        return self.send("POST", path, urlencode({"csrfmiddlewaretoken": self.token, **fields}))

    def send(self, method: str, path: str, body: str = "") -> Answer:
        started = time.monotonic()
        connection = http.client.HTTPConnection(self.host, timeout=PATIENCE)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        try:
            connection.request(method, path, body, headers)
            response = connection.getresponse()
            page = response.read().decode()
        except (OSError, http.client.HTTPException):
            return Answer(0, seconds=time.monotonic() - started)
        finally:
            connection.close()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                if key != "csrf":
                    self.cookies[key] = rest.partition(";")[0]
        location = response.getheader("Location") or ""
        return Answer(response.status, page, location, time.monotonic() - started)


def at_once(acts: Sequence[Callable[[], Answer]]) -> list[Answer]:
    """Let everybody act at the same moment; return what each was told, in order."""
    barrier = threading.Barrier(len(acts))
    answers = [Answer(0)] * len(acts)

    def act(number: int) -> None:
        barrier.wait()
        answers[number] = acts[number]()

    threads = [threading.Thread(target=act, args=[number]) for number in range(len(acts))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def slowest_but_five_percent(answers: Sequence[Answer]) -> float:
    """Return the 95th percentile of the seconds."""
    seconds = sorted(answer.seconds for answer in answers)
    return seconds[int(len(seconds) * 0.95) - 1] if seconds else 0.0


def new_key() -> str:
    return secrets.token_urlsafe(16)


def day_at(hour: int, minute: int = 0, *, days: int) -> datetime:
    """Return a time in UTC, `days` after today."""
    zone = ZoneInfo("UTC")
    day = clock.today(zone) + timedelta(days=days)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=zone)


# --- The ways to get a time -------------------------------------------------------

ANA = "ana-quiroga"


def fields(starts_at: datetime, *, therapist: str = ANA, service: str = "swedish-60") -> dict[str, str]:
    return {"service": service, "therapist": therapist, "starts_at": starts_at.isoformat(), "key": new_key()}


def by_holding(served: Served, starts_at: datetime, *, therapist: str = ANA) -> Callable[[], Answer]:
    """A visitor presses a time."""
    browser = Browser(served.address)
    form = fields(starts_at, therapist=therapist)
    return lambda: browser.post("/sessions/hold/", form)


def by_confirming(served: Served, number: int, starts_at: datetime, *, therapist: str = ANA) -> Callable[[], Answer]:
    """Somebody known says yes on the last page, the time on it not kept any more."""
    browser = Browser(served.address, served.people["clients"][number]["sid"])
    form = {**fields(starts_at, therapist=therapist), "accepts": "on"}
    return lambda: browser.post("/sessions/confirm/", form)


def by_desk(served: Served, number: int, starts_at: datetime, *, therapist: str = ANA) -> Callable[[], Answer]:
    """The desk books for somebody on the phone."""
    desk = served.people["desk"]
    browser = Browser(served.address, desk[number % len(desk)])
    client = served.people["clients"][number]["public_id"]
    form = fields(starts_at, therapist=therapist)
    return lambda: browser.post(f"/sessions/desk/clients/{client}/book/", form)


def by_nudge(served: Served, number: int, starts_at: datetime) -> Callable[[], Answer]:
    """Somebody presses the time that a letter has proposed."""
    browser = Browser(served.address)
    content = [*served.people["clients"][number]["plan"], starts_at.isoformat()]
    token = signing.dumps(content, key=served.environment["SECRET_KEY"], salt=OFFER_SALT, compress=False)
    form = fields(starts_at)
    return lambda: browser.post(f"/sessions/nudge/{token}/", form)

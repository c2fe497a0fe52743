"""How fast pages are, against a bare Django view served in the same way, in the same minutes."""

import base64
import json
import math
import os
import secrets
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2

from tests.bench.figures import Figure
from tests.bench.serving import ROOT, Post, Server, asked, posted, serving

RUNS = 5
# Therapists of the studio that all figures of the calendar are about, and of one that is more usual.
LARGE, USUAL = 50, 8
BOOKINGS = 120  # in a run
CLIENTS = 8
CONNECTIONS = 16
SECONDS = 5
HOST = {"Host": "bench.example"}
FEW, MANY = 2_000, 10_000


def new_database(name: str) -> str:
    """Make an empty database on the server of DATABASE_URL; return its address."""
    url = os.environ["DATABASE_URL"]
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(f'DROP DATABASE IF EXISTS "{name}"')
        cursor.execute(f'CREATE DATABASE "{name}"')
    connection.close()
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))


def studio_settings(folder: Path, name: str) -> dict[str, str]:
    """Return the settings of a studio's server, but for TLS, which ends before gunicorn anyway."""
    return {
        "DJANGO_SETTINGS_MODULE": "massage_booking.settings",
        "VAR_DIR": str(folder),
        "DATABASE_URL": new_database(name),
        "DEBUG": "false",
        "SECURE_SSL_REDIRECT": "false",
        "STATIC_COLLECTED": "false",
        "SECRET_KEY": secrets.token_urlsafe(64),
        "VAULT_KEYS": base64.urlsafe_b64encode(secrets.token_bytes(32)).decode(),
        "SITE_URL": "https://bench.example",
        "ALLOWED_HOSTS": "bench.example,127.0.0.1",
        "DEFAULT_FROM_EMAIL": "studio@bench.example",
        "EMAIL_HOST": "mail.bench.example",
    }


@dataclass(frozen=True)
class Floor:
    """The bare view with the usual middleware, against which pages are measured, and without any."""

    usual: Server
    naked: Server

    def rates(self, connections: int) -> tuple[float, float]:
        """Return how many times a second each answers."""
        usual, naked = (
            asked(server.address, connections=connections, seconds=SECONDS) for server in (self.usual, self.naked)
        )
        return usual, naked


@dataclass(frozen=True)
class Studio:
    """The application as it is served, the page of its month, and the forms that book."""

    server: Server
    made: dict[str, Any]

    @property
    def page(self) -> str:
        return f"{self.server.address}/sessions/find/?service={self.made['service']}&month={self.made['month']}"


@contextmanager
def studio(folder: Path, *, therapists: int, forms: int = 0) -> Iterator[Studio]:
    """Serve the application on a PostgreSQL that is filled for so many therapists."""
    environment = studio_settings(folder, f"bench_of_{therapists}")
    run = {**os.environ, **environment, "PYTHONPATH": str(ROOT)}
    subprocess.run([sys.executable, "manage.py", "migrate", "-v0"], cwd=ROOT, env=run, check=True)
    seed = [sys.executable, "-m", "tests.bench.seed_http", str(forms), str(therapists)]
    made = json.loads(subprocess.run(seed, cwd=ROOT, env=run, check=True, capture_output=True).stdout)
    with serving("massage_booking.wsgi", environment, folder) as server:
        yield Studio(server, made)


@contextmanager
def floor(folder: Path) -> Iterator[Floor]:
    with (
        serving("tests.bench.bare", {}, folder) as usual,
        serving("tests.bench.bare", {"BARE": "1"}, folder) as naked,
    ):
        yield Floor(usual, naked)


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="massage-booking-bench-") as name, floor(Path(name)) as bare:
        with studio(Path(name), therapists=LARGE, forms=BOOKINGS * RUNS) as large:
            yield from bookings(large.server, bare, [Post(**form) for form in large.made["forms"]])
            yield from pages(large, bare, therapists=LARGE)
            yield memory(large.page, large.server)
        with studio(Path(name), therapists=USUAL) as usual:
            yield from pages(usual, bare, therapists=USUAL)


def bookings(studio: Server, bare: Floor, forms: list[Post]) -> Iterator[Figure]:
    """Book held times over HTTP; each form is sent once, and each must lead to its confirmation."""
    rates, floors = [], []
    for run in range(RUNS):
        floors.append(bare.rates(CLIENTS))
        part = forms[run * BOOKINGS : (run + 1) * BOOKINGS]
        rate, leads = posted(studio.address, part, connections=CLIENTS, headers=HOST)
        lost = [lead for lead in leads if not lead.endswith("/booked/")]
        if lost:
            raise RuntimeError(f"{len(lost)} forms did not book; the first led to “{lost[0]}”.")
        rates.append(rate)
    yield from ratios(f"HTTP booking, {CLIENTS} clients", rates, floors, bar=0.02, aim=0.05)
    yield Figure("bookings over HTTP in a second", round(statistics.median(rates), 1), None, None, "higher", "/s", RUNS)


def ratios(
    measure: str, rates: list[float], floors: list[tuple[float, float]], *, bar: float | None, aim: float | None
) -> Iterator[Figure]:
    """Compare with the bare view of the same minute; its own pace is told too, and nothing but the first has a bar."""
    for number, name in enumerate(("a bare view", "one without middleware")):
        found = [rate / floor[number] for rate, floor in zip(rates, floors, strict=True)]
        bars = (bar, aim) if number == 0 else (None, None)
        yield Figure(f"{measure} / {name}", round(statistics.median(found), 4), *bars, "higher", "×", RUNS)


def pages(studio: Studio, bare: Floor, *, therapists: int) -> Iterator[Figure]:
    """Ask for the month of openings; nothing of it is kept from one request to the next."""
    page, of_whom = studio.page, f"of {therapists} therapists"
    asked(page, connections=CONNECTIONS, seconds=1, headers=HOST)
    rates, floors = [], []
    for _ in range(RUNS):
        floors.append(bare.rates(CONNECTIONS))
        rates.append(asked(page, connections=CONNECTIONS, seconds=SECONDS, headers=HOST))
    yield from ratios(f"find-a-time page {of_whom}, {CONNECTIONS} connections", rates, floors, bar=0.04, aim=0.1)
    yield Figure(
        f"such pages {of_whom} in a second", round(statistics.median(rates), 1), None, None, "higher", "/s", RUNS
    )


def memory(page: str, studio: Server) -> Figure:
    """Ask for the page ten thousand times; return what the larger worker grew by after the first two thousand."""
    rate = asked(page, connections=CONNECTIONS, seconds=SECONDS, headers=HOST)
    answered = 0.0
    held = {}
    for goal in (FEW, MANY):
        while answered < goal:
            # wrk takes whole seconds.
            lasts = min(math.ceil((goal - answered) / rate), 30)
            answered += asked(page, connections=CONNECTIONS, seconds=lasts, headers=HOST) * lasts
        time.sleep(1)
        held[goal] = studio.memory()
    return Figure(
        f"worker memory, growth from request {FEW:,} to {MANY:,}", round(held[MANY] - held[FEW], 2),
        3, None, "lower", "MB", 1,
    )  # fmt: skip

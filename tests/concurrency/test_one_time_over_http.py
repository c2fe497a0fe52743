"""Two hundred people click one time at once, over HTTP: one gets it, the others get a page that says so."""

import http.client
import re
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit
from zoneinfo import ZoneInfo

import dj_database_url
import psycopg2
import pytest

from massage_booking.core import clock
from tests.concurrency.server import studio_server

RACERS = 200


class Racer:
    """A browser of the simplest kind: keeps cookies, reads a form's token."""

    def __init__(self, address: str) -> None:
        self.host = urlsplit(address).netloc
        self.cookies: dict[str, str] = {}

    def send(self, method: str, path: str, body: str = "") -> tuple[int, str, str]:
        connection = http.client.HTTPConnection(self.host, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}
        if body:
            headers["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, headers)
        response = connection.getresponse()
        text = response.read().decode()
        for name, value in response.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        connection.close()
        return response.status, text, response.getheader("Location") or ""

    def token(self, page: str) -> str:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
        assert found, "no form on the page"
        return found.group(1)


def rows_of(environment: dict[str, str]) -> list[tuple[Any, ...]]:
    """Read the sessions straight from the server's database."""
    question = "SELECT status, starts_at FROM massage_session"
    url = environment["DATABASE_URL"]
    if url.startswith("sqlite"):
        import sqlite3

        with sqlite3.connect(dj_database_url.parse(url)["NAME"]) as file:
            return file.execute(question).fetchall()
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute(question)
        found = cursor.fetchall()
    connection.close()
    return found


@pytest.fixture
def wanted() -> str:
    day = clock.today(ZoneInfo("UTC")) + timedelta(days=9)
    return f"{day.isoformat()}T12:00Z"


def test_two_hundred_clicks_on_one_time_keep_it_once(tmp_path: Path, wanted: str) -> None:
    with studio_server(tmp_path, seed="tests.concurrency.seed_one_slot") as (address, environment):
        racers = [Racer(address) for _ in range(RACERS)]
        bodies: list[str] = []
        for racer in racers:
            status, page, _ = racer.send(
                "GET", f"/sessions/find/?service=swedish-60&therapist=ana-quiroga&day={wanted[:10]}"
            )
            assert status == 200
            bodies.append(
                urlencode(
                    {
                        "csrfmiddlewaretoken": racer.token(page),
                        "service": "swedish-60",
                        "therapist": "ana-quiroga",
                        "starts_at": wanted,
                    }
                )
            )
        results = clicked_at_once(racers, bodies)
        rows = rows_of(environment)
        pages = [told(racer, result) for racer, result in zip(racers, results, strict=True)]

    assert not [result for result in results if result[0] >= 500], "an error page"
    assert len(rows) == 1, rows
    won = [page for page in pages if "just taken" not in page.lower()]
    assert len(won) == 1, f"{len(won)} people were not told"


def clicked_at_once(racers: list[Racer], bodies: list[str]) -> list[tuple[int, str, str]]:
    barrier = threading.Barrier(len(racers))
    results: list[tuple[int, str, str]] = [(0, "", "")] * len(racers)

    def click(number: int) -> None:
        barrier.wait()
        results[number] = racers[number].send("POST", "/sessions/hold/", bodies[number])

    threads = [threading.Thread(target=click, args=[number]) for number in range(len(racers))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def told(racer: Racer, result: tuple[int, str, str]) -> str:
    """Return what the person reads: the page itself, or the one it leads to."""
    status, page, location = result
    return racer.send("GET", location)[1] if status in {302, 303} else page

"""Holds cannot be used to close a studio: a bot on one address, many browsers, all at once. See docs/proof.md."""

import threading
import time
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.concurrency import audit, figures
from tests.concurrency.browsers import ANA, Answer, Browser, at_once, day_at, fields
from tests.concurrency.server import Served, studio_server

pytestmark = [pytest.mark.drill, pytest.mark.django_db(transaction=True)]

BOTS, AT_ONCE = 500, 100
PER_ADDRESS, PER_BROWSER = 5, 2
# Seconds within which a time that is not kept any more is offered again.
FREE_WITHIN = 60


def held(served: Served) -> int:
    return int(served.ask("SELECT count(*) FROM massage_session WHERE status = 'held'")[0][0])


def limit(served: Served, **limits: int) -> None:
    served.change("UPDATE studio_studio SET " + ", ".join(f"{name} = {value}" for name, value in limits.items()))


def bot(served: Served, number: int) -> Callable[[], Answer]:
    """A browser that nobody has seen before wants a time of its own."""
    browser = Browser(served.address)
    starts_at = day_at(8, days=2 + number // 40) + timedelta(minutes=15 * (number % 40))
    form = fields(starts_at, therapist=(ANA, "uma-ruiz")[number % 2])
    return lambda: browser.post("/sessions/hold/", form)


def test_five_hundred_bots_on_one_address_never_keep_more_than_the_limit(tmp_path: Path) -> None:
    most, over = [0], threading.Event()
    with studio_server(tmp_path, staff=1) as served:
        limit(served, holds_per_address=PER_ADDRESS, holds_per_browser=PER_BROWSER)

        def watch() -> None:
            while not over.is_set():
                most[0] = max(most[0], held(served))
                time.sleep(0.05)

        watching = threading.Thread(target=watch)
        watching.start()
        answers = []
        for first in range(0, BOTS, AT_ONCE):
            answers += at_once([bot(served, number) for number in range(first, first + AT_ONCE)])
        over.set()
        watching.join()

        figures.note("T10", bots=BOTS, most=most[0], kept=held(served))
        assert (most[0] <= PER_ADDRESS, held(served) <= PER_ADDRESS) == (True, True), most
        assert all(answer.is_clean for answer in answers)
        assert (audit.overlaps(served), served.trouble, served.deadlocks) == (audit.NONE, [], 0)


def test_without_a_limit_the_same_bots_would_keep_more(tmp_path: Path) -> None:
    """The control: they can, if they may."""
    with studio_server(tmp_path, staff=1) as served:
        at_once([bot(served, number) for number in range(60)])

        assert held(served) > PER_ADDRESS


def test_one_browser_in_many_tabs_keeps_no_more_than_its_own(tmp_path: Path) -> None:
    with studio_server(tmp_path, staff=1) as served:
        limit(served, holds_per_browser=PER_BROWSER)
        browser = Browser(served.address)
        browser.post("/sessions/hold/", fields(day_at(8, days=30)))
        sid = browser.cookies["sid"]
        tabs = [
            lambda number=number: Browser(served.address, sid).post(
                "/sessions/hold/", fields(day_at(9, days=2 + number), therapist=(ANA, "uma-ruiz")[number % 2])
            )
            for number in range(40)
        ]

        answers = at_once(tabs)

        figures.note("T10 tabs", kept=held(served))
        assert held(served) <= PER_BROWSER
        assert all(answer.is_clean for answer in answers)


def test_a_time_that_is_kept_no_more_is_shown_to_others_within_a_minute(tmp_path: Path) -> None:
    with studio_server(tmp_path, staff=1) as served:
        starts_at = day_at(12, days=9)
        page = f"/sessions/find/?service=swedish-60&therapist={ANA}&day={starts_at:%Y-%m-%d}"
        mark = f'value="{starts_at:%Y-%m-%dT%H:%M}'
        browser = Browser(served.address)
        before = mark in browser.get(page).page
        assert Browser(served.address).post("/sessions/hold/", fields(starts_at)).status == 302
        while_kept = mark in browser.get(page).page
        ends = "datetime('now', '+3 seconds')" if not served.is_postgres else "now() + interval '3 seconds'"
        served.change(f"UPDATE massage_session SET held_until = {ends}")

        began = time.monotonic()
        while mark not in browser.get(page).page and time.monotonic() - began < FREE_WITHIN + 10:
            time.sleep(0.2)
        free_after = time.monotonic() - began - 3

        figures.note("T10 free again", seconds=round(free_after, 1))
        assert (before, while_kept) == (True, False)
        assert free_after <= FREE_WITHIN
        assert Browser(served.address).post("/sessions/hold/", fields(starts_at)).status == 302

"""A studio at its busiest: all book, hold, move, cancel, say yes, edit and wait at the same time, over HTTP.

Each act is a form that a page of ours sends. What somebody was told they have is written down, so that it can be looked
for in the database afterwards.
"""

import random
import threading
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import psycopg2

from tests.concurrency.browsers import Answer, Browser, day_at, fields
from tests.concurrency.server import Served

ANYONE = "any"


@dataclass
class Busy:
    """What many threads do for a while, and what came of it."""

    served: Served
    seconds: float
    threads: int = 20
    seed: int = 1
    answers: Counter[str] = field(default_factory=Counter)
    errors: list[tuple[float, str]] = field(default_factory=list)
    # Public ids of sessions that somebody was shown as booked.
    promised: set[str] = field(default_factory=set)
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)

    def run(self) -> "Busy":
        self.start()
        return self.wait()

    def start(self) -> "Busy":
        self._until = time.monotonic() + self.seconds
        self._all = [threading.Thread(target=self._work, args=[number]) for number in range(self.threads)]
        for thread in self._all:
            thread.start()
        return self

    def wait(self) -> "Busy":
        for thread in self._all:
            thread.join()
        return self

    def stop(self) -> "Busy":
        self._stop.set()
        return self.wait()

    def _work(self, number: int) -> None:
        chance = random.Random(self.seed * 1000 + number)
        acts = [
            (5, self._hold), (5, self._confirm), (4, self._phone), (3, self._desk_move), (2, self._cancel),
            (3, self._edit), (2, self._approve), (2, self._wait_in_line), (1, self._move_own),
        ]  # fmt: skip
        weights, doings = [weight for weight, _ in acts], [act for _, act in acts]
        while time.monotonic() < self._until and not self._stop.is_set():
            act = chance.choices(doings, weights)[0]
            try:
                answer = act(chance)
            except psycopg2.Error:
                # Our own look at the database, while that is being restarted.
                time.sleep(0.05)
                continue
            if answer is not None:
                self._note(act.__name__, answer)

    def _note(self, act: str, answer: Answer) -> None:
        with self._lock:
            self.answers[f"{act.strip('_')} {answer.status}"] += 1
            if not answer.is_clean:
                self.errors.append((time.monotonic(), f"{act} {answer.status}"))
            # The page of a booking: /sessions/<public id>/booked/, or the desk's of a session.
            parts = answer.location.split("?")[0].strip("/").split("/")
            if answer.status == 302 and parts[-1:] == ["booked"]:
                self.promised.add(parts[-2])
            elif answer.status == 302 and act == "_phone" and parts[:2] == ["sessions", "calendar"] and len(parts) == 3:
                self.promised.add(parts[2])

    # --- Acts ------------------------------------------------------------------------

    def _time(self, chance: random.Random) -> datetime:
        # Few days, so that people meet.
        return day_at(8, days=12 + chance.randrange(4)) + timedelta(minutes=15 * chance.randrange(40))

    def _therapist(self, chance: random.Random) -> str:
        return chance.choice([ANYONE, *(one["slug"] for one in self.served.people["therapists"])])

    def _client(self, chance: random.Random) -> dict[str, Any]:
        found: dict[str, Any] = chance.choice(self.served.people["clients"])
        return found

    def _session(self, chance: random.Random, status: str) -> tuple[Any, ...] | None:
        rows = self.served.ask(
            "SELECT one.public_id, one.id, one.therapist_id, one.place_id, one.client_id FROM massage_session one "
            f"WHERE one.status = '{status}' ORDER BY one.starts_at LIMIT 200"
        )
        return chance.choice(rows) if rows else None

    def _desk(self, chance: random.Random) -> Browser:
        return Browser(self.served.address, chance.choice(self.served.people["desk"]))

    def _hold(self, chance: random.Random) -> Answer:
        form = fields(self._time(chance), therapist=self._therapist(chance))
        return Browser(self.served.address).post("/sessions/hold/", form)

    def _confirm(self, chance: random.Random) -> Answer:
        """Hold a time, signed in, and say yes; sometimes without holding it first."""
        browser = Browser(self.served.address, self._client(chance)["sid"])
        form = fields(self._time(chance), therapist=self._therapist(chance))
        if chance.random() < 0.5 and browser.post("/sessions/hold/", form).status == 302:
            held = browser.get("/sessions/confirm/")
            form["starts_at"] = _hidden(held.page, "starts_at") or form["starts_at"]
        return browser.post("/sessions/confirm/", {**form, "accepts": "on"})

    def _phone(self, chance: random.Random) -> Answer:
        form = fields(self._time(chance), therapist=self._therapist(chance))
        return self._desk(chance).post(f"/sessions/desk/clients/{self._client(chance)['public_id']}/book/", form)

    def _desk_move(self, chance: random.Random) -> Answer | None:
        session = self._session(chance, "booked")
        if session is None:
            return None
        form = fields(self._time(chance), therapist=self._therapist(chance))
        return self._desk(chance).post(f"/sessions/desk/{session[0]}/move/", form)

    def _move_own(self, chance: random.Random) -> Answer | None:
        session = self._session(chance, "booked")
        owner = session and next((one for one in self.served.people["clients"] if one["pk"] == session[4]), None)
        if session is None or owner is None:
            return None
        form = fields(self._time(chance), therapist=self._therapist(chance))
        return Browser(self.served.address, owner["sid"]).post(f"/sessions/{session[0]}/move/", form)

    def _cancel(self, chance: random.Random) -> Answer | None:
        session = self._session(chance, "booked")
        return self._desk(chance).post(f"/sessions/desk/{session[0]}/cancel/", {}) if session else None

    def _edit(self, chance: random.Random) -> Answer | None:
        """The admin puts a session elsewhere by hand, against hours and grid if need be."""
        session = self._session(chance, chance.choice(["booked", "requested"]))
        if session is None:
            return None
        starts_at = self._time(chance) + timedelta(minutes=5 * chance.randrange(3))
        moments = {
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(minutes=60),
            "blocked_until": starts_at + timedelta(minutes=75),
        }
        form: dict[str, Any] = {
            "therapist": chance.choice(self.served.people["therapists"])["pk"],
            "place": chance.choice(self.served.people["places"]),
            "events-TOTAL_FORMS": "0",
            "events-INITIAL_FORMS": "0",
        }
        for name, moment in moments.items():
            form |= {f"{name}_0": f"{moment:%Y-%m-%d}", f"{name}_1": f"{moment:%H:%M}"}
        admin = Browser(self.served.address, chance.choice(self.served.people["admin"]))
        return admin.post(f"/admin/massage_sessions/massagesession/{session[1]}/change/", form)

    def _approve(self, chance: random.Random) -> Answer | None:
        session = self._session(chance, "requested")
        therapist = session and next((one for one in self.served.people["therapists"] if one["pk"] == session[2]), None)
        if session is None or therapist is None:
            return None
        return Browser(self.served.address, therapist["sid"]).post(f"/sessions/calendar/{session[0]}/approve/", {})

    def _wait_in_line(self, chance: random.Random) -> Answer | None:
        """Press the button of a letter that offers a time."""
        offers = self.served.people["offers"]
        if not offers:
            return None
        form = {"act": chance.choice(["book", "book", "decline"]), "key": fields(day_at(8, days=1))["key"]}
        token = chance.choice(offers)["token"]
        return Browser(self.served.address).post(f"/sessions/waitlist/offer/{token}/", form)


def _hidden(page: str, name: str) -> str:
    mark = f'name="{name}" value="'
    return page.partition(mark)[2].partition('"')[0].replace("&#x2B;", "+") if mark in page else ""

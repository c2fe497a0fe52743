"""Anything anybody may do, in any order, against a plain list: the database and the list never disagree.

`MACHINE_RUNS` and `MACHINE_STEPS` say how long: 40 × 30 by default, which keeps a run of all tests short; a drill
takes 2,000 × 50.
A new act is one method of `CalendarMachine` with `@rule`: do it by its service, and write it into `self.rows`.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from massage_booking.core.errors import DomainError, Taken
from massage_booking.outbox.models import Message
from massage_booking.studio.models import Studio
from sessions import guards
from sessions.models import MassageSession, SessionEvent
from sessions.selectors import offer, reading
from sessions.services import booking, changes, holds, locks, upkeep
from tests import cast
from tests.concurrency import figures
from tests.sessions.machine.model import Hours, Row, clashes, could_be_had
from therapists.models import DatedHours, RepeatingTimeOff, TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db

RUNS = int(os.environ.get("MACHINE_RUNS", "40"))
STEPS = int(os.environ.get("MACHINE_STEPS", "30"))

# Zone, and a Friday before its clocks change at night or by day: half an hour on Lord Howe, at midnight in Havana.
WORLDS = [
    ("Europe/Dublin", datetime(2026, 3, 27, 7, tzinfo=UTC)),
    ("Europe/Dublin", datetime(2026, 10, 23, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 6, 12, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 2, 20, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 6, 12, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 6, 5, 2, tzinfo=UTC)),
]
DAYS = st.integers(0, 5)
# Quarters of the day between two in the night, when clocks change, and ten in the evening; now and then off the grid.
MOMENTS = st.one_of(st.integers(8, 88).map(lambda quarter: quarter * 15), st.integers(120, 1300))
WHO = st.integers(0, 1)
PEOPLE = st.integers(0, 2)


class CalendarMachine(RuleBasedStateMachine):
    """A small studio for some days around a change of the clocks."""

    rows: dict[int, Row]

    # Made once for all runs by the fixture `stage`; each run is rolled back to it.
    house: cast.House
    people: list[list[Any]]

    @initialize(world=st.integers(0, len(WORLDS) - 1))
    def open_the_studio(self, world: int) -> None:
        self.atomic = transaction.atomic()
        self.atomic.__enter__()
        zone, self.now = WORLDS[world]
        self.zone = ZoneInfo(zone)
        Studio.objects.update(zone=zone)
        self.start = self.now.astimezone(self.zone).date()
        self.therapists = [self.house.ana, self.house.uma]
        self.clients = self.people[world]
        self.hours = {therapist.pk: Hours() for therapist in self.therapists}
        for therapist in self.therapists:
            self._work(therapist, range(7), time(1), time(23))
        self.rows = {}

    def teardown(self) -> None:
        if hasattr(self, "atomic"):
            transaction.set_rollback(True)
            self.atomic.__exit__(None, None, None)

    # --- What people do --------------------------------------------------------------

    @rule(day=DAYS, at=MOMENTS, who=WHO, anyone=st.booleans(), browser=st.sampled_from("abc"))
    def hold(self, day: int, at: int, who: int, anyone: bool, browser: str) -> None:
        therapist = None if anyone else self.therapists[who]
        with self._asking(self._when(day, at), therapist):
            held = holds.hold(
                service=self.house.swedish, therapist=therapist, starts_at=self._when(day, at), browser=browser,
                address="", signed_in=True, now=self.now,
            )  # fmt: skip
            self._written(held, old=None)

    @rule(number=st.integers(0, 9), person=PEOPLE)
    @precondition(lambda self: self._of("held"))
    def confirm(self, number: int, person: int) -> None:
        self._confirm(number, person, needs_review=False)

    @rule(number=st.integers(0, 9), person=PEOPLE)
    @precondition(lambda self: self._of("held"))
    def ask_for_what_is_held(self, number: int, person: int) -> None:
        self._confirm(number, person, needs_review=True)

    @rule(day=DAYS, at=MOMENTS, who=WHO, person=PEOPLE, anyone=st.booleans(), phone=st.booleans())
    def book(self, day: int, at: int, who: int, person: int, anyone: bool, phone: bool) -> None:
        therapist, client = None if anyone else self.therapists[who], self.clients[person]
        starts_at = self._when(day, at)
        with self._asking(starts_at, therapist, client=client.pk):
            session = booking.book(
                client=client, service=self.house.swedish, therapist=therapist, starts_at=starts_at,
                assessment=self._judged(client, starts_at), via="phone" if phone else "web", actor=None,
                by="desk" if phone else "client", now=self.now, notice=timedelta(0) if phone else None,
            )  # fmt: skip
            self._written(session, old=None)

    @rule(number=st.integers(0, 9), yes=st.booleans())
    @precondition(lambda self: self._of("requested"))
    def answer_a_request(self, number: int, yes: bool) -> None:
        session = self._pick("requested", number)
        with self._refusable():
            act = changes.approve if yes else changes.decline
            self._written(act(session=session, actor=None, by="therapist", now=self.now))

    @rule(number=st.integers(0, 9), day=DAYS, at=MOMENTS, who=WHO, anyone=st.booleans(), desk=st.booleans())
    @precondition(lambda self: self._of("booked", "requested"))
    def move(self, number: int, day: int, at: int, who: int, anyone: bool, desk: bool) -> None:
        session = self._pick_ahead(number)
        assert session.client is not None
        therapist, starts_at = None if anyone else self.therapists[who], self._when(day, at)
        with self._asking(starts_at, therapist, client=session.client_id, without=session.pk):
            moved = changes.move(
                session=session, starts_at=starts_at, therapist=therapist, actor=None, by="desk" if desk else "client",
                assessment=self._judged(session.client, starts_at), now=self.now,
            )  # fmt: skip
            self._written(moved, old=session)

    @rule(number=st.integers(0, 9), desk=st.booleans())
    @precondition(lambda self: self._of("booked", "requested"))
    def cancel(self, number: int, desk: bool) -> None:
        session = self._pick_ahead(number)
        with self._refusable():
            by = "desk" if desk else "client"
            self._written(changes.cancel(session=session, actor=None, by=by, now=self.now))

    @rule(minutes=st.sampled_from([1, 9, 11, 61, 24 * 60]))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule()
    def clear_what_ran_out(self) -> None:
        upkeep._clear_holds(self.now)
        for row in self._rows("held"):
            if row.held_until and row.held_until <= self.now:
                del self.rows[row.key]

    @rule(number=st.integers(0, 9))
    @precondition(lambda self: self._of("held"))
    def let_go(self, number: int) -> None:
        held = self._pick("held", number)
        assert held is not None
        holds.release(session=held)
        del self.rows[held.pk]

    # --- What therapists change ---------------------------------------------------------

    @rule(who=WHO, day=DAYS, begin=st.integers(0, 20), hours=st.integers(1, 12))
    def take_time_off(self, who: int, day: int, begin: int, hours: int) -> None:
        starts_at = self._when(day, begin * 60)
        off = starts_at, starts_at + timedelta(hours=hours)
        TimeOff.objects.create(therapist=self.therapists[who], starts_at=off[0], ends_at=off[1])
        self.hours[self.therapists[who].pk].off.append(off)

    @rule(who=WHO, begin=st.integers(1, 11), end=st.integers(13, 23), days=st.sets(st.integers(0, 6), min_size=3))
    def change_weekly_hours(self, who: int, begin: int, end: int, days: set[int]) -> None:
        self._work(self.therapists[who], days, time(begin), time(end))

    @rule(who=WHO, day=DAYS, begin=st.integers(1, 11), end=st.integers(13, 23), works=st.booleans())
    def change_one_date(self, who: int, day: int, begin: int, end: int, works: bool) -> None:
        therapist, date_ = self.therapists[who], self.start + timedelta(days=day)
        DatedHours.objects.filter(therapist=therapist, day=date_).delete()
        blocks = [(time(begin), time(end))] if works else []
        values = {"starts": time(begin), "ends": time(end), "location": self.house.location} if works else {}
        DatedHours.objects.create(therapist=therapist, day=date_, **values)
        self.hours[therapist.pk].dated[date_] = blocks

    @rule(who=WHO, day=DAYS, every=st.integers(1, 3))
    def take_a_weekday_off(self, who: int, day: int, every: int) -> None:
        first = self.start + timedelta(days=day)
        therapist = self.therapists[who]
        if len(self.hours[therapist.pk].repeating) < 2:
            RepeatingTimeOff.objects.create(
                therapist=therapist, weekday=first.weekday(), every_weeks=every, first=first
            )
            self.hours[therapist.pk].repeating.append((first.weekday(), every, first))

    # --- What is always true --------------------------------------------------------------

    @invariant()
    def the_database_and_the_list_agree(self) -> None:
        if not hasattr(self, "rows"):
            return
        found = {
            row[0]: row[1:]
            for row in MassageSession.objects.values_list(
                "pk", "status", "therapist", "place", "client", "starts_at", "ends_at", "blocked_until"
            )
        }
        expected = {
            row.key: (
                row.status,
                row.therapist,
                row.place,
                row.client,
                row.starts_at,
                row.ends_at,
                row.blocked_until,
            )
            for row in self.rows.values()
        }
        # A hold that ran out may have made way for somebody.
        for key, row in list(self.rows.items()):
            if key not in found and row.status == "held" and not row.takes_time(self.now):
                del self.rows[key], expected[key]
        assert found == expected

    @invariant()
    def nobody_and_nothing_is_in_two_sessions(self) -> None:
        if hasattr(self, "rows"):
            assert clashes(self.rows.values(), self.now) == []

    @invariant()
    def each_booked_session_has_its_one_reminder_and_no_other_has_any(self) -> None:
        if not hasattr(self, "rows"):
            return
        live = Message.objects.filter(kind="reminder").exclude(status="void")
        owed = sorted(live.values_list("subject_id", "due_at"))
        current = {
            session.pk: session for session in MassageSession.objects.filter(status="booked").select_related("client")
        }
        assert len({key for key, _ in owed}) == len(owed), "two reminders for one session"
        assert {key for key, _ in owed} <= set(current), "a reminder of what is not booked"
        for key, due_at in owed:
            assert timedelta(0) < current[key].starts_at - due_at <= timedelta(hours=self.house.studio.reminder_hours)
        for key in set(current) - {key for key, _ in owed}:
            # Whoever books within the hours of the reminder needs none.
            last = SessionEvent.objects.filter(session=key, act__in=["confirm", "approve", "move"]).latest("at")
            assert current[key].starts_at - last.at <= timedelta(hours=self.house.studio.reminder_hours)

    # --- Helpers ----------------------------------------------------------------------------

    def _when(self, day: int, minute: int) -> datetime:
        """Return an instant by the wall: of a time that the wall shows twice the first, of none the one behind it."""
        local = datetime.combine(self.start + timedelta(days=day), time(minute // 60, minute % 60), self.zone)
        return local.astimezone(UTC)

    def _judged(self, client: Any, starts_at: datetime) -> Any:
        return offer.assess(client=client, starts_at=starts_at, now=self.now)

    def _of(self, *statuses: str) -> list[Row]:
        return [row for row in getattr(self, "rows", {}).values() if row.status in statuses]

    def _rows(self, status: str) -> list[Row]:
        return sorted(self._of(status), key=lambda row: row.key)

    def _pick(self, status: str, number: int) -> MassageSession | None:
        found = self._rows(status)
        if not found:
            return None
        people = MassageSession.objects.select_related("client__account", "service__technique", "therapist", "decision")
        return people.filter(pk=found[number % len(found)].key).first()

    def _pick_ahead(self, number: int) -> MassageSession:
        first, other = ("booked", "requested") if number % 2 else ("requested", "booked")
        session = self._pick(first, number) or self._pick(other, number)
        assert session is not None
        return session

    def _work(self, therapist: Any, days: Any, begin: time, end: time) -> None:
        WeeklyHours.objects.filter(therapist=therapist).delete()
        WeeklyHours.objects.bulk_create(
            WeeklyHours(therapist=therapist, location=self.house.location, weekday=day, starts=begin, ends=end)
            for day in days
        )
        self.hours[therapist.pk].weekly = {day: [(begin, end)] for day in days}

    def _confirm(self, number: int, person: int, *, needs_review: bool) -> None:
        held = self._pick("held", number)
        if held is None:
            return
        client = self.clients[person]
        with self._refusable():
            session = booking.confirm_hold(
                session=held, client=client, assessment=self._judged(client, held.starts_at), actor=None,
                now=self.now, needs_review=needs_review,
            )  # fmt: skip
            self._written(session, old=held)

    @contextmanager
    def _refusable(self) -> Iterator[None]:
        """A refusal is an answer, too; then nothing has changed, which the invariants see."""
        try:
            with transaction.atomic():
                yield
        except DomainError as refusal:
            self._kept_to_its_words(refusal)

    @contextmanager
    def _asking(
        self, starts_at: datetime, therapist: Any, *, client: int | None = None, without: int | None = None
    ) -> Iterator[None]:
        """Like `_refusable`; and what is refused as taken is no opening by the list either."""
        try:
            with transaction.atomic():
                yield
        except DomainError as refusal:
            self._kept_to_its_words(refusal)
            if refusal.code == "just_taken" and starts_at > self.now + timedelta(days=1):
                who = [therapist] if therapist else self.therapists
                assert not [one for one in who if self._is_open(one.pk, starts_at, client, without)]

    def _is_open(self, therapist: int, starts_at: datetime, client: int | None, without: int | None) -> bool:
        """Say whether the list has room: hours, therapist, some table, client."""
        ends_at = starts_at + timedelta(minutes=60)
        blocked_until = ends_at + timedelta(minutes=15)
        if starts_at.astimezone(self.zone).minute % 15 or not self.hours[therapist].covers(
            starts_at, ends_at, self.zone
        ):
            return False
        others = [row for row in self.rows.values() if row.key != without]
        return any(
            could_be_had(
                Row(0, "booked", therapist, place.pk, client, starts_at, ends_at, blocked_until), others, self.now
            )
            for place in self.house.tables
        )

    def _kept_to_its_words(self, refusal: DomainError) -> None:
        """What is offered instead can be had: it lies ahead, within somebody's hours, in nobody's way."""
        if not isinstance(refusal, Taken):
            return
        for opening in refusal.params.get("nearest", []):
            # Without a notice, on the phone, a session may begin this very minute.
            assert opening.starts_at >= self.now
            assert self._is_open(opening.therapist.pk, opening.starts_at, None, None)

    def _written(self, session: MassageSession, *, old: MassageSession | None = None) -> None:
        """Write down what an act has led to, and that it was within the hours at that moment."""
        session.refresh_from_db()
        row = Row(
            session.pk, session.status, session.therapist_id, session.place_id, session.client_id, session.starts_at,
            session.ends_at, session.blocked_until, session.held_until,
        )  # fmt: skip
        if row.status == "held":
            # Another hold of the same browser is given up for it, and may itself have been what stood in its way.
            for key in [row_.key for row_ in self._rows("held")]:
                if not MassageSession.objects.filter(pk=key).exists():
                    del self.rows[key]
        is_new_time = old is None or (old.starts_at, old.therapist_id) != (session.starts_at, session.therapist_id)
        if is_new_time and row.status in ("held", "requested", "booked"):
            known = self.rows.get(row.key)
            if known is None or (known.starts_at, known.therapist) != (row.starts_at, row.therapist):
                assert self.hours[row.therapist].covers(row.starts_at, row.ends_at, self.zone), "outside the hours"
                assert could_be_had(row, self.rows.values(), self.now), "in somebody's way"
        self.rows[row.key] = row


@pytest.fixture
def stage(db: Any) -> None:
    """Make the studio, and for each world three people who have answered in its time."""
    CalendarMachine.house = cast.make_house()
    CalendarMachine.people = []
    for number, (_, now) in enumerate(WORLDS):
        names = [f"{name} of world {number}" for name in ("Nadia", "Ben", "Cleo")]
        emails = [f"{name.split()[0].lower()}{number}@world.example" for name in names]
        people = [cast.make_client(name, account=cast.make_user(email, name)) for name, email in zip(names, emails)]
        for client in people:
            cast.answer(client, now=now)
        CalendarMachine.people.append(people)


PROFILE = settings(
    max_examples=RUNS,
    stateful_step_count=STEPS,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    database=None,
    derandomize=RUNS < 200,
)


def test_whatever_is_done_in_whatever_order_the_calendar_stays_right(stage: None) -> None:
    run_state_machine_as_test(CalendarMachine, settings=PROFILE)


@pytest.mark.drill
def test_two_thousand_times_fifty_acts(stage: None) -> None:
    """As many as T07 asks for, on the engine under test."""
    runs = int(os.environ.get("MACHINE_DRILL_RUNS", "2000"))
    run_state_machine_as_test(
        CalendarMachine, settings=settings(PROFILE, max_examples=runs, stateful_step_count=50, derandomize=False)
    )
    figures.note("T07", runs=runs, steps=50)


def test_the_machine_notices_when_nothing_keeps_sessions_apart(stage: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: no look, no guards, and every time counts as free."""
    read = reading.read_taken
    monkeypatch.setattr(locks, "refuse_if_taken", lambda **_: None)
    monkeypatch.setattr(reading, "read_taken", lambda **asked: replace(read(**asked), sessions=[]))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in guards.wanted() if connection.vendor == "sqlite" else guards.RULES:
            cursor.execute(
                f"DROP TRIGGER {name}"
                if connection.vendor == "sqlite"
                else f"ALTER TABLE massage_session DROP CONSTRAINT {name}"
            )

    with pytest.raises(AssertionError):
        run_state_machine_as_test(
            CalendarMachine, settings=settings(PROFILE, max_examples=100, phases=[Phase.generate])
        )

"""The therapist's day and week: own sessions, in the studio's time, with limits and no answers."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import MassageSession
from sessions.services import changes
from sessions.services.holds import hold
from tests import cast
from therapists.models import TimeOff, WeeklyHours

pytestmark = pytest.mark.django_db

DAY = "/sessions/calendar/"
WEEK = "/sessions/calendar/week/"
EVENTS = "/sessions/calendar/events/"
# A joint that is achy: pressure at most medium, two techniques ruled out.
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def page(browser: Browser, address: str) -> str:
    response = browser.get(address)
    assert response.status_code == 200
    return response.content.decode()


def test_a_therapist_sees_only_their_own_day(house: cast.House, ana: Browser, uma: Browser) -> None:
    cast.book(house, starts_at=cast.at(10))

    assert "Nadia R." in page(ana, DAY)
    assert "Nadia R." not in page(uma, DAY)


def test_the_day_counts_sessions_and_time_on_the_table(house: cast.House, ana: Browser) -> None:
    cast.book(house, starts_at=cast.at(10))
    cast.book(house, client=house.ben, starts_at=cast.at(14), service=house.swedish45)
    gone = cast.book(house, starts_at=cast.at(16))
    changes.cancel(session=gone, actor=None, by="desk", now=cast.NOW)

    shown = page(ana, DAY)

    assert "2 sessions, 1 h 45 on the table. Dublin time." in shown
    assert "Cancelled" in shown


def test_a_slot_says_the_limits_and_not_the_reason(house: cast.House, ana: Browser) -> None:
    cast.answer(house.nadia, SETTLED)
    cast.book(house, starts_at=cast.at(10))

    shown = page(ana, DAY)

    assert "Swedish, 60\u00a0min. Medium" in shown
    assert "arthritis" not in shown.lower()


def test_the_grid_places_sessions_turnover_breaks_and_time_off(house: cast.House, ana: Browser) -> None:
    cast.book(house, starts_at=cast.at(10))
    TimeOff.objects.create(therapist=house.ana, starts_at=cast.at(15), ends_at=cast.at(16), note="dentist")

    shown = page(ana, DAY)

    # Eight o'clock is row 1; work begins at nine and ends at five.
    assert '<div class="slot off row-1 span-12"><span>Not working</span>' in shown
    assert 'class="slot state-booked row-25 span-12"' in shown
    assert '<div class="slot turnover row-37 span-3">turnover, 15\u00a0min</div>' in shown
    assert '<div class="slot off row-85 span-12"><span>Time off: dentist</span>' in shown
    assert 'style="' not in shown


def test_a_held_time_names_nobody_and_one_that_ran_out_is_gone(house: cast.House, ana: Browser, monday: Any) -> None:
    hold(
        service=house.swedish, therapist=house.ana, starts_at=cast.at(12), browser="b", address="a", signed_in=False,
        now=cast.NOW,
    )  # fmt: skip

    assert "Held until 8:10" in page(ana, DAY)
    monday.shift(timedelta(minutes=11))
    assert "Somebody is booking" not in page(ana, DAY)


def test_a_cancelled_session_steps_aside_for_whoever_has_its_time(house: cast.House, ana: Browser) -> None:
    gone = cast.book(house, starts_at=cast.at(10))
    changes.cancel(session=gone, actor=None, by="desk", now=cast.NOW)
    cast.book(house, client=house.ben, starts_at=cast.at(10))

    shown = page(ana, DAY)

    assert "10:00 Nadia R., cancelled" in shown
    assert "slot state-cancelled" not in shown


def test_now_is_marked_today_alone(house: cast.House, ana: Browser) -> None:
    assert '<div class="now-line row-1">' in page(ana, DAY)
    assert "now-line" not in page(ana, f"{DAY}?day=2026-06-02")


@pytest.mark.parametrize(
    ("day", "hours"), [("2026-03-29", ["0:00", "2:00", "3:00"]), ("2026-10-25", ["0:00", "1:00", "1:00"])]
)
def test_the_days_on_which_clocks_change_show_what_the_wall_shows(
    house: cast.House, ana: Browser, day: str, hours: list[str]
) -> None:
    midnight = datetime.fromisoformat(f"{day}T00:00+00:00") - timedelta(hours=1 if day == "2026-10-25" else 0)
    session = MassageSession(
        client=house.nadia, service=house.swedish, therapist=house.ana, status="booked", price=68, currency="EUR",
        starts_at=midnight + timedelta(minutes=30), ends_at=midnight + timedelta(minutes=90), created_at=cast.NOW,
        blocked_until=midnight + timedelta(minutes=105),
    )  # fmt: skip
    session.save()

    found = ana.get(f"{DAY}?day={day}")

    shown = [mark.at.astimezone(house.studio.tz) for mark in found.context["day"].marks]
    assert [f"{moment.hour}:{moment.minute:02d}" for moment in shown[:3]] == hours
    slot = next(slot for slot in found.context["day"].slots if slot.kind == "session")
    assert (slot.spot.row, slot.spot.rows) == (7, 12)
    assert ("GMT" in found.content.decode()) is (day == "2026-10-25")


def test_what_waits_is_listed_with_its_reason(house: cast.House, ana: Browser) -> None:
    asked_for = cast.book(house, starts_at=cast.at(10, days=3), needs_review=True)
    due = cast.book(house, client=house.ben, starts_at=cast.at(15))
    MassageSession.objects.filter(pk=due.pk).update(re_ask_due=True)
    returned = cast.book(house, starts_at=cast.at(12, days=2))
    Message.objects.filter(kind="booked", subject_id=returned.pk).update(status="failed")
    # Far off: there is time to answer by themselves.
    later = cast.book(house, starts_at=cast.at(12, days=9))
    MassageSession.objects.filter(pk=later.pk).update(re_ask_due=True)

    found = ana.get(DAY).context["waits"]

    assert [(item.session.pk, item.why) for item in found] == [
        (due.pk, "re_ask"), (asked_for.pk, "requested"), (returned.pk, "not_reminded"),
    ]  # fmt: skip


def test_a_mail_that_came_back_before_a_move_counts_no_more(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=2))
    Message.objects.filter(kind="booked", subject_id=session.pk).update(status="failed")
    MassageSession.objects.filter(pk=session.pk).update(revision=1)

    assert ana.get(DAY).context["waits"] == []


@pytest.mark.parametrize("day", ["", "tomorrow", "0000-00-00", "2026-13-40", "9" * 300, "1900-01-01", "2200-12-31"])
def test_a_day_that_cannot_be_read_is_today_and_far_days_are_empty(house: cast.House, ana: Browser, day: str) -> None:
    assert ana.get(DAY, {"day": day}).status_code == 200
    assert ana.get(WEEK, {"day": day}).status_code == 200


def test_the_week_lists_every_day_without_script(house: cast.House, ana: Browser, uma: Browser) -> None:
    cast.book(house, starts_at=cast.at(10, days=2))

    shown = page(ana, f"{WEEK}?day=2026-06-04")

    assert "Mon 1 Jun to Sun 7 Jun" in shown
    assert shown.count('aria-labelledby="day-') == 7
    assert shown.index("Wednesday 3 June") < shown.index("Nadia R.") < shown.index("Thursday 4 June")
    assert "Nadia R." not in page(uma, WEEK)


def test_events_are_the_therapists_own_in_wall_clock_time(house: cast.House, ana: Browser, uma: Browser) -> None:
    cast.answer(house.nadia, SETTLED)
    session = cast.book(house, starts_at=cast.at(10))
    asked = {"first": "2026-06-01", "last": "2026-06-07"}

    (event,) = ana.get(EVENTS, asked).json()["events"]

    assert event == {
        "start": "2026-06-01T10:00:00",
        "end": "2026-06-01T11:00:00",
        "who": "Nadia R.",
        "what": "Swedish, 60 min",
        "limits": "Medium",
        "state": "booked",
        "word": "Booked",
        "url": f"/sessions/calendar/{session.public_id}/",
    }
    assert uma.get(EVENTS, asked).json()["events"] == []


def test_events_say_when_nobody_works_and_between_which_hours(house: cast.House, ana: Browser) -> None:
    WeeklyHours.objects.filter(therapist=house.ana, weekday=0).delete()
    for starts, ends in ((time(9), time(12)), (time(13), time(19, 30))):
        WeeklyHours.objects.create(
            therapist=house.ana, location=house.location, weekday=0, starts=starts, ends=ends
        )  # fmt: skip
    TimeOff.objects.create(therapist=house.ana, starts_at=cast.at(15), ends_at=cast.at(16), note="dentist")

    found = ana.get(EVENTS, {"first": "2026-06-01", "last": "2026-06-01"}).json()

    assert (found["opens"], found["closes"]) == (9, 20)
    assert sorted((piece["start"][11:16], piece["end"][11:16], piece["word"]) for piece in found["off"]) == [
        ("00:00", "09:00", "Not working"),
        ("12:00", "13:00", "Break"),
        ("15:00", "16:00", "Time off: dentist"),
        ("19:30", "00:00", "Not working"),
    ]


@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"first": "2026-06-01"},
        {"first": "2026-06-07", "last": "2026-06-01"},
        {"first": "2026-06-01", "last": "2026-07-13"},
        {"first": "1900-01-01", "last": "2200-12-31"},
        {"first": "x", "last": "2026-06-01"},
    ],
)
def test_a_range_that_makes_no_sense_is_refused(house: cast.House, ana: Browser, asked: dict[str, str]) -> None:
    assert ana.get(EVENTS, asked).status_code == 400


def test_in_the_repeated_hour_an_event_never_ends_before_it_begins(house: cast.House, ana: Browser) -> None:
    starts_at = datetime(2026, 10, 25, 0, 30, tzinfo=UTC)  # 1:30, and an hour later it is 1:30 again
    MassageSession.objects.create(
        client=house.nadia, service=house.swedish, therapist=house.ana, status="booked", price=68, currency="EUR",
        starts_at=starts_at, ends_at=starts_at + timedelta(minutes=45), blocked_until=starts_at + timedelta(hours=1),
        created_at=cast.NOW,
    )  # fmt: skip

    (event,) = ana.get(EVENTS, {"first": "2026-10-25", "last": "2026-10-25"}).json()["events"]

    assert (event["start"], event["end"]) == ("2026-10-25T01:30:00", "2026-10-25T01:45:00")


def test_the_queries_of_a_day_do_not_grow_with_its_sessions(
    house: cast.House, ana: Browser, django_assert_num_queries: Any
) -> None:
    cast.book(house, starts_at=cast.at(10))
    ana.get(DAY)
    with django_assert_num_queries(20):
        ana.get(DAY)
    cast.book(house, client=house.ben, starts_at=cast.at(12))
    cast.book(house, starts_at=cast.at(14))
    with django_assert_num_queries(20):
        ana.get(DAY)


def test_the_queries_of_a_week_do_not_grow_with_its_sessions(
    house: cast.House, ana: Browser, django_assert_num_queries: Any
) -> None:
    cast.book(house, starts_at=cast.at(10))
    ana.get(WEEK)
    with django_assert_num_queries(15):
        ana.get(WEEK)
    cast.book(house, client=house.ben, starts_at=cast.at(12, days=1))
    cast.book(house, starts_at=cast.at(14, days=2))
    with django_assert_num_queries(15):
        ana.get(WEEK)

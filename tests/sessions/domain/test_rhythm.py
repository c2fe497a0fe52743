"""The rhythm of Nadia, twice a month: today is Monday 2 November 2026."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from massage_booking.core.intervals import minute_before
from sessions.domain.rhythm import (
    Dot,
    Ledger,
    MonthTally,
    Offer,
    Rhythm,
    State,
    choose_three,
    ledger,
    may_nudge,
    month_tallies,
    offers_of,
    weeks,
)

TODAY = date(2026, 11, 2)
ACCEPTED = date(2026, 9, 7)
TWICE_A_MONTH = Rhythm(ACCEPTED)
ANA, KWAME = 1, 2
DUBLIN = ZoneInfo("Europe/Dublin")
THURSDAY = 3


def day(text: str) -> date:
    return date.fromisoformat(f"2026-{text}")


DONE = [day("09-07"), day("09-21"), day("10-19")]
BOOKED = [day("11-12")]


def test_with_something_booked_the_rhythm_is_on_track():
    assert ledger(TWICE_A_MONTH, done=DONE, booked=BOOKED, today=TODAY) == Ledger(
        state=State.ON_TRACK,
        last_on=day("10-19"),
        next_on=day("11-12"),
        due_on=day("11-02"),
        nudge_due_on=None,
    )


@pytest.mark.parametrize(
    ("today", "state"),
    [
        ("10-19", State.ON_TRACK),
        ("10-27", State.ON_TRACK),
        ("10-28", State.DUE_SOON),
        ("11-01", State.DUE_SOON),
        ("11-02", State.DUE),
        ("11-08", State.DUE),
        ("11-09", State.OVERDUE),
        ("12-31", State.OVERDUE),
    ],
)
def test_with_nothing_booked_it_goes_from_on_track_to_overdue(today, state):
    standing = ledger(TWICE_A_MONTH, done=DONE, booked=[], today=day(today))

    assert standing.state is state
    assert standing.due_on == day("11-02")
    assert standing.nudge_due_on == day("10-28")


def test_before_the_first_session_the_day_of_accepting_counts():
    standing = ledger(TWICE_A_MONTH, done=[], booked=[], today=ACCEPTED)

    assert (standing.last_on, standing.due_on, standing.nudge_due_on) == (None, day("09-21"), day("09-16"))


def test_a_short_interval_does_not_nudge_before_it_was_accepted():
    standing = ledger(Rhythm(ACCEPTED, interval_days=7), done=[day("09-04")], booked=[], today=ACCEPTED)

    assert standing.due_on == day("09-11")
    assert standing.nudge_due_on == ACCEPTED


@pytest.mark.parametrize(
    ("paused_until", "today", "state", "due_on"),
    [
        ("11-20", "11-02", State.PAUSED, "11-20"),
        ("11-20", "11-19", State.PAUSED, "11-20"),
        ("11-20", "11-20", State.DUE, "11-20"),
        ("10-25", "10-26", State.ON_TRACK, "11-02"),
    ],
    ids=["paused", "last day", "over", "over before it was due"],
)
def test_a_pause_moves_what_would_have_been_due_in_it(paused_until, today, state, due_on):
    rhythm = Rhythm(ACCEPTED, paused_until=day(paused_until))

    standing = ledger(rhythm, done=DONE, booked=[], today=day(today))

    assert (standing.state, standing.due_on) == (state, day(due_on))
    assert (standing.nudge_due_on is None) is (state is State.PAUSED)


def test_a_pause_for_good_stays_one_and_says_so_even_with_something_booked():
    rhythm = Rhythm(ACCEPTED, paused_until=date.max)

    assert ledger(rhythm, done=DONE, booked=BOOKED, today=TODAY).state is State.PAUSED


def test_what_is_booked_in_the_past_or_done_in_the_future_counts_for_nothing():
    standing = ledger(TWICE_A_MONTH, done=[*DONE, day("11-30")], booked=[day("10-30")], today=TODAY)

    assert (standing.last_on, standing.next_on, standing.state) == (day("10-19"), None, State.DUE)


def test_today_counts_as_booked():
    assert ledger(TWICE_A_MONTH, done=DONE, booked=[TODAY], today=TODAY).next_on == TODAY


@pytest.mark.parametrize(
    ("today", "last_nudged", "unanswered", "expected"),
    [
        ("10-27", None, 0, False),
        ("10-28", None, 0, True),
        ("10-28", "10-22", 1, False),
        ("10-28", "10-21", 1, True),
        ("11-20", "11-01", 2, True),
        ("11-20", "11-01", 3, False),
    ],
    ids=["too early", "due", "six days ago", "a week ago", "two unanswered", "three unanswered"],
)
def test_a_nudge_may_go_out(today, last_nudged, unanswered, expected):
    standing = ledger(TWICE_A_MONTH, done=DONE, booked=[], today=day(today))

    assert (
        may_nudge(
            standing,
            today=day(today),
            last_nudged_on=day(last_nudged) if last_nudged else None,
            unanswered=unanswered,
        )
        is expected
    )


def test_no_nudge_with_something_booked_or_in_a_pause():
    booked = ledger(TWICE_A_MONTH, done=DONE, booked=BOOKED, today=TODAY)
    paused = ledger(Rhythm(ACCEPTED, paused_until=day("12-01")), done=DONE, booked=[], today=TODAY)

    assert not any(may_nudge(standing, today=TODAY, last_nudged_on=None, unanswered=0) for standing in (booked, paused))


@pytest.mark.parametrize(
    ("interval", "a_month"), [(7, 4), (10, 3), (14, 2), (15, 2), (21, 1), (28, 1), (30, 1), (60, 1)]
)
def test_an_interval_comes_to_sessions_a_month(interval, a_month):
    assert Rhythm(ACCEPTED, interval_days=interval).per_month == a_month


def test_months_are_a_caption():
    assert month_tallies(TWICE_A_MONTH, done=DONE, booked=BOOKED, today=TODAY) == [
        MonthTally(day("09-01"), 2, 2),
        MonthTally(day("10-01"), 1, 2),
        MonthTally(day("11-01"), 1, 2),
    ]


def test_months_reach_back_over_new_year():
    tallies = month_tallies(TWICE_A_MONTH, done=[day("12-24")], booked=[], today=date(2027, 1, 5))

    assert [(tally.month, tally.sessions) for tally in tallies] == [
        (day("11-01"), 0),
        (day("12-01"), 1),
        (date(2027, 1, 1), 0),
    ]


def test_twelve_weeks_are_drawn_from_their_mondays():
    drawn = weeks(done=DONE, booked=BOOKED, today=TODAY, free=[day("11-26")])

    assert [(f"{week.starts_on:%m-%d}", week.dot) for week in drawn] == [
        ("09-07", Dot.DONE),
        ("09-14", Dot.NONE),
        ("09-21", Dot.DONE),
        ("09-28", Dot.NONE),
        ("10-05", Dot.NONE),
        ("10-12", Dot.NONE),
        ("10-19", Dot.DONE),
        ("10-26", Dot.NONE),
        ("11-02", Dot.NONE),
        ("11-09", Dot.BOOKED),
        ("11-16", Dot.NONE),
        ("11-23", Dot.FREE),
    ]
    assert [week.starts_on for week in drawn if week.is_now] == [TODAY]


def test_a_week_shows_the_best_it_has():
    drawn = weeks(
        done=[day("11-03")],
        booked=[day("11-07"), day("11-12")],
        today=day("11-05"),
        free=[day("11-06"), day("11-13"), day("11-20")],
        before=0,
        after=2,
    )

    assert [week.dot for week in drawn] == [Dot.DONE, Dot.BOOKED, Dot.FREE]


# -- three offers


def offer(text: str, clock: str, therapist_id: int = ANA) -> Offer:
    hour, minute = map(int, clock.split(":"))
    instant = datetime.combine(day(text), time(hour, minute), UTC)
    return Offer(minute_before(instant), therapist_id, day(text), hour * 60 + minute)


def named(offers: list[Offer]) -> list[str]:
    return [
        f"{item.day:%a %m-%d} {item.minute_of_day // 60:02}:{item.minute_of_day % 60:02} {item.therapist_id}"
        for item in offers
    ]


LIKES = {"therapist_id": ANA, "weekday": THURSDAY, "time_of_day": time(10)}


def test_same_therapist_weekday_and_time_come_first_and_days_differ():
    offers = [
        offer("11-26", "10:00"),
        offer("11-26", "10:15"),
        offer("11-26", "15:15"),
        offer("11-27", "09:00"),
        offer("11-27", "16:00"),
        offer("11-24", "10:00", KWAME),
        offer("11-25", "10:00"),
    ]

    assert named(choose_three(offers, around=day("11-26"), **LIKES)) == [
        "Thu 11-26 10:00 1",
        "Wed 11-25 10:00 1",
        "Fri 11-27 09:00 1",
    ]


def test_the_therapist_matters_more_than_the_weekday_and_the_weekday_more_than_the_time():
    offers = [offer("11-26", "10:00", KWAME), offer("11-27", "10:00"), offer("12-03", "18:00")]

    assert named(choose_three(offers, around=day("11-26"), **LIKES)) == [
        "Thu 12-03 18:00 1",
        "Fri 11-27 10:00 1",
        "Thu 11-26 10:00 2",
    ]


def test_what_is_more_than_a_week_away_comes_last():
    offers = [offer("12-10", "10:00"), offer("11-28", "19:00", KWAME)]

    assert named(choose_three(offers, around=day("11-26"), **LIKES)) == ["Sat 11-28 19:00 2", "Thu 12-10 10:00 1"]


def test_one_day_gives_three_times_when_there_is_no_other():
    offers = [offer("11-26", clock) for clock in ("09:00", "10:00", "14:00", "16:00")]

    assert named(choose_three(offers, around=day("11-26"), **LIKES)) == [
        "Thu 11-26 10:00 1",
        "Thu 11-26 09:00 1",
        "Thu 11-26 14:00 1",
    ]


def test_one_instant_is_offered_once():
    offers = [offer("11-26", "10:00"), offer("11-26", "10:00", KWAME)]

    assert named(choose_three(offers, around=day("11-26"))) == ["Thu 11-26 10:00 1"]


def test_without_wishes_the_nearest_days_win():
    offers = [offer("11-23", "17:00"), offer("11-26", "08:00"), offer("11-27", "08:00", KWAME), offer("12-02", "08:00")]

    assert named(choose_three(offers, around=day("11-26"))) == [
        "Thu 11-26 08:00 1",
        "Fri 11-27 08:00 2",
        "Mon 11-23 17:00 1",
    ]
    assert choose_three([], around=TODAY) == []


@settings(max_examples=300, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 6), st.sampled_from([ANA, KWAME])), max_size=15),
    st.sampled_from([None, ANA, KWAME]),
    st.sampled_from([None, 0, 3]),
)
def test_three_are_chosen_as_far_apart_as_can_be(pairs, therapist_id, weekday):
    offers = [offer(f"{TODAY + timedelta(days=shift):%m-%d}", f"{9 + hour:02}:00", who) for shift, hour, who in pairs]

    chosen = choose_three(offers, around=TODAY, therapist_id=therapist_id, weekday=weekday, time_of_day=time(10))

    assert set(chosen) <= set(offers)
    assert len(chosen) == min(3, len({item.minute for item in offers}))
    assert len({item.minute for item in chosen}) == len(chosen)
    assert len({item.day for item in chosen}) == min(len(chosen), len({item.day for item in offers}))
    assert chosen == choose_three(
        list(reversed(offers)), around=TODAY, therapist_id=therapist_id, weekday=weekday, time_of_day=time(10)
    )


def test_openings_become_offers_by_the_wall():
    start = minute_before(datetime(2026, 6, 10, 23, 15, tzinfo=UTC))

    assert offers_of({ANA: [start], KWAME: []}, DUBLIN) == [Offer(start, ANA, day("06-11"), 15)]

"""Openings on a day that a reader can picture: Thursday 12 November 2026 in Dublin, which is on UTC then."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from massage_booking.core.intervals import instant_of, minute_before
from sessions.domain.masks import BusyRow, Place, lay_out
from sessions.domain.openings import MOST_MINUTES, Openings, Wanted, find_openings, places_free, why_not
from sessions.domain.refusals import Refusal, Why
from therapists.domain.hours import OpenSpan

DUBLIN = ZoneInfo("Europe/Dublin")
ANA, KWAME = 1, 2
WEIR_LANE, HARBOUR = 1, 2
TABLE, COUPLE_A, COUPLE_B, CHAIR, FAR = 1, 2, 3, 4, 5
PLACES = [
    Place(COUPLE_A, WEIR_LANE, "table", in_room=2),
    Place(COUPLE_B, WEIR_LANE, "table", in_room=2),
    Place(TABLE, WEIR_LANE, "table", in_room=1),
    Place(CHAIR, WEIR_LANE, "chair", in_room=1),
    Place(FAR, HARBOUR, "table", in_room=1),
]


def at(clock: str, day: int = 12) -> int:
    hour, minute = map(int, clock.split(":"))
    return minute_before(datetime(2026, 11, day, hour, minute, tzinfo=UTC))


def span(hours: str, location_id: int = WEIR_LANE) -> OpenSpan:
    starts, ends = hours.split("-")
    return OpenSpan(at(starts), at(ends), location_id)


def busy(hours: str, therapist_id: int | None = None, place_id: int | None = None) -> BusyRow:
    starts, ends = hours.split("-")
    return BusyRow(therapist_id, place_id, at(starts), at(ends))


def wanted(
    length: int = 60,
    turnover: int = 15,
    kind: str = "table",
    grid: int = 30,
    hours: str = "08:00-20:00",
    client_busy: str = "",
) -> Wanted:
    earliest, latest = hours.split("-")
    client = (busy(client_busy)[2:],) if client_busy else ()
    return Wanted(length, turnover, kind, grid, DUBLIN, at(earliest), at(latest), client)  # type: ignore[arg-type]


def clocks(starts: list[int]) -> list[str]:
    return [f"{instant_of(start):%H:%M}" for start in starts]


def ask(question: Wanted, hours: dict[int, list[OpenSpan]], rows: list[BusyRow] = [], places=PLACES) -> Openings:  # noqa: B006
    return find_openings(lay_out(question.window, hours, places, rows), question)


def test_a_free_morning_offers_each_half_hour_that_leaves_room_for_the_session():
    openings = ask(wanted(), {ANA: [span("09:00-12:00")]})

    assert clocks(openings.of(ANA)) == ["09:00", "09:30", "10:00", "10:30", "11:00"]


def test_the_turnover_may_run_past_closing_and_into_the_break():
    openings = ask(wanted(turnover=30), {ANA: [span("09:00-10:00"), span("10:20-11:20")]})

    assert clocks(openings.of(ANA)) == ["09:00"]
    assert clocks(ask(wanted(grid=10), {ANA: [span("09:00-10:00"), span("10:20-11:20")]}).of(ANA)) == ["09:00", "10:20"]


def test_the_turnover_may_not_run_into_the_next_session():
    hours = {ANA: [span("09:00-12:00")]}

    assert clocks(ask(wanted(), hours, [busy("10:00-11:00", ANA)]).of(ANA)) == ["11:00"]
    assert clocks(ask(wanted(), hours, [busy("10:15-11:00", ANA)]).of(ANA)) == ["09:00", "11:00"]


def test_a_session_does_not_reach_over_a_break():
    assert ask(wanted(), {ANA: [span("09:00-09:45"), span("09:50-10:30")]}).of(ANA) == []


def test_a_session_does_not_change_houses():
    hours = {ANA: [span("09:00-09:30", WEIR_LANE), span("09:30-10:30", HARBOUR)]}

    openings = ask(wanted(), hours)

    assert clocks(openings.of(ANA)) == ["09:30"]
    assert openings.location_at(ANA, at("09:30")) == HARBOUR


def test_one_place_must_be_free_for_the_whole_time():
    places = [Place(TABLE, WEIR_LANE, "table"), Place(COUPLE_A, WEIR_LANE, "table")]
    rows = [busy("09:00-09:45", place_id=TABLE), busy("09:45-11:00", place_id=COUPLE_A)]

    openings = ask(wanted(grid=15), {ANA: [span("09:00-11:00")]}, rows, places)

    assert clocks(openings.of(ANA)) == ["09:45", "10:00"], "no changing tables at a quarter to ten"


@pytest.mark.parametrize(
    ("kind", "expected"), [("table", ["09:00"]), ("chair", ["09:00"]), ("mat", [])], ids=["table", "chair", "no mat"]
)
def test_a_place_of_the_kind_needed_must_be_there(kind, expected):
    assert clocks(ask(wanted(kind=kind), {ANA: [span("09:00-10:00")]}).of(ANA)) == expected


def test_a_place_of_another_house_does_not_help():
    places = [Place(FAR, HARBOUR, "table")]

    assert ask(wanted(), {ANA: [span("09:00-12:00", WEIR_LANE)]}, [], places).of(ANA) == []


def test_two_therapists_share_the_last_table():
    hours = {ANA: [span("09:00-10:00")], KWAME: [span("09:00-10:00")]}
    places = [Place(TABLE, WEIR_LANE, "table")]

    free = ask(wanted(), hours, [], places)
    taken = ask(wanted(), hours, [busy("09:00-10:15", ANA, TABLE)], places)

    assert free.therapists_at(at("09:00")) == [ANA, KWAME]
    assert taken.by_therapist() == {ANA: [], KWAME: []}


def test_what_the_client_has_already_is_left_out_without_its_turnover():
    openings = ask(wanted(client_busy="10:00-11:00"), {ANA: [span("09:00-13:00")]})

    assert clocks(openings.of(ANA)) == ["09:00", "11:00", "11:30", "12:00"]


def test_notice_is_included_and_the_horizon_is_not():
    hours = {ANA: [span("08:00-20:00")]}

    assert clocks(ask(wanted(hours="09:30-11:00"), hours).of(ANA)) == ["09:30", "10:00", "10:30"]
    assert clocks(ask(wanted(hours="09:31-11:01"), hours).of(ANA)) == ["10:00", "10:30", "11:00"]
    assert ask(wanted(hours="11:00-09:00"), hours).of(ANA) == []


@pytest.mark.parametrize(
    ("grid", "expected"),
    [
        (5, ["09:10", "09:15", "09:20"]),
        (10, ["09:10", "09:20"]),
        (15, ["09:15"]),
        (30, []),
    ],
)
def test_the_grid_is_that_of_the_wall_not_of_the_hours(grid, expected):
    assert clocks(ask(wanted(grid=grid), {ANA: [span("09:10-10:20")]}).of(ANA)) == expected


def test_the_grid_follows_a_wall_that_is_a_quarter_off():
    kathmandu = ZoneInfo("Asia/Kathmandu")
    question = Wanted(60, 0, "table", 30, kathmandu, at("03:00"), at("05:00"))

    starts = ask(question, {ANA: [span("03:00-06:00")]}).of(ANA)

    assert [f"{instant_of(start).astimezone(kathmandu):%H:%M}" for start in starts] == [
        "09:00",
        "09:30",
        "10:00",
        "10:30",
    ]


def test_the_grid_follows_a_change_of_half_an_hour():
    lord_howe = ZoneInfo("Australia/Lord_Howe")
    first = minute_before(datetime(2026, 10, 3, 14, 30, tzinfo=UTC))
    question = Wanted(30, 0, "table", 15, lord_howe, first, first + 120)

    starts = ask(question, {ANA: [OpenSpan(first, first + 300, WEIR_LANE)]}).of(ANA)

    assert [f"{instant_of(start).astimezone(lord_howe):%H:%M}" for start in starts] == [
        *("01:00", "01:15", "01:30", "01:45", "02:30", "02:45", "03:00", "03:15")
    ]


def test_the_hour_that_comes_twice_is_offered_twice():
    first = minute_before(datetime(2026, 10, 25, 0, 0, tzinfo=UTC))
    question = Wanted(30, 0, "table", 30, DUBLIN, first, first + 120)

    starts = ask(question, {ANA: [OpenSpan(first, first + 300, WEIR_LANE)]}).of(ANA)

    assert [f"{instant_of(start).astimezone(DUBLIN):%H:%M %Z}" for start in starts] == [
        *("01:00 IST", "01:30 IST", "01:00 GMT", "01:30 GMT")
    ]


def test_hours_and_busy_times_off_the_units_round_against_the_client():
    openings = ask(wanted(grid=5, turnover=0), {ANA: [span("09:01-10:14")]}, [busy("08:00-09:07", ANA)])

    assert clocks(openings.of(ANA)) == ["09:10"]


def test_beyond_what_was_laid_out_everything_is_taken():
    question = wanted()
    calendar = lay_out((at("09:00"), at("11:00")), {ANA: [span("08:00-18:00")]}, PLACES, [])

    assert clocks(find_openings(calendar, question).of(ANA)) == ["09:00", "09:30"]


def test_the_window_holds_the_tail_of_the_last_session():
    assert wanted(hours="09:02-11:00").window == (at("09:00"), at("12:15"))


def test_only_the_therapists_asked_for_are_searched():
    question = wanted()
    hours = {ANA: [span("09:00-10:00")], KWAME: [span("10:00-11:00")]}
    calendar = lay_out(question.window, hours, PLACES, [])

    assert clocks(find_openings(calendar, question).anyone()) == ["09:00", "10:00"]
    assert find_openings(calendar, question, [KWAME]).by_therapist() == {KWAME: [at("10:00")]}
    assert find_openings(calendar, question, []).first() is None


def test_one_calendar_answers_for_every_length():
    question = wanted(length=30)
    calendar = lay_out(question.window, {ANA: [span("09:00-10:30")]}, PLACES, [])

    found = {minutes: clocks(find_openings(calendar, wanted(length=minutes)).of(ANA)) for minutes in (30, 60, 90)}

    assert found == {30: ["09:00", "09:30", "10:00"], 60: ["09:00", "09:30"], 90: ["09:00"]}


def test_nobody_and_nothing_is_an_answer_too():
    empty = ask(wanted(), {})

    assert (empty.by_therapist(), empty.anyone(), empty.first(), empty.therapists_at(at("09:00"))) == ({}, [], None, [])
    assert empty.of(ANA) == []
    assert empty.location_at(ANA, at("09:00")) is None


def test_places_come_with_the_smallest_room_first():
    question = wanted()
    hours = {ANA: [span("09:00-12:00")]}

    calm = lay_out(question.window, hours, PLACES, [])
    full = lay_out(question.window, hours, PLACES, [busy("09:00-10:00", place_id=TABLE)])

    assert places_free(calm, question, WEIR_LANE, at("09:00")) == [TABLE, COUPLE_A, COUPLE_B]
    assert places_free(full, question, WEIR_LANE, at("09:30")) == [COUPLE_A, COUPLE_B]
    assert places_free(full, question, HARBOUR, at("09:30")) == [FAR]
    assert places_free(full, question, WEIR_LANE, at("09:31")) == []
    assert places_free(full, question, WEIR_LANE, at("09:00", day=20)) == []


@pytest.mark.parametrize(
    ("start", "therapist_id", "reasons"),
    [
        ("09:30", ANA, []),
        ("09:10", ANA, [Refusal(Why.OFF_GRID, {"grid_minutes": 30})]),
        ("09:31", ANA, [Refusal(Why.OFF_GRID, {"grid_minutes": 30})]),
        ("08:00", ANA, [Refusal(Why.OUTSIDE_HOURS)]),
        ("11:30", ANA, [Refusal(Why.OUTSIDE_HOURS)]),
        ("10:30", ANA, [Refusal(Why.CLIENT_BUSY)]),
        ("09:30", KWAME, [Refusal(Why.THERAPIST_BUSY)]),
        ("10:30", KWAME, [Refusal(Why.THERAPIST_BUSY), Refusal(Why.CLIENT_BUSY)]),
        ("09:30", 99, [Refusal(Why.OUTSIDE_HOURS)]),
    ],
)
def test_a_start_that_is_no_opening_says_why(start, therapist_id, reasons):
    question = wanted(client_busy="11:00-11:30")
    hours = {ANA: [span("09:00-12:00")], KWAME: [span("09:00-12:00")]}
    calendar = lay_out(question.window, hours, PLACES, [busy("10:15-11:00", KWAME)])

    assert why_not(calendar, question, therapist_id, at(start)) == reasons


def test_no_table_left_is_a_reason_of_its_own():
    question = wanted()
    rows = [busy("09:00-10:00", place_id=place_id) for place_id in (TABLE, COUPLE_A, COUPLE_B)]
    calendar = lay_out(question.window, {ANA: [span("09:00-12:00")]}, PLACES, rows)

    assert why_not(calendar, question, ANA, at("09:00")) == [Refusal(Why.NO_PLACE, {"kind": "table"})]
    assert why_not(calendar, question, ANA, at("09:00", day=20)) == [Refusal(Why.OUTSIDE_HOURS)]


def test_a_question_in_datetimes_is_the_same_question():
    nine, ten = (datetime(2026, 11, 12, hour, 0, 30, tzinfo=UTC) for hour in (9, 10))
    question = Wanted.between(
        nine, ten, length=60, turnover=15, kind="table", grid=30, zone=DUBLIN, client_busy=[(nine, ten)]
    )

    assert question == Wanted(
        60, 15, "table", 30, DUBLIN, at("09:01"), at("10:01"), client_busy=((at("09:00"), at("10:01")),)
    )


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ({"length": 0}, "has a length"),
        ({"length": -5}, "has a length"),
        ({"turnover": -5}, "negative turnover"),
        ({"grid": 7}, "not every 7"),
        ({"grid": 0}, "not every 0"),
    ],
    ids=["no length", "negative length", "negative turnover", "odd grid", "no grid"],
)
def test_a_question_without_sense_is_refused(change, complaint):
    with pytest.raises(ValueError, match=complaint):
        wanted(**change)


def test_a_question_about_ten_years_is_refused():
    with pytest.raises(ValueError, match="too long"):
        Wanted(60, 15, "table", 15, DUBLIN, 0, MOST_MINUTES + 1)

"""The planner's pages, without script: propose, change one, leave one out, book; and what is taken meanwhile."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from massage_booking.accounts.models import User
from screening.document import GivenRow
from sessions.models import Apart, MassageSession, Plan, Series
from sessions.services import plans
from tests import cast
from tests.sessions.series.dates import FIRST, booked, count_of, in_the_way, numbers, tuesday
from tests.sessions.series.pages import fields_of, options_of, text_of
from therapists.models import Service

pytestmark = pytest.mark.django_db

SignIn = Callable[[User], Browser]


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    """Stop the clock for every test here."""
    return monday


@pytest.fixture
def nadia(house: cast.House, sign_in: SignIn) -> Browser:
    cast.answer(house.nadia)
    return sign_in(house.nadias_account)


@pytest.fixture
def dora(house: cast.House, sign_in: SignIn) -> Browser:
    return sign_in(house.desk)


def page_for(house: cast.House) -> str:
    return reverse("sessions:series_plan", args=[house.nadia.public_id])


def desk_page_for(house: cast.House) -> str:
    return reverse("sessions:desk_client_series", args=[house.nadia.public_id])


WISH = {
    "service": "swedish-60", "therapist": "ana-quiroga", "interval": "14", "count": "6",
    "begin": FIRST.isoformat(), "weekday": "1", "time": "10:00",
}  # fmt: skip


def proposed(browser: Browser, house: cast.House, *, page: str = "", **more: str) -> Any:
    response = browser.get(page or page_for(house), {**WISH, **more})
    assert response.status_code == 200
    return response


def sent(browser: Browser, house: cast.House, response: Any, *, page: str = "", act: str = "book", **more: str) -> Any:
    return browser.post(page or page_for(house), {**fields_of(response), "act": act, **more})


def mine(house: cast.House) -> list[tuple[int | None, Any, str]]:
    return numbers(MassageSession.objects.filter(client=house.nadia))


def test_a_client_proposes_changes_one_leaves_one_out_and_books(nadia: Browser, house: cast.House) -> None:
    in_the_way(house, tuesday(2))
    page = proposed(nadia, house)
    assert "Instead of Tuesday 23 June, 10:00: Ana is not free then." in text_of(page)

    page = nadia.get(sent(nadia, house, page, act="check", **{"date-3": "out"})["Location"])
    page = nadia.get(sent(nadia, house, page, act="", open="4")["Location"])
    late = f"{tuesday(4, 14).isoformat()}~ana-quiroga"
    assert late in options_of(page, "date-4")
    done = sent(nadia, house, page, **{"date-4": late})

    series = Series.objects.get()
    assert done["Location"] == reverse("sessions:series", args=[series.public_id])
    assert mine(house) == [
        (1, tuesday(1), "booked"),
        (2, tuesday(2, 11, 15), "booked"),
        (3, tuesday(4, 14), "booked"),
        (4, tuesday(5), "booked"),
        (5, tuesday(6), "booked"),
    ]
    words = text_of(nadia.get(done["Location"]))
    assert "Five dates ahead" in words and "Number five, with Ana" in words


def test_the_wish_begins_with_the_plan(nadia: Browser, house: cast.House) -> None:
    plans.accept(session=cast.book(house, starts_at=cast.at(15, days=2)), now=cast.NOW)
    Plan.objects.update(interval_days=21)

    words = text_of(nadia.get(page_for(house)))

    # 21 days after the session that is booked, on its weekday and at its time.
    assert "Wednesday 24 June, 15:00 Fits with Ana." in words
    assert "Wednesday 15 July, 15:00 Fits with Ana." in words


def test_the_rhythm_page_and_the_account_lead_to_it(nadia: Browser, house: cast.House) -> None:
    plans.accept(session=cast.book(house), now=cast.NOW)

    for page in (reverse("sessions:plan", args=[house.nadia.public_id]), reverse("accounts:home")):
        assert page_for(house) in nadia.get(page).content.decode()
    assert "Propose my next six" in text_of(nadia.get(reverse("sessions:plan")))


def test_the_desk_finds_it_on_the_clients_page(dora: Browser, house: cast.House) -> None:
    page = dora.get(reverse("sessions:desk_client", args=[house.nadia.public_id]))

    assert desk_page_for(house) in page.content.decode()


def test_what_is_booked_already_is_followed_by_the_next(nadia: Browser, house: cast.House) -> None:
    first = booked(house, tuesday(1), tuesday(2))

    page = nadia.get(page_for(house))
    assert "The next dates, from number three on" in text_of(page)
    sent(nadia, house, page)

    assert Series.objects.get() == first.series
    # Two of the six lie further ahead than the studio plans.
    assert [number for number, _, _ in mine(house)] == list(range(1, 7))
    assert mine(house)[2] == (3, tuesday(3), "booked")


def test_all_or_nothing_keeps_what_was_chosen_and_shows_the_nearest(nadia: Browser, house: cast.House) -> None:
    page = proposed(nadia, house)
    early = f"{tuesday(1, 9).isoformat()}~ana-quiroga"
    in_the_way(house, tuesday(4))

    answer = sent(nadia, house, page, mode="all", **{"date-1": early, "date-6": "out"})

    assert answer.status_code == 409
    assert mine(house) == []
    words = text_of(answer)
    assert "Taken meanwhile: Tue 21 Jul, 10:00. Nothing is booked yet." in words
    assert "Tuesday 21 July, 10:00 is not free any more. This is the nearest." in words
    fields = fields_of(answer)
    assert (fields["date-1"], fields["date-6"]) == (early, "out")
    assert fields["date-4"] == f"{tuesday(4, 11, 15).isoformat()}~ana-quiroga"
    # Sent once more as it stands now, it is booked.
    sent(nadia, house, answer)
    assert [at for _, at, _ in mine(house)] == [
        tuesday(1, 9), tuesday(2), tuesday(3), tuesday(4, 11, 15), tuesday(5),
    ]  # fmt: skip


def test_keeping_the_possible_ones_books_nothing_that_nobody_has_seen(nadia: Browser, house: cast.House) -> None:
    page = proposed(nadia, house)
    in_the_way(house, tuesday(4))

    answer = sent(nadia, house, page, mode="possible")

    assert answer.status_code == 302
    assert [at for _, at, _ in mine(house)] == [tuesday(number) for number in (1, 2, 3, 5, 6)]
    assert "Not free any more, and not booked: Tue 21 Jul, 10:00." in text_of(nadia.get(answer["Location"]))


def test_the_same_form_again_leads_to_the_same_series(nadia: Browser, house: cast.House) -> None:
    body = {**fields_of(proposed(nadia, house)), "act": "book"}

    answers = {nadia.post(page_for(house), body)["Location"] for _ in range(3)}

    assert answers == {reverse("sessions:series", args=[Series.objects.get().public_id])}
    assert len(mine(house)) == 6


def test_checking_loses_nothing(nadia: Browser, house: cast.House) -> None:
    page = proposed(nadia, house)
    chosen = {"date-1": f"{tuesday(1, 9).isoformat()}~ana-quiroga", "date-2": "out"}

    again = nadia.get(sent(nadia, house, page, act="check", **chosen)["Location"])

    before, after = fields_of(page), fields_of(again)
    assert {**before, **chosen, "key": ""} == {**after, "key": ""}


def test_more_times_lists_the_day_and_the_free_days_around(nadia: Browser, house: cast.House) -> None:
    page = nadia.get(sent(nadia, house, proposed(nadia, house), act="", open="2")["Location"])

    days = {value[:10] for value in options_of(page, "date-2") if value != "out"}

    assert days == {(FIRST + timedelta(days=14 + number)).isoformat() for number in (-1, 0, 1)}
    assert "All times of this day" in text_of(page)


def test_health_comes_first_and_leads_back_to_the_very_dates(house: cast.House, sign_in: SignIn) -> None:
    browser = sign_in(house.nadias_account)
    chosen = {**WISH, "date-2": "out"}

    first = browser.get(page_for(house), chosen)
    assert first["Location"] == reverse("screening:consent")
    cast.answer(house.nadia)
    assert "Go on to your dates" in text_of(browser.get(reverse("screening:result")))
    back = browser.get(reverse("sessions:series_again"), follow=True)

    assert back.request["PATH_INFO"] == page_for(house)
    assert fields_of(back)["date-2"] == "out"


def test_whoever_answered_long_ago_is_asked_whether_something_has_changed(
    nadia: Browser, house: cast.House, at_eight: Any
) -> None:
    body = {**fields_of(proposed(nadia, house)), "act": "book", "date-5": "out"}
    at_eight.shift(timedelta(days=3))

    answer = nadia.post(page_for(house), body)

    assert answer["Location"] == reverse("screening:again")
    assert mine(house) == []
    assert "date-5=out" in nadia.session["series"]


def test_too_many_ahead_is_said_before_and_refused_after(nadia: Browser, house: cast.House) -> None:
    house.studio.upcoming_most = 4
    house.studio.save()

    page = proposed(nadia, house)
    answer = sent(nadia, house, page)

    assert "Four more sessions can be booked for now" in text_of(page)
    assert answer.status_code == 409
    assert "That would be 6 sessions ahead; 4 at a time is the most." in text_of(answer)
    assert mine(house) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"time": "10:07"}, "Sessions start every 15 minutes."),
        ({"interval": "3"}, "Ensure this value is greater than or equal to 7."),
        ({"count": "99"}, "Ensure this value is less than or equal to 12."),
        ({"begin": "2026-05-01"}, "That day is over."),
        ({"begin": "2027-05-01"}, "We plan 90 days ahead, and that day is further."),
        ({"therapist": "nobody"}, "We could not find that therapist."),
        ({"service": "deep-tissue-60", "therapist": "uma-ruiz"}, "Uma does not give Deep tissue, 60 min."),
        ({"service": "x"}, "Choose one of the sessions."),
        ({"begin": "never", "time": "10.30 or so"}, "Two things to put right"),
    ],
)
def test_what_cannot_be_meant_is_said(nadia: Browser, house: cast.House, changes: dict[str, str], words: str) -> None:
    page = nadia.get(page_for(house), {**WISH, **changes})

    assert page.status_code == 200
    assert words in text_of(page)


@pytest.mark.parametrize(
    "choice", ["x", "~", "2026-06-09T10:00~ana-quiroga", "9999-99-99T00:00:00+00:00~x", "2026-06-09T03:00:00+00:00~any"]
)
def test_garbage_for_a_date_books_nothing_that_was_not_shown(nadia: Browser, house: cast.House, choice: str) -> None:
    answer = sent(nadia, house, proposed(nadia, house, count="2"), **{"date-1": choice, "date-2": "out"})

    assert answer.status_code == 409
    assert mine(house) == []


def test_somebody_in_ones_care_has_dates_of_their_own(nadia: Browser, house: cast.House) -> None:
    mother = cast.make_client("Amina Rahman", account=house.nadia.account, relation="parent", born=date(1950, 1, 1))
    cast.answer(mother)
    page = reverse("sessions:series_plan", args=[mother.public_id])

    sent(nadia, house, proposed(nadia, house, page=page), page=page)

    assert MassageSession.objects.filter(client=mother).count() == 6
    assert Series.objects.get().client == mother


def test_the_desk_does_the_same_by_phone(dora: Browser, house: cast.House) -> None:
    page = desk_page_for(house)

    answer = sent(dora, house, proposed(dora, house, page=page), page=page, **{"date-2": "out"})

    assert answer["Location"] == reverse("sessions:desk_client", args=[house.nadia.public_id])
    assert "Five sessions are booked for Nadia R. One letter with all dates goes to nadia@example.com." in text_of(
        dora.get(answer["Location"])
    )
    sessions = MassageSession.objects.filter(client=house.nadia)
    assert {(one.status, one.booked_via, one.re_ask_due, one.booked_by) for one in sessions} == {
        ("booked", "series", True, house.desk)
    }


def test_the_calendar_file_has_an_entry_for_each(nadia: Browser, house: cast.House) -> None:
    found = booked(house)

    content = nadia.get(reverse("sessions:series_ics", args=[found.series.public_id])).content.decode()

    assert content.count("BEGIN:VEVENT") == 6
    assert {f"UID:{one.public_id}@massage-session" in content for one in found.sessions} == {True}


def test_nobody_elses_dates_are_told_apart_from_none(house: cast.House, sign_in: SignIn) -> None:
    cast.answer(house.nadia)
    found = booked(house)
    ben = sign_in(house.bens_account)

    for address in (
        page_for(house),
        reverse("sessions:series", args=[found.series.public_id]),
        reverse("sessions:series_ics", args=[found.series.public_id]),
        reverse("sessions:following", args=[found.sessions[0].public_id]),
    ):
        assert ben.get(address).status_code == 404, address


def test_dates_beyond_what_the_studio_plans_are_said_in_one_line(nadia: Browser, house: cast.House) -> None:
    page = proposed(nadia, house, count="9")

    assert (
        "Three more dates, from Tuesday 1 September, 10:00 on, lie further ahead than we plan: at most 90 days."
        in text_of(page)
    )
    assert "Book six of nine" in text_of(page)


def test_each_date_that_is_not_as_wished_says_why(nadia: Browser, house: cast.House) -> None:
    cast.book(house, starts_at=tuesday(2, 15))
    in_the_way(house, tuesday(3))
    in_the_way(house, tuesday(3, 11, 15), therapist=house.uma)

    words = text_of(proposed(nadia, house, therapist="any", time="08:00"))

    assert "Instead of Tuesday 9 June, 8:00: Nobody works then." in words
    assert "Instead of Tuesday 23 June, 8:00: There is another session on that day." in words


def test_somebody_who_was_never_here_begins_in_a_few_days(house: cast.House, sign_in: SignIn) -> None:
    cast.answer(house.ben)
    page = sign_in(house.bens_account).get(reverse("sessions:series_plan", args=[house.ben.public_id]))

    # Thursday, when no question about today is due any more, at a usual time with anyone.
    assert "Thursday 4 June, 10:00 Fits with Ana or Uma." in text_of(page)


def test_where_nothing_is_open_the_page_says_so(house: cast.House, sign_in: SignIn) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    Service.objects.exclude(pk=house.deep.pk).update(is_active=False)

    words = text_of(sign_in(house.nadias_account).get(page_for(house)))

    assert "No session suits the answers at present. Please call us" in words
    assert "Propose dates" not in words


@pytest.mark.parametrize("name", ["series", "following"])
def test_the_queries_of_a_page_do_not_grow_with_the_sessions(nadia: Browser, house: cast.House, name: str) -> None:
    counts = []
    for dates in ([1], [2, 3]):
        found = booked(house, *[tuesday(number) for number in dates])
        first = MassageSession.objects.get(series=found.series, series_number=1)
        key = found.series.public_id if name == "series" else first.public_id
        with CaptureQueriesContext(connection) as queries:
            assert nadia.get(reverse(f"sessions:{name}", args=[key])).status_code == 200
        counts.append(count_of(queries))

    assert counts[0] == counts[1], counts


@pytest.mark.parametrize(
    ("interval", "paused_until", "first"),
    [
        # The session moved to a Wednesday; the rhythm likes Tuesdays.
        (14, None, date(2026, 6, 16)),
        # No weekday is kept by ten days: the distance counts.
        (10, None, date(2026, 6, 13)),
        # A pause is kept.
        (14, date(2026, 7, 2), date(2026, 7, 7)),
    ],
)
def test_the_first_date_follows_the_last_session(
    nadia: Browser, house: cast.House, interval: int, paused_until: date | None, first: date
) -> None:
    plans.accept(session=cast.book(house, starts_at=cast.at(10, days=2)), now=cast.NOW)
    Plan.objects.update(interval_days=interval, weekday=1, paused_until=paused_until)

    line = text_of(nadia.get(page_for(house))).split("one by one")[1]

    assert f"wished for {first:%A} {first.day} {first:%B}, 10:00" in line


@pytest.mark.parametrize("side", ["client", "therapist", "studio"])
def test_a_therapist_whom_somebody_is_apart_from_is_not_among_the_names(
    house: cast.House, nadia: Browser, side: str
) -> None:
    offered = nadia.get(page_for(house)).content.decode()
    Apart.objects.create(client=house.nadia, therapist=house.uma, side=side, made_at=cast.NOW)

    assert house.uma.slug in offered
    assert house.uma.slug not in nadia.get(page_for(house)).content.decode()

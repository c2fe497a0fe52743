"""Open times without an account: month and list, fall-backs with a sentence, keeping a time."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from sessions.models import MassageSession
from sessions.views.picker_context import Day
from tests import cast
from tests.sessions.views.guest import Guest, page_of
from therapists.models import Service, WeeklyHours

pytestmark = pytest.mark.django_db

FIND = "/sessions/find/"


def days_open(response) -> list[int]:
    return [day.date.day for week in response.context["month"].weeks for day in week if day and day.count]


def times_shown(response) -> list[str]:
    return [item.starts_at.isoformat() for item in response.context["times"].openings]


def test_the_first_open_day_is_shown_with_its_times_and_the_zone_named(guest: Guest) -> None:
    response = guest.get(f"{FIND}?service=swedish-60&therapist=ana-quiroga")

    assert response.context["times"].day == date(2026, 6, 1)
    assert times_shown(response)[0] == cast.at(10).isoformat()
    assert times_shown(response)[-1] == cast.at(16).isoformat()
    assert "Dublin time" in page_of(response)
    assert days_open(response) == [day for day in range(1, 31) if date(2026, 6, day).weekday() < 5]


def test_labels_name_the_whole_date_and_the_count(guest: Guest) -> None:
    page = page_of(guest.get(f"{FIND}?service=swedish-60&therapist=ana-quiroga&day=2026-06-02"))

    assert 'aria-label="Tuesday 2 June 2026, 29 times free"' in page
    assert "First free: Mon 1 Jun, 10:00" in page


def test_with_anyone_each_time_says_with_whom(guest: Guest, house: cast.House) -> None:
    WeeklyHours.objects.filter(therapist=house.uma).update(starts=time(12))

    response = guest.get(f"{FIND}?service=swedish-60&therapist=any&day=2026-06-02")
    shown = {item.starts_at: item.therapist for item in response.context["times"].openings}

    assert shown[cast.at(9, days=1)] == "Ana"
    assert shown[cast.at(12, days=1)] == "any of 2"


def test_a_month_without_a_free_day_leads_on_to_the_next(guest: Guest, house: cast.House) -> None:
    WeeklyHours.objects.all().delete()
    # Uma alone, and only in July: off until then.
    WeeklyHours.objects.create(therapist=house.uma, location=house.location, weekday=0, starts=time(9), ends=time(17))
    house.uma.time_off.create(starts_at=cast.at(0), ends_at=datetime(2026, 7, 1, tzinfo=UTC))

    response = guest.get(f"{FIND}?service=swedish-60&therapist=any&month=2026-06")

    assert days_open(response) == []
    assert "Nothing is free in June. Go on to Monday 6 July" in page_of(response).replace("</a>", "").replace(
        f'<a href="{FIND}?service=swedish-60&day=2026-07-06#times-head">', ""
    )


def test_a_visitor_who_names_no_month_lands_on_the_first_open_one(guest: Guest, house: cast.House) -> None:
    house.ana.time_off.create(starts_at=cast.at(0), ends_at=datetime(2026, 7, 1, tzinfo=UTC))

    response = guest.get(f"{FIND}?service=swedish-60&therapist=ana-quiroga")

    assert response.context["month"].first == date(2026, 7, 1)
    assert response.context["times"].day == date(2026, 7, 1)


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("service=nothing", "That session is not offered any more. Here is Swedish, 60 min instead."),
        ("service=swedish-60&therapist=nobody", "We could not find that therapist."),
        ("service=deep-tissue-60&therapist=uma-ruiz", "Uma does not give Deep tissue, 60 min."),
        ("service=swedish-60&day=2026-13-45", "We could not read that date."),
        ("service=swedish-60&month=June", "We could not read that date."),
        ("service=swedish-60&day=2026-05-04", "That day is over."),
        ("service=swedish-60&day=2036-06-01", "We plan 90 days ahead"),
        ("technique=swedish&minutes=120", "Swedish is not given for 120 minutes here."),
        ("technique=unheard-of", "That session is not offered any more."),
    ],
)
def test_what_cannot_be_meant_falls_back_with_a_sentence(guest: Guest, query: str, sentence: str) -> None:
    response = guest.get(f"{FIND}?{query}")

    assert response.status_code == 200
    assert sentence in page_of(response)
    assert response.context["times"].openings


def test_a_technique_and_a_length_find_the_nearest_session(guest: Guest) -> None:
    response = guest.get(f"{FIND}?technique=swedish&minutes=45&therapist=any")

    assert response.context["choice"].service == Service.objects.get(slug="swedish-45")
    assert response.context["choice"].notices == []


def test_a_time_that_the_wall_shows_twice_names_its_offset(guest: Guest, house: cast.House) -> None:
    WeeklyHours.objects.create(therapist=house.uma, location=house.location, weekday=6, starts=time(0), ends=time(4))

    with time_machine.travel(datetime(2026, 10, 20, 8, tzinfo=UTC), tick=False):
        response = guest.get(f"{FIND}?service=swedish-60&therapist=uma-ruiz&day=2026-10-25")

    shown = [
        (item.starts_at.hour, item.offset) for item in response.context["times"].openings if item.starts_at.minute == 30
    ]
    assert shown == [(23, ""), (0, "UTC+1"), (1, "UTC+0"), (2, "")]
    assert "<small>UTC+1</small>" in page_of(response)


def test_the_page_writes_nothing(guest: Guest, django_assert_num_queries) -> None:
    guest.get(FIND)

    assert MassageSession.objects.count() == 0
    assert "sessionid" not in guest.browser.cookies


def test_a_day_and_a_month_cost_the_same_however_many_therapists(
    guest: Guest, house: cast.House, django_assert_max_num_queries
) -> None:
    for number in range(5):
        cast.make_therapist(f"Person {number}", location=house.location, services=[house.swedish])

    with django_assert_max_num_queries(17):
        guest.get(f"{FIND}?service=swedish-60&therapist=any&day=2026-06-10")


def test_a_studio_that_offers_nothing_says_so(house: cast.House) -> None:
    Service.objects.update(is_active=False)

    assert "Nothing can be booked online yet" in page_of(Browser().get(FIND))


def test_a_pressed_time_is_held_and_leads_to_the_first_step(guest: Guest, house: cast.House) -> None:
    response = guest.hold(cast.at(10, days=7))

    assert (response.status_code, response["Location"]) == (302, reverse("sessions:book"))
    assert (guest.held.starts_at, guest.held.therapist, guest.held.held_until) == (
        cast.at(10, days=7),
        house.ana,
        cast.NOW + timedelta(minutes=10),
    )
    assert "Held until 8:10" in page_of(guest.get(reverse("sessions:book")))


def test_a_held_time_is_free_to_the_browser_that_holds_it_and_to_nobody_else(guest: Guest, house: cast.House) -> None:
    guest.hold(cast.at(10, days=7))
    address = f"{FIND}?service=swedish-60&therapist=ana-quiroga&day=2026-06-08"

    mine = guest.get(address)
    theirs = Browser().get(address)

    assert [item.is_held for item in mine.context["times"].openings if item.starts_at == cast.at(10, days=7)] == [True]
    assert cast.at(10, days=7).isoformat() not in times_shown(theirs)
    assert "Go on" in page_of(mine)


def test_another_time_gives_the_first_one_back(guest: Guest) -> None:
    guest.hold(cast.at(10, days=7))
    guest.hold(cast.at(12, days=7))

    assert [row.starts_at for row in MassageSession.objects.all()] == [cast.at(12, days=7)]


def test_a_time_that_is_gone_offers_the_nearest_three(guest: Guest, house: cast.House) -> None:
    cast.book(house, starts_at=cast.at(10, days=7))

    response = guest.hold(cast.at(10, days=7))

    assert response.status_code == 409
    assert "just taken" in page_of(response).lower()
    nearest = [opening.starts_at for opening in response.context["nearest"]]
    assert nearest == [cast.at(11, 15, days=7), cast.at(11, 30, days=7), cast.at(11, 45, days=7)]
    assert guest.browser.post("/sessions/hold/", {
        "service": "swedish-60", "therapist": "ana-quiroga", "starts_at": nearest[0].isoformat()
    }).status_code == 302  # fmt: skip


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"service": "swedish-60"},
        {"service": "nothing", "starts_at": "2026-06-08T10:00:00Z"},
        {"service": "swedish-60", "starts_at": "2026-06-08T10:00"},
        {"service": "swedish-60", "therapist": "nobody", "starts_at": "2026-06-08T10:00:00Z"},
        {"service": "swedish-60", "starts_at": "9223372036854775808"},
    ],
)
def test_a_form_that_cannot_be_read_keeps_nothing_and_says_so(guest: Guest, body: dict[str, str]) -> None:
    response = guest.browser.post("/sessions/hold/", body, follow=True)

    assert "We could not read that time." in page_of(response)
    assert MassageSession.objects.count() == 0


@pytest.mark.parametrize("starts_at", ["1900-01-01T00:00:00Z", "2026-06-08T09:07:00Z", "2199-12-31T10:00:00Z"])
def test_times_that_are_no_opening_are_refused(guest: Guest, starts_at: str) -> None:
    response = guest.browser.post("/sessions/hold/", {"service": "swedish-60", "starts_at": starts_at})

    assert response.status_code == 409
    assert MassageSession.objects.count() == 0


def test_one_address_cannot_keep_the_whole_calendar(house: cast.House) -> None:
    house.studio.holds_per_address = 2
    house.studio.save()
    for hour in (10, 12):
        assert Guest(house).hold(cast.at(hour, days=7)).status_code == 302

    response = Guest(house).browser.post(
        "/sessions/hold/",
        {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": cast.at(14, days=7).isoformat()},
        follow=True,
    )

    assert "Several times are being kept from your connection" in page_of(response)
    assert MassageSession.objects.count() == 2


@pytest.mark.parametrize(
    ("page", "leads_to"),
    [
        ("http://testserver/sessions/time/?day=2026-06-08", "http://testserver/sessions/time/?day=2026-06-08"),
        ("http://testserver/sessions/hold/", "/sessions/find/"),
        ("http://evil.example/", "/sessions/find/"),
        ("", "/sessions/find/"),
    ],
)
def test_whoever_may_keep_no_time_stays_where_they_were(house: cast.House, page: str, leads_to: str) -> None:
    house.studio.holds_per_address = 1
    house.studio.save()
    Guest(house).hold(cast.at(10, days=7))

    response = Guest(house).browser.post(
        "/sessions/hold/",
        {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": cast.at(14, days=7).isoformat()},
        HTTP_REFERER=page,
    )

    assert response["Location"] == leads_to


def test_a_forged_address_header_is_not_believed(house: cast.House, settings) -> None:
    house.studio.holds_per_address = 1
    house.studio.save()
    settings.TRUSTED_PROXIES = 0
    body = {"service": "swedish-60", "therapist": "ana-quiroga"}
    codes = [
        Browser(headers={"X-Forwarded-For": f"10.0.0.{hour}"})
        .post("/sessions/hold/", {**body, "starts_at": cast.at(hour, days=7).isoformat()})["Location"]
        for hour in (10, 12)
    ]  # fmt: skip

    assert codes == ["/sessions/book/", "/sessions/find/"]


def test_behind_one_proxy_the_last_hop_counts(house: cast.House, settings) -> None:
    settings.TRUSTED_PROXIES = 1
    for hour, hops in ((10, "6.6.6.6, 10.0.0.1"), (12, "7.7.7.7, 10.0.0.1"), (14, "6.6.6.6, 10.0.0.2")):
        body = {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": cast.at(hour, days=7).isoformat()}
        Browser(headers={"X-Forwarded-For": hops}).post("/sessions/hold/", body)

    froms = list(MassageSession.objects.order_by("starts_at").values_list("held_from", flat=True))
    assert froms[0] == froms[1] != froms[2]
    assert "10.0.0.1" not in froms[0]


def test_ten_more_minutes_are_given_up_to_half_an_hour(guest: Guest) -> None:
    guest.hold()
    for minutes, until in ((8, "8:18"), (16, "8:26"), (24, "8:30")):
        with time_machine.travel(cast.NOW + timedelta(minutes=minutes), tick=False):
            response = guest.browser.post(
                "/sessions/hold/longer/", HTTP_REFERER="http://testserver/sessions/book/", follow=True
            )
            assert f"We keep it for you until {until}." in page_of(response)

    with time_machine.travel(cast.NOW + timedelta(minutes=29), tick=False):
        response = guest.browser.post("/sessions/hold/longer/", follow=True)
        assert "We can keep it until 8:30 at the longest." in page_of(response)


def test_a_hold_that_ran_out_says_so(guest: Guest) -> None:
    guest.hold()

    with time_machine.travel(cast.NOW + timedelta(minutes=11), tick=False):
        response = guest.browser.post("/sessions/hold/longer/", HTTP_REFERER="http://evil.example/", follow=True)

    assert response.redirect_chain == [("/sessions/book/", 302)]
    assert "The time we kept for you ran out." in page_of(response)


def test_a_days_bar_grows_with_what_is_free_and_says_so() -> None:
    days = [Day(date(2026, 6, 3), count, "/", is_today=count == 2, is_chosen=False) for count in (1, 2, 3, 4, 5, 9)]

    assert [day.level for day in days] == ["few", "few", "some", "some", "many", "many"]
    assert [day.label for day in days[:2]] == [
        "Wednesday 3 June 2026, 1 time free",
        "Wednesday 3 June 2026, today, 2 times free",
    ]

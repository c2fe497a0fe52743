"""Joining, the account page, the letter and its link: GET shows, POST books, strangers find nothing."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.outbox import services as outbox
from screening import services as screening
from screening.document import GivenRow
from screening.models import BookingStop
from sessions import links
from sessions.models import MassageSession, WaitlistEntry
from sessions.selectors import waiting
from tests import cast
from tests.reading import text_of
from tests.sessions.views.guest import Guest, hidden_fields, page_of
from tests.sessions.waitlist.line import TEN, TUESDAY, kept_for, offered, round_at, rows, state_of, wait

pytestmark = pytest.mark.django_db

JOIN = "/sessions/waitlist/"


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


@pytest.fixture
def nadia(house: cast.House) -> Guest:
    return Guest(house, house.nadias_account)


def form(house: cast.House, **changes: Any) -> dict[str, Any]:
    body = {
        "who": house.nadia.public_id, "service": house.swedish.slug, "therapist": house.ana.slug,
        "first": TUESDAY.isoformat(), "last": TUESDAY.isoformat(), "weekdays": ["0", "1"],
        "earliest": "10:00", "latest": "10:00",
    }  # fmt: skip
    return {**body, **changes}


# --- Joining --------------------------------------------------------------------


def test_the_page_of_free_times_leads_to_the_list_with_what_was_looked_for(nadia: Guest, house: cast.House) -> None:
    cast.answer(house.nadia)
    page = nadia.get(f"{reverse('sessions:find')}?service={house.swedish.slug}&therapist=ana-quiroga&day={TUESDAY}")
    address = f"{JOIN}?service={house.swedish.slug}&amp;therapist=ana-quiroga&amp;day={TUESDAY}"
    assert f'href="{address}"' in page.content.decode()

    joining = nadia.get(address.replace("&amp;", "&"))

    found = joining.context["form"]
    assert (found["service"].value(), found["therapist"].value(), found["first"].value()) == (
        house.swedish.slug,
        "ana-quiroga",
        TUESDAY,
    )
    assert 'name="weekdays" value="6" checked' in joining.content.decode()


def test_joining_puts_them_in_line_and_the_account_page_says_so(nadia: Guest, house: cast.House) -> None:
    cast.answer(house.nadia)

    response = nadia.browser.post(JOIN, form(house), follow=True)

    entry = WaitlistEntry.objects.get()
    assert (entry.client, entry.therapist, entry.window.weekdays, entry.state) == (
        house.nadia,
        house.ana,
        frozenset({0, 1}),
        "waiting",
    )
    page = page_of(response)
    assert "You are in line" in page and "Your waitlist" in page and "We write as soon as a time is free" in page


def test_without_answers_the_questions_follow_at_once(nadia: Guest, house: cast.House) -> None:
    response = nadia.browser.post(JOIN, form(house))

    assert response["Location"] == reverse("screening:consent")
    assert "The health questions come first." in page_of(nadia.get("/account/"))


def test_what_the_answers_rule_out_stands_there_with_the_reason_and_cannot_be_sent(
    nadia: Guest, house: cast.House
) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    page = nadia.get(f"{JOIN}?service={house.deep.slug}")
    response = nadia.browser.post(JOIN, form(house, service=house.deep.slug))

    assert 'class="option out"' in page.content.decode() and f'value="{house.deep.slug}"' not in page.content.decode()
    assert "Choose one of the open sessions" in page_of(response)
    assert not WaitlistEntry.objects.exists()


def test_while_bookings_are_stopped_nobody_joins(nadia: Guest, house: cast.House) -> None:
    cast.answer(house.nadia)
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)

    assert "We want to talk with you before the next session" in page_of(nadia.get(JOIN))
    nadia.browser.post(JOIN, form(house))
    assert not WaitlistEntry.objects.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"last": (TUESDAY - timedelta(days=1)).isoformat()},
        {"last": (cast.TODAY + timedelta(days=61)).isoformat()},
        {"weekdays": []},
        {"weekdays": ["9"]},
        {"weekdays": ["0"]},
        {"earliest": "12:00"},
        {"first": "nonsense"},
        {"service": "nothing"},
        {"therapist": "uma-ruiz", "service": "deep-tissue-60"},
    ],
    ids=lambda changes: next(iter(changes.items()))[0],
)
def test_what_makes_no_sense_is_said_and_nothing_is_kept(
    nadia: Guest, house: cast.House, changes: dict[str, Any]
) -> None:
    cast.answer(house.nadia)

    response = nadia.browser.post(JOIN, form(house, **changes))

    assert response.status_code == 200 and "to put right" in page_of(response)
    assert not WaitlistEntry.objects.exists()


def test_nobody_joins_or_ends_for_somebody_elses_client(house: cast.House) -> None:
    cast.answer(house.nadia)
    entry, ben = wait(house), Guest(house, house.bens_account)
    end = reverse("sessions:waitlist_end", args=[entry.public_id])

    assert ben.browser.post(JOIN, form(house)).status_code == 404
    assert ben.browser.post(end).status_code == 404
    assert "login" in Browser().post(end)["Location"] and "login" in Browser().get(JOIN)["Location"]
    assert Guest(house, house.nadias_account).get(end).status_code == 405
    assert state_of(entry) == "waiting"


def test_one_button_ends_the_waiting(nadia: Guest, house: cast.House) -> None:
    cast.answer(house.nadia)
    entry = wait(house)

    response = nadia.browser.post(reverse("sessions:waitlist_end", args=[entry.public_id]), follow=True)

    assert "You do not wait for it any more" in page_of(response) and "Your waitlist" not in page_of(response)
    assert state_of(entry) == "ended"


# --- The letter and its link ----------------------------------------------------


@pytest.fixture
def entry(house: cast.House) -> WaitlistEntry:
    """Nadia waits; Tuesday at ten is kept for her."""
    cast.answer(house.nadia)
    return wait_and_be_asked(house)


def wait_and_be_asked(house: cast.House) -> WaitlistEntry:
    entry = wait(house)
    round_at()
    return entry


@pytest.fixture
def address(entry: WaitlistEntry) -> str:
    return reverse("sessions:waitlist_offer", args=[links.make_waitlist(kept_for(entry))])


def press(browser: Browser, address: str, act: str = "book") -> Any:
    return browser.post(address, {**hidden_fields(browser.get(address), "key"), "act": act})


def test_the_letter_is_discreet_and_names_time_and_end(entry: WaitlistEntry, address: str) -> None:
    outbox.send_due(now=cast.NOW)

    [letter] = mail.outbox
    whole = f"{letter.subject} {letter.body} {letter.alternatives[0].content}"
    assert "Tuesday 9 June, 10:00" in letter.subject
    assert "Mon 1 Jun, 11:00" in whole and address in whole and entry.service.discreet_name in whole
    assert not [word for word in ("health", "swedish", "answer your", "condition", "rules") if word in whole.lower()]


def test_no_letter_goes_out_about_a_time_that_is_not_kept_any_more(entry: WaitlistEntry, house: cast.House) -> None:
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)

    outbox.send_due(now=cast.NOW)

    assert mail.outbox == []


def test_the_link_shows_and_one_press_books(entry: WaitlistEntry, address: str, house: cast.House) -> None:
    browser = Browser()

    page = page_of(browser.get(address))
    assert "Kept until Mon 1 Jun, 11:00" in page and "Tuesday 9 June, 10:00" in page
    assert [status for status, _, _ in rows()] == ["held"]
    response = press(browser, address)

    assert rows() == [("booked", TEN, "Nadia Rahman")]
    assert MassageSession.objects.get().decision is not None
    assert browser.get(response["Location"]).status_code == 200
    assert (state_of(entry), offered(entry)) == ("booked", [(TEN, "taken")])
    assert "It is booked" in page_of(browser.get(address))


def test_the_link_asks_whether_anything_has_changed_and_keeps_the_time_while_it_is_told(house: cast.House) -> None:
    cast.answer(house.nadia, now=cast.NOW - timedelta(days=3))
    address = reverse("sessions:waitlist_offer", args=[links.make_waitlist(kept_for(wait_and_be_asked(house)))])
    browser = Browser()

    page = browser.get(address)
    assert "Has anything changed in your health" in page_of(page)
    told = browser.post(address, {**hidden_fields(page, "key"), "changed": "yes"})

    assert told["Location"].startswith(reverse("account_request_login_code"))
    assert [status for status, _, _ in rows()] == ["held"]
    assert press(Browser(), address)["Location"].startswith(reverse("account_request_login_code"))
    assert [status for status, _, _ in rows()] == ["held"]


def test_the_same_press_twice_books_once(address: str) -> None:
    browser = Browser()
    body = {**hidden_fields(browser.get(address), "key"), "act": "book"}

    assert browser.post(address, body)["Location"] == browser.post(address, body)["Location"]
    assert len(rows()) == 1


def test_no_thank_you_gives_it_back(entry: WaitlistEntry, address: str) -> None:
    response = press(Browser(), address, "decline")

    assert "somebody else may have it" in page_of(Browser().get(response["Location"]))
    assert (rows(), state_of(entry)) == ([], "waiting")


def test_after_its_end_the_link_offers_nothing(entry: WaitlistEntry, address: str, monday: Any) -> None:
    key = hidden_fields(Browser().get(address), "key")
    monday.move_to(cast.NOW + timedelta(hours=3))
    round_at(cast.NOW + timedelta(hours=3))

    assert "not kept for you any more" in page_of(Browser().get(address))
    Browser().post(address, {**key, "act": "book"})
    assert rows() == []


def test_newer_answers_stand_against_the_press(entry: WaitlistEntry, address: str, house: cast.House) -> None:
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)

    response = press(Browser(), address)

    assert response.status_code == 409
    assert [status for status, _, _ in rows()] == ["held"]


def test_where_questions_are_due_they_come_first_and_the_time_stays_kept(
    entry: WaitlistEntry, address: str, house: cast.House, nadia: Guest
) -> None:
    screening.withdraw_consent(client=house.nadia, now=cast.NOW)

    stranger = press(Browser(), address)
    assert stranger["Location"].startswith(reverse("account_request_login_code")) and "next=" in stranger["Location"]
    assert press(nadia.browser, address)["Location"] == reverse("screening:consent")

    assert nadia.held.starts_at == TEN
    cast.answer(house.nadia)
    assert nadia.get(reverse("sessions:time")).status_code == 200
    nadia.confirm(name="Nadia Rahman", email="nadia@example.com")
    assert rows() == [("booked", TEN, "Nadia Rahman")]
    round_at()
    assert state_of(entry) == "booked"


def test_tampering_finds_nothing(entry: WaitlistEntry, address: str) -> None:
    codes = [Browser().get(bad).status_code for bad in (address[:-2] + "/", "/sessions/waitlist/offer/x/")]
    codes.append(Browser().get(reverse("sessions:manage", args=[address.split("/")[-2]])).status_code)
    WaitlistEntry.objects.update(nonce="another")
    codes += [Browser().get(address).status_code, Browser().post(address, {"act": "book"}).status_code]

    assert codes == [404] * 5
    assert [status for status, _, _ in rows()] == ["held"]


def test_the_link_books_only_with_the_forms_token(address: str) -> None:
    assert Browser(enforce_csrf_checks=True).post(address, {"act": "book"}).status_code == 403


def test_the_account_page_leads_to_the_kept_time(nadia: Guest, entry: WaitlistEntry, address: str) -> None:
    page = nadia.get("/account/").content.decode()

    assert f'href="{address}"' in page


# --- At the desk ------------------------------------------------------------------


def test_the_desk_sees_the_line_and_what_is_kept_and_nothing_of_health(house: cast.House) -> None:
    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")})
    cast.answer(house.ben)
    wait(house)
    wait(house, client=house.ben, anyone=True)
    round_at()
    dora = Guest(house, house.desk)

    page = dora.get("/sessions/desk/waitlist/")

    said = text_of(page)
    assert [one.entry.client for one in page.context["line"]] == [house.nadia, house.ben]
    assert said.index("Nadia Rahman") < said.index("is kept until") < said.index("Ben Kelly")
    assert "Swedish, 60 min, with Ana" in said and "starting by 10:00" in said
    assert [word for word in ("bone", "osteo", "light", "letter is", "answers") if word in said.lower()] == []


def test_the_desk_says_whom_to_call(house: cast.House) -> None:
    cast.answer(house.nadia)
    wait(house)
    house.nadia.is_claimed = False
    house.nadia.save()

    assert "address not proved yet: call 087 555 0101" in text_of(
        Guest(house, house.desk).get("/sessions/desk/waitlist/")
    )


def test_the_desk_takes_somebody_out_of_the_line_and_the_next_is_asked(house: cast.House) -> None:
    cast.answer(house.nadia)
    cast.answer(house.ben)
    first, second = wait(house), wait(house, client=house.ben)
    round_at()
    kept = kept_for(first)
    dora = Guest(house, house.desk)

    dora.browser.post(f"/sessions/desk/waitlist/{first.public_id}/end/")

    assert (state_of(first), [answer for _, answer in offered(first)]) == ("ended", ["declined"])
    round_at()
    assert kept_for(second).starts_at == kept.starts_at


def test_the_line_costs_as_many_queries_for_three_as_for_one(house: cast.House, django_assert_num_queries: Any) -> None:
    cast.answer(house.nadia)
    wait(house)
    with django_assert_num_queries(2):
        waiting.line()
    for day in (8, 9):
        wait(house, first=TUESDAY + timedelta(days=day), last=TUESDAY + timedelta(days=day))
    with django_assert_num_queries(2):
        assert len(waiting.line()) == 3

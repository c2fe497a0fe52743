"""The way through step 2, as a browser without JavaScript goes it."""

from datetime import timedelta

import pytest

from screening import flow, services
from screening.models import Consent, Decision, Screening
from tests.screening.factories import NOW, make_client
from tests.screening.helpers import answer
from tests.screening.views.helpers import (
    AGAIN,
    CONSENT,
    NOW_PAGE,
    QUESTIONS,
    RESULT,
    TODAY,
    agree,
    fields,
    leads,
    reach_questions,
    text,
)

pytestmark = pytest.mark.django_db


def test_a_healthy_guest_goes_through_in_seven_taps(browser, guest):
    assert "May we keep your health answers?" in text(browser.get(CONSENT))
    assert leads(agree(browser)) == NOW_PAGE

    assert "<h1" in text(browser.get(NOW_PAGE))
    assert leads(browser.post(NOW_PAGE, fields(groups=("now",)))) == QUESTIONS

    assert "Part 5 of 5" in text(browser.get(QUESTIONS))
    assert leads(browser.post(QUESTIONS, fields())) == RESULT

    page = text(browser.get(RESULT))
    assert "Yes. Nothing stands in the way." in page
    assert "You are all set. Tell your therapist if anything changes before your visit." in page
    assert 'href="/sessions/time/"' in page
    assert Screening.objects.get().state == "complete"
    assert Decision.objects.count() == 0


@pytest.mark.parametrize("page", [NOW_PAGE, QUESTIONS, TODAY, RESULT, AGAIN])
def test_nothing_is_asked_or_shown_before_consent(browser, page):
    assert leads(browser.get(page)) == CONSENT
    if page != RESULT:
        assert leads(browser.post(page, fields({"migraine": "Yes"}))) == CONSENT
    assert Screening.objects.count() == 0


def test_consent_is_dated_before_the_first_answer(browser, at):
    agree(browser)
    at(NOW + timedelta(seconds=30))
    browser.post(NOW_PAGE, fields(groups=("now",)))

    assert Consent.objects.get().given_at < Screening.objects.get().started_at


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"version": "2026-11"}, "Without your yes we may not ask"),
        ({"agree": "on"}, "The text has changed"),
        ({"agree": "on", "version": "1999"}, "The text has changed"),
    ],
)
def test_consent_needs_a_tick_below_the_text_that_counts(browser, data, words):
    assert words in text(browser.post(CONSENT, data))
    assert Consent.objects.count() == 0


@pytest.mark.parametrize("page", [QUESTIONS, TODAY, RESULT])
def test_right_now_comes_before_everything_else(browser, page):
    agree(browser)

    assert leads(browser.get(page)) == NOW_PAGE


def test_right_now_counts_for_that_day_only(browser, at):
    reach_questions(browser)
    at(NOW + timedelta(days=1))

    assert leads(browser.get(QUESTIONS)) == NOW_PAGE


def test_a_session_that_is_near_asks_about_today_as_well(browser, booking):
    booking(starts_at=NOW + timedelta(hours=30), technique="swedish", minutes=60)
    reach_questions(browser)

    assert leads(browser.post(QUESTIONS, fields())) == TODAY
    assert Screening.objects.get().state == "draft"
    assert "How you are today" in text(browser.get(TODAY))
    assert leads(browser.post(TODAY, fields(groups=("today",)))) == RESULT
    assert "Nothing stands in the way" in text(browser.get(RESULT))


def test_a_time_chosen_later_that_is_near_asks_about_today_alone(browser, booking, guest):
    answer(guest)
    booking(starts_at=NOW + timedelta(hours=30), technique="swedish", minutes=60)

    assert leads(browser.get(CONSENT)) == TODAY
    assert leads(browser.post(TODAY, fields(groups=("today",)))) == RESULT
    assert list(Screening.objects.order_by("pk").values_list("state", flat=True)) == ["replaced", "complete"]


def test_somebody_who_has_just_answered_is_led_to_the_result(browser, guest):
    answer(guest)

    assert leads(browser.get(CONSENT)) == RESULT


def test_somebody_who_answered_earlier_is_asked_in_one_tap_whether_anything_changed(browser, guest, at):
    answer(guest, {"heartburn": "Yes"})
    at(NOW + timedelta(days=10))

    assert leads(browser.get(CONSENT)) == AGAIN
    page = text(browser.get(AGAIN))
    assert "Has anything changed since then?" in page
    assert "Monday 23 November 2026" in page


def test_answers_that_are_too_old_are_asked_again_although_nothing_changed(browser, guest, at):
    answer(guest, {"rheumatoid_arthritis": "No flare-up and no neck problems"})
    at(NOW + timedelta(days=20))

    assert leads(browser.post(AGAIN, {"changed": "no"})) == "/screening/reask/"
    page = text(browser.get(RESULT))
    assert "Some questions are due again." in page
    assert 'href="/screening/reask/">Answer them again' in page
    assert "Go on to the time" not in page


def test_a_near_session_asks_about_today_although_nothing_changed(browser, guest, at, booking):
    answer(guest)
    at(NOW + timedelta(days=10))
    booking(starts_at=NOW + timedelta(days=11))

    assert leads(browser.post(AGAIN, {"changed": "no"})) == TODAY


def test_neither_yes_nor_no_is_asked_again(browser, guest, at):
    answer(guest)
    at(NOW + timedelta(days=10))

    assert leads(browser.post(AGAIN, {"changed": "perhaps"})) == AGAIN


def test_the_way_on_is_one_of_ours_whatever_the_session_says(browser, guest):
    answer(guest)
    session = browser.session
    session[flow.NEXT_KEY] = "https://elsewhere.example"
    session.save()

    assert 'href="/sessions/time/"' in text(browser.get(RESULT))


def test_somebody_elses_client_is_not_found(browser):
    stranger = make_client(name="Somebody else")
    session = browser.session
    session[flow.CLIENT_KEY] = stranger.public_id
    session.save()

    for page in (CONSENT, NOW_PAGE, QUESTIONS, TODAY, RESULT, AGAIN):
        assert browser.get(page).status_code == 404, page


@pytest.mark.parametrize("value", [None, 5, ["x"], ""])
def test_a_browser_that_is_not_booking_is_sent_to_the_beginning(browser, value):
    session = browser.session
    session[flow.CLIENT_KEY] = value
    session.save()

    response = browser.get(NOW_PAGE)

    assert response.status_code == 404 if value == "" else leads(response) == "/sessions/book/"


def test_answers_sent_after_the_browser_was_forgotten_are_told_so(browser):
    reach_questions(browser)
    sent = fields({"heartburn": "Yes"})
    browser.session.flush()

    response = browser.post(QUESTIONS, sent, follow=True)

    assert response.redirect_chain == [("/sessions/book/", 302)]
    assert "we no longer know whom it is about" in response.content.decode()


def test_the_session_holds_ids_and_no_health_word(browser):
    reach_questions(browser)
    browser.post(QUESTIONS, fields({"heartburn": "Yes"}))
    browser.get(RESULT)

    assert set(browser.session.keys()) <= {"guest_clients", flow.CLIENT_KEY, flow.NEXT_KEY}


def test_saving_keeps_a_held_time_and_says_who_and_where(browser, guest):
    from screening import signals

    heard = []
    signals.step_saved.connect(lambda client, request, **kwargs: heard.append(client), weak=False, dispatch_uid="test")
    reach_questions(browser)
    signals.step_saved.disconnect(dispatch_uid="test")

    assert heard == [guest]


def test_a_closed_vault_is_told_kindly(browser, guest, settings, caplog):
    answer(guest, {"heartburn": "Yes"})
    settings.VAULT_KEYS = ["MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDI="]

    response = browser.get(RESULT)

    assert response.status_code == 503
    assert "Your answers stay closed for now" in response.content.decode()
    assert "heartburn" not in caplog.text


def test_after_consent_was_taken_back_everything_begins_anew(browser, guest):
    answer(guest)
    services.withdraw_consent(client=guest, now=NOW)

    assert leads(browser.get(RESULT)) == CONSENT

"""The page of the result, for each of the five outcomes and the messages of the rules."""

import re
from datetime import date, timedelta

import pytest

from screening import services, signals
from screening.document import GivenRow
from screening.domain.rules import load_packaged_rules
from screening.models import BookingStop, Decision, RuleVersion, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import NOW_PAGE, QUESTIONS, RESULT, TODAY, agree, fields, kept, reach_questions

pytestmark = pytest.mark.django_db

RULES = load_packaged_rules()
STEADY = "Long-standing, unchanged and already checked"


def shown(browser) -> str:
    response = browser.get(RESULT)
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def finish(browser, rows, **more) -> str:
    reach_questions(browser)
    response = browser.post(QUESTIONS, fields(rows, **more))
    assert response.headers.get("Location") == RESULT, response.content.decode()
    return shown(browser)


def test_modify_says_how_the_session_will_be(browser):
    page = finish(browser, {"nerve_damage": {"answer": STEADY, "sites": ["legs"]}, "heartburn": "Yes"})

    assert "You can book, with limits" in page
    assert "Yes. And here is how we will work." in page
    assert "Good news, you can book. Because of what you told us, your therapist will adapt the session." in page
    assert "Two of your answers shape this session." in page
    assert 'aria-label="Pressure up to medium"' in page
    assert "Hands" in page or "hands" in page
    assert "Because of “Sciatica, trapped nerve or numb areas”." in page
    assert "side-lying with a pillow between the knees often suits sciatica" in page
    assert "Good until Wednesday 23 December." in page
    assert 'href="/sessions/time/"' in page


def test_a_chosen_technique_that_is_ruled_out_leads_back_to_the_choice(browser, booking):
    booking(technique="hot_stone", minutes=60)

    page = finish(browser, {"nerve_damage": {"answer": STEADY, "sites": ["legs"]}})

    assert "What you chose is not for now" in page
    assert 'href="/sessions/book/">Choose something else</a>' in page
    assert "Go on to the time" not in page


def test_the_chosen_technique_is_named_first_among_those_still_open(browser, booking):
    booking(technique="myofascial", minutes=60)

    assert 'Myofascial <span class="quiet">(your choice)</span>' in finish(browser, {"heartburn": "Yes"})


def grow(guest, born: date) -> None:
    guest.date_of_birth = born
    guest.save()
    services.give_guardian_consent(
        client=guest, name="Mara Rahman", relation="parent", child_agrees=True, given_by=None, now=NOW
    )


@pytest.mark.parametrize(
    ("born", "pressure", "length", "presence"),
    [
        (date(2012, 1, 1), "light", 30, "A parent or guardian stays in the room."),
        (date(2009, 6, 1), "medium", 60, "A parent or guardian is on the premises"),
    ],
    ids=["14", "17"],
)
def test_clear_answers_of_a_minor_come_with_the_limits_of_the_age(browser, guest, born, pressure, length, presence):
    grow(guest, born)

    page = finish(browser, {}, back_pain="no")

    assert "You can book, with limits" in page
    assert "Yes. And here is how we will work." in page
    assert "The limits below are set by age." in page
    assert f'aria-label="Pressure up to {pressure}"' in page
    assert f"{length} minutes at most, because of age." in page
    assert presence in page
    assert "Nothing stands in the way" not in page
    assert "What you chose is not for now" not in page
    assert "Go on to the time" in page


def test_a_chosen_length_that_is_too_long_at_this_age_leads_back_to_the_choice(browser, guest, booking):
    grow(guest, date(2012, 1, 1))
    booking(technique="swedish", minutes=60)

    page = finish(browser, {}, back_pain="no")

    assert "What you chose is not for now" in page
    assert "At this age a session lasts at most 30 min." in page
    assert 'href="/sessions/book/">Choose something else</a>' in page
    assert "Go on to the time" not in page


def test_a_chosen_length_that_fits_the_age_goes_on(browser, guest, booking):
    grow(guest, date(2012, 1, 1))
    booking(technique="swedish", minutes=30)

    assert "What you chose is not for now" not in finish(browser, {}, back_pain="no")


def test_a_technique_that_is_too_firm_is_out_in_words_for_anybody(browser, guest, booking):
    grow(guest, date(2012, 1, 1))
    booking(technique="deep_tissue", minutes=30)

    page = finish(browser, {}, back_pain="no")

    assert "What you chose is not for now" in page
    assert "It needs firmer pressure than light." in page


def test_clearance_asks_for_a_letter_and_says_how_long_a_place_is_kept(browser):
    page = finish(browser, {"epilepsy": "Within the last 12 months", "diabetes": "Not sure"})

    assert "A letter first" in page
    assert "We would like your doctor, nurse or midwife to agree first." in page
    letter = page[page.index("What the letter is about") :]
    assert "Epilepsy or seizures" in letter[: letter.index("</ul>")]
    assert "Diabetes" not in letter[: letter.index("</ul>")]
    assert "Here is a short form for them; your place is held for 5 days." in page
    assert "Go on to the time" in page


@pytest.mark.parametrize(
    ("kept_for", "promise"),
    [
        (timedelta(days=3, hours=20), "your place is held for 3 days."),
        (timedelta(days=1, hours=2), "your place is held for 1 day."),
        (timedelta(hours=9), ""),
        (None, ""),
    ],
)
def test_a_place_is_promised_for_as_long_as_the_chosen_time_can_be_kept(browser, booking, kept_for, promise):
    booking(starts_at=NOW + timedelta(days=6), kept_until=kept_for and NOW + kept_for)

    page = finish(browser, {"epilepsy": "Within the last 12 months"})

    assert "We would like your doctor, nurse or midwife to agree first." in page
    assert promise in page
    assert ("your place is held" in page) is bool(promise)


def test_away_from_booking_no_place_is_promised(browser, guest):
    session = browser.session
    session["screening_next"] = "accounts:home"
    session.save()

    page = finish(browser, {"epilepsy": "Within the last 12 months"})

    assert "agree first" in page and "your place is held" not in page


def test_a_wait_names_the_first_day_and_goes_on_to_the_times(browser):
    page = finish(browser, {"migraine": {"answer": "Yes", "date-migraine-1": "2026-11-23"}})

    assert "Today is not the right day." in page
    assert "You can choose a date from Tuesday 24 November 2026, and we will check in again then." in page
    assert "Go on to the time" in page
    assert "Still open" not in page


def test_a_wait_that_ends_in_a_letter_says_so(browser):
    row = {"answer": "Less than 12 weeks ago", "date-spinal_surgery-0": "2026-11-01"}
    rows = {"spinal_surgery": row, "migraine": {"answer": "Yes", "date-migraine-1": "2026-11-23"}}

    page = finish(browser, rows)

    assert "You can choose a date from" in page
    assert (
        "After that we need a letter from your doctor, nurse or midwife first, about “Spine operation, ever”." in page
    )


def test_a_wait_that_is_over_names_no_day_but_the_open_question(browser):
    answer = "A bigger operation under 6 weeks ago, or a large or infected wound"
    number = [option.answer for option in RULES.rows["recent_surgery_non_spine"].options].index(answer)
    row = {"answer": answer, f"date-recent_surgery_non_spine-{number}": "2026-08-01"}

    page = finish(browser, {"recent_surgery_non_spine": row})

    assert "Today is not the right day." in page and "Some questions are due again." in page
    assert "You can choose a date from" not in page


def test_while_symptoms_run_there_is_no_date(browser):
    page = finish(browser, {"migraine": {"answer": "Yes", "date-migraine-1-running": "on"}})

    assert "You can choose a date from 1 day after you are well, and we will check in again then." in page
    assert "Go on to the time" not in page


def test_a_message_comes_first_and_no_date_is_promised(browser):
    page = finish(browser, {"high_blood_pressure": "180/110 or higher, feeling well"})

    text = RULES.messages["U1"].text.replace("{EMERGENCY}", "112").replace("{URGENT}", "1800 700 700")
    assert text in page
    assert "You can choose a date" not in page
    assert 'href="tel:1800700700"' in page
    assert "Go on to the time" not in page


def test_a_refusal_with_a_message_shows_the_message_and_nothing_else(browser):
    page = finish(browser, {"varicose_veins": "Yes, hot, red, hard or very painful", "heartburn": "Yes"})

    assert RULES.messages["U4"].text.replace("{EMERGENCY}", "112").replace("{URGENT}", "1800 700 700") in page
    assert "From your answers" not in page
    assert "Go on to the time" not in page


def test_a_refusal_without_a_message_asks_to_call(browser):
    page = finish(
        browser,
        {"pulmonary_embolism": {"answer": "Within the last 6 months", "date-pulmonary_embolism-1": "2026-10-01"}},
    )

    assert "We cannot arrange this one online. Please call us on +353 20 912 0144" in page
    assert "You can ask again from Saturday 3 April 2027." in page
    assert 'href="tel:+353209120144"' in page


def test_a_child_under_eight_is_told_at_once_and_nothing_is_asked(browser, guest):
    guest.date_of_birth = date(2020, 6, 1)
    guest.save()

    for path in ("/screening/consent/", NOW_PAGE, QUESTIONS):
        assert browser.get(path).headers["Location"] == RESULT, path
    page = shown(browser)
    assert "We do not offer back massage to children under 8." in page
    assert "Go on to the time" not in page
    assert Screening.objects.count() == 0


def test_rules_that_nobody_signed_say_so_quietly(browser, guest):
    answer(guest)
    note = "These rules are a draft for review by a clinician."

    assert note in shown(browser)

    RuleVersion.objects.update(signed_off_by="Dr Ada Byrne", signed_off_on=date(2026, 11, 1))
    assert note not in shown(browser)


def test_from_the_account_the_result_leads_back_there(browser, guest):
    answer(guest, {"heartburn": "Yes"})
    session = browser.session
    session["screening_next"] = "accounts:home"
    session.save()

    page = shown(browser)

    assert "Back to your account" in page
    assert "Steps of booking" not in page


# --- Help at once ---


@pytest.fixture
def released(guest):
    """Collect the clients whose held time is given back."""
    heard = []
    signals.emergency_shown.connect(
        lambda client, request, **kwargs: heard.append(client), weak=False, dispatch_uid="t"
    )
    yield heard
    signals.emergency_shown.disconnect(dispatch_uid="t")


def only_emergency(page: str, *messages: str) -> None:
    assert '<body class="alarm">' in page
    shown_texts = re.findall(r'<p class="alarm-text">(.*?)</p>', page)
    expected = [RULES.messages[id_].text.replace("{EMERGENCY}", "112") for id_ in messages]
    assert [text.replace("&#x27;", "'") for text in shown_texts] == expected
    assert 'href="tel:112"' in page
    assert 'href="tel:1800700700"' in page
    for other in ("site-nav", "Steps of booking", "Go on", "€", "site-footer", "draft for review"):
        assert other not in page, other


@pytest.mark.parametrize(
    ("rows", "messages"),
    [
        ({"emergency_symptoms_now": None}, ["E1"]),
        ({"saddle_numbness_bladder": "New or changed"}, ["E2"]),
        ({"saddle_numbness_bladder": "Not sure"}, ["E2"]),
        ({"emergency_symptoms_now": None, "saddle_numbness_bladder": "New or changed"}, ["E1", "E2"]),
    ],
)
def test_the_first_page_stops_the_form_and_shows_only_the_message(browser, guest, released, rows, messages):
    agree(browser)

    response = browser.post(NOW_PAGE, fields(rows, groups=("now",)))

    assert response.headers["Location"] == RESULT
    only_emergency(shown(browser), *messages)
    assert released == [guest]
    decision = Decision.objects.get()
    assert (decision.outcome, decision.may_book) == ("refuse", False)
    assert browser.get(QUESTIONS).headers["Location"] == browser.get(TODAY).headers["Location"] == NOW_PAGE


def test_a_warning_sign_whose_question_is_open_is_asked_about_before_anybody_is_sent_away(browser):
    agree(browser)

    page = browser.post(NOW_PAGE, fields({"saddle_numbness_bladder": None}, groups=("now",)))

    assert page.status_code == 200
    assert "Please choose the answer that fits" in page.content.decode()
    assert browser.post(NOW_PAGE, fields({"saddle_numbness_bladder": "Not sure"}, groups=("now",))).status_code == 302
    only_emergency(shown(browser), "E2")


def test_old_and_checked_numbness_goes_on(browser):
    agree(browser)
    rows = {"saddle_numbness_bladder": "Old, unchanged and already checked"}

    assert browser.post(NOW_PAGE, fields(rows, groups=("now",))).headers["Location"] == QUESTIONS


def test_help_is_shown_at_once_although_other_parts_are_not_answered(browser, guest, released):
    reach_questions(browser)

    response = browser.post(QUESTIONS, fields({"lung_disease": "Struggling for breath now"}, groups=("back",)))

    assert response.headers["Location"] == RESULT
    only_emergency(shown(browser), "E1")
    assert released == [guest]


def test_urgent_messages_are_left_out_beside_an_emergency(browser):
    reach_questions(browser)
    rows = {
        "lung_disease": "Struggling for breath now",
        "steroids_immune": "Weakened immune system, and I feel feverish or unwell",
    }
    browser.post(QUESTIONS, fields(rows))

    only_emergency(shown(browser), "E1")


def test_something_ticked_by_mistake_is_taken_back(browser, guest):
    agree(browser)
    browser.post(NOW_PAGE, fields({"emergency_symptoms_now": None}, groups=("now",)))
    assert 'href="/screening/now/">go back to the questions' in shown(browser)

    page = browser.get(NOW_PAGE).content.decode()
    assert '-signs" checked>' in page
    assert browser.post(NOW_PAGE, fields(groups=("now",))).headers["Location"] == QUESTIONS
    assert kept(guest) == {}
    assert browser.post(QUESTIONS, fields()).headers["Location"] == RESULT
    assert "Nothing stands in the way" in shown(browser)


def test_a_mistake_in_the_questions_leads_back_there_with_everything_filled_in(browser, guest):
    reach_questions(browser)
    browser.post(QUESTIONS, fields({"lung_disease": "Struggling for breath now", "heartburn": "Yes"}))
    assert 'href="/screening/questions/">go back to the questions' in shown(browser)

    page = browser.get(QUESTIONS).content.decode()

    assert 'value="heartburn" id="q5-tick" checked' in page
    assert browser.post(QUESTIONS, fields({"heartburn": "Yes"})).headers["Location"] == RESULT
    assert "Yes. And here is how we will work." in shown(browser)


def test_the_next_day_begins_with_right_now_again(browser, guest, at):
    agree(browser)
    browser.post(NOW_PAGE, fields({"emergency_symptoms_now": None}, groups=("now",)))
    at(NOW + timedelta(days=2))

    assert browser.get(RESULT).headers["Location"] == NOW_PAGE
    page = browser.get(NOW_PAGE).content.decode()
    assert '" checked' not in page


def test_no_health_word_reaches_the_log(browser, caplog):
    caplog.set_level("DEBUG")
    agree(browser)
    browser.post(NOW_PAGE, fields({"emergency_symptoms_now": None}, groups=("now",)))
    shown(browser)

    for word in ("emergency_symptoms", "E1", "chest"):
        assert word not in caplog.text


def test_without_an_urgent_line_the_words_stand_for_it(browser, studio):
    studio.urgent_number = ""
    studio.save()

    page = finish(browser, {"high_blood_pressure": "180/110 or higher, feeling well"})

    assert "Contact your doctor or an urgent-care line now." in page
    assert "tel:1800" not in page


@pytest.mark.parametrize("ending", ["", "."])
def test_the_emergency_department_ends_in_one_full_stop(browser, studio, ending):
    studio.emergency_department = f"University Hospital. Open day and night{ending}"
    studio.save()
    agree(browser)
    browser.post(NOW_PAGE, fields({"emergency_symptoms_now": None}, groups=("now",)))

    assert "University Hospital. Open day and night.</p>" in shown(browser)


def test_while_bookings_are_stopped_the_page_asks_for_a_call_and_nothing_else(browser, guest):
    answer(guest)
    BookingStop.objects.create(client=guest, made_at=NOW)
    page = shown(browser)

    assert "Let us talk before the next session." in page
    assert "Please call us on +353 20 912 0144" in page
    assert "There is nothing to pay." in page
    assert "Go on to the time" not in page


def test_the_first_day_is_that_of_what_is_wanted(browser, guest, booking):
    rows = {
        "migraine": GivenRow("Yes", event_on=NOW.date()),
        "recent_back_pain": GivenRow("It started in the last 3 days and I can hardly move", event_on=NOW.date()),
    }
    answer(guest, rows)
    booking(technique="swedish", minutes=60)

    assert "You can choose a date from Thursday 26 November 2026" in shown(browser)


def test_what_is_ruled_out_for_a_while_says_from_when_it_can_be_had(browser, guest, booking):
    answer(guest, {"postpartum": GivenRow("Well, after a vaginal birth", due_or_birth_on=NOW.date() - timedelta(40))})
    booking(technique="hot_stone", minutes=60)
    page = shown(browser)

    assert "What you chose is not for now" in page
    assert "You can have it from Thursday 7 January 2027." in page


def test_advice_can_be_sent_as_a_text_message(browser):
    page = finish(browser, {"high_blood_pressure": "180/110 or higher, feeling well"})

    assert 'href="sms:?&amp;body=This%20needs%20medical%20advice%20today' in page

"""Pages of questions: what is missing is said, what was typed stays, tampering leads to clear words."""

import re
from datetime import date, timedelta

import pytest

from screening import selectors
from screening.document import GivenRow
from screening.domain.rules import load_packaged_rules
from screening.models import AccessRecord, RuleVersion, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import (
    NOW_PAGE,
    QUESTIONS,
    RESULT,
    TODAY,
    agree,
    fields,
    kept,
    latest_revision,
    reach_questions,
)

pytestmark = pytest.mark.django_db


def number(code: str) -> str:
    """Return the number by which a page knows a row."""
    return f"q{list(load_packaged_rules().rows).index(code) + 1}"


STEADY = "Long-standing, unchanged and already checked"


@pytest.fixture
def asked(browser):
    """Return a browser on the page of questions."""
    reach_questions(browser)
    return browser


def send(browser, rows=None, **more):
    return browser.post(QUESTIONS, fields(rows, **more))


def said(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_every_group_must_be_answered(asked, guest):
    page = said(send(asked, groups=("back", "skin")))

    assert "Three things to put right" in page
    for number in (2, 3, 4):
        assert f'href="#none-{number}"' in page
    assert "Please tick what is true, or choose “None of these”." in page
    assert Screening.objects.get().state == "draft"
    assert 'value="back" id="none-1" checked' in said(asked.get(QUESTIONS))


def test_a_tick_and_none_of_these_contradict_each_other(asked, guest):
    page = said(
        send(asked, {"migraine": "No, I am between attacks"}, none=["back", "recent", "heart", "other", "skin"])
    )

    assert "You ticked something and “None of these”." in page
    assert kept(guest) == {"migraine": GivenRow("No, I am between attacks")}


def test_a_tick_without_an_answer_asks_for_it_and_leads_to_it(asked, guest):
    page = said(send(asked, {"migraine": None, "heartburn": "Yes"}))

    assert "One thing to put right" in page
    first = re.search(rf'href="#({number("migraine")}-\d)"', page).group(1)
    assert 'name="answer-migraine" value="Sudden or worst-ever headache' in page
    assert f'id="{first}"' in page
    assert "Migraine: Please choose the answer that fits, or “Not sure”." in page
    assert 'name="answer-heartburn" value="Yes" id="q5-1" checked' in page
    assert kept(guest) == {"migraine": GivenRow(), "heartburn": GivenRow("Yes")}


@pytest.mark.parametrize(
    "row", ["Perhaps", "no", "Yes ", "<script>", "x" * 5000], ids=["unknown", "case", "blank", "tag", "long"]
)
def test_an_answer_that_is_not_ours_is_refused_and_nothing_else_is_lost(asked, guest, row):
    page = said(send(asked, {"migraine": row, "heartburn": "Yes"}))

    assert "That answer is not one of ours. Please choose again." in page
    assert "<script>alert" not in page
    assert kept(guest) == {"migraine": GivenRow(), "heartburn": GivenRow("Yes")}


def test_rows_that_do_not_exist_are_left_out_with_a_word(asked, guest):
    data = fields({"heartburn": "Yes", "lung_disease": None})
    data["ticks"] += ["a_row_of_yesterday", "child_under_8", "fever_infection"]

    page = said(asked.post(QUESTIONS, data))

    assert "The form held something that is not one of our questions." in page
    assert set(kept(guest)) == {"heartburn", "lung_disease"}


def test_an_answer_for_other_ages_is_not_offered_and_not_taken(asked, guest):
    first_ever = "My first ever back pain, and I am under 20, or 55 or over"

    assert first_ever not in said(asked.get(QUESTIONS))
    assert "not one of ours" in said(send(asked, {"recent_back_pain": first_ever}))

    guest.date_of_birth = date(1960, 1, 1)
    guest.save()
    assert first_ever in said(asked.get(QUESTIONS))
    assert send(asked, {"recent_back_pain": first_ever}).headers["Location"] == RESULT


def test_a_place_must_be_marked_where_the_answer_needs_one(asked, guest):
    page = said(send(asked, {"nerve_damage": STEADY}))

    assert "Please mark where it is, or “Somewhere not in this list”." in page
    assert f'href="#{number("nerve_damage")}-a1"' in page

    assert send(asked, {"nerve_damage": {"answer": STEADY, "sites": ["legs", "feet", "moon"]}}).status_code == 302
    assert kept(guest)["nerve_damage"].sites == {"legs", "feet"}


def test_a_place_that_is_not_listed_is_an_answer_too(asked, guest):
    assert send(asked, {"nerve_damage": {"answer": STEADY, "sites": ["elsewhere"]}}).status_code == 302
    assert kept(guest)["nerve_damage"].sites == frozenset()


def test_no_place_is_asked_where_the_answer_waits_or_changes_nothing(asked, guest):
    assert send(asked, {"recent_injury": "Over 6 weeks ago and healed"}).headers["Location"] == RESULT


SURGERY = "Less than 12 weeks ago"


@pytest.mark.parametrize(
    ("typed", "words", "day"),
    [
        ({}, "Please give the day, or tick “Not sure”.", None),
        ({"date-spinal_surgery-0": "2026-10-01"}, "", date(2026, 10, 1)),
        ({"date-spinal_surgery-0-unsure": "on"}, "", None),
        ({"date-spinal_surgery-0": "2026-12-24"}, "That day is still to come.", None),
        ({"date-spinal_surgery-0": "last week"}, "We cannot read that day.", None),
        ({"date-spinal_surgery-0": "0000-00-00"}, "We cannot read that day.", None),
        ({"date-spinal_surgery-0": "9999-12-31"}, "We cannot read that day.", None),
    ],
    ids=["missing", "given", "not sure", "future", "words", "year zero", "far"],
)
def test_a_waiting_answer_asks_for_its_day(asked, guest, typed, words, day):
    response = send(asked, {"spinal_surgery": {"answer": SURGERY, **typed}})

    if words:
        page = said(response)
        assert words in page
        assert f'href="#{number("spinal_surgery")}-0-day"' in page
        assert str(typed.get("date-spinal_surgery-0", "")) in page
    else:
        assert response.headers["Location"] == RESULT
    row = kept(guest)["spinal_surgery"]
    assert (row.event_on, row.date_unsure) == (day, "date-spinal_surgery-0-unsure" in typed)


def test_symptoms_that_still_run_are_an_answer_to_since_when(asked, guest):
    assert send(asked, {"migraine": {"answer": "Yes", "date-migraine-1-running": "on"}}).status_code == 302
    assert kept(guest)["migraine"] == GivenRow("Yes", still_running=True)


@pytest.mark.parametrize(
    ("typed", "words"),
    [("2027-04-01", ""), ("2029-04-01", "That day is too far off."), ("2026-01-01", "That day is too far off.")],
)
def test_pregnancy_asks_for_the_due_date(asked, guest, typed, words):
    row = {"answer": "13 to 36 weeks, no complications", "date-pregnancy": typed}

    response = send(asked, {"pregnancy": row})

    assert words in said(response) if words else response.status_code == 302
    assert kept(guest)["pregnancy"].due_or_birth_on == (None if words else date(2027, 4, 1))


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("2026-11-01", ""),
        ("1970-01-01", "That day is too far off."),
        ("2026-12-24", "That day is still to come."),
        ("0000-00-00", "We cannot read that day."),
    ],
)
def test_the_weeks_after_a_birth_ask_for_its_day(asked, guest, typed, words):
    response = send(asked, {"postpartum": {"answer": "Caesarean under 6 weeks ago", "date-postpartum": typed}})

    assert words in said(response) if words else response.status_code == 302
    assert kept(guest)["postpartum"].due_or_birth_on == (None if words else date(2026, 11, 1))


def test_treatment_is_asked_under_cancer_only(asked, guest):
    living = {"answer": "Living with cancer, or having treatment now", "sites": ["elsewhere"]}
    treated = {"answer": "Finished within the last 6 months", "sites": ["neck"]}

    assert send(asked, {"cancer": living, "chemo_radiotherapy": treated}).status_code == 302
    assert set(kept(guest)) == {"cancer", "chemo_radiotherapy"}

    data = fields({"chemo_radiotherapy": treated})
    data["none"] = ["back", "recent", "heart", "other", "skin"]
    asked.post(QUESTIONS, data)
    assert kept(guest) == {}


def test_the_youngest_are_asked_whether_back_pain_brings_them(asked, guest):
    assert "Is back pain the reason for this massage?" not in said(asked.get(QUESTIONS))
    guest.date_of_birth = date(2013, 1, 1)
    guest.save()
    from screening import services

    services.give_guardian_consent(
        client=guest, name="Mara Rahman", relation="parent", child_agrees=True, given_by=None, now=NOW
    )

    assert "Is back pain the reason for this massage?" in said(asked.get(QUESTIONS))
    assert "Back pain: Please say yes or no." in said(send(asked))
    assert send(asked, back_pain="yes").headers["Location"] == RESULT
    assert "back pain under 16 that a doctor has not checked yet" in said(asked.get(RESULT))


def test_answers_stand_in_the_order_of_urgency(asked):
    page = said(asked.get(QUESTIONS))
    row = page[page.index(f'id="{number("pulmonary_embolism")}-part1"') :]

    order = [
        "If any of these is true, choose it",
        ">Within the last 6 months<",
        ">Breathless, chest pain or coughing blood now<",
        "Otherwise, the best fit",
        ">Over 6 months ago and my doctor says it has resolved<",
        ">Not sure<",
    ]
    places = [row.index(words) for words in order]
    assert places == sorted(places)


def test_old_answers_are_shown_with_their_day(asked, guest, at):
    send(asked, {"rheumatoid_arthritis": "No flare-up and no neck problems"})
    at(NOW + timedelta(days=20))
    asked.post(NOW_PAGE, fields(groups=("now",)))

    assert "You answered this on Monday 23 November 2026. Is it still so?" in said(asked.get(QUESTIONS))


# --- Windows, versions, saving on the way ---


def test_two_windows_keep_both_answers_and_point_at_what_to_check(asked, guest):
    shown = latest_revision()
    send(asked, {"migraine": "No, I am between attacks"}, revision=shown)

    page = said(send(asked, {"heartburn": "Yes"}, revision=shown))

    assert "You answered some of this in another window too." in page
    assert "You answered this in two windows. Please check it." in page
    assert set(kept(guest)) == {"migraine", "heartburn"}
    assert asked.post(QUESTIONS, fields({"heartburn": "Yes"})).headers["Location"] == RESULT


@pytest.mark.parametrize("revision", ["", "-4", "x", "9" * 30, "99"])
def test_a_page_that_names_an_odd_revision_loses_nothing(asked, guest, revision):
    send(asked, {"migraine": "No, I am between attacks"})

    send(asked, {"heartburn": "Yes"}, revision=revision)

    assert "heartburn" in kept(guest)
    assert ("migraine" in kept(guest)) is (revision != "99")


def test_a_page_made_with_other_questions_is_shown_again_with_what_fits(asked, guest):
    page = said(send(asked, {"heartburn": "Yes"}, rules="draft-1"))

    assert "The questions have changed since you opened this page." in page
    assert set(kept(guest)) == {"heartburn"}


def test_questions_of_another_version_are_not_gone_through_by_an_older_page(asked, guest):
    send(asked, {"heartburn": "Yes"}, rules="draft-1")

    draft, _ = selectors.forms_of(guest)
    _, rules = selectors.published_rules()
    assert "other" not in selectors.document_of(draft, rules).seen
    assert asked.post(QUESTIONS, fields({"heartburn": "Yes"})).headers["Location"] == RESULT


def test_a_card_about_today_of_another_version_is_shown_again_before_it_counts(browser, guest, booking):
    answer(guest)
    booking(starts_at=NOW + timedelta(hours=30))

    page = said(browser.post(TODAY, {**fields(groups=("today",)), "rules": "draft-1"}))

    assert "The questions have changed since you opened this page." in page
    assert Screening.objects.get().state == "complete"
    assert browser.post(TODAY, fields(groups=("today",))).headers["Location"] == RESULT


def test_saving_on_the_way_keeps_and_says_nothing(asked, guest):
    before = latest_revision()
    response = send(asked, {"migraine": None}, saving="1")

    assert response.json() == {"revision": before + 1, "look_again": False}
    assert kept(guest) == {"migraine": GivenRow()}


def test_a_window_that_saves_on_the_way_never_takes_back_what_another_has_ticked(asked, guest):
    shown = latest_revision()
    send(asked, {"migraine": "No, I am between attacks"}, revision=shown)

    on_the_way = send(asked, {"heartburn": None}, revision=shown, saving="1").json()
    page = said(send(asked, {"heartburn": "Yes"}, revision=on_the_way["revision"]))

    assert on_the_way["look_again"] is True
    assert set(kept(guest)) == {"migraine", "heartburn"}
    assert "You answered this in two windows. Please check it." in page


def test_going_on_later_keeps_what_is_there(asked, guest):
    response = send(asked, {"heartburn": "Yes"}, groups=(), later="1")

    assert response.headers["Location"] == QUESTIONS
    page = said(asked.get(QUESTIONS))
    assert "Saved. You can go on from here later, in this browser." in page
    assert 'value="heartburn" id="q5-tick" checked' in page


def test_an_unfinished_card_about_today_does_not_open_the_whole_form(browser, guest, booking):
    answer(guest)
    booking(starts_at=NOW + timedelta(hours=30))

    page = said(browser.post(TODAY, fields({"recent_vaccination": None}, groups=("today",))))

    assert "Please choose the answer that fits" in page
    assert Screening.objects.get().state == "complete"


def test_each_showing_of_answers_is_recorded_once_and_an_empty_form_is_not(browser, guest):
    agree(browser)
    browser.get(NOW_PAGE)
    assert AccessRecord.objects.count() == 0

    browser.post(NOW_PAGE, fields(groups=("now",)))
    browser.get(QUESTIONS)
    row = AccessRecord.objects.get()
    assert (row.reader_name, row.reader_role, row.purpose) == (
        "You, on this device",
        "client",
        "filling in the questions",
    )


def test_a_retired_version_still_shows_a_page(asked):
    old = RuleVersion.objects.get()
    RuleVersion.objects.create(
        label="draft-3", status="draft", rules_csv=old.rules_csv, extra_json=old.extra_json,
        screen_json=old.screen_json, golden_json=old.golden_json, checksum="x", created_at=NOW,
    )  # fmt: skip
    RuleVersion.objects.filter(label="draft-2").update(status="retired")
    RuleVersion.objects.filter(label="draft-3").update(status="published")

    assert "Part 5 of 5" in said(asked.get(QUESTIONS))

"""Has anything changed? A no looks at each ticked answer, a yes asks only about what is new."""

from datetime import timedelta

import pytest

from screening import selectors, services
from screening.domain.triggers import Trigger
from screening.models import AccessRecord, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import (
    AGAIN,
    CONSENT,
    NOW_PAGE,
    RESULT,
    TODAY,
    fields,
    kept,
    latest_revision,
    leads,
    text,
)

pytestmark = pytest.mark.django_db

STILL, CHANGED, REASK, TIMES = "/screening/still/", "/screening/changed/", "/screening/reask/", "/sessions/time/"
SUGAR = "Yes, well controlled and normal feeling"
LATER = NOW + timedelta(days=10)


def document(client):
    _, rules = selectors.published_rules()
    return selectors.document_of(selectors.forms_of(client)[1], rules)


def say(browser, **said):
    data = {f"is-{code}": word for code, word in said.items()}
    return browser.post(STILL, {**data, "revision": latest_revision()})


@pytest.fixture
def known(browser, guest, at):
    """Return a browser of somebody who answered ten days ago: heartburn and diabetes, both settled."""
    answer(guest, {"heartburn": "Yes", "diabetes": SUGAR})
    at(LATER)
    return browser


def test_without_ticks_no_is_one_tap(browser, guest, at):
    answer(guest)
    at(LATER)

    assert leads(browser.post(AGAIN, {"changed": "no"})) == TIMES
    assert Screening.objects.get().unchanged_at == LATER


def test_a_no_shows_each_ticked_answer_in_words(known):
    assert leads(known.post(AGAIN, {"changed": "no"})) == STILL

    page = text(known.get(STILL))
    assert "Is each of these still true?" in page
    assert page.count("<fieldset") == 2
    assert SUGAR in page
    assert "answered Monday 23 November 2026" in page
    assert AccessRecord.objects.get().purpose == "looking whether it is still true"


def test_what_is_still_true_counts_from_today(known, guest):
    assert leads(say(known, heartburn="still", diabetes="still")) == TIMES

    found = document(guest)
    assert {row.answered_on for row in found.rows.values()} == {LATER.date()}
    assert selectors.forms_of(guest)[1].unchanged_at == LATER
    assert leads(known.get(CONSENT)) == RESULT


def test_what_has_changed_is_asked_again_and_the_rest_counts_from_today(known, guest):
    assert leads(say(known, heartburn="changed", diabetes="still")) == REASK

    found = document(guest)
    assert found.pending == {"heartburn": Trigger.DIAGNOSIS}
    assert found.rows["diabetes"].answered_on == LATER.date()
    assert kept(guest)["heartburn"].answer == "Yes"


@pytest.mark.parametrize("said", [{"heartburn": "still"}, {"heartburn": "still", "diabetes": "perhaps"}, {}])
def test_each_needs_a_word(known, guest, said):
    page = text(say(known, **said))

    assert "Please say for each whether it is still true." in page
    assert document(guest).rows["heartburn"].answered_on == NOW.date()


def test_nobody_confirms_what_another_window_has_changed(known, guest):
    known.get(STILL)
    sent = latest_revision()
    services.still_true(client=guest, codes=["heartburn"], today=NOW.date(), now=LATER)
    page = text(known.post(STILL, {"is-heartburn": "still", "is-diabetes": "still", "revision": sent}))

    assert "These answers were changed in another window." in page
    assert document(guest).rows["diabetes"].answered_on == NOW.date()


def test_what_was_answered_within_a_day_is_not_asked_about(browser, guest, at):
    answer(guest, {"heartburn": "Yes"})
    at(NOW + timedelta(hours=26))

    assert leads(browser.post(AGAIN, {"changed": "no"})) == TIMES


def test_something_firmer_or_longer_looks_at_all_answers_again(browser, guest, at, booking):
    answer(guest, {"heartburn": "Yes"})
    at(LATER)
    services.nothing_changed(client=guest, now=LATER)
    assert leads(browser.get(CONSENT)) == RESULT

    booking(technique="deep_tissue", minutes=60, is_stronger=True)
    assert leads(browser.get(CONSENT)) == STILL
    assert "firmer or longer than last time" in text(browser.get(STILL))
    assert leads(say(browser, heartburn="still")) == TIMES
    assert leads(browser.get(CONSENT)) == RESULT


def test_a_yes_counts_from_the_moment_it_is_said(known, guest):
    assert leads(known.post(AGAIN, {"changed": "yes"})) == CHANGED

    assert not selectors.assess(client=guest, starts_at=None, zone=LATER.tzinfo, now=LATER).may_book
    assert leads(known.get(CONSENT)) == CHANGED


def test_who_said_yes_and_left_is_still_asked_what_is_new(known, guest):
    known.post(AGAIN, {"changed": "yes"})

    assert leads(known.get(REASK)) == CHANGED
    assert leads(known.post(CHANGED, {"what": ["pregnancy_or_birth"]})) == REASK
    assert known.get(REASK).status_code == 200


def test_a_yes_that_is_taken_back_asks_for_the_warning_signs_alone(known, guest):
    known.post(AGAIN, {"changed": "yes"})
    assert leads(known.post(CHANGED, {"nothing": "1"})) == REASK

    assert set(document(guest).pending) == {"emergency_symptoms_now", "saddle_numbness_bladder"}
    assert known.get(REASK).status_code == 200


def test_what_is_new_opens_the_rows_that_it_touches_and_no_others(known, guest):
    known.post(AGAIN, {"changed": "yes"})
    assert "What is new?" in text(known.get(CHANGED))
    assert leads(known.post(CHANGED, {"what": ["pregnancy_or_birth"]})) == REASK

    assert set(document(guest).pending) == {
        "emergency_symptoms_now",
        "saddle_numbness_bladder",
        "pregnancy",
        "postpartum",
    }
    assert "Part 1 of 2" in text(known.get(REASK))


def test_a_letter_lapses_for_the_rows_that_a_change_touches(known, guest, monkeypatch):
    from screening.services import changes

    touched = []
    monkeypatch.setattr(changes, "lapse", lambda client, codes, day, now: touched.append(set(codes)))
    known.post(CHANGED, {"what": ["pregnancy_or_birth"]})

    assert touched == [{"pregnancy", "postpartum"}]


def test_nothing_ticked_says_so_and_garbage_is_nothing(known):
    for data in ({}, {"what": ["something_else"]}, {"what": ["<b>", "x" * 500]}):
        assert "Please tick what is new, or go through everything." in text(known.post(CHANGED, data))


def test_everything_opens_the_whole_form_with_the_answers_filled_in(known):
    known.post(AGAIN, {"changed": "yes"})

    assert leads(known.post(CHANGED, {"everything": "1"})) == NOW_PAGE
    known.post(NOW_PAGE, fields(groups=("now",)))
    assert 'name="answer-heartburn" value="Yes" id="q5-1" checked' in text(known.get("/screening/questions/"))


def test_a_form_under_way_comes_before_the_question(known, guest):
    services.start_or_resume(client=guest, today=LATER.date(), now=LATER)

    for page in (AGAIN, STILL, CHANGED):
        assert leads(known.get(page)) == NOW_PAGE


def test_a_near_session_still_asks_about_today(browser, guest, at, booking):
    answer(guest)
    at(LATER)
    booking(starts_at=LATER + timedelta(hours=20))

    assert leads(browser.post(AGAIN, {"changed": "no"})) == TODAY

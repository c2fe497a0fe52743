"""Some rows again, and no others: what is due is asked, everything else stays as it is."""

import re
from datetime import timedelta
from typing import Any

import pytest

from screening import selectors, services
from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.models import AccessRecord, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import CONSENT, RESULT, kept, latest_revision, leads, text

pytestmark = pytest.mark.django_db

REASK = "/screening/reask/"
SUGAR = "Yes, well controlled and normal feeling"
NO_FLARE = "No flare-up and no neck problems"
TWENTY = NOW + timedelta(days=20)


def document(client):
    _, rules = selectors.published_rules()
    return selectors.document_of(selectors.forms_of(client)[1], rules)


def chosen(page: str, code: str) -> list[str]:
    """Return the answers of a row that a page shows as chosen."""
    options = re.findall(rf'name="answer-{code}" value="([^"]*)" id="[^"]*"( checked)?', page)
    assert options
    return [answer for answer, checked in options if checked]


def send(browser, asked, rows: dict[str, Any] | None = None, *, none=(), **more):
    data: dict[str, Any] = {"rules": "draft-2", "revision": latest_revision(), "asked": list(asked)}
    data |= {"ticks": list(rows or {}), "none": list(none)}
    data |= {f"answer-{code}": row for code, row in (rows or {}).items() if row is not None}
    return browser.post(REASK, {**data, **more})


@pytest.fixture
def grown_old(browser, guest, at):
    """Return a browser of somebody whose answer about a joint disease is out of date after twenty days."""
    answer(guest, {"rheumatoid_arthritis": NO_FLARE, "heartburn": "Yes"})
    at(TWENTY)
    services.nothing_changed(client=guest, now=TWENTY)
    return browser


@pytest.fixture
def changed(browser, guest, at):
    """Return a browser of somebody whose medicine has changed."""
    answer(guest, {"heartburn": "Yes", "diabetes": SUGAR})
    at(TWENTY)
    services.end_answers(
        client=guest, codes=["diabetes", "blood_thinners"], trigger=Trigger.MEDICINE, now=TWENTY
    )  # fmt: skip
    return browser


def test_only_what_is_out_of_date_is_asked_and_it_stands_as_it_was(grown_old):
    assert leads(grown_old.get(CONSENT)) == REASK
    page = text(grown_old.get(REASK))

    assert "One question again" in page
    assert page.count('name="ticks"') == 1
    assert re.search(r'name="ticks" value="rheumatoid_arthritis" id="q\d+-tick" checked', page)
    assert "You answered this on Monday 23 November 2026. Is it still so?" in page
    assert chosen(page, "rheumatoid_arthritis") == [NO_FLARE]
    assert "heartburn" not in page
    assert AccessRecord.objects.get().purpose == "answering some questions again"


def test_a_new_answer_counts_from_today_and_the_others_stay_as_they_are(grown_old, guest):
    assert leads(send(grown_old, ["rheumatoid_arthritis"], {"rheumatoid_arthritis": NO_FLARE})) == RESULT

    found = document(guest)
    assert found.rows["rheumatoid_arthritis"].answered_on == TWENTY.date()
    assert found.rows["heartburn"].answered_on == NOW.date()
    assert selectors.forms_of(guest)[0] is None
    assert leads(grown_old.get(REASK)) == RESULT


def test_what_is_no_longer_true_goes_and_the_rest_of_its_group_stays(grown_old, guest):
    assert leads(send(grown_old, ["rheumatoid_arthritis"], none=["back"])) == RESULT

    assert kept(guest) == {"heartburn": GivenRow("Yes")}
    assert leads(grown_old.get(CONSENT)) == RESULT


def test_a_page_that_is_not_finished_says_so_and_keeps_the_answers_in_force(grown_old, guest):
    page = text(send(grown_old, ["rheumatoid_arthritis"]))

    assert "Please tick what is true, or choose “None of these”." in page
    assert 'name="asked" value="rheumatoid_arthritis"' in page
    assert Screening.objects.get().state == "complete"
    assert kept(guest)["rheumatoid_arthritis"].answer == NO_FLARE


def test_after_a_change_the_warning_signs_come_first_alone(changed):
    assert leads(changed.get(CONSENT)) == REASK
    page = text(changed.get(REASK))

    assert "Part 1 of 2" in page
    assert page.count('name="ticks"') == 2
    assert "diabetes" not in page
    assert leads(send(changed, ["emergency_symptoms_now", "saddle_numbness_bladder"], none=["now"])) == REASK

    page = text(changed.get(REASK))
    assert "Part 2 of 2" in page
    assert "Something has changed, so we ask what that may touch." in page
    assert 'value="diabetes"' in page and 'value="blood_thinners"' in page
    assert page.count('name="ticks"') == 2
    assert "A new answer please: your last one, from Monday 23 November 2026, no longer counts." in page
    assert chosen(page, "diabetes") == []


def test_a_change_is_settled_when_all_its_rows_were_answered(changed, guest):
    send(changed, ["emergency_symptoms_now", "saddle_numbness_bladder"], none=["now"])
    assert not selectors.assess(client=guest, starts_at=None, zone=TWENTY.tzinfo, now=TWENTY).may_book

    assert leads(send(changed, ["diabetes", "blood_thinners"], {"diabetes": SUGAR}, none=["heart"])) == RESULT
    assert document(guest).pending == {}
    assert selectors.assess(client=guest, starts_at=None, zone=TWENTY.tzinfo, now=TWENTY).may_book


def test_a_warning_sign_shows_the_emergency_page_at_once(changed):
    assert leads(send(changed, ["emergency_symptoms_now", "saddle_numbness_bladder"], {"emergency_symptoms_now": None}))
    page = text(changed.get(RESULT))

    assert "Please get help now" in page
    assert "Call 112" in page
    assert "go back to the questions" in page


def test_an_emergency_counts_on_an_unfinished_page(changed, guest):
    answered = send(
        changed,
        ["diabetes", "blood_thinners", "allergies"],
        {"allergies": "Swollen face or throat, or trouble breathing now"},
    )

    assert leads(answered) == RESULT
    assert "Please get help now" in text(changed.get(RESULT))


def test_after_a_wait_the_answer_that_asked_for_it_must_be_chosen_anew(browser, guest, at):
    answer(guest, {"recent_injury": GivenRow("Not sure")})
    at(NOW + timedelta(days=4))
    services.nothing_changed(client=guest, now=NOW + timedelta(days=4))
    page = text(browser.get(REASK))

    assert "no longer counts" in page
    assert chosen(page, "recent_injury") == []


def test_two_windows_lose_nothing_and_what_they_disagree_on_is_asked_once_more(changed, guest):
    send(changed, ["emergency_symptoms_now", "saddle_numbness_bladder"], none=["now"])
    first_revision = latest_revision()
    send(changed, ["diabetes", "blood_thinners"], {"diabetes": "Not sure"}, none=["heart"])
    other = send(
        changed, ["diabetes", "blood_thinners"], none=["heart", "other"], revision=first_revision
    )  # fmt: skip

    assert leads(other) == REASK
    assert kept(guest)["diabetes"].answer == "Not sure"
    assert document(guest).pending == {"diabetes": Trigger.DIAGNOSIS}
    assert "answered in another window too" in text(changed.get(REASK))


def test_a_form_under_way_in_another_window_takes_the_answers_in_and_goes_on(changed, guest):
    services.start_or_resume(client=guest, today=TWENTY.date(), now=TWENTY)
    assert leads(changed.get(REASK)) == "/screening/now/"

    assert leads(send(changed, ["diabetes"], {"diabetes": "Not sure"})) == "/screening/now/"
    draft, complete = selectors.forms_of(guest)
    _, rules = selectors.published_rules()
    assert selectors.document_of(draft, rules).rows["diabetes"].given.answer == "Not sure"
    assert selectors.document_of(complete, rules).rows["diabetes"].given.answer == SUGAR


def test_a_page_of_another_version_is_shown_again_with_what_was_chosen(grown_old, guest):
    answered = ["rheumatoid_arthritis"], {"rheumatoid_arthritis": NO_FLARE}
    page = send(grown_old, *answered, rules="draft-1").content.decode()

    assert "The questions have changed since you opened this page." in page
    assert chosen(page, "rheumatoid_arthritis") == [NO_FLARE]
    assert document(guest).rows["rheumatoid_arthritis"].answered_on == NOW.date(), "nothing counts before it is seen"

    assert leads(send(grown_old, *answered)) == RESULT
    assert document(guest).rows["rheumatoid_arthritis"].answered_on == TWENTY.date()


def test_help_does_not_wait_for_the_newest_questions(grown_old):
    sent = send(grown_old, ["emergency_symptoms_now"], {"emergency_symptoms_now": None}, rules="draft-1")

    assert leads(sent) == RESULT


def test_a_row_that_was_not_asked_cannot_be_slipped_in(grown_old, guest):
    send(grown_old, ["rheumatoid_arthritis", "nonsense"], {"rheumatoid_arthritis": NO_FLARE, "cancer": "anything"})

    assert set(kept(guest)) == {"rheumatoid_arthritis", "heartburn"}


def test_a_page_that_does_not_say_what_it_asked_is_about_what_is_due(grown_old, guest):
    assert leads(send(grown_old, [], {"rheumatoid_arthritis": NO_FLARE})) == RESULT

    assert document(guest).rows["rheumatoid_arthritis"].answered_on == TWENTY.date()


def test_with_nothing_due_there_is_nothing_to_ask(browser, guest):
    answer(guest)

    assert leads(browser.get(REASK)) == RESULT
    assert leads(send(browser, [])) == RESULT


def test_without_answers_the_form_itself_is_asked(browser):
    assert leads(browser.get(REASK)) == CONSENT


def test_after_a_year_the_whole_form_is_asked(browser, guest, at):
    answer(guest)
    at(NOW + timedelta(days=366))

    assert leads(browser.get(CONSENT)) == "/screening/now/"

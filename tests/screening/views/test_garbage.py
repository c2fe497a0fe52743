"""Whatever is sent, no page breaks."""

from datetime import timedelta

import pytest

from screening import flow
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import AGAIN, CONSENT, NOW_PAGE, QUESTIONS, RESULT, TODAY, fields, reach_questions

pytestmark = pytest.mark.django_db

NEW = ("/screening/still/", "/screening/changed/", "/screening/reask/")
PAGES = (CONSENT, AGAIN, NOW_PAGE, QUESTIONS, TODAY, RESULT, *NEW)
GARBAGE = [
    "\x00",
    str(2**63),
    "-1",
    "0000-00-00",
    "\ud800",
    "é" * 3000,
    "[]",
    "{}",
    "../..",
    "'; DROP TABLE x; --",
    "NaN",
    "‮",
]
NAMES = [
    "ticks", "none", "revision", "rules", "saving", "later", "changed", "agree", "version", "date_of_birth", "name",
    "relation", "answer-migraine", "date-migraine-1", "date-pregnancy", "sites-nerve_damage", "back_pain", "a\x00b",
]  # fmt: skip


@pytest.mark.parametrize("value", GARBAGE, ids=[f"g{number}" for number in range(len(GARBAGE))])
def test_garbage_in_any_field_never_breaks_a_page(browser, value):
    reach_questions(browser)
    usable = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    for page in PAGES:
        for data in (dict.fromkeys(NAMES, usable), {**fields({"migraine": "Yes"}), "date-migraine-1": usable}):
            assert browser.post(page, data).status_code < 500, page
        assert browser.get(page, dict.fromkeys(NAMES, usable)).status_code < 500, page


@pytest.mark.parametrize("value", GARBAGE, ids=[f"g{number}" for number in range(len(GARBAGE))])
def test_garbage_never_breaks_the_pages_of_somebody_known(browser, guest, at, value):
    answer(guest, {"diabetes": "Not sure", "rheumatoid_arthritis": "No flare-up and no neck problems"})
    at(NOW + timedelta(days=20))
    usable = value.encode("utf-8", "surrogatepass").decode("utf-8", "replace")
    names = [*NAMES, "asked", "what", "is-diabetes", "answer-rheumatoid_arthritis", "hurts", "avoid", "words"]
    for page in (AGAIN, *NEW, f"/screening/wishes/{guest.public_id}/"):
        assert browser.post(page, dict.fromkeys(names, usable)).status_code < 500, page
        assert browser.get(page, dict.fromkeys(names, usable)).status_code < 500, page


def test_thousands_of_fields_are_refused(browser):
    reach_questions(browser)

    assert browser.post(QUESTIONS, {f"x{number}": "1" for number in range(1200)}).status_code == 400


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_are_refused(browser, method):
    for page in PAGES:
        assert getattr(browser, method)(page).status_code == 405, page


def test_the_result_is_only_looked_at(browser):
    assert browser.post(RESULT).status_code == 405


@pytest.mark.parametrize("value", ["x" * 4000, "é", {"a": 1}, 7, None, ["a"]])
def test_odd_values_in_the_session_never_break_a_page(browser, value):
    session = browser.session
    session[flow.CLIENT_KEY] = value
    session[flow.NEXT_KEY] = value
    session.save()

    for page in PAGES:
        assert browser.get(page).status_code in (302, 404), page

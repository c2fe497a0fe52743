"""The questions of the day: blank for everybody, read whole, and put beside the answers that stay."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from django.http import QueryDict

from massage_booking.core.errors import Refused
from screening import help_now, selectors, services
from screening.day_form import day_form_of
from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.models import AccessRecord, Decision, Screening
from screening.vault import Reader
from tests.screening.factories import NOW
from tests.screening.helpers import answer
from tests.screening.views.helpers import kept

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
SUGAR = "Yes, well controlled and normal feeling"
OLD_CLOT = "A clot over 6 months ago, with or without long-term tablets, and no new symptoms"
BETWEEN = "No, I am between attacks"


def sent(ticks=(), *, new="no", none=None, **more) -> QueryDict:
    data = QueryDict(mutable=True)
    data.setlist("ticks", list(ticks))
    data.setlist("none", ["day"] if (not ticks if none is None else none) else [])
    data["new_today"] = new
    for name, value in more.items():
        data[name.replace("answer_", "answer-")] = value
    return data


def form(client, data=None, **more):
    return day_form_of(client, now=NOW, today=TODAY, data=data, **more)


def save(client, data, **more):
    return services.save_day_answers(
        client=client, form=form(client, data, **more), now=NOW, today=TODAY, zone=ZoneInfo("Europe/Dublin")
    )


def document(client):
    _, rules = selectors.published_rules()
    return selectors.document_of(selectors.forms_of(client)[1], rules)


def test_a_page_made_with_other_questions_is_to_be_looked_at_again(client_record):
    answer(client_record)
    older = form(client_record, sent(rules="draft-1"))

    assert not older.is_valid and older.none
    assert older.notices == [
        "The questions have changed since you opened this page. We kept what still fits; please look through it."
    ]
    assert form(client_record, sent(rules="draft-2")).is_valid
    with pytest.raises(Refused):
        save(client_record, sent(rules="draft-1"))


def test_help_is_given_from_an_older_page_too(client_record):
    answer(client_record)

    assert save(client_record, sent(["emergency_symptoms_now"], rules="draft-1")).is_emergency


def test_it_starts_blank_whatever_is_kept(client_record):
    answer(client_record, {"severe_pain": "Strong, but I can move about and sleep", "diabetes": SUGAR}, today=True)
    blank = form(client_record)

    assert [row.code for row in blank.rows] == [
        "emergency_symptoms_now",
        "saddle_numbness_bladder",
        "fever_infection",
        "contagious_skin_wounds",
        "alcohol_drugs_today",
        "recent_vaccination",
        "severe_pain",
        "dvt_calf_swelling",
    ]
    assert not any(row.ticked for row in [*blank.rows, *blank.new_rows])
    assert not any(option.checked for row in blank.rows for _, options in row.sections for option in options)
    assert blank.known == []


def test_somebody_signed_in_is_asked_outright_about_migraine_and_the_reading_is_recorded(client_record, user):
    answer(client_record, {"migraine": BETWEEN, "heartburn": "Yes"})

    known = form(client_record, reader=Reader.of(user, "client")).known
    assert [(row.code, row.answered_on) for row in known] == [("migraine", None)]
    assert AccessRecord.objects.get().purpose == "questions of the day"
    assert form(client_record).known == []


def test_none_of_these_and_no_is_a_day_without_worries(client_record):
    answer(client_record, {"diabetes": SUGAR}, now=NOW - timedelta(days=20))
    outcome = save(client_record, sent())

    assert (outcome.messages, outcome.is_emergency, outcome.something_else) == ((), False, False)
    assert kept(client_record) == {"diabetes": GivenRow(SUGAR)}
    found = document(client_record)
    assert found.rows["diabetes"].answered_on == TODAY - timedelta(days=20)
    assert found.asked["fever_infection"] == TODAY
    assert found.seen["today"] == TODAY


def test_ticks_of_another_day_are_taken_back_but_lasting_ones_stay(client_record):
    yesterday = NOW - timedelta(days=1)
    rows = {"severe_pain": "Not sure", "dvt_calf_swelling": OLD_CLOT}
    answer(client_record, rows, now=yesterday)
    save(client_record, sent())

    assert kept(client_record) == {"dvt_calf_swelling": GivenRow(OLD_CLOT)}
    assert document(client_record).rows["dvt_calf_swelling"].answered_on == yesterday.date()


def test_a_tick_needs_its_answer_and_nothing_is_kept_before(client_record):
    answer(client_record)
    unfinished = form(client_record, sent(["fever_infection"]))

    assert not unfinished.is_valid
    with pytest.raises(Refused):
        save(client_record, sent(["fever_infection"]))
    assert Screening.objects.get().revision == document_revision(client_record)


def document_revision(client):
    return selectors.forms_of(client)[1].revision


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (sent(none=False), "Please tick what is true, or choose “None of these”."),
        (sent(["severe_pain"], none=True, answer_severe_pain="Not sure"), "You ticked something and"),
        (sent(new=""), "Please say yes or no."),
        (sent(new="yes"), "Please tick what it is, or “Something else”."),
    ],
)
def test_what_is_missing_is_said(client_record, data, words):
    answer(client_record)

    faults = form(client_record, data).faults
    assert [fault.text[: len(words)] for fault in faults] == [words]


def test_an_emergency_counts_however_unfinished_the_page_is(client_record):
    answer(client_record, {"diabetes": SUGAR})
    outcome = save(client_record, sent(["emergency_symptoms_now"], new=""))

    assert (outcome.messages, outcome.is_emergency) == (("E1",), True)
    assert set(kept(client_record)) == {"emergency_symptoms_now", "diabetes"}
    assert Decision.objects.get().outcome == "refuse"


def test_urgent_advice_is_told_without_the_alarm(client_record):
    answer(client_record)
    outcome = save(client_record, sent(["severe_pain"], answer_severe_pain="Severe, new and not assessed"))

    assert (outcome.messages, outcome.is_emergency) == (("U1",), False)


def test_advice_given_for_another_row_is_not_told_again(client_record):
    answer(client_record, {"heartburn": "Trouble swallowing, or weight loss I cannot explain"})

    assert save(client_record, sent()).messages == ()


def test_something_new_asks_which_row_it_is_and_only_that_row_changes(client_record):
    answer(client_record, {"diabetes": SUGAR})
    outcome = save(
        client_record, sent(["allergies"], new="yes", none=True, **{"answer_allergies": "A rash or reaction right now",
                                                                   "date-allergies-3-unsure": "on"})
    )  # fmt: skip

    assert outcome.messages == ()
    assert set(kept(client_record)) == {"diabetes", "allergies"}
    assert document(client_record).pending == {}


def test_something_else_has_the_rows_asked_again_that_this_client_has(client_record):
    answer(client_record, {"diabetes": SUGAR, "heartburn": "Yes"})
    outcome = save(client_record, sent(new="yes", new_other="on"))

    assert outcome.something_else
    assert document(client_record).pending == {"diabetes": Trigger.TODAY}


def test_a_known_row_can_be_said_to_be_over(client_record, user):
    answer(client_record, {"migraine": BETWEEN})
    reader = Reader.of(user, "client")
    save(client_record, sent(answer_migraine="no-longer"), reader=reader)

    assert kept(client_record) == {}


def test_the_form_under_way_stays_under_way_and_knows_the_day_too(client_record):
    answer(client_record, {"diabetes": SUGAR})
    services.start_or_resume(client=client_record, today=TODAY, now=NOW)
    save(client_record, sent(["severe_pain"], answer_severe_pain="Strong, but I can move about and sleep"))

    draft, complete = selectors.forms_of(client_record)
    _, rules = selectors.published_rules()
    assert {"severe_pain", "diabetes"} == set(selectors.document_of(draft, rules).rows)
    assert {"severe_pain", "diabetes"} == set(selectors.document_of(complete, rules).rows)


def test_without_earlier_answers_the_whole_form_is_needed_and_help_is_told_all_the_same(client_record):
    outcome = save(client_record, sent(["emergency_symptoms_now"]))

    assert (outcome.screening, outcome.is_emergency, outcome.messages) == (None, True, ("E1",))


def test_help_is_never_left_unsaid_for_want_of_a_date_of_birth(client_record):
    client_record.date_of_birth = None
    _, rules = selectors.published_rules()
    found = form(client_record, sent(["emergency_symptoms_now"]))

    assert found.asks_for_help(None)
    assert help_now.given_is_emergency(rules, found.given(), date_of_birth=None, day=TODAY)


def test_a_row_that_is_not_asked_cannot_be_slipped_in(client_record):
    answer(client_record)
    tampered = form(client_record, sent(["cancer"], answer_cancer="anything"))

    assert tampered.notices
    assert "cancer" not in tampered.given().rows

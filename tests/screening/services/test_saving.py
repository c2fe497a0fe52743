from datetime import date, timedelta

import pytest

from massage_booking.core.errors import Refused
from screening import document as documents
from screening import packaged, selectors, services, signals, vault
from screening.document import Given, GivenRow
from screening.models import RuleVersion, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import GROUPS, agree, answer, given

pytestmark = pytest.mark.django_db

TODAY = NOW.date()
TOMORROW = NOW + timedelta(days=1)


def start(client, now=NOW):
    return services.start_or_resume(client=client, today=now.date(), now=now)


def save(client, what: Given, *, based_on: int, now=NOW, whole=True, rules_label="draft-2"):
    return services.save_groups(
        client=client, given=what, based_on=based_on, rules_label=rules_label, today=now.date(), now=now, whole=whole
    )


def answers_of(screening) -> dict:
    document = selectors.document_of(Screening.objects.get(pk=screening.pk), selectors.published_rules()[1])
    return {code: row.given.answer for code, row in document.rows.items()}


def test_a_form_is_started_once_and_resumed_after_that(guest):
    agree(guest)

    first, second = start(guest), start(guest, TOMORROW)

    assert first.pk == second.pk
    assert (second.state, second.revision, second.started_at) == ("draft", 0, NOW)


def test_each_saving_raises_the_revision_and_keeps_the_rest(guest):
    agree(guest)

    save(guest, given({"emergency_symptoms_now": None}, groups=("now",)), based_on=0)
    saved = save(guest, given({"migraine": "Yes"}, groups=("other",)), based_on=1)

    assert saved.screening.revision == 2
    assert answers_of(saved.screening) == {"emergency_symptoms_now": None, "migraine": "Yes"}


def test_completing_replaces_the_answers_before(guest):
    first = answer(guest, {"migraine": "Yes"})
    heard = []
    signals.screening_completed.connect(
        lambda client, screening, **kwargs: heard.append(screening), weak=False, dispatch_uid="test"
    )

    second = answer(guest, {"migraine": "No, I am between attacks"}, now=TOMORROW)

    signals.screening_completed.disconnect(dispatch_uid="test")
    assert [Screening.objects.get(pk=row.pk).state for row in (first, second)] == ["replaced", "complete"]
    assert second.completed_at == TOMORROW
    assert heard == [second]


def test_completing_twice_is_completing_once(guest):
    first = answer(guest)

    assert services.complete(client=guest, now=TOMORROW).completed_at == first.completed_at


def test_there_is_nothing_to_complete_without_a_form(guest):
    with pytest.raises(Refused, match="no_form"):
        services.complete(client=guest, now=NOW)


def test_a_changed_form_begins_with_the_last_answers_but_not_with_old_ones_about_right_now(guest):
    answer(guest, {"saddle_numbness_bladder": "Old, unchanged and already checked", "migraine": "Yes"})

    (same_day,) = [answers_of(start(guest))]
    Screening.objects.filter(state="draft").delete()
    next_day = answers_of(start(guest, TOMORROW))

    assert same_day == {"saddle_numbness_bladder": "Old, unchanged and already checked", "migraine": "Yes"}
    assert next_day == {"migraine": "Yes"}


def test_two_windows_never_lose_an_answer(guest):
    agree(guest)
    save(guest, given(groups=("now",)), based_on=0)

    save(guest, given({"migraine": "Yes"}, groups=GROUPS), based_on=1)
    second = save(guest, given({"lung_disease": "Not sure"}, groups=GROUPS), based_on=1)

    assert answers_of(second.screening) == {"migraine": "Yes", "lung_disease": "Not sure"}
    assert second.look_again == ("migraine",)


def test_a_window_left_open_after_the_form_was_completed_starts_a_new_one_with_everything_kept(guest):
    agree(guest)
    save(guest, given(groups=("now",)), based_on=0)
    save(guest, given({"migraine": "Yes"}, groups=GROUPS), based_on=1)
    done = services.complete(client=guest, now=NOW)

    late = save(guest, given({"heartburn": "Yes"}, groups=GROUPS), based_on=1)

    assert late.screening.pk != done.pk
    assert answers_of(late.screening) == {"migraine": "Yes", "heartburn": "Yes"}
    assert answers_of(done) == {"migraine": "Yes"}


def test_a_page_made_with_other_questions_is_told(guest):
    agree(guest)

    assert not save(guest, given(groups=("now",)), based_on=0).other_rules
    assert save(guest, given(groups=("now",)), based_on=1, rules_label="draft-1").other_rules


def test_a_form_under_way_moves_to_new_questions_and_keeps_what_no_longer_fits_aside(guest):
    agree(guest)
    save(guest, given({"migraine": "Yes", "heartburn": "Yes"}, groups=("other",)), based_on=0)
    old = RuleVersion.objects.get()
    texts = {field: getattr(old, field) for field in packaged.FILES}
    texts["rules_csv"] = texts["rules_csv"].replace(
        "No=>clear; Yes=>modify; Trouble", "No=>clear; Often=>modify; Trouble"
    )
    old.status = "retired"
    old.save()
    new = RuleVersion.objects.create(
        label="draft-3", status="published", checksum=packaged.checksum(texts), created_at=NOW, **texts
    )

    draft = start(guest, TOMORROW)

    assert draft.rules == new
    assert answers_of(draft) == {"migraine": "Yes", "heartburn": None}
    saved = save(guest, given(groups=("now",)), based_on=1, now=TOMORROW)
    assert saved.document.aside["heartburn"]["answer"] == "Yes"


def test_dates_and_places_are_kept_with_their_row(guest):
    agree(guest)
    rows = {
        "spinal_surgery": GivenRow(
            "Less than 12 weeks ago", event_on=date(2026, 10, 1), sites=frozenset({"lower_back"})
        ),
        "migraine": GivenRow("Yes", still_running=True),
        "pregnancy": GivenRow("Up to 12 weeks", due_or_birth_on=date(2027, 6, 1)),
    }

    saved = save(guest, given(rows, groups=GROUPS), based_on=0)

    document = selectors.document_of(Screening.objects.get(pk=saved.screening.pk), selectors.published_rules()[1])
    assert {code: row.given for code, row in document.rows.items()} == rows
    assert {row.answered_on for row in document.rows.values()} == {TODAY}


def test_saying_that_nothing_changed_re_dates_no_answer(guest):
    screening = answer(guest, {"migraine": "Yes"})
    before = vault.for_rules(screening)

    services.nothing_changed(client=guest, now=TOMORROW)

    kept = Screening.objects.get(pk=screening.pk)
    assert kept.unchanged_at == TOMORROW
    assert vault.for_rules(kept) == before


def test_nothing_of_the_answers_stands_in_the_database_in_clear(guest):
    screening = answer(guest, {"heartburn": "Yes"})

    columns = str(Screening.objects.filter(pk=screening.pk).values().get())

    assert "heartburn" not in columns
    assert documents.from_json(vault.for_rules(screening)).rows["heartburn"].given.answer == "Yes"

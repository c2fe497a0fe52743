"""Every decision can be made again, and none changes silently."""

from datetime import timedelta
from io import StringIO
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from screening import finality, replay, selectors, services
from screening.document import GivenRow
from screening.models import Decision, RuleVersion
from screening.models.answers import DecisionIsFinal
from screening.models.rules import RulesAreFinal
from tests.screening import factories
from tests.screening.factories import NOW
from tests.screening.helpers import answer, put_in_its_place

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("studio")]

DUBLIN = ZoneInfo("Europe/Dublin")
ROWS = {
    "nerve_damage": GivenRow("Long-standing, unchanged and already checked", sites=frozenset({"legs"})),
    "migraine": GivenRow("No, I am between attacks"),
    "pregnancy": GivenRow("13 to 36 weeks, no complications", due_or_birth_on=NOW.date() + timedelta(days=90)),
    "cancer": GivenRow("Treatment ended within the last year", sites=frozenset()),
}


@pytest.fixture
def studio(db):
    return factories.make_studio()


@pytest.fixture
def guest(db):
    return factories.make_client(name="")


def decide(client, days=5, **more):
    starts_at = NOW + timedelta(days=days)
    assessment = selectors.assess(client=client, starts_at=starts_at, zone=DUBLIN, now=NOW, **more)
    return services.record_decision(client=client, assessment=assessment, starts_at=starts_at, now=NOW)


@pytest.mark.parametrize("days", [1, 5, 40])
def test_a_decision_comes_out_again_as_it_was_made(guest, days):
    answer(guest, ROWS)

    decision = Decision.objects.get(pk=decide(guest, days).pk)

    assert replay.replay(decision) == replay.Replayed(same=True)


def test_a_decision_from_before_trainings_were_kept_with_it_comes_out_too(guest):
    answer(guest, ROWS)
    decision = Decision.objects.get(pk=decide(guest).pk)
    decision.trainings_needed = None

    assert replay.replay(decision) == replay.Replayed(same=True)


def test_a_training_that_was_added_to_a_decision_is_noticed(guest):
    answer(guest, ROWS)
    decision = Decision.objects.get(pk=decide(guest).pk)
    decision.trainings_needed = ["oncology"]

    assert replay.replay(decision) == replay.Replayed(same=False, differences=("trainings_needed",))


def test_two_sets_of_answers_come_out_together_as_they_were_weighed(guest):
    other = factories.make_client()
    answer(guest)
    answer(other, ROWS)
    starts_at = NOW + timedelta(days=5)
    first, second = (
        selectors.assess(client=client, starts_at=starts_at, zone=DUBLIN, now=NOW) for client in (guest, other)
    )

    decision = services.record_decision(
        client=guest, assessment=selectors.stricter(first, second), starts_at=starts_at, now=NOW
    )

    assert replay.replay(Decision.objects.get(pk=decision.pk)).same


def test_what_the_booking_layer_sets_by_itself_is_no_difference(guest):
    from dataclasses import replace

    answer(guest, ROWS)
    assessment = selectors.assess(client=guest, starts_at=NOW + timedelta(days=5), zone=DUBLIN, now=NOW)
    softened = replace(assessment, may_book=True, re_ask_due=True, held_until_answered=NOW.date())

    decision = services.record_decision(client=guest, assessment=softened, starts_at=None, now=NOW)

    assert replay.replay(Decision.objects.get(pk=decision.pk)).same


def test_answers_given_later_do_not_change_what_was_decided(guest):
    answer(guest, ROWS)
    decision = decide(guest)
    answer(guest, {"emergency_symptoms_now": None}, now=NOW + timedelta(hours=1))

    assert replay.replay(Decision.objects.get(pk=decision.pk)).same


def test_an_engine_that_judges_otherwise_is_found_out(guest, monkeypatch):
    answer(guest, ROWS)
    decision = decide(guest)
    with_letters = replay.columns_of

    monkeypatch.setattr(replay, "columns_of", lambda found: {**with_letters(found), "max_pressure": "firm"})

    assert replay.replay(Decision.objects.get(pk=decision.pk)).differences == ("max_pressure",)


def test_rules_that_were_rewritten_behind_the_application_are_found_out(guest):
    answer(guest, ROWS)
    decision = decide(guest)
    RuleVersion.objects.update(checksum="0" * 64)

    assert replay.replay(Decision.objects.get(pk=decision.pk)).differences == ("rules",)


def test_the_command_counts_and_prints_no_word_about_health(guest):
    answer(guest, ROWS)
    decide(guest)
    out = StringIO()

    call_command("replay_decisions", stdout=out)
    assert out.getvalue().startswith("1 decisions: 1 the same, 0 different")

    RuleVersion.objects.update(checksum="0" * 64)
    decision = Decision.objects.get()
    out = StringIO()
    with pytest.raises(SystemExit):
        call_command("replay_decisions", "--rules", "draft-2", stdout=out)
    assert out.getvalue().splitlines()[0] == f"{decision.public_id} (draft-2): rules"
    assert not any(word in out.getvalue() for word in (*ROWS, "light", "medium", "legs"))


def test_an_erased_client_leaves_nothing_to_replay_and_hinders_nobody(guest):
    answer(guest, ROWS)
    decide(guest)

    services.withdraw_consent(client=guest, now=NOW)

    out = StringIO()
    call_command("replay_decisions", stdout=out)
    assert out.getvalue().startswith("0 decisions")


def test_what_a_decision_says_is_final(guest):
    answer(guest, ROWS)
    decision = decide(guest)
    decision.outcome = "clear"

    with pytest.raises(DecisionIsFinal):
        decision.save()
    with pytest.raises(DatabaseError, match="decision_final"), transaction.atomic():
        Decision.objects.filter(pk=decision.pk).update(avoid_areas=[])
    assert Decision.objects.get().outcome == "clearance"
    assert Decision.objects.filter(pk=decision.pk).update(sealed=b"moved") == 1


def test_the_texts_of_published_rules_are_final():
    version = RuleVersion.objects.get()
    version.rules_csv = version.rules_csv.replace("Migraine", "Migraines")

    with pytest.raises(RulesAreFinal):
        version.save()
    with pytest.raises(DatabaseError, match="published_rules_final"), transaction.atomic():
        RuleVersion.objects.update(rules_csv="")
    RuleVersion.objects.update(note="looked at")
    assert RuleVersion.objects.get().note == "looked at"


@pytest.mark.parametrize(
    ("table", "column", "guard"),
    [
        ("screening_decision", "outcome", "decision_final"),
        ("screening_ruleversion", "rules_csv", "published_rules_final"),
    ],
)
def test_no_row_is_put_in_the_place_of_what_is_final(guest, table, column, guard):
    Decision.objects.create(
        client=guest, rules=RuleVersion.objects.get(), made_at=NOW, for_date=NOW.date(), outcome="clear", status="ok",
        max_pressure="firm",
    )  # fmt: skip

    with pytest.raises(DatabaseError, match=guard):
        put_in_its_place(table, column, "refuse")


def test_the_guards_are_in_force_and_missed_when_they_are_not():
    assert finality.missing(connection) == []
    with connection.cursor() as cursor:
        suffix = "" if connection.vendor == "sqlite" else " ON screening_decision"
        cursor.execute(f"DROP TRIGGER decision_final{suffix}")

    assert finality.missing(connection) == ["decision_final"]
    finality.install(connection)
    assert finality.missing(connection) == []

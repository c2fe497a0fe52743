from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest

from screening import selectors, services, vault
from screening.document import GivenRow
from screening.models import AccessRecord, Decision
from tests.screening.factories import NOW
from tests.screening.helpers import answer

pytestmark = pytest.mark.django_db

DUBLIN = ZoneInfo("Europe/Dublin")
IN_FIVE_DAYS = NOW + timedelta(days=5)
LEGS = GivenRow("Long-standing, unchanged and already checked", sites=frozenset({"legs"}))


def decide(client, starts_at=IN_FIVE_DAYS):
    assessment = selectors.assess(client=client, starts_at=starts_at, zone=DUBLIN, now=NOW)
    return services.record_decision(client=client, assessment=assessment, starts_at=starts_at, now=NOW)


def test_a_decision_keeps_plain_limits_and_the_rules_it_was_made_with(guest):
    screening = answer(guest, {"nerve_damage": LEGS})

    decision = Decision.objects.get(pk=decide(guest).pk)

    assert (decision.screening, decision.rules.label, decision.made_at) == (screening, "draft-2", NOW)
    assert decision.for_date == date(2026, 11, 28)
    assert selectors.plain_limits(decision) == {
        "outcome": "modify",
        "pressure": "medium",
        "areas": ["legs", "feet", "hands"],
        "techniques": ["deep_tissue", "trigger_point", "hot_stone", "thai"],
        "position_words": ["side-lying"],
        "max_minutes": None,
        "guardian_in_room": False,
        "guardian_on_premises": False,
    }
    assert (decision.may_book, decision.re_ask_due, decision.status) == (True, False, "bookable_with_restrictions")


def test_what_names_a_condition_is_sealed(guest):
    answer(guest, {"nerve_damage": LEGS})
    decision = decide(guest)

    columns = str(Decision.objects.filter(pk=decision.pk).values().get())

    assert "nerve" not in columns
    opened = vault.open_decision(decision, reader=vault.Reader.guest(), purpose="test", now=NOW)
    assert opened["rows"] == [["nerve_damage", "Long-standing, unchanged and already checked", "modify"]]
    assert opened["rules"] == "draft-2"


def test_the_safety_card_is_opened_through_the_door_that_records(guest):
    answer(guest, {"nerve_damage": LEGS})
    reader = vault.Reader(name="Ana Quiroga", role="therapist", account=3)

    card = selectors.safety_card(decide(guest), reader=reader, now=NOW, address="10.1.1.1")

    assert (card["outcome"], card["pressure"], card["opened_at"]) == ("modify", "medium", NOW)
    assert card["positions"] == [
        "Keep stretch and pressure off the nerve; side-lying with a pillow between the knees often suits sciatica."
    ]
    assert card["watch_for"][0].startswith("Map numb, tingling and weak areas first")
    record = AccessRecord.objects.get()
    assert (record.reader_name, record.reader_role, record.what, record.purpose, record.address) == (
        "Ana Quiroga", "therapist", "what is safe, and why", "before a session", "10.1.1.1",
    )  # fmt: skip


def test_the_card_of_a_child_says_who_must_be_there(guest):
    guest.date_of_birth = date(2012, 5, 5)
    guest.save()
    answer(guest)
    services.give_guardian_consent(
        client=guest, name="Mara Rahman", relation="parent", child_agrees=True, given_by=None, now=NOW
    )

    card = selectors.safety_card(decide(guest), reader=vault.Reader.guest(), now=NOW)

    assert (card["pressure"], card["max_minutes"], card["guardian_in_room"]) == ("light", 30, True)
    assert card["watch_for"] == ["A parent or guardian stays in the room."]


def test_a_decision_moved_to_another_client_stays_closed(guest, client_record):
    for client in (guest, client_record):
        answer(client, {"nerve_damage": LEGS})
    mine, theirs = decide(guest), decide(client_record)

    theirs.sealed = mine.sealed
    theirs.save()

    with pytest.raises(vault.VaultClosed):
        selectors.safety_card(theirs, reader=vault.Reader.guest(), now=NOW)


def test_advice_that_was_shown_is_kept_without_a_word_about_health_in_clear(guest):
    answer(guest, {"emergency_symptoms_now": None})

    decision = services.record_advice(client=guest, zone=DUBLIN, now=NOW)

    assert (decision.outcome, decision.status, decision.may_book) == ("refuse", "not_bookable", False)
    opened = vault.open_decision(decision, reader=vault.Reader.guest(), purpose="test", now=NOW)
    assert opened["messages"] == ["E1"]


def test_without_a_message_no_advice_is_kept(guest):
    answer(guest)

    assert services.record_advice(client=guest, zone=DUBLIN, now=NOW) is None
    assert Decision.objects.count() == 0

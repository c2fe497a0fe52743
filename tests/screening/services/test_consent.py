from datetime import timedelta

import pytest

from massage_booking.core.errors import Refused
from screening import consent, selectors, services, signals, vault
from screening.models import AccessRecord, ClientKey, Consent, Decision, GuardianConsent, Screening
from tests.screening.factories import NOW
from tests.screening.helpers import agree, answer, given
from tests.screening.services.test_decisions import DUBLIN, decide

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def test_consent_is_kept_with_its_version_its_time_and_who_gave_it(client_record, user):
    services.give_consent(client=client_record, version=consent.CURRENT.version, given_by=user, now=NOW)

    row = Consent.objects.get()
    assert (row.client, row.version, row.given_at, row.given_by) == (client_record, "2026-11", NOW, user)
    assert selectors.consent_in_force(client_record) == row


def test_giving_it_twice_keeps_the_first(guest):
    agree(guest, now=NOW)
    agree(guest, now=LATER)

    assert [row.given_at for row in Consent.objects.all()] == [NOW]


def test_a_version_that_does_not_exist_is_refused(guest):
    with pytest.raises(Refused, match="consent_version"):
        services.give_consent(client=guest, version="2019-01", given_by=None, now=NOW)


def test_a_yes_to_a_text_that_no_longer_counts_is_asked_anew(guest, monkeypatch):
    agree(guest)
    monkeypatch.setattr(consent, "STILL_GOOD", frozenset({"2027-01"}))

    assert selectors.consent_in_force(guest) is None
    assert selectors.needs_screening(client=guest, now=NOW)


@pytest.mark.parametrize("act", ["start", "save"])
def test_no_answer_is_kept_before_consent(guest, act):
    with pytest.raises(Refused, match="no_consent"):
        if act == "start":
            services.start_or_resume(client=guest, today=NOW.date(), now=NOW)
        else:
            services.save_groups(
                client=guest, given=given(), based_on=0, rules_label="draft-2", today=NOW.date(), now=NOW, whole=True
            )

    assert (Screening.objects.count(), ClientKey.objects.count()) == (0, 0)


def test_taking_it_back_erases_answers_and_decisions_and_keeps_the_record_of_readings(guest):
    screening = answer(guest, {"heartburn": "Yes"})
    decide(guest)
    vault.open_answers(screening, reader=vault.Reader.guest(), purpose="own answers", now=NOW)
    heard = []
    signals.consent_withdrawn.connect(lambda client, **kwargs: heard.append(client), weak=False, dispatch_uid="test")

    services.withdraw_consent(client=guest, now=LATER)

    signals.consent_withdrawn.disconnect(dispatch_uid="test")
    assert [Screening.objects.count(), Decision.objects.count(), ClientKey.objects.count()] == [0, 0, 0]
    assert Consent.objects.get().withdrawn_at == LATER
    assert AccessRecord.objects.count() == 1
    assert heard == [guest]
    assert selectors.assess(client=guest, starts_at=None, zone=DUBLIN, now=LATER) is None
    with pytest.raises(vault.VaultClosed):
        vault.for_rules(screening)


def test_it_can_be_given_again_after_it_was_taken_back(guest):
    agree(guest, now=NOW)
    services.withdraw_consent(client=guest, now=LATER)
    agree(guest, now=LATER)

    assert [(row.given_at, row.withdrawn_at) for row in Consent.objects.order_by("given_at")] == [
        (NOW, LATER),
        (LATER, None),
    ]


def test_answers_that_nobody_renewed_are_erased_when_the_promised_time_is_over(guest, client_record):
    answer(guest, now=NOW)
    answer(client_record, now=NOW + timedelta(days=1))

    just_before = NOW + timedelta(days=consent.KEPT_DAYS)
    assert services.erase_old_answers(now=just_before) == 0
    assert services.erase_old_answers(now=just_before + timedelta(hours=1)) == 1

    assert list(Screening.objects.values_list("client", flat=True)) == [client_record.pk]


def sign(client, **changes):
    fields = {"name": "Mara Rahman", "relation": "parent", "child_agrees": True, "given_by": None, "now": NOW}
    return services.give_guardian_consent(client=client, **{**fields, **changes})


def test_a_guardians_yes_is_kept_with_name_relation_and_time(guest):
    sign(guest)

    row = GuardianConsent.objects.get()
    assert (row.guardian_name, row.relation, row.child_agrees, row.given_at) == ("Mara Rahman", "parent", True, NOW)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"name": "Mara"}, "guardian_name"),
        ({"name": "  "}, "guardian_name"),
        ({"relation": "neighbour"}, "guardian_relation"),
        ({"child_agrees": False}, "child_disagrees"),
    ],
)
def test_a_guardians_yes_needs_a_name_a_relation_and_the_childs_own_yes(guest, changes, code):
    with pytest.raises(Refused, match=code):
        sign(guest, **changes)

    assert GuardianConsent.objects.count() == 0


def test_signing_again_replaces_the_earlier_yes(guest):
    sign(guest)
    sign(guest, name="Omar Rahman", now=LATER)

    assert [(row.guardian_name, row.withdrawn_at) for row in GuardianConsent.objects.order_by("given_at")] == [
        ("Mara Rahman", LATER),
        ("Omar Rahman", None),
    ]

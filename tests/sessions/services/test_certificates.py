"""Admins are warned before a certificate ends; what stands booked beyond it is listed."""

from datetime import date, timedelta

import pytest

from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from sessions.selectors.training import booked_beyond, sessions_without_training
from sessions.services import certificates, upkeep
from tests import cast
from tests.sessions.routes.test_who_may_give_it import TREATED
from therapists import eligibility
from therapists.models import TherapistSpecialty

pytestmark = pytest.mark.django_db

SOON = cast.TODAY + timedelta(days=30)


def warnings() -> list[str]:
    rows = Message.objects.filter(kind="certificate_expiring").order_by("pk")
    return list(rows.values_list("recipient", flat=True))


def test_the_admins_are_told_once(house: cast.House) -> None:
    [training] = cast.make_further_training(house.ana, "oncology", expires_on=SOON)

    for _ in range(3):
        upkeep.clear_expired(now=cast.NOW)

    training.refresh_from_db()
    assert (warnings(), training.warned_of) == (["adam@stillwater.example"], SOON)


def test_and_again_of_another_last_day(house: cast.House) -> None:
    [training] = cast.make_further_training(house.ana, "oncology", expires_on=SOON)
    certificates.warn_of_ending(now=cast.NOW)
    training.refresh_from_db()
    training.expires_on = date(2026, 6, 10)
    training.save()

    certificates.warn_of_ending(now=cast.NOW)

    assert len(warnings()) == 2


@pytest.mark.parametrize("what", ["later", "no end", "not seen", "works here no more"])
def test_nobody_is_told_of_the_others(house: cast.House, what: str) -> None:
    last_day = {"later": SOON + timedelta(days=1), "no end": None}.get(what, SOON)
    [training] = cast.make_further_training(house.ana, "oncology", expires_on=last_day)
    TherapistSpecialty.objects.filter(pk=training.pk).update(has_certificate=what != "not seen")
    house.ana.is_active = what != "works here no more"
    house.ana.save()

    assert (certificates.warn_of_ending(now=cast.NOW), warnings()) == (0, [])


def test_the_studio_sets_how_long_before(house: cast.House) -> None:
    cast.make_further_training(house.ana, "oncology", expires_on=SOON)
    house.studio.certificate_warning_days = 29
    house.studio.save()

    assert certificates.warn_of_ending(now=cast.NOW) == 0
    assert certificates.warn_of_ending(now=cast.NOW + timedelta(days=1)) == 1


def test_the_mail_names_the_day_and_counts_what_is_booked(house: cast.House, mailoutbox: list) -> None:
    cast.make_further_training(house.ana, "oncology")
    cast.answer(house.nadia, {"cancer": TREATED})
    cast.book(house, starts_at=cast.at(10, days=8))
    TherapistSpecialty.objects.update(expires_on=date(2026, 6, 8))
    certificates.warn_of_ending(now=cast.NOW)

    outbox.send_due(now=cast.NOW)

    [mail] = [mail for mail in mailoutbox if mail.to == ["adam@stillwater.example"]]
    assert mail.subject == "A certificate of Ana Quiroga ends on 8 June"
    assert "Monday, 8 June 2026" in mail.body and "1 session booked after that day needs it" in mail.body
    assert "Nadia" not in mail.body


def test_a_certificate_that_was_renewed_meanwhile_is_not_written_about(house: cast.House, mailoutbox: list) -> None:
    [training] = cast.make_further_training(house.ana, "oncology", expires_on=SOON)
    certificates.warn_of_ending(now=cast.NOW)
    TherapistSpecialty.objects.filter(pk=training.pk).update(expires_on=date(2028, 1, 1))

    outbox.send_due(now=cast.NOW)

    assert mailoutbox == []
    assert Message.objects.get(kind="certificate_expiring").status == "void"


def test_what_is_booked_beyond_a_last_day_is_listed_and_nothing_changed(house: cast.House) -> None:
    technique = house.deep.technique
    technique.needs_certificate = True
    technique.save()
    of_technique = cast.make_training(house.ana, technique)
    [of_need] = cast.make_further_training(house.ana, "oncology")
    plain = cast.book(house, starts_at=cast.at(10, days=7))
    deep = cast.book(house, client=house.ben, service=house.deep, starts_at=cast.at(12, days=8))
    cast.answer(house.nadia, {"cancer": TREATED})
    needy = cast.book(house, starts_at=cast.at(10, days=8))
    assert sessions_without_training(therapist=house.ana, now=cast.NOW) == []
    TherapistSpecialty.objects.update(expires_on=date(2026, 6, 8))

    assert sessions_without_training(therapist=house.ana, now=cast.NOW) == [needy, deep]
    assert booked_beyond(now=cast.NOW) == {of_technique.pk: 1, of_need.pk: 1}
    assert sessions_without_training(therapist=house.uma, now=cast.NOW) == []
    for session in (plain, deep, needy):
        session.refresh_from_db()
        assert session.status == "booked"


def test_two_certificates_for_the_same_need_the_later_one_counts(house: cast.House) -> None:
    cast.make_further_training(house.ana, "oncology", expires_on=date(2026, 6, 5))
    other = TherapistSpecialty.objects.get(therapist=house.ana).specialty
    other.pk, other.slug, other.name = None, "oncology-2", "Oncology, level 2"
    other.save()
    TherapistSpecialty.objects.create(
        therapist=house.ana, specialty=other, has_certificate=True, expires_on=date(2026, 6, 20)
    )

    assert eligibility.trainings_of(house.ana) == {"oncology": date(2026, 6, 20)}


def test_who_is_without_anybody_is_known(house: cast.House) -> None:
    assert eligibility.nobody_trained_for(day=cast.TODAY) == ["pregnancy", "oncology"]
    cast.make_further_training(house.ana, "pregnancy", expires_on=cast.TODAY)
    assert eligibility.nobody_trained_for(day=cast.TODAY) == ["oncology"]
    assert eligibility.nobody_trained_for(day=SOON) == ["pregnancy", "oncology"]

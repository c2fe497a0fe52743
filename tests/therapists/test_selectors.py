"""Who works here, what they offer, and who may give what on a day."""

from datetime import date
from typing import Any

import pytest

from tests import cast
from therapists import selectors
from therapists.models import Specialty, SpecialtyKind, TherapistSpecialty
from therapists.profiles import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def lymphatic(house: cast.House) -> Any:
    service = cast.make_service("lymphatic", 60)
    service.technique.needs_certificate = True
    service.technique.save()
    house.ana.services.add(service)
    house.uma.services.add(service)
    return service


def names(people: Any) -> list[str]:
    return [person.name for person in people]


def test_a_service_is_bookable_while_it_is_offered_and_somebody_gives_it(house: cast.House) -> None:
    cast.make_service("thai", 90)
    house.swedish45.is_active = False
    house.swedish45.save()

    assert [service.slug for service in selectors.bookable_services()] == ["deep-tissue-60", "swedish-60"]

    house.ana.is_active = False
    house.ana.save()
    assert [service.slug for service in selectors.bookable_services()] == ["swedish-60"]


def test_everybody_active_who_gives_a_service_is_eligible(house: cast.House) -> None:
    assert names(selectors.eligible_therapists(service=house.swedish)) == ["Ana Quiroga", "Uma Ruiz"]
    assert names(selectors.eligible_therapists(service=house.deep, on=cast.TODAY)) == ["Ana Quiroga"]

    house.ana.is_active = False
    house.ana.save()
    assert names(selectors.eligible_therapists(service=house.deep)) == []


def test_a_technique_that_needs_a_certificate_is_given_only_by_those_who_have_one(
    house: cast.House, lymphatic: Any
) -> None:
    assert names(selectors.eligible_therapists(service=lymphatic)) == []

    training = cast.make_training(house.ana, lymphatic.technique)
    assert names(selectors.eligible_therapists(service=lymphatic, on=date(2099, 1, 1))) == ["Ana Quiroga"]

    training.has_certificate = False
    training.save()
    assert names(selectors.eligible_therapists(service=lymphatic)) == []


def test_a_certificate_lapses_after_its_last_day(house: cast.House, lymphatic: Any) -> None:
    cast.make_training(house.ana, lymphatic.technique, expires_on=date(2026, 6, 30))

    eligible = {
        day: names(selectors.eligible_therapists(service=lymphatic, on=day))
        for day in (date(2026, 6, 30), date(2026, 7, 1))
    }

    assert eligible == {date(2026, 6, 30): ["Ana Quiroga"], date(2026, 7, 1): []}
    assert names(selectors.eligible_therapists(service=lymphatic)) == ["Ana Quiroga"]


def test_the_latest_of_several_certificates_counts(house: cast.House, lymphatic: Any) -> None:
    cast.make_training(house.ana, lymphatic.technique, expires_on=date(2026, 6, 30))
    group = Specialty.objects.create(
        slug="after-surgery", name="After surgery", kind=SpecialtyKind.GROUP, technique=lymphatic.technique
    )
    TherapistSpecialty.objects.create(
        therapist=house.ana, specialty=group, has_certificate=True, expires_on=date(2027, 1, 1)
    )

    assert names(selectors.eligible_therapists(service=lymphatic, on=date(2026, 12, 31))) == ["Ana Quiroga"]


def test_a_profile_stops_offering_what_the_lapsed_certificate_was_for(house: cast.House, lymphatic: Any) -> None:
    cast.make_training(house.ana, lymphatic.technique, expires_on=date(2026, 6, 30))
    ana = selectors.active_therapists().get(pk=house.ana.pk)

    offered = [
        [service.slug for service in Profile(ana, day).services] for day in (date(2026, 6, 30), date(2026, 7, 1))
    ]

    assert offered == [
        ["deep-tissue-60", "lymphatic-60", "swedish-45", "swedish-60"],
        ["deep-tissue-60", "swedish-45", "swedish-60"],
    ]


@pytest.mark.parametrize("more", [0, 2], ids=["two therapists", "four therapists"])
def test_profiles_take_five_queries_however_many_there_are(
    house: cast.House, more: int, django_assert_num_queries: Any
) -> None:
    for number in range(more):
        cast.make_therapist(f"Therapist {number}", location=house.location, services=[house.swedish, house.deep])

    with django_assert_num_queries(5):
        for therapist in selectors.active_therapists():
            profile = Profile(therapist, cast.TODAY)
            assert profile.techniques and profile.days and profile.prices and profile.languages == ""
            assert (profile.trainings, profile.portrait_url) == ([], "")


def test_only_time_off_that_is_not_over_lies_ahead(house: cast.House) -> None:
    for starts, ends in ((-3, -1), (-1, 1), (5, 6)):
        house.ana.time_off.create(starts_at=cast.at(8, days=starts), ends_at=cast.at(8, days=ends))

    ahead = selectors.time_off_ahead(therapist=house.ana, now=cast.NOW)

    assert [item.starts_at for item in ahead] == [cast.at(8, days=-1), cast.at(8, days=5)]


def test_reasons_are_those_that_somebody_here_is_trained_for(house: cast.House) -> None:
    neck = Specialty.objects.create(slug="neck", name="Neck", kind="complaint", on_home_page=True)
    Specialty.objects.create(slug="feet", name="Feet", kind="complaint", on_home_page=True)
    TherapistSpecialty.objects.create(therapist=house.uma, specialty=neck)

    assert [reason.slug for reason in selectors.reasons()] == ["neck"]

"""The front page: what is offered, and when somebody is free."""

import pytest
from django.test import Client as Browser
from django.urls import reverse

from tests import cast
from tests.sessions.views.guest import Guest, page_of
from therapists.models import Specialty, SpecialtyKind, Technique, TherapistSpecialty

pytestmark = pytest.mark.django_db


def test_without_a_studio_the_page_says_so_kindly() -> None:
    response = Browser().get(reverse("home"))

    assert response.status_code == 200
    assert "This studio is not open yet" in page_of(response)


def test_the_next_free_time_of_each_therapist_leads_to_that_day(guest: Guest, house: cast.House) -> None:
    Technique.objects.filter(pk=house.deep.technique_id).update(position=9)

    response = guest.get(reverse("home"))

    assert [(item["therapist"], item["service"]) for item in response.context["next_openings"]] == [
        ("Ana", "Swedish, 60\u00a0min"),
        ("Uma", "Swedish, 60\u00a0min"),
    ]
    assert response.context["next_openings"][0]["url"] == (
        "/sessions/find/?service=swedish-60&therapist=ana-quiroga&day=2026-06-01#times-head"
    )
    assert "Today, 10:00" in page_of(response)


def test_the_next_free_times_differ_when_they_can(guest: Guest, house: cast.House) -> None:
    cast.make_therapist("Ines Sooner", location=house.location, services=[house.swedish])
    cast.make_therapist("Zoe Later", location=house.location, services=[house.swedish], weekdays=range(1, 5))

    shown = guest.get(reverse("home")).context["next_openings"]

    assert len(shown) == 3
    assert [item["starts_at"] for item in shown] == [cast.at(10), cast.at(10), cast.at(9, days=1)]


def test_reasons_count_the_therapists_trained_for_them(guest: Guest, house: cast.House) -> None:
    neck = Specialty.objects.create(slug="neck", name="Neck", kind=SpecialtyKind.COMPLAINT, on_home_page=True)
    for therapist in (house.ana, house.uma):
        TherapistSpecialty.objects.create(therapist=therapist, specialty=neck)

    response = guest.get(reverse("home"))

    assert response.context["reasons"] == [{"name": "Neck", "count": 2, "url": "/therapists/?reason=neck"}]


def test_prices_are_listed_by_length(guest: Guest) -> None:
    rows = guest.get(reverse("home")).context["prices"]

    assert [(row["minutes"], str(row["price"]), row["varies"]) for row in rows] == [
        (45, "55.00", False),
        (60, "68.00", False),
    ]


def test_the_page_asks_the_database_no_more_for_more_therapists(
    guest: Guest, house: cast.House, django_assert_max_num_queries
) -> None:
    for number in range(6):
        cast.make_therapist(f"Person {number}", location=house.location, services=[house.swedish])

    with django_assert_max_num_queries(26):
        guest.get(reverse("home"))

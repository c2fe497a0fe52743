"""Who fits a visitor's wish, in which order, and the line that says why."""

from datetime import date
from typing import Any

import pytest

from tests import cast
from therapists import selectors
from therapists.matching import Match, Options, match
from therapists.models import Language, Specialty, TherapistSpecialty
from therapists.profiles import Profile

pytestmark = pytest.mark.django_db


@pytest.fixture
def team(house: cast.House) -> cast.House:
    """Ana speaks Spanish and is trained for necks and pregnancy; Uma speaks Irish; Kwame works on Saturdays."""
    neck = Specialty.objects.create(slug="neck", name="Neck and shoulders", kind="complaint", on_home_page=True)
    bump = Specialty.objects.create(slug="pregnancy", name="Pregnancy", kind="group")
    spanish, irish = Language.objects.create(name="Spanish"), Language.objects.create(name="Irish")
    house.ana.languages.add(spanish)
    house.uma.languages.add(irish)
    for person in (house.ana, house.uma):
        person.gender = "woman"
        person.save()
    kwame = cast.make_therapist("Kwame Osei", location=house.location, services=[house.swedish], weekdays=(5,))
    kwame.gender = "man"
    kwame.save()
    row = TherapistSpecialty.objects.create
    row(
        therapist=house.ana,
        specialty=neck,
        note="Eleven years with necks",
        certificate="ITEC diploma",
        has_certificate=True,
    )
    row(therapist=house.ana, specialty=bump, certificate="60 hours", has_certificate=True, expires_on=date(2028, 5, 31))
    row(therapist=house.uma, specialty=neck, certificate="Not shown yet")
    return house


def found(raw: dict[str, Any], on: date = cast.TODAY) -> list[tuple[str, bool, list[tuple[bool, str]]]]:
    profiles = [Profile(person, on) for person in selectors.active_therapists()]

    def told(item: Match) -> tuple[str, bool, list[tuple[bool, str]]]:
        name = item.profile.therapist.first_name
        return name, item.fits, [(point.fits, point.text) for point in item.points]

    return [told(item) for item in match(profiles, Options.of(profiles).read(raw))]


def test_without_a_wish_everybody_stands_in_the_studios_order_with_what_speaks_for_them(team: cast.House) -> None:
    assert found({}) == [("Ana", True, [(True, "Eleven years with necks")]), ("Kwame", True, []), ("Uma", True, [])]


def test_a_reason_names_training_and_certificate(team: cast.House) -> None:
    assert found({"reason": "neck"}) == [
        ("Ana", True, [(True, "Eleven years with necks"), (True, "Certificate: ITEC diploma")]),
        ("Uma", True, [(True, "Neck and shoulders: trained for it")]),
        ("Kwame", False, [(False, "Neck and shoulders: not what Kwame is trained for")]),
    ]


@pytest.mark.parametrize(
    ("on", "fits", "line"),
    [
        (date(2028, 5, 31), True, "Certificate: 60 hours, valid until May 2028"),
        (date(2028, 6, 1), False, "The certificate ended in May 2028"),
    ],
)
def test_a_certificate_counts_to_its_last_day(team: cast.House, on: date, fits: bool, line: str) -> None:
    ana = next(row for row in found({"reason": "pregnancy"}, on) if row[0] == "Ana")

    assert ana == ("Ana", fits, [(True, "Pregnancy: trained for it"), (fits, line)])


def test_language_technique_day_and_gender_each_have_their_line(team: cast.House) -> None:
    assert found({"language": "spanish", "technique": "swedish", "day": "5", "with": "man"}) == [
        ("Kwame", False, [(True, "Swedish: 60 min"), (False, "No Spanish"), (True, "Here on Saturdays")]),
        (
            "Ana",
            False,
            [
                (True, "Swedish: 45 or 60 min"),
                (True, "Speaks Spanish"),
                (False, "Not here on Saturdays"),
                (False, "You asked for a man"),
            ],
        ),
        (
            "Uma",
            False,
            [
                (True, "Swedish: 45 or 60 min"),
                (False, "No Spanish"),
                (False, "Not here on Saturdays"),
                (False, "You asked for a man"),
            ],
        ),
    ]
    assert found({"technique": "deep-tissue"})[1] == ("Kwame", False, [(False, "Deep tissue: not with Kwame")])


def test_who_fits_comes_before_who_does_not(team: cast.House) -> None:
    assert [(name, fits) for name, fits, _ in found({"language": "Irish"})] == [
        ("Uma", True),
        ("Ana", False),
        ("Kwame", False),
    ]


@pytest.mark.parametrize(
    "raw",
    [
        {"reason": "x" * 5000},
        {"reason": "feet", "language": "Klingon", "technique": "none", "day": "7", "with": "robot"},
        {"day": "-1"},
        {"day": "9" * 40},
        {"day": "6"},
        {"with": "other"},
        {"with": ["woman"]},
    ],
    ids=["long", "unknown", "negative", "huge", "nobody's day", "nobody", "a list"],
)
def test_what_nobody_offers_counts_as_not_asked(team: cast.House, raw: dict[str, Any]) -> None:
    assert found(raw) == found({})


def test_only_what_somebody_offers_can_be_asked_for(team: cast.House) -> None:
    Language.objects.create(name="Latin")
    Specialty.objects.create(slug="feet", name="Feet", kind="complaint")
    options = Options.of([Profile(person, cast.TODAY) for person in selectors.active_therapists()])

    assert [item.slug for item in options.reasons] == ["neck", "pregnancy"]
    assert [item.name for item in options.languages] == ["Irish", "Spanish"]
    assert [item.slug for item in options.techniques] == ["deep-tissue", "swedish"]
    assert (options.weekdays, options.genders) == ([0, 1, 2, 3, 4, 5], ["woman", "man"])

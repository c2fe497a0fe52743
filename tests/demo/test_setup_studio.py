"""Opening a real studio, by flags and by questions."""

from io import StringIO
from typing import Any
from unittest import mock

import pytest
from django.core.management import CommandError, call_command
from django.db import OperationalError

from massage_booking.accounts.models import Client, User
from massage_booking.core.vocabulary import TECHNIQUE_LABELS
from massage_booking.demo import opening
from massage_booking.demo.management.commands import setup_studio
from massage_booking.studio.models import Place, Studio
from therapists.models import Service, Technique, Therapist

pytestmark = pytest.mark.django_db

FLAGS = {
    "name": "Harbour Hands",
    "address": "1 Quay Street, Galway",
    "zone": "Europe/Dublin",
    "currency": "eur",
    "phone": "091 555 0100",
    "email": "Hello@Harbour.example",
    "emergency_number": "112",
    "urgent_number": "",
    "admin_email": "Owner@Harbour.example",
    "admin_name": "Niamh Walsh",
}


def set_up(**changes: Any) -> str:
    told = StringIO()
    call_command("setup_studio", stdout=told, **{**FLAGS, "no_input": True, **changes})
    return told.getvalue()


def answer(*answers: str, **flags: Any) -> str:
    """Run the command with somebody at the keyboard; return what was printed."""
    told = StringIO()
    with mock.patch("builtins.input", side_effect=[*answers, EOFError]):
        call_command("setup_studio", stdout=told, **flags)
    return told.getvalue()


def test_flags_open_a_studio_with_one_table_ten_techniques_and_nobody_in_it() -> None:
    told = set_up()

    studio = Studio.objects.get()
    assert (studio.name, studio.address_lines) == ("Harbour Hands", ["1 Quay Street", "Galway"])
    assert (studio.zone, studio.currency, studio.email) == ("Europe/Dublin", "EUR", "hello@harbour.example")
    assert [(place.room.name, place.kind) for place in Place.objects.all()] == [("Room 1", "table")]
    assert [each.screened_as for each in Technique.objects.all()] == list(TECHNIQUE_LABELS)
    assert (Therapist.objects.count(), Service.objects.count(), Client.objects.count()) == (0, 0, 0)
    assert "Harbour Hands is open" in told
    assert "owner@harbour.example" in told


def test_every_technique_is_worded_and_fits_its_field() -> None:
    set_up()

    for technique in Technique.objects.all():
        technique.full_clean()
    kinds = dict(Technique.objects.values_list("screened_as", "place_kind"))
    assert (kinds["thai"], kinds["chair"], kinds["swedish"]) == ("mat", "chair", "table")
    certified = Technique.objects.filter(needs_certificate=True).values_list("screened_as", flat=True)
    assert set(certified) == {"prenatal", "lymphatic"}


def test_the_first_admin_has_no_password_and_signs_in_by_a_mailed_code() -> None:
    set_up()

    admin = User.objects.get()
    assert (admin.email, admin.name) == ("owner@harbour.example", "Niamh Walsh")
    assert (admin.is_staff, admin.is_superuser, admin.has_usable_password()) == (True, True, False)
    assert list(admin.emailaddress_set.values_list("email", "primary", "verified")) == [(admin.email, True, False)]


def test_what_is_missing_and_what_is_wrong_is_named_all_at_once() -> None:
    with pytest.raises(CommandError) as refused:
        set_up(name=None, phone=None, zone="Europe/Atlantis", currency="euros")

    told = str(refused.value)
    assert "Missing: --name, --phone" in told
    assert "--zone: “Europe/Atlantis” is not a time zone" in told
    assert "--currency: “euros” is not a currency" in told
    assert not Studio.objects.exists() and not User.objects.exists()


def test_three_letters_that_no_country_pays_with_are_refused() -> None:
    with pytest.raises(CommandError, match="--currency: “XQQ” is not a currency"):
        set_up(currency="XQQ")


def test_numbers_and_the_admins_name_may_be_left_out() -> None:
    set_up(emergency_number=None, urgent_number=None, admin_name=None)

    assert Studio.objects.get().emergency_number == "112"


def test_questions_are_asked_again_until_the_answer_makes_sense() -> None:
    told = answer(
        "", "Harbour Hands", "1 Quay Street, Galway", "Atlantis", "dublin", "euros", "eur", "no phone", "091 555 0100",
        "hello", "hello@harbour.example", "", "", "owner", "owner@harbour.example", "",
    )  # fmt: skip

    studio = Studio.objects.get()
    assert (studio.name, studio.zone, studio.currency, studio.emergency_number) == (
        "Harbour Hands", "Europe/Dublin", "EUR", "112",
    )  # fmt: skip
    for word in (
        "“Atlantis” is not a time zone",
        "“euros” is not a currency",
        "“no phone”",
        "“hello” is not an e-mail",
    ):
        assert word in told


def test_only_what_the_flags_leave_out_is_asked() -> None:
    flags = {name: value for name, value in FLAGS.items() if name != "phone"}

    answer("091 555 0199", **flags)

    assert Studio.objects.get().phone == "091 555 0199"


def test_whoever_leaves_half_way_has_changed_nothing() -> None:
    with pytest.raises(CommandError, match="nothing was written"):
        answer("Harbour Hands", "1 Quay Street")

    assert not Studio.objects.exists() and not User.objects.exists()


def test_a_second_studio_is_refused_politely() -> None:
    set_up()

    with pytest.raises(CommandError, match="“Harbour Hands” is open here already"):
        set_up(name="Another")
    assert [studio.name for studio in Studio.objects.all()] == ["Harbour Hands"]


def test_another_admin_can_be_made_later_also_from_a_clients_account() -> None:
    set_up()
    User.objects.create_user("nadia@example.com", name="Nadia Rahman")

    call_command("setup_studio", update_admin=True, admin_email="nadia@example.com", no_input=True, stdout=StringIO())

    nadia = User.objects.get(email="nadia@example.com")
    assert (nadia.name, nadia.is_staff, nadia.is_superuser) == ("Nadia Rahman", True, True)
    assert nadia.emailaddress_set.count() == 1


def test_an_admin_of_no_studio_makes_no_sense() -> None:
    with pytest.raises(CommandError, match="no studio yet"):
        set_up(update_admin=True)


def test_without_tables_it_says_what_to_do() -> None:
    no_tables = mock.patch.object(setup_studio.opening.selectors, "current", side_effect=OperationalError)
    with no_tables, pytest.raises(CommandError, match=r"manage\.py migrate"):
        set_up()


@pytest.mark.parametrize(
    ("typed", "zone"),
    [
        ("Europe/Dublin", "Europe/Dublin"),
        ("europe/dublin", "Europe/Dublin"),
        ("New York", "America/New_York"),
        ("UTC", "UTC"),
    ],
)
def test_a_zone_is_found_by_its_name_in_any_case_and_by_its_city(typed: str, zone: str) -> None:
    assert opening.zone(typed) == zone


@pytest.mark.parametrize("typed", ["", " ", "Atlantis", "+01:00", "../etc/passwd", "\x00", "\udcff", "x" * 5000])
def test_no_answer_brings_a_reader_down(typed: str) -> None:
    refused = set()
    for key, read in opening.READERS.items():
        try:
            read(typed)
        except opening.NotMeant:
            refused.add(key)

    assert {"zone", "currency", "email", "admin_email"} <= refused

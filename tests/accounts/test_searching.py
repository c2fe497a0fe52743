"""How the desk finds a client: parts of names in any spelling, phones in any format, e-mails; fast with many."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from massage_booking.accounts import searching, services
from massage_booking.accounts.models import Client
from massage_booking.accounts.searching import Asked
from massage_booking.accounts.selectors import search_clients
from tests import cast


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Nadia Rahman", "nadia rahman"),
        ("Lucía Fernández", "lucia fernandez"),
        ("Seán O’Brien", "sean obrien"),
        ("O'Brien", "obrien"),
        ("Anne-Marie  Weiß", "anne marie weiss"),
        ("Łukasz Bjørn Đorđe", "lukasz bjorn dorde"),
        ("Zoë Ñandú", "zoe nandu"),
        ("İlker", "ilker"),
        ("王 小明", "王 小明"),
        ("Ελένη", "ελενη"),
        ("ﬁona", "fiona"),
        (" ’- ", ""),
    ],
)
def test_a_name_is_folded(name: str, expected: str) -> None:
    assert searching.fold(name) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("kelly", Asked(("kelly",))),
        ("ben kelly", Asked(("ben", "kelly"))),
        ("0101", Asked((), part="101")),
        ("555 0101", Asked((), part="5550101")),
        ("087 555 0101", Asked((), part="75550101")),
        ("087-555/0101", Asked((), part="75550101")),
        (
            "+353 (87) 555 0101",
            Asked(
                (),
                part="75550101",
                whole=("353875550101", "53875550101", "3875550101", "875550101", "75550101", "5550101", "550101"),
            ),
        ),
        ("kelly 0101", Asked(("kelly",), part="101")),
        ("ben2@example.com", Asked(("ben2@example.com",))),
        ("07", Asked(("07",))),
        ("a b c d e f g", Asked(("a", "b", "c", "d", "e"))),
    ],
)
def test_what_was_typed_is_read(typed: str, expected: Asked) -> None:
    assert searching.read(typed) == expected


@pytest.fixture
def people(db: Any) -> dict[str, Client]:
    return {
        "lucia": cast.make_client("Lucía Fernández-O’Dowd", phone="+353 87 123 45 67", email="luz@example.com"),
        "sean": cast.make_client("Seán Doyle", phone="(087) 765-4321"),
        "kari": cast.make_client("Kari Ødegård", phone="+47 22 33 44 55"),
        "einar": cast.make_client("Einar Þór", phone="551 2345"),
    }


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lucia", ["lucia"]),
        ("LUCÍA", ["lucia"]),
        ("odowd", ["lucia"]),
        ("o'dowd", ["lucia"]),
        ("O’Dowd fern", ["lucia"]),
        ("fernandez-o", ["lucia"]),
        ("ernan", ["lucia"]),
        ("luz@", ["lucia"]),
        ("LUZ@EXAMPLE.COM", ["lucia"]),
        ("odegard", ["kari"]),
        ("thor", ["einar"]),
        ("087 123 4567", ["lucia"]),
        ("0871234567", ["lucia"]),
        ("+353871234567", ["lucia"]),
        ("00353 87 1234567", ["lucia"]),
        ("123 45", ["einar", "lucia"]),
        ("+353 87 765 4321", ["sean"]),
        ("7654321", ["sean"]),
        ("22334455", ["kari"]),
        ("+4722334455", ["kari"]),
        ("+354 551 2345", ["einar"]),
        ("doyle 4321", ["sean"]),
        ("doyle 4567", []),
        ("087", ["sean"]),
        ("%", []),
        ("_", []),
        ("nobody", []),
        ("lucia doyle", []),
    ],
)
def test_a_client_is_found(people: dict[str, Client], typed: str, found: list[str]) -> None:
    assert list(search_clients(typed)) == [people[key] for key in found]


def test_what_is_searched_follows_every_change(people: dict[str, Client]) -> None:
    sean = people["sean"]
    services.set_contact(client=sean, email="", phone="01 999 8888", now=cast.NOW)
    services.change_client(client=sean, name="Zoë Müller", date_of_birth=sean.date_of_birth, relation=sean.relation)
    assert list(search_clients("zoe muller 999 8888")) == [sean]

    account = cast.make_user("ida@example.com", "Ida")
    ida = cast.make_client("Ida", account=account)
    services.change_details(account=account, name="Ída Ní Bhriain", phone="086 000 1111")
    assert list(search_clients("bhriain 0001111")) == [ida]


def test_among_ten_thousand_somebody_is_found_with_one_query(db: Any) -> None:
    Client.objects.bulk_create(
        [
            Client(
                name=f"Áine {number}", phone=f"0{number}", created_at=cast.NOW, confirmed_at=cast.NOW,
                name_folded=f"aine {number}", phone_digits=f"0{number}",
            )
            for number in range(870000000, 870010000)
        ]
    )  # fmt: skip
    with CaptureQueriesContext(
        connection,
    ) as asked:
        found = list(search_clients("+353 87 000 1234"))
        page = list(search_clients("aine")[:20])

    assert [client.name for client in found] == ["Áine 870001234"]
    assert len(page) == 20
    assert len(asked) == 2

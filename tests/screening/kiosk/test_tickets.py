"""Codes for the studio's tablet."""

from datetime import timedelta

import pytest

from massage_booking.core.errors import Refused
from screening.models import KioskTicket
from screening.services import kiosk
from tests.screening.factories import NOW, make_client

pytestmark = pytest.mark.django_db


def redeem(code, *, address="10.0.0.1", now=NOW):
    return kiosk.redeem(code=code, address=address, now=now)


def refusal(*args, **more) -> str:
    with pytest.raises(Refused) as refused:
        redeem(*args, **more)
    return refused.value.code


def test_a_code_is_six_digits_and_is_not_kept_in_clear(client_record, user):
    code = kiosk.make_ticket(client=client_record, made_by=user, now=NOW)

    ticket = KioskTicket.objects.get()
    assert (len(code), code.isdigit()) == (6, True)
    assert (ticket.client, ticket.made_by, ticket.expires_at) == (client_record, user, NOW + timedelta(minutes=30))
    assert code not in ticket.code_digest


def test_it_opens_once(client_record, user):
    code = kiosk.make_ticket(client=client_record, made_by=user, now=NOW)

    assert redeem(f" {code[:3]} {code[3:]}") == client_record
    assert refusal(code) == "kiosk_code"


def test_it_ends_after_half_an_hour(client_record, user):
    code = kiosk.make_ticket(client=client_record, made_by=user, now=NOW)

    assert refusal(code, now=NOW + timedelta(minutes=30)) == "kiosk_code"


def test_a_newer_code_of_the_same_client_ends_the_older(client_record, user):
    older, newer = (kiosk.make_ticket(client=client_record, made_by=user, now=NOW) for _ in range(2))

    assert refusal(older) == "kiosk_code"
    assert redeem(newer) == client_record


def test_two_clients_never_have_one_code(user, client_record, monkeypatch):
    drawn = iter(["000001", "000001", "000002"])
    monkeypatch.setattr(kiosk, "_new_code", lambda: next(drawn))

    codes = [kiosk.make_ticket(client=client, made_by=user, now=NOW) for client in (client_record, make_client())]

    assert codes == ["000001", "000002"]


def test_guessing_ends_after_some_tries_from_one_address(client_record, user):
    code = kiosk.make_ticket(client=client_record, made_by=user, now=NOW)
    wrong = "000000" if code != "000000" else "000001"

    told = [refusal(wrong) for _ in range(kiosk.MOST_WRONG + 1)]

    assert told == ["kiosk_code"] * kiosk.MOST_WRONG + ["kiosk_tries"]
    assert refusal(code) == "kiosk_tries"
    assert redeem(code, address="10.0.0.2") == client_record


def test_guessing_from_many_addresses_ends_too(client_record, user, monkeypatch):
    monkeypatch.setattr(kiosk, "MOST_WRONG_EVERYWHERE", 3)
    code = kiosk.make_ticket(client=client_record, made_by=user, now=NOW)
    for number in range(3):
        refusal("x", address=f"10.0.1.{number}")

    assert refusal(code, address="10.0.2.1") == "kiosk_tries"

"""The consent text says “in your account or by telling us”: whoever has no account tells the desk."""

import logging
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from screening import vault
from screening.models import AccessRecord, Consent, Erasure, Screening
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def pat(house: cast.House, monday: Any) -> Client:
    """Return somebody who answered on the tablet and has no account."""
    client = cast.make_client("Pat Doyle")
    cast.answer(client)
    return client


def address(client: Client) -> str:
    return f"/sessions/desk/clients/{client.public_id}/withdraw/"


def test_the_desk_takes_consent_back_for_whoever_tells_it(
    pat: Client, dora: Browser, house: cast.House, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    session = cast.book(house, client=pat)
    assert f'href="{address(pat)}"' in dora.get(f"/sessions/desk/clients/{pat.public_id}/").content.decode()
    page = dora.get(address(pat)).content.decode()
    assert "Pat agreed on Monday 1 June 2026" in page and "This cannot be undone." in page
    assert Screening.objects.exists()

    told = dora.post(address(pat), follow=True).content.decode()

    assert "Done. The health answers of Pat Doyle are erased." in told
    assert not vault.holds_anything_of(pat)
    assert Consent.objects.get().withdrawn_at == cast.NOW
    assert Erasure.objects.get().client_public_id == pat.public_id
    session.refresh_from_db()
    assert (session.status, session.re_ask_due) == ("booked", True)
    assert "There is no consent, and nothing is kept." in dora.get(address(pat)).content.decode()
    # Who did it can be found out; nobody is named.
    said = f"consent of client {pat.public_id} taken back at the desk by account {house.desk.pk}"
    assert said in caplog.text and "Pat Doyle" not in caplog.text
    assert AccessRecord.objects.count() == 0


def test_consent_is_asked_for_again_before_the_next_answer(pat: Client, dora: Browser) -> None:
    dora.post(address(pat))
    cast.answer(pat)

    assert Consent.objects.filter(withdrawn_at=None).count() == 1
    assert Screening.objects.get().state == "complete"


def test_nobody_else_may(pat: Client, ana: Browser, house: cast.House) -> None:
    for browser in (ana, Browser()):
        assert browser.post(address(pat)).status_code in {302, 404}
    assert Screening.objects.exists()

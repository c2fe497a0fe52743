"""A server with another master key: pages say so kindly or go without, and never show what is sealed, nor break."""

from typing import Any

import pytest
from cryptography.fernet import Fernet
from django.test import Client as Browser

from screening import checks, services
from screening.document import GivenRow
from screening.models import AccessRecord, ClientKey, Screening
from screening.vault import VaultClosed
from screening.wishes import Wishes
from tests import cast

pytestmark = pytest.mark.django_db

ROWS = {"migraine": GivenRow(answer="No, I am between attacks")}


@pytest.fixture
def closed(house: cast.House, monday: Any, settings: Any) -> cast.House:
    """Return a house with everything of Nadia's sealed under a key that the server no longer has."""
    cast.answer(house.nadia, ROWS)
    cast.book(house)
    services.keep_wishes(client=house.nadia, wanted=Wishes(hurts=("neck",)), now=cast.NOW)
    settings.VAULT_KEYS = [Fernet.generate_key().decode()]
    return house


def pages(house: cast.House) -> list[tuple[str, str]]:
    client, session = house.nadia.public_id, house.nadia.sessions.get().public_id
    return [
        ("nadia", "/account/"),
        ("nadia", f"/screening/answers/{client}/"),
        ("nadia", f"/screening/letters/{client}/"),
        ("nadia", f"/screening/wishes/{client}/"),
        ("nadia", f"/sessions/{session}/"),
        ("nadia", f"/sessions/{session}/today/"),
        ("nadia", f"/sessions/{session}/move/"),
        ("nadia", f"/sessions/{session}/rhythm/"),
        ("nadia", "/sessions/book/"),
        ("nadia", "/sessions/time/"),
        ("ana", "/sessions/calendar/"),
        ("ana", "/sessions/calendar/week/"),
        ("ana", "/sessions/calendar/review/"),
        ("ana", f"/sessions/calendar/{session}/"),
        ("ana", f"/sessions/calendar/{session}/why/"),
        ("ana", f"/sessions/calendar/{session}/sign-off/"),
        ("dora", "/sessions/desk/"),
        ("dora", f"/sessions/desk/clients/{client}/"),
        ("dora", f"/sessions/desk/clients/{client}/book/"),
        ("dora", f"/sessions/desk/{session}/move/"),
        ("adam", "/admin/"),
    ]


def test_no_page_breaks_or_shows_what_is_sealed(closed: cast.House) -> None:
    people = {"nadia": closed.nadias_account, "ana": closed.ana.user, "dora": closed.desk, "adam": closed.admin}
    sealed = [bytes(Screening.objects.get().sealed)[:40].decode(), bytes(ClientKey.objects.get().wrapped)[:40].decode()]
    for who, path in pages(closed):
        browser = Browser(raise_request_exception=False)
        browser.force_login(people[who], backend="django.contrib.auth.backends.ModelBackend")  # type: ignore[arg-type]
        for response in (browser.get(path, follow=True), browser.post(path, {}, follow=True)):
            text = response.content.decode(errors="replace")
            assert response.status_code != 500, (who, path)
            assert not any(value in text for value in sealed) and "gAAAAA" not in text, (who, path)
            assert "migraine" not in text.lower() or who == "adam", (who, path)

    assert AccessRecord.objects.count() == 0


def test_nothing_new_is_sealed_with_a_key_that_opens_nothing_of_what_is_kept(closed: cast.House) -> None:
    """Once the right key is back nobody could open it: better closed at once than lost later."""
    with pytest.raises(VaultClosed):
        cast.answer(closed.ben)

    assert [ClientKey.objects.count(), Screening.objects.count()] == [1, 1]
    assert [error.id for error in checks.check_vault_opens(None, databases=["default"])] == ["screening.E003"]


def test_one_damaged_key_closes_nothing_for_others(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia)
    cast.answer(house.ben)
    ClientKey.objects.filter(client=house.nadia).update(wrapped=b"damaged")

    cast.answer(cast.make_client("Somebody new"))

    assert ClientKey.objects.count() == 3
    assert checks.check_vault_opens(None, databases=["default"]) == []

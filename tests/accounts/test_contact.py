"""How to reach a client, and the account that comes with an address."""

import pytest
from django.test import Client as Browser

from massage_booking.accounts import services
from massage_booking.accounts.models import Client, User
from tests import cast
from tests.accounts.test_door import sign_in_by_mail

pytestmark = pytest.mark.usefixtures("monday")


def saved(client: Client, email: str, phone: str = "087 555 0199") -> Client:
    services.set_contact(client=client, email=email, phone=phone, now=cast.NOW)
    return Client.objects.get(pk=client.pk)


def test_an_address_gives_a_client_an_account_of_their_own(house: cast.House) -> None:
    mary = saved(cast.make_client("Mary Casey"), " Mary@Example.com ")

    assert (mary.email, mary.phone, mary.is_claimed) == ("mary@example.com", "087 555 0199", True)
    assert (mary.account.email, mary.account.name) == ("mary@example.com", "Mary Casey")


def test_an_account_that_was_there_is_unproved_until_a_code_was_used(house: cast.House) -> None:
    mary = saved(cast.make_client("Mary Casey"), "NADIA@example.com")

    assert (mary.account, mary.is_claimed) == (house.nadias_account, False)


def test_without_an_address_there_is_no_account(house: cast.House) -> None:
    before = User.objects.count()

    mary = saved(cast.make_client("Mary Casey"), "")

    assert (mary.account, mary.email, mary.phone) == (None, "", "087 555 0199")
    assert User.objects.count() == before


@pytest.mark.parametrize("email", ["ben@example.com", "somebody.new@example.com", ""])
def test_a_client_is_never_moved_to_another_account(house: cast.House, email: str) -> None:
    before = User.objects.count()

    nadia = saved(house.nadia, email)

    assert (nadia.account, nadia.is_claimed, nadia.email) == (house.nadias_account, True, email)
    assert User.objects.count() == before


def test_an_account_given_meanwhile_stays(house: cast.House) -> None:
    mary = cast.make_client("Mary Casey")
    Client.objects.filter(pk=mary.pk).update(account=house.bens_account)

    assert saved(mary, "mary@example.com").account == house.bens_account


def test_an_account_is_not_named_after_somebody_in_its_care(house: cast.House) -> None:
    child = cast.make_client("Idris Casey")
    child.relation = "child"
    child.save()

    assert saved(child, "mary@example.com").account.name == ""


def by_phone(email: str) -> Client:
    return services.add_client_by_phone(
        name="Mary Casey", email=email, phone="087 555 0199", date_of_birth=None, now=cast.NOW
    )


def test_a_client_on_the_phone_with_a_new_address_is_their_accounts_own(house: cast.House) -> None:
    mary = by_phone("Mary@example.com")

    assert (mary.account.email, mary.is_claimed) == ("mary@example.com", True)


def test_a_client_on_the_phone_with_a_known_address_is_unproved_until_a_code_was_used(
    house: cast.House, client: Browser
) -> None:
    mary = by_phone("NADIA@example.com")
    assert (mary.account, mary.is_claimed) == (house.nadias_account, False)

    sign_in_by_mail(client, "nadia@example.com")

    mary.refresh_from_db()
    assert mary.is_claimed


def test_a_client_on_the_phone_without_an_address_has_no_account(house: cast.House) -> None:
    assert by_phone("").account is None

"""Accounts and clients in the admin."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin as django_admin
from django.contrib.auth.models import Group
from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from tests import cast
from tests.reading import admin_errors, text_of

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


@pytest.mark.parametrize(
    "path", ["user/", "user/add/", "user/{user}/change/", "client/", "client/add/", "client/{client}/change/"]
)
def test_every_page_opens(house: cast.House, admin: Browser, path: str) -> None:
    keys = {"user": house.desk.pk, "client": house.nadia.pk}

    assert admin.get(f"/admin/accounts/{path.format(**keys)}").status_code == 200


def test_lists_take_as_many_queries_for_many_as_for_few(
    house: cast.House, admin: Browser, django_assert_max_num_queries: Any
) -> None:
    for number in range(5):
        user = cast.make_user(f"p{number}@example.com", f"Person {number}", is_desk=True)
        cast.make_client(f"Client {number}", account=user)

    for path in ("user", "client"):
        with django_assert_max_num_queries(10):
            admin.get(f"/admin/accounts/{path}/")


def test_the_health_rules_stand_among_what_the_studio_is_made_of(admin: Browser) -> None:
    said = text_of(admin.get("/admin/"))

    assert said.index("Clients") < said.index("Rule versions") < said.index("Example clients") < said.index("Plans")


def test_groups_addresses_and_second_factors_have_no_page(house: cast.House) -> None:
    assert [model for model in (Group, EmailAddress, Authenticator) if django_admin.site.is_registered(model)] == []


def test_roles_are_told_in_the_list(house: cast.House, admin: Browser) -> None:
    said = text_of(admin.get("/admin/accounts/user/"))

    for words in (
        "Adam Lynch admin not yet",
        "Ana Quiroga therapist not yet",
        "Dora Byrne front desk not yet",
        "Ben Kelly client -",
    ):
        assert words in said


@pytest.mark.parametrize(
    ("email", "told"),
    [
        ("NADIA@example.com", "There is an account with this address already."),
        ("second@example.com", "There is an account with this address already."),
        ("no address", "Enter a valid email address."),
    ],
    ids=["an account's", "another's second address", "none"],
)
def test_an_address_that_somebody_has_opens_no_second_account(
    house: cast.House, admin: Browser, email: str, told: str
) -> None:
    EmailAddress.objects.create(user=house.bens_account, email="second@example.com", verified=True)
    before = User.objects.count()

    response = admin.post("/admin/accounts/user/add/", {"email": email, "is_active": "on"})

    assert admin_errors(response) == [told]
    assert User.objects.count() == before


def test_admins_cannot_lock_themselves_out(house: cast.House, admin: Browser) -> None:
    admin.post(f"/admin/accounts/user/{house.admin.pk}/change/", {"email": house.admin.email, "name": "Adam"})

    adam = User.objects.get(pk=house.admin.pk)
    assert (adam.name, adam.is_staff, adam.is_active) == ("Adam", True, True)


def test_nobody_is_deleted(house: cast.House, admin: Browser) -> None:
    for path in (f"user/{house.desk.pk}", f"client/{house.nadia.pk}"):
        assert admin.post(f"/admin/accounts/{path}/delete/", {"post": "yes"}).status_code == 403


def test_a_lost_phone_is_forgotten(house: cast.House, admin: Browser) -> None:
    for kind in (Authenticator.Type.TOTP, Authenticator.Type.RECOVERY_CODES):
        Authenticator.objects.create(user=house.desk, type=kind, data={})
        Authenticator.objects.create(user=house.bens_account, type=kind, data={})

    admin.post("/admin/accounts/user/", {"action": "forget_second_factors", "_selected_action": [house.desk.pk]})

    assert set(Authenticator.objects.values_list("user", flat=True)) == {house.bens_account.pk}


def test_a_client_is_corrected_and_added(house: cast.House, admin: Browser) -> None:
    form = {
        "name": "Nadia R. Rahman",
        "date_of_birth": "1991-02-03",
        "email": "N@Example.com",
        "phone": "1",
        "relation": "self",
    }

    admin.post(f"/admin/accounts/client/{house.nadia.pk}/change/", form)
    assert Client.objects.filter(pk=house.nadia.pk).values_list("name", "date_of_birth", "email", "account").get() == (
        "Nadia R. Rahman", date(1991, 2, 3), "n@example.com", house.nadias_account.pk,
    )  # fmt: skip

    admin.post("/admin/accounts/client/add/", {"name": "Rosa Marin", "relation": "self"})
    assert Client.objects.filter(name="Rosa Marin").values_list("created_at", "confirmed_at").get() == (
        cast.NOW,
        cast.NOW,
    )


def test_a_client_is_not_handed_from_one_account_to_another(house: cast.House, admin: Browser) -> None:
    form = {"name": "Nadia Rahman", "relation": "self", "account": house.admin.pk}

    admin.post(f"/admin/accounts/client/{house.nadia.pk}/change/", form)
    assert Client.objects.get(pk=house.nadia.pk).account == house.nadias_account

    by_phone = cast.make_client("Rosa Marin")
    admin.post(
        f"/admin/accounts/client/{by_phone.pk}/change/",
        {**form, "name": "Rosa Marin", "account": house.bens_account.pk},
    )
    assert Client.objects.get(pk=by_phone.pk).account == house.bens_account


def test_an_address_gives_a_client_without_account_one(house: cast.House, admin: Browser) -> None:
    form = {"name": "Rosa Marin", "relation": "self", "email": "Rosa@Example.com"}
    by_phone = cast.make_client("Rosa Marin")

    admin.post(f"/admin/accounts/client/{by_phone.pk}/change/", form)
    admin.post("/admin/accounts/client/add/", {**form, "name": "Rosa Once More"})

    first, again = Client.objects.filter(name__startswith="Rosa").order_by("pk")
    assert (first.account.email, first.is_claimed) == ("rosa@example.com", True)
    assert (again.account, again.is_claimed) == (first.account, False)


@pytest.mark.parametrize("born", ["2026-06-02", "1899-01-01", "0001-01-01", "x"])
def test_a_birthday_must_be_possible(house: cast.House, admin: Browser, born: str) -> None:
    form = {"name": "Nadia Rahman", "relation": "self", "date_of_birth": born}

    assert len(admin_errors(admin.post(f"/admin/accounts/client/{house.nadia.pk}/change/", form))) == 1


def test_guests_who_never_finished_are_not_listed(house: cast.House, admin: Browser) -> None:
    cast.make_client("Somebody Booking", confirmed_at=None)

    assert "Somebody Booking" not in text_of(admin.get("/admin/accounts/client/"))

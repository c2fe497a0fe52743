"""Who comes into staff pages and the admin, and where sign-in leads."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.conf import LazySettings
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import User
from tests import cast

SignIn = Callable[[User], Browser]
SIGN_IN = "/accounts/login/code/"

pytestmark = pytest.mark.usefixtures("monday")


def sign_in_by_mail(browser: Browser, address: str, **more: str) -> Any:
    """Ask for a code, read the mail, use the code; return the last answer, not followed."""
    before = len(mail.outbox)
    browser.post(SIGN_IN, {"email": address, **more})
    assert len(mail.outbox) == before + 1
    code = re.search(r"^\s*([A-Z0-9]+-[A-Z0-9]+)\s*$", str(mail.outbox[-1].body), re.MULTILINE)
    assert code is not None, mail.outbox[-1].body
    return browser.post("/accounts/login/code/confirm/", {"code": code[1], **more})


@pytest.mark.parametrize("path", ["/admin/", "/admin/studio/studio/1/change/", "/admin/login/", "/admin/nothing/"])
def test_the_admin_is_not_there_for_clients_therapists_and_the_desk(
    house: cast.House, sign_in: SignIn, path: str
) -> None:
    assert house.ana.user is not None
    people = (house.nadias_account, house.ana.user, house.desk)

    assert [sign_in(user).get(path).status_code for user in people] == [404, 404, 404]


@pytest.mark.parametrize("path", ["/admin/", "/admin/therapists/service/", "/admin/nothing/"])
def test_a_visitor_is_asked_to_sign_in_by_code(house: cast.House, client: Browser, path: str) -> None:
    response = client.get(path)

    assert (response.status_code, response["Location"]) == (302, f"{SIGN_IN}?next={path}")


def test_the_admins_own_login_form_is_never_shown(house: cast.House, client: Browser, sign_in: SignIn) -> None:
    house.admin.set_password("a long enough password")
    house.admin.save()
    form = {"username": house.admin.email, "password": "a long enough password"}

    for answer in (client.get("/admin/login/"), client.post("/admin/login/", form)):
        assert (answer.status_code, answer["Location"].split("?")[0]) == (302, SIGN_IN)
    assert client.get("/admin/")["Location"] == f"{SIGN_IN}?next=/admin/"

    admin = sign_in(house.admin)
    assert [admin.get("/admin/login/")["Location"], admin.post("/admin/login/", form)["Location"]] == [
        "/admin/",
        "/admin/",
    ]


def test_an_admin_needs_no_superuser_flag(house: cast.House, sign_in: SignIn) -> None:
    house.admin.is_superuser = False
    house.admin.save()

    assert sign_in(house.admin).get("/admin/therapists/service/").status_code == 200


def test_staff_sign_in_anew_after_a_working_day(house: cast.House, sign_in: SignIn, monday: Any) -> None:
    admin = sign_in(house.admin)
    assert admin.get("/admin/").status_code == 200

    monday.shift(timedelta(hours=12))
    response = admin.get("/admin/studio/room/")

    assert response["Location"] == f"{SIGN_IN}?next=/admin/studio/room/"
    # The sign-in page must not send them straight back, round and round.
    assert admin.get(response["Location"]).status_code == 200
    assert sign_in_by_mail(admin, house.admin.email, next="/admin/studio/room/")["Location"] == "/admin/studio/room/"
    assert admin.get("/admin/studio/room/").status_code == 200


def test_a_client_stays_signed_in_for_longer(house: cast.House, sign_in: SignIn, monday: Any) -> None:
    nadia = sign_in(house.nadias_account)

    monday.shift(timedelta(days=20))

    assert nadia.get("/account/").status_code == 200


def test_without_a_second_factor_staff_are_led_to_set_one_up(
    house: cast.House, sign_in: SignIn, settings: LazySettings
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    assert house.ana.user is not None
    admin, ana = sign_in(house.admin), sign_in(house.ana.user)

    assert [admin.get("/admin/")["Location"], ana.get("/therapists/hours/")["Location"]] == ["/accounts/2fa/"] * 2

    Authenticator.objects.create(user=house.admin, type=Authenticator.Type.RECOVERY_CODES, data={})
    assert admin.get("/admin/")["Location"] == "/accounts/2fa/"

    Authenticator.objects.create(user=house.admin, type=Authenticator.Type.TOTP, data={})
    assert admin.get("/admin/").status_code == 200


@pytest.mark.parametrize(
    ("who", "where"),
    [("ana", "/sessions/calendar/"), ("desk", "/sessions/desk/"), ("admin", "/admin/"), ("nadia", "/account/")],
)
def test_sign_in_leads_each_to_their_work(house: cast.House, sign_in: SignIn, who: str, where: str) -> None:
    people = {"ana": house.ana.user, "desk": house.desk, "admin": house.admin, "nadia": house.nadias_account}
    user = people[who]
    assert user is not None

    assert sign_in(user).get("/account/landing/")["Location"] == where


@pytest.mark.parametrize(
    ("wanted", "where"),
    [
        ("/account/details/", "/account/details/"),
        ("https://evil.example/", "/account/"),
        ("//evil.example/", "/account/"),
        ("javascript:alert(1)", "/account/"),
        ("9223372036854775808", "/account/"),
        ("/\\evil.example", "/account/"),
        ("", "/account/"),
    ],
)
def test_sign_in_leads_on_to_where_somebody_was_going_and_never_elsewhere(
    house: cast.House, sign_in: SignIn, wanted: str, where: str
) -> None:
    assert sign_in(house.nadias_account).get("/account/landing/", {"next": wanted})["Location"] == where


def test_a_mailed_code_is_all_it_takes(house: cast.House, client: Browser) -> None:
    response = sign_in_by_mail(client, "nadia@example.com")

    assert response["Location"] == "/account/landing/"
    assert client.get("/account/").status_code == 200


def test_an_account_opened_in_the_admin_signs_in_with_its_first_code(
    house: cast.House, sign_in: SignIn, client: Browser
) -> None:
    admin = sign_in(house.admin)

    added = admin.post(
        "/admin/accounts/user/add/", {"email": "Linh@Example.com", "name": "Linh", "is_active": "on", "is_desk": "on"}
    )
    assert added.status_code == 302
    linh = User.objects.get(email="linh@example.com")
    assert (linh.has_usable_password(), linh.date_joined, linh.is_desk, linh.is_staff) == (False, cast.NOW, True, False)
    assert list(EmailAddress.objects.filter(user=linh).values_list("email", "primary", "verified")) == [
        ("linh@example.com", True, False)
    ]

    # One code, and no second page that asks to confirm the address.
    assert sign_in_by_mail(client, "linh@example.com")["Location"] == "/account/landing/"
    assert client.get("/account/landing/")["Location"] == "/sessions/desk/"
    assert EmailAddress.objects.get(user=linh).verified


def test_a_changed_address_is_where_codes_go(house: cast.House, sign_in: SignIn, client: Browser) -> None:
    change = {"email": "nadia.new@example.com", "name": "Nadia Rahman", "is_active": "on"}
    key = house.nadias_account.pk

    assert sign_in(house.admin).post(f"/admin/accounts/user/{key}/change/", change).status_code == 302

    assert list(EmailAddress.objects.filter(user_id=key).values_list("email", "verified")) == [
        ("nadia.new@example.com", False)
    ]
    assert sign_in_by_mail(client, "nadia.new@example.com")["Location"] == "/account/landing/"


def test_who_may_not_sign_in_any_more_is_out_at_once(house: cast.House, sign_in: SignIn) -> None:
    nadia = sign_in(house.nadias_account)
    User.objects.filter(pk=house.nadias_account.pk).update(is_active=False)

    assert nadia.get("/account/")["Location"].startswith(SIGN_IN)

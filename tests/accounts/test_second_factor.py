"""Setting up the second factor, and being asked for it again."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import User
from tests import cast

SignIn = Callable[[User], Browser]
SET_UP, CODES, STILL_YOU = (
    "/accounts/2fa/totp/activate/",
    "/accounts/2fa/recovery-codes/",
    "/accounts/2fa/reauthenticate/",
)

pytestmark = pytest.mark.usefixtures("monday")


def set_up_an_app(browser: Browser) -> Any:
    """Set up an authenticator app as its form asks; return the answer, not followed."""
    browser.get(SET_UP)
    secret = browser.session[totp.SECRET_SESSION_KEY]
    code = totp.format_hotp_value(totp.hotp_value(secret, next(iter(totp.yield_hotp_counters_from_time()))))
    return browser.post(SET_UP, {"code": code})


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
def test_recovery_codes_show_at_once_after_setting_up_an_app(house: cast.House, sign_in: SignIn) -> None:
    admin = sign_in(house.admin)

    answer = set_up_an_app(admin)

    assert (answer.status_code, answer["Location"]) == (302, CODES)
    page = admin.get(CODES)
    assert page.status_code == 200
    codes = Authenticator.objects.get(user=house.admin, type="recovery_codes").wrap().get_unused_codes()
    assert codes and codes[0] in page.content.decode()


@pytest.mark.django_db(transaction=True)  # allauth tells of a new factor once it is committed
def test_what_was_proved_long_ago_is_asked_again(house: cast.House, sign_in: SignIn) -> None:
    admin = sign_in(house.admin)
    set_up_an_app(admin)
    session = admin.session
    session[AUTHENTICATION_METHODS_SESSION_KEY][-1]["at"] -= timedelta(days=1).total_seconds()
    session.save()

    answer = admin.get(CODES)

    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, STILL_YOU)


@pytest.mark.parametrize(("kind", "folded"), [("totp", False), ("webauthn", True)])
def test_the_field_for_codes_is_folded_away_where_there_is_only_a_passkey(
    house: cast.House, sign_in: SignIn, kind: str, folded: bool
) -> None:
    Authenticator.objects.create(user=house.admin, type=kind, data={})
    RecoveryCodes.activate(house.admin)

    page = sign_in(house.admin).get(STILL_YOU).content.decode()

    assert ("<summary>Use a recovery code</summary>" in page, 'name="code"' in page) == (folded, True)


def test_the_mail_to_an_unknown_address_has_no_gap(house: cast.House, client: Browser) -> None:
    client.post("/accounts/login/code/", {"email": "nobody@example.net"})

    assert "sign in with this address. We do not know it yet" in str(mail.outbox[-1].body)

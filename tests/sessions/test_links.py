"""Signed links: one row, one purpose, ended by a new nonce."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine

from sessions import links
from sessions.models import MassageSession, Plan
from sessions.selectors import openings
from tests import cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def session(house: cast.House, monday: Any) -> MassageSession:
    return cast.book(house)


def test_a_link_leads_to_its_session(session: MassageSession) -> None:
    assert links.read(links.make(session)) == session


def test_every_changed_sign_makes_it_worthless(session: MassageSession) -> None:
    token = links.make(session)
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token))]

    assert [broken for broken in changed if links.read(broken) is not None] == []


def test_a_link_serves_one_purpose(session: MassageSession) -> None:
    assert links.read(links.make(session, purpose="confirm")) is None
    assert links.read(links.make(session), purpose="confirm") is None


def test_a_new_nonce_ends_every_link_that_was_sent(session: MassageSession) -> None:
    token = links.make(session)
    MassageSession.objects.filter(pk=session.pk).update(nonce="another")

    assert links.read(token) is None


def test_a_link_stays_good_over_a_move_and_after_cancelling(session: MassageSession) -> None:
    token = links.make(session)
    MassageSession.objects.filter(pk=session.pk).update(revision=3, status="cancelled")

    assert links.read(token) == session


def test_a_very_old_link_is_over(session: MassageSession) -> None:
    token = links.make(session)

    with time_machine.travel(cast.NOW + timedelta(days=401), tick=False):
        assert links.read(token) is None


def test_the_nonce_has_128_bits(session: MassageSession) -> None:
    assert len(session.nonce) == 22


def test_another_key_of_the_site_ends_them_all(session: MassageSession, settings: Any) -> None:
    token = links.make(session)
    settings.SECRET_KEY = "another-" + "x" * 50

    assert links.read(token) is None


@pytest.mark.parametrize("token", ["", "x", "a:b", "a:b:c", "\ud83d\udc86", "." + "A" * 50 + ":1:2", "A" * 5000])
def test_what_we_did_not_make_is_nothing(db: Any, token: str) -> None:
    assert (links.read(token), links.read_offer(token), links.read_stop(token)) == (None, None, None)


def test_an_offer_says_what_when_and_with_whom(house: cast.House, monday: Any) -> None:
    plan = Plan.objects.create(client=house.nadia, accepted_at=cast.NOW)
    opening = openings.openings(service=house.swedish, first=cast.TODAY, last=cast.TODAY, now=cast.NOW)[0]

    offer = links.read_offer(links.make_offer(plan, opening))

    assert offer == links.Offer(plan, opening.service, opening.therapist, opening.starts_at)
    assert links.read_stop(links.make_stop(plan)) == plan

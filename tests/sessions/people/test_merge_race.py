"""Two desks make one record of two at the same moment, each keeping the other one."""

from typing import Any

import pytest

from massage_booking.accounts.models import Client, FormerId
from massage_booking.core.errors import Refused
from screening import selectors
from screening.document import GivenRow
from sessions.models import MassageSession
from sessions.services import people
from tests import cast
from tests.concurrency.racing import race

pytestmark = pytest.mark.django_db(transaction=True)

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


def test_one_of_them_wins_and_nothing_is_lost(house: cast.House) -> None:
    twin = cast.make_client("Nadia Rahman", account=house.nadias_account, is_claimed=False)
    cast.answer(house.nadia)
    cast.answer(twin, BONES)
    cast.book(house, starts_at=cast.at(10, days=7))
    cast.book(house, client=twin, starts_at=cast.at(14, days=8))
    pair = (house.nadia, twin)

    def run(number: int) -> Any:
        return people.merge(kept=pair[number], gone=pair[1 - number], actor=None, now=cast.NOW)

    results = race(2, run)

    (merged,) = Client.objects.filter(pk__in=[client.pk for client in pair])
    lost = [result for result in results if isinstance(result, Refused)]
    assert [refused.code for refused in lost] == ["merged_already"]
    assert FormerId.objects.get().client == merged
    assert MassageSession.objects.filter(client=merged).count() == 2
    _, complete = selectors.forms_of(merged)
    assert complete is not None
    assert set(selectors.document_of(complete, selectors.published_rules()[1]).rows) == {"osteoporosis"}

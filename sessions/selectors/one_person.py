"""Records of what may be one person: whose answers count for whom, until the desk has made one record of them.

A record that nobody has proved yet, because a guest typed a known address, is weighed with those of that account. Two
records that an account has proved to be its own are one person: what either rules out is out for both.
"""

from datetime import date
from typing import Final

from django.db.models import Q, QuerySet

from massage_booking.accounts.models import Client, Relation
from massage_booking.core.prepared import Prepared, a_day, a_key


def _with_the_same_birthday(client: Client) -> QuerySet[Client]:
    if client.account_id is None or client.date_of_birth is None:
        return Client.objects.none()
    return _others(client=client.pk, account=client.account_id, born=client.date_of_birth)


def _others(*, client: int, account: int, born: date) -> QuerySet[Client]:
    rows = Client.objects.filter(account_id=account, date_of_birth=born, confirmed_at__isnull=False)
    return rows.exclude(pk=client).order_by("pk")


def _same(*, client: int, account: int, born: date) -> QuerySet[Client]:
    others = _others(client=client, account=account, born=born)
    return others.filter(is_claimed=True, relation=Relation.SELF)


_SAME: Final = Prepared(_same, client=a_key(1), account=a_key(2), born=a_day())


def known_of(client: Client) -> list[Client]:
    """Return the proved records whose answers are weighed with those of a record that is not proved yet."""
    return [] if client.is_claimed else list(_with_the_same_birthday(client).filter(is_claimed=True))


def same_as(client: Client) -> list[Client]:
    """Return the other records of somebody who is proved to be the account's own person."""
    if not client.is_claimed or client.relation != Relation.SELF:
        return []
    if client.account_id is None or client.date_of_birth is None:
        return []
    return _SAME.all(client=client.pk, account=client.account_id, born=client.date_of_birth)


def affected_by(client: Client) -> list[Client]:
    """Return the other records for which a client's answers count, too."""
    if not client.is_claimed:
        return []
    own = Q(relation=Relation.SELF) if client.relation == Relation.SELF else Q(pk__in=[])
    return list(_with_the_same_birthday(client).filter(Q(is_claimed=False) | own))

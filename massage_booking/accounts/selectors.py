"""Questions about people."""

from datetime import date
from typing import Any, Final

from django.db.models import Case, Count, Q, QuerySet, When

from massage_booking.accounts import searching
from massage_booking.accounts.models import Client, Relation, User

GROWN_UP: Final = 18


def account_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def search_clients(words: str) -> QuerySet[Client]:
    """Find clients by part of the name, e-mail or phone; every word must fit somewhere. See `searching`."""
    asked = searching.read(words)
    found = Client.objects.filter(confirmed_at__isnull=False)
    for word in asked.words:
        folded = searching.fold(word)
        fits = Q(email__icontains=word) | Q(account__email__icontains=word)
        found = found.filter(fits | Q(name_folded__contains=folded) if folded else fits)
    if asked.part:
        phone = Q(phone_digits__contains=asked.part)
        if asked.whole:
            phone |= Q(phone_digits__in=asked.whole)
        # Digits may stand in an address too.
        mail = Q(email__icontains=asked.part) | Q(account__email__icontains=asked.part)
        found = found.filter(phone | mail)
    return found.select_related("account").order_by("name", "pk")


def clients_of(account: Any) -> QuerySet[Client]:
    """Return whom an account looks after, its own person first."""
    own_first = Case(When(relation=Relation.SELF, then=0), default=1)
    return Client.objects.filter(account=account, confirmed_at__isnull=False).order_by(own_first, "created_at", "pk")


def is_grown_up(client: Client, today: date) -> bool:
    """Tell whether somebody is of age. Without a date of birth nobody can say so."""
    born = client.date_of_birth
    if born is None:
        return False
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day)) >= GROWN_UP


def may_hand_over(client: Client, today: date) -> bool:
    """Tell whether somebody was a child on this account and is of age: their page is theirs to have."""
    return client.relation == Relation.CHILD and is_grown_up(client, today)


# --- The same person twice --------------------------------------------------


def digits_of(phone: str) -> str:
    """Return the last nine digits of a phone number: the same with and without a country's prefix."""
    return "".join(sign for sign in phone if sign.isdigit())[-9:]


def perhaps_the_same(client: Client, *, most: int = 10) -> list[Client]:
    """Return clients who may be this person under another record: by name and birthday, account, e-mail or phone."""
    wanted = Q(name__iexact=client.name)
    if client.email:
        wanted |= Q(email=client.email) | Q(account__email=client.email)
    if client.account is not None:
        wanted |= Q(account=client.account) | Q(email=client.account.email)
    digits = digits_of(client.phone)
    if len(digits) >= 5:
        wanted |= Q(phone__endswith=client.phone[-4:])
    found = Client.objects.filter(wanted, confirmed_at__isnull=False).exclude(pk=client.pk).select_related("account")
    ranked = [(_likeness(client, other), other) for other in found.order_by("pk")[:200]]
    likely = sorted((pair for pair in ranked if pair[0]), key=lambda pair: (-pair[0], pair[1].pk))
    return [other for _, other in likely[:most]]


def _likeness(one: Client, other: Client) -> int:
    """Count what speaks for one person, of three things. One alone is a family, or a namesake."""
    name = one.name.casefold() == other.name.casefold()
    born = one.date_of_birth is not None and one.date_of_birth == other.date_of_birth
    reach = bool(
        (one.mail_address and one.mail_address == other.mail_address)
        or (digits_of(one.phone) and digits_of(one.phone) == digits_of(other.phone))
    )
    count = name + born + reach
    return count if count > 1 else 0


def twice_on_an_account(*, most: int = 10) -> list[tuple[Client, Client]]:
    """Return pairs of records that one account has proved to be its own, with the same birthday; the older first."""
    own = Client.objects.filter(
        relation=Relation.SELF,
        is_claimed=True,
        confirmed_at__isnull=False,
        account__isnull=False,
        date_of_birth__isnull=False,
    )
    repeated = (
        own.values("account_id", "date_of_birth").annotate(records=Count("pk")).filter(records__gt=1).order_by()[:most]
    )
    pairs = []
    for group in repeated:
        first, second, *_ = own.filter(account_id=group["account_id"], date_of_birth=group["date_of_birth"]).order_by(
            "created_at", "pk"
        )
        pairs.append((first, second))
    return pairs

"""Questions about people."""

from typing import Any

from django.db.models import Case, Q, QuerySet, When

from massage_booking.accounts.models import Client, Relation, User


def account_by_email(email: str) -> User | None:
    return User.objects.filter(email=email.strip().lower()).first()


def search_clients(words: str) -> QuerySet[Client]:
    """Find clients by part of the name, e-mail or phone; every word must fit somewhere."""
    found = Client.objects.filter(confirmed_at__isnull=False)
    for word in words.split()[:5]:
        digits = "".join(character for character in word if character.isdigit())
        fits = Q(name__icontains=word) | Q(email__icontains=word) | Q(account__email__icontains=word)
        if len(digits) >= 3:
            fits |= Q(phone__icontains=digits) | Q(phone__icontains=word)
        found = found.filter(fits)
    return found.select_related("account").order_by("name", "pk")


def clients_of(account: Any) -> QuerySet[Client]:
    """Return whom an account looks after, its own person first."""
    own_first = Case(When(relation=Relation.SELF, then=0), default=1)
    return Client.objects.filter(account=account, confirmed_at__isnull=False).order_by(own_first, "created_at", "pk")

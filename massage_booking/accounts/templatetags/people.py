"""`{% load people %}`: how the account pages name clients."""

from datetime import date

from allauth.mfa.models import Authenticator
from django import template
from django.utils import timezone

from massage_booking.accounts.models import Client, Relation, User
from massage_booking.core import clock

register = template.Library()

GROWN_UP = 18


@register.filter
def age(born: date | None) -> int | None:
    """Return the age today, in the zone in force."""
    if born is None:
        return None
    today = timezone.localtime(clock.now()).date()
    return today.year - born.year - ((today.month, today.day) < (born.month, born.day))


@register.filter
def chip_name(client: Client) -> str:
    """Write Nadia, or Idris, 14: a child is told apart by its age."""
    years = age(client.date_of_birth)
    return f"{client.first_name}, {years}" if years is not None and years < GROWN_UP else client.first_name


@register.filter
def whose(client: Client) -> str:
    """Begin a sentence about what belongs to a client: Your, or Idris’s."""
    return "Your" if client.relation == Relation.SELF else f"{client.first_name}’s"


@register.filter
def has_app(user: User) -> bool:
    """Say whether an authenticator app gives this account codes; a passkey gives none."""
    return Authenticator.objects.filter(user=user, type=Authenticator.Type.TOTP).exists()

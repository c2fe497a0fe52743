"""Writing people down."""

from datetime import date, datetime, timedelta

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.db import transaction

from massage_booking.accounts import searching, signals
from massage_booking.accounts.models import Client, Relation, User
from massage_booking.core.errors import Refused
from massage_booking.outbox import services as outbox

# A guest who leaves half-way is forgotten after this.
GUEST_LIFETIME = timedelta(hours=24)


def start_guest(*, date_of_birth: date, relation: str, now: datetime) -> Client:
    """Make the client of a booking that has no name yet; nothing is kept if it is never confirmed."""
    return Client.objects.create(date_of_birth=date_of_birth, relation=relation, created_at=now)


def add_client(*, account: User, name: str, date_of_birth: date, relation: str, now: datetime) -> Client:
    """Add somebody in the account's care."""
    return Client.objects.create(
        account=account, name=name, date_of_birth=date_of_birth, relation=relation, created_at=now, confirmed_at=now
    )


def add_client_by_phone(*, name: str, email: str, phone: str, date_of_birth: date | None, now: datetime) -> Client:
    """Add a client whom the desk talks to; an account is made only when there is an address.

    With an address whose account was there already, it is unproved until a code was used.
    """
    account, made = account_for(email=email, name=name, phone=phone, now=now) if email else (None, True)
    return Client.objects.create(
        account=account,
        is_claimed=made,
        name=name,
        email=email.strip().lower(),
        phone=phone,
        date_of_birth=date_of_birth,
        relation=Relation.SELF,
        created_at=now,
        confirmed_at=now,
    )


def account_for(*, email: str, name: str, phone: str, now: datetime) -> tuple[User, bool]:
    """Return the account with this address, made silently when there is none, and whether it was made.

    The address counts as unverified until a mailed code was used.
    """
    address = email.strip().lower()
    with transaction.atomic():
        user, made = User.objects.get_or_create(
            email=address, defaults={"name": name, "phone": phone, "date_joined": now, "password": "!"}
        )
        if made:
            user.set_unusable_password()
            user.save(update_fields=["password"])
            EmailAddress.objects.create(user=user, email=address, primary=True, verified=False)
    return user, made


def confirm_guest(
    *, client: Client, account: User, is_new_account: bool, name: str, email: str, phone: str, now: datetime
) -> Client:
    """Give a guest's client its name and account. What an existing account holds is neither read nor changed."""
    client.account = account
    client.name = name
    client.email = email.strip().lower()
    client.phone = phone
    client.is_claimed = is_new_account
    client.confirmed_at = now
    client.save(update_fields=["account", "name", "email", "phone", "is_claimed", "confirmed_at"])
    return client


def set_contact(*, client: Client, email: str, phone: str, now: datetime) -> Client:
    """Save how to reach a client; with an address, whoever has no account gets one.

    An account that was there already counts as unproved until a code was used. One that looks after the client stays.
    """
    with transaction.atomic():
        # Two people at once must not give one client two accounts.
        client.account = (
            Client.objects.select_for_update(of=["self"]).select_related("account").get(pk=client.pk).account
        )
        client.email, client.phone = email.strip().lower(), phone
        changed = ["email", "phone"]
        if client.account is None and client.email:
            own_name = client.name if client.relation == Relation.SELF else ""
            client.account, made = account_for(email=client.email, name=own_name, phone=phone, now=now)
            client.is_claimed = made
            changed += ["account", "is_claimed"]
        client.save(update_fields=changed)
    return client


def hand_over(*, client: Client, email: str, by: User, now: datetime) -> Client:
    """Give somebody who has come of age an account of their own; the one that looked after them lets go.

    It counts as unproved until a code was used. Sessions, answers and the rhythm stay with the person.
    Raises Refused("own_address"): the address is that of whoever lets go.
    """
    address = email.strip().lower()
    if address == by.email:
        raise Refused("own_address")
    with transaction.atomic():
        account, _ = account_for(email=address, name=client.name, phone="", now=now)
        handed = Client.objects.select_for_update(of=["self"]).filter(account=by).get(pk=client.pk)
        handed.account, handed.relation = account, Relation.SELF
        handed.email, handed.is_claimed = address, False
        handed.save(update_fields=["account", "relation", "email", "is_claimed"])
        outbox.enqueue(
            kind="handed_over",
            key=f"handed_over:{handed.pk}:{account.pk}",
            recipient=address,
            subject_id=handed.pk,
            due_at=now,
            now=now,
        )
        signals.client_handed_over.send(sender=Client, client=handed, by=by)
    return handed


def claim(*, client: Client) -> None:
    """Recognise a record as its account's own: a code, or a letter, has reached the account's address."""
    Client.objects.filter(pk=client.pk).update(is_claimed=True)
    client.is_claimed = True


def clear_guests(*, now: datetime) -> int:
    """Forget guests who never confirmed, with everything that hangs on them."""
    count, _ = Client.objects.filter(confirmed_at__isnull=True, created_at__lt=now - GUEST_LIFETIME).delete()
    return count


def open_account(*, user: User, now: datetime) -> User:
    """Save a new account that somebody else opened: no password, a mailed code signs in."""
    user.email = user.email.strip().lower()
    user.date_joined = now
    user.set_unusable_password()
    with transaction.atomic():
        user.save()
        keep_address(user=user)
    return user


def keep_address(*, user: User) -> None:
    """Let sign-in codes go to the account's own address and to no other; a new one is proved by the first code."""
    with transaction.atomic():
        EmailAddress.objects.filter(user=user).exclude(email=user.email).delete()
        address, _ = EmailAddress.objects.get_or_create(user=user, email=user.email)
        if not address.primary:
            address.primary = True
            address.save(update_fields=["primary"])


def forget_second_factors(*, user: User) -> None:
    """Take every authenticator away: somebody lost a phone. The next sign-in asks staff for a new one."""
    Authenticator.objects.filter(user=user).delete()


def change_details(*, account: User, name: str, phone: str) -> None:
    """Change the name and phone of whoever signs in, and of their own client with them."""
    account.name, account.phone = name, phone
    account.save(update_fields=["name", "phone"])
    Client.objects.filter(account=account, relation=Relation.SELF, confirmed_at__isnull=False, is_claimed=True).update(
        name=name, phone=phone, name_folded=searching.fold(name)[:240], phone_digits=searching.digits(phone)
    )


def change_client(*, client: Client, name: str, date_of_birth: date, relation: str) -> Client:
    """Correct who a client is."""
    before = client.date_of_birth
    client.name, client.date_of_birth, client.relation = name, date_of_birth, relation
    client.save(update_fields=["name", "date_of_birth", "relation"])
    tell_of_birthday(client=client, before=before)
    return client


def tell_of_birthday(*, client: Client, before: date | None) -> None:
    """Tell the apps above when a date of birth is another than before."""
    if client.date_of_birth != before:
        signals.birthday_changed.send(sender=Client, client=client, before=before)

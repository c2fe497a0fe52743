"""People: accounts that sign in, and clients who receive massage."""

from typing import Any, ClassVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower

from massage_booking.accounts import searching
from massage_booking.accounts.managers import UserManager
from massage_booking.core.ids import new_public_id


class User(AbstractBaseUser, PermissionsMixin):
    """An account: a person who signs in, with a mailed code."""

    email = models.EmailField("e-mail", unique=True)
    name = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    is_active = models.BooleanField(default=True)
    is_desk = models.BooleanField(
        "front desk", default=False, help_text="May book, move and cancel for clients; sees no health answers."
    )
    is_staff = models.BooleanField("admin", default=False, help_text="May open the admin pages.")
    date_joined = models.DateTimeField(null=True, blank=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    class Meta:
        ordering = ["email"]
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def get_short_name(self) -> str:
        return self.name.split(" ")[0] if self.name else ""


class Relation(models.TextChoices):
    SELF = "self", "Myself"
    CHILD = "child", "My child"
    PARENT = "parent", "My parent"
    PARTNER = "partner", "My partner"
    OTHER = "other", "Somebody else in my care"


# Column -> the column in which it is searched.
SEARCHED = {"name": "name_folded", "phone": "phone_digits"}


class Client(models.Model):
    """A person who receives massage. Without `confirmed_at` a guest is still filling in the first booking."""

    public_id = models.CharField(max_length=22, unique=True, default=new_public_id, editable=False)
    account = models.ForeignKey(User, on_delete=models.SET_NULL, null=True, blank=True, related_name="clients")
    relation = models.CharField("who this is to the account", max_length=8, choices=Relation, default=Relation.SELF)
    name = models.CharField(max_length=120, blank=True)
    email = models.EmailField("e-mail", blank=True)
    phone = models.CharField(max_length=40, blank=True)
    date_of_birth = models.DateField(null=True, blank=True)
    # Booked by a guest who typed an address that was known: not proved to be the account's until a code was used.
    is_claimed = models.BooleanField(
        default=True, help_text="No: booked as a guest with this account's address, not yet recognised."
    )
    confirmed_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()
    # Name and phone as the desk's search reads them; `save` keeps them in step.
    name_folded = models.CharField(max_length=240, blank=True, editable=False)
    phone_digits = models.CharField(max_length=40, blank=True, editable=False)

    class Meta:
        ordering = ["name", "pk"]
        indexes = [
            models.Index(fields=["phone_digits"], name="client_by_phone"),
            models.Index(Lower("name"), name="client_by_name"),
            models.Index(Lower("email"), name="client_by_email"),
        ]

    def __str__(self) -> str:
        return self.name or "Somebody booking"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save, with name and phone as they are searched."""
        changed = kwargs.get("update_fields")
        if changed is None or "name" in changed:
            self.name_folded = searching.fold(self.name)[:240]
        if changed is None or "phone" in changed:
            self.phone_digits = searching.digits(self.phone)
        if changed is not None:
            kwargs["update_fields"] = {*changed, *(SEARCHED[name] for name in changed if name in SEARCHED)}
        super().save(*args, **kwargs)

    @property
    def first_name(self) -> str:
        return self.name.split(" ")[0]

    @property
    def short_name(self) -> str:
        """Return “Nadia R.”: enough for a calendar that others may see over a shoulder."""
        parts = self.name.split()
        return f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 else self.name

    @property
    def mail_address(self) -> str:
        """Return where mails about this client go: the client's own address, else the account's."""
        return self.email or (self.account.email if self.account else "")


class FormerId(models.Model):
    """A public id under which a client was kept before two records of one person became one."""

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="former_ids")
    public_id = models.CharField(max_length=22, unique=True)
    merged_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.public_id

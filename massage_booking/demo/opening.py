"""Opening a real studio: one row of settings, one room with one table, the techniques, the first admin."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from zoneinfo import available_timezones

from allauth.account.models import EmailAddress
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction

from massage_booking.accounts.models import User
from massage_booking.core import money
from massage_booking.core.errors import Refused
from massage_booking.demo import techniques
from massage_booking.studio import selectors
from massage_booking.studio.models import Location, Place, Room, Studio


class NotMeant(Exception):
    """An answer that cannot be meant; the text says what is wanted."""


@dataclass(frozen=True)
class Details:
    """What an owner says about the studio, checked."""

    name: str
    address: str
    zone: str
    currency: str
    phone: str
    email: str
    emergency_number: str
    urgent_number: str


def refuse_unwritable(text: str) -> None:
    """Refuse control characters and halves of characters, which no database takes."""
    if any(unicodedata.category(sign) in {"Cc", "Cs"} for sign in text if sign != "\n"):
        raise NotMeant("That holds characters which cannot be written down.")


def line(text: str, *, longest: int) -> str:
    """Read one line of text."""
    words = " ".join(text.split())
    if not words:
        raise NotMeant("Please type something.")
    refuse_unwritable(words)
    if len(words) > longest:
        raise NotMeant(f"At most {longest} characters, please.")
    return words


def name(text: str) -> str:
    return line(text, longest=80)


def address(text: str) -> str:
    """Read an address, its parts divided by commas or line breaks; return one part a line."""
    parts = [" ".join(part.split()) for part in re.split(r"[,\n]", text.replace("\\n", "\n"))]
    lines = "\n".join(part for part in parts if part)
    refuse_unwritable(lines)
    if not lines:
        raise NotMeant("Please type the address as on a letter, its parts divided by commas.")
    if len(lines) > 300:
        raise NotMeant("At most 300 characters, please.")
    return lines


def zone(text: str) -> str:
    """Read a time zone, in any case; a city alone will do where only one zone has it."""
    wanted = text.strip().replace(" ", "_").lower()
    zones = available_timezones()
    fits = [known for known in zones if known.lower() == wanted]
    fits = fits or [known for known in zones if "/" in known and known.rsplit("/", 1)[-1].lower() == wanted]
    if len(fits) == 1:
        return fits[0]
    if wanted:
        near = sorted(fits or [known for known in zones if wanted in known.lower()])[:4]
        if near:
            raise NotMeant(f"“{text.strip()}” is not a time zone. Did you mean {' or '.join(near)}?")
    raise NotMeant(f"“{text.strip()}” is not a time zone. Use a name such as Europe/Dublin.")


def currency(text: str) -> str:
    code = text.strip().upper()
    if code not in money.CODES:
        raise NotMeant(f"“{text.strip()}” is not a currency. Three letters of ISO 4217, for example EUR.")
    return code


def phone(text: str) -> str:
    number = line(text, longest=40)
    if sum(sign.isdigit() for sign in number) < 3:
        raise NotMeant(f"“{number}” is not a telephone number.")
    return number


def email(text: str) -> str:
    """Read an e-mail address; return it in lower case."""
    written = text.strip().lower()
    try:
        validate_email(written)
    except ValidationError:
        raise NotMeant(f"“{text.strip()}” is not an e-mail address.") from None
    return written


def emergency_number(text: str) -> str:
    number = line(text, longest=20)
    if not any(sign.isdigit() for sign in number):
        raise NotMeant(f"“{number}” is not a telephone number.")
    return number


def urgent_number(text: str) -> str:
    return line(text, longest=80) if text.strip() else ""


def person(text: str) -> str:
    return line(text, longest=120) if text.strip() else ""


READERS: Final[dict[str, Callable[[str], str]]] = {
    "name": name,
    "address": address,
    "zone": zone,
    "currency": currency,
    "phone": phone,
    "email": email,
    "emergency_number": emergency_number,
    "urgent_number": urgent_number,
    "admin_email": email,
    "admin_name": person,
}


def open_studio(*, details: Details, admin_email: str, admin_name: str, now: datetime) -> tuple[Studio, User]:
    """Write down the studio and its first admin. Raises `Refused` when there is a studio already."""
    with transaction.atomic():
        if selectors.current() is not None:
            raise Refused("studio_exists")
        studio = Studio.objects.create(**vars(details))
        room = Room.objects.create(location=Location.objects.create(name=studio.name), name="Room 1")
        Place.objects.create(room=room)
        techniques.save_all()
        return studio, appoint_admin(email=admin_email, name=admin_name, now=now)


def appoint_admin(*, email: str, name: str, now: datetime) -> User:
    """Make an account an admin's, and the account where there is none. There is no password: codes are mailed."""
    with transaction.atomic():
        user = User.objects.filter(email=email).first()
        if user is None:
            user = User.objects.create_user(email, name=name, date_joined=now)
        user.name = name or user.name
        user.is_staff = user.is_superuser = user.is_active = True
        user.save(update_fields=["name", "is_staff", "is_superuser", "is_active"])
        # The first code proves the address; without this row a second one would be asked for.
        EmailAddress.objects.get_or_create(user=user, email=email, defaults={"primary": True, "verified": False})
    return user

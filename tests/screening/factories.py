"""People, a studio and filled-in forms for the tests of screening."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from massage_booking.accounts.models import Client, User
from massage_booking.studio.models import Studio

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ADULT = date(1986, 4, 2)


def make_studio(**changes: Any) -> Studio:
    fields: dict[str, Any] = {
        "name": "Stillwater Massage",
        "address": "4 Weir Lane\nGalway",
        "phone": "+353 20 912 0144",
        "email": "hello@stillwater.example",
        "zone": "Europe/Dublin",
        "emergency_number": "112",
        "urgent_number": "1800 700 700",
        "emergency_department": "University Hospital, Newcastle Road",
    }
    return Studio.objects.update_or_create(pk=1, defaults={**fields, **changes})[0]


def make_user(email: str = "nadia@example.com", name: str = "Nadia Rahman", **changes: Any) -> User:
    return User.objects.create_user(email=email, name=name, **changes)


def make_client(
    *, account: User | None = None, name: str = "Nadia Rahman", born: date | None = ADULT, **changes: Any
) -> Client:
    fields: dict[str, Any] = {"created_at": NOW - timedelta(days=30)}
    if account is not None:
        fields["confirmed_at"] = NOW - timedelta(days=30)
    return Client.objects.create(account=account, name=name, date_of_birth=born, **{**fields, **changes})

"""What goes when a client's health data is erased: all that sessions sealed for them, or drew from their answers."""

from datetime import datetime

from massage_booking.accounts.models import Client
from sessions.models import SignOff, SymptomReport
from sessions.services import health


def erase_health_data(*, client: Client, now: datetime) -> None:
    """Empty reports and sign-offs; that they were made stays. Sessions ahead must be asked about again."""
    SymptomReport.objects.filter(client=client).update(sealed=None, sealed_closing=None)
    SignOff.objects.filter(session__client=client).update(
        decision=None, sealed_note=None, max_pressure="", avoid_areas=[], avoid_techniques=[], max_minutes=None
    )
    health.ask_again(client=client, now=now)

"""Stopping bookings until somebody has looked, and letting them go on."""

from datetime import datetime

from massage_booking.accounts.models import Client, User
from screening.models import BookingStop
from screening.services.locks import lock


def stop_bookings(*, client: Client, now: datetime) -> BookingStop:
    """Let nothing be booked or begun for a client; belongs into the caller's transaction. Twice is once."""
    lock(client)
    known = BookingStop.objects.filter(client=client, lifted_at__isnull=True).first()
    return known or BookingStop.objects.create(client=client, made_at=now)


def lift_stop(*, client: Client, by: User | None, now: datetime) -> bool:
    """Let bookings go on; say whether they were stopped. Belongs into the caller's transaction."""
    lock(client)
    in_force = BookingStop.objects.filter(client=client, lifted_at__isnull=True)
    return in_force.update(lifted_at=now, lifted_by=by) > 0

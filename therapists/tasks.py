"""Ticks about therapists' time. Each looks into the database and calls one service."""

from celery import shared_task


@shared_task(name="therapists.tasks.read_calendars", ignore_result=True)
def read_calendars() -> None:
    from massage_booking.core import clock
    from therapists import services

    services.read_calendars(now=clock.now())

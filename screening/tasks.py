"""Ticks about the record of readings. Each looks into the database and calls one service."""

from celery import shared_task


@shared_task(name="screening.tasks.close_days", ignore_result=True)
def close_days() -> None:
    from massage_booking.core import clock
    from screening import services

    services.close_days(now=clock.now())

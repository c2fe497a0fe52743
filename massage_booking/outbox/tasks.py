"""Ticks: look into the database and send what is due."""

from celery import shared_task


@shared_task(name="massage_booking.outbox.tasks.send_due", ignore_result=True)
def send_due() -> None:
    from massage_booking.core import clock
    from massage_booking.outbox import services

    services.send_due(now=clock.now())

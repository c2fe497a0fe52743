"""Ticks about sessions. Each looks into the database and calls one service."""

from celery import shared_task


@shared_task(name="sessions.tasks.plan_nudges", ignore_result=True)
def plan_nudges() -> None:
    from massage_booking.core import clock
    from sessions.services import nudges

    nudges.plan_nudges(now=clock.now())


@shared_task(name="sessions.tasks.clear_expired", ignore_result=True)
def clear_expired() -> None:
    from massage_booking.core import clock
    from sessions.services import upkeep

    upkeep.clear_expired(now=clock.now())

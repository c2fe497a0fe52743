"""Celery: ticks that look into the database, never the truth themselves."""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "massage_booking.settings")

app = Celery("massage_booking")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()

# Times are seconds. The tasks are named by their path; a test checks that each exists.
app.conf.beat_schedule = {
    "send due messages": {
        "task": "massage_booking.outbox.tasks.send_due",
        "schedule": 20.0,
        "options": {"queue": "mail", "expires": 20},
    },
    "plan nudges": {
        "task": "sessions.tasks.plan_nudges",
        "schedule": 600.0,
        "options": {"queue": "planning", "expires": 600},
    },
    "clear what has expired": {
        "task": "sessions.tasks.clear_expired",
        "schedule": 300.0,
        "options": {"queue": "upkeep", "expires": 300},
    },
    # Each calendar is read every half an hour; this only looks whose time has come.
    "read calendars kept elsewhere": {
        "task": "therapists.tasks.read_calendars",
        "schedule": 300.0,
        "options": {"queue": "upkeep", "expires": 300},
    },
    # Once a day would do; each hour a day that a stopped beat has missed is caught up.
    "close days of the record of readings": {
        "task": "screening.tasks.close_days",
        "schedule": 3600.0,
        "options": {"queue": "upkeep", "expires": 3600},
    },
}

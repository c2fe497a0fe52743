"""Addresses under /therapists/."""

from django.urls import path

from therapists.views import calendars, dates, own, repeating, visitors

app_name = "therapists"

# Words that no therapist's own address may take: pages of ours, and what says “with whom” without a name.
RESERVED_SLUGS = frozenset({"any", "calendars", "dates", "hours", "man", "repeating", "time-off", "woman"})

urlpatterns = [
    path("", visitors.index, name="index"),
    path("hours/", own.hours, name="hours"),
    path("time-off/", own.time_off, name="time_off"),
    path("time-off/<int:pk>/remove/", own.remove_time_off, name="remove_time_off"),
    path("dates/", dates.dates, name="dates"),
    path("dates/<str:day>/remove/", dates.remove_date, name="remove_date"),
    path("repeating/", repeating.repeating, name="repeating"),
    path("repeating/<int:repeating_pk>/remove/", repeating.remove_repeating, name="remove_repeating"),
    path("calendars/", calendars.calendars, name="calendars"),
    path("calendars/add-file/", calendars.add_file, name="add_calendar_file"),
    path("calendars/<str:calendar_id>/read/", calendars.read, name="read_calendar"),
    path("calendars/<str:calendar_id>/file/", calendars.replace_file, name="replace_calendar_file"),
    path("calendars/<str:calendar_id>/remove/", calendars.remove, name="remove_calendar"),
    path("<slug:slug>/", visitors.detail, name="detail"),
    path("<slug:slug>/portrait/", visitors.portrait, name="portrait"),
]

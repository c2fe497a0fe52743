"""Addresses under /therapists/."""

from django.urls import path

from therapists.views import own, visitors

app_name = "therapists"

# Words that no therapist's own address may take: pages of ours, and what says “with whom” without a name.
RESERVED_SLUGS = frozenset({"hours", "time-off", "any", "woman", "man"})

urlpatterns = [
    path("", visitors.index, name="index"),
    path("hours/", own.hours, name="hours"),
    path("time-off/", own.time_off, name="time_off"),
    path("time-off/<int:pk>/remove/", own.remove_time_off, name="remove_time_off"),
    path("<slug:slug>/", visitors.detail, name="detail"),
    path("<slug:slug>/portrait/", visitors.portrait, name="portrait"),
]

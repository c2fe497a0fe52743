"""Addresses: one include a prefix."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from massage_booking.outbox.views import health

urlpatterns = [
    path("", include("sessions.urls_home")),
    path("therapists/", include("therapists.urls")),
    path("screening/", include("screening.urls")),
    path("sessions/", include("sessions.urls")),
    path("account/", include("massage_booking.accounts.urls")),
    path("accounts/", include("allauth.urls")),
    path("admin/", admin.site.urls),
    path("health/", health, name="health"),
]

if settings.MAILBOX:
    urlpatterns.append(path("mailbox/", include("massage_booking.outbox.urls")))

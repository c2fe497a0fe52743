from django.apps import AppConfig


class StudioConfig(AppConfig):
    name = "massage_booking.studio"
    label = "studio"
    verbose_name = "Studio"

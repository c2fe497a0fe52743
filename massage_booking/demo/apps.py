from django.apps import AppConfig


class DemoConfig(AppConfig):
    """Commands that need every app: opening a studio, and the demo studio."""

    name = "massage_booking.demo"
    label = "demo"

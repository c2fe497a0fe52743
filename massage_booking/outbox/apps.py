from django.apps import AppConfig


class OutboxConfig(AppConfig):
    name = "massage_booking.outbox"
    label = "outbox"
    verbose_name = "Messages"

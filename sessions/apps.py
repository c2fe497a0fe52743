from django.apps import AppConfig
from django.db.models.signals import post_migrate


class SessionsConfig(AppConfig):
    """Booked sessions. The label differs from the package, because Django has an app labelled “sessions”."""

    name = "sessions"
    label = "massage_sessions"
    verbose_name = "Sessions"

    def ready(self) -> None:
        from sessions import (  # noqa: F401 - they register themselves
            after_saving,
            checks,
            emails,
            emails_aftercare,
            emails_certificates,
            emails_changes,
            emails_clearance,
            emails_health,
            emails_people,
            emails_rearranged,
            emails_series,
            emails_together,
            emails_waitlist,
            guards,
            kept,
            receivers,
        )
        from sessions.selectors import effects, own_entries  # noqa: F401 - they register themselves

        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="sessions.guards")

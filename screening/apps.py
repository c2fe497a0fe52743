from django.apps import AppConfig
from django.db.models.signals import post_migrate


class ScreeningConfig(AppConfig):
    """Health questions, what they mean for a session, and the vault that keeps the answers."""

    name = "screening"
    verbose_name = "Screening"

    def ready(self) -> None:
        from screening import checks, finality, guards, packaged  # noqa: F401 - checks register themselves

        post_migrate.connect(guards.install_after_migrate, sender=self, dispatch_uid="screening.guards")
        post_migrate.connect(finality.install_after_migrate, sender=self, dispatch_uid="screening.finality")
        post_migrate.connect(packaged.install_after_migrate, sender=self, dispatch_uid="screening.packaged")

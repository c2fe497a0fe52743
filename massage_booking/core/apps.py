from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class CoreConfig(AppConfig):
    name = "massage_booking.core"
    label = "core"

    def ready(self) -> None:
        from django.apps import apps

        from massage_booking.core import checks  # noqa: F401 - registers itself

        # The core has no models, so no signal of its own; this app is always there and says it once a migrate.
        post_migrate.connect(
            make_cache_table, sender=apps.get_app_config("contenttypes"), dispatch_uid="core.make_cache_table"
        )


def make_cache_table(using: str = "default", **kwargs: Any) -> None:
    """Make the table of the database cache, where that is the cache; `migrate` is then all that a set-up needs."""
    from django.core.management import call_command

    call_command("createcachetable", database=using, verbosity=0)

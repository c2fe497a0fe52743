"""Django's `migrate`, with its checks of code and database afterwards instead of before."""

from typing import Any

from django.core.management.commands import migrate


class Command(migrate.Command):
    """Migrate, then check: it is migrating that puts missing guards back, so their absence must not prevent it."""

    def execute(self, *args: Any, **options: Any) -> Any:
        output = super().execute(*args, **{**options, "skip_checks": True})
        if not (options["skip_checks"] or options["plan"] or options["check_unapplied"]):
            self.check(databases=[options["database"]])
        return output

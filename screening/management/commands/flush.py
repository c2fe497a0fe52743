"""Empty the database, the access log included, which its guards refuse to anybody else."""

from typing import Any

from django.core.management.commands.flush import Command as Flush
from django.db import connections

from screening import guards


class Command(Flush):
    def handle(self, **options: Any) -> None:
        connection = connections[options["database"]]
        if not guards.table_exists(connection):
            super().handle(**options)
            return
        with guards.lifted(connection):
            super().handle(**options)

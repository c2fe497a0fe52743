"""System check: without its guards the calendar is not safe."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from sessions import guards


@register(Tags.database)
def check_guards(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """Name the guards against double booking that a database lacks."""
    found: list[Any] = []
    for alias in databases or []:
        connection = connections[alias]
        if not guards.table_exists(connection):
            continue
        for name in guards.missing(connection):
            found.append(
                Error(
                    f"The guard {name} against double booking is missing in the database “{alias}”.",
                    hint="Run `python manage.py migrate`, which puts it back.",
                    id="massage_sessions.E001",
                )
            )
    return found

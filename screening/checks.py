"""System checks: an access log or a decision that can be rewritten proves nothing."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from screening import finality, guards


@register(Tags.database)
def check_guards(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """Name the guards of the access log that a database lacks."""
    found: list[Any] = []
    for alias in databases or []:
        connection = connections[alias]
        if not guards.table_exists(connection):
            continue
        for name in guards.missing(connection):
            found.append(
                Error(
                    f"The guard {name} of the access log is missing in the database “{alias}”.",
                    hint="Run `python manage.py migrate`, which puts it back.",
                    id="screening.E001",
                )
            )
    return found


@register(Tags.database)
def check_finality(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """Name the guards of decisions and published rules that a database lacks."""
    return [
        Error(
            f"The guard {name} is missing in the database “{alias}”.",
            hint="Run `python manage.py migrate`, which puts it back.",
            id="screening.E002",
        )
        for alias in databases or []
        if finality.tables_exist(connections[alias])
        for name in finality.missing(connections[alias])
    ]

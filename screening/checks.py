"""System checks: what can be rewritten proves nothing, and what a server cannot open it must not go on sealing."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from screening import finality, guards, keyring
from screening.models import ClientKey


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


@register(Tags.database)
def check_vault_opens(app_configs: Any, databases: Any = None, **kwargs: Any) -> list[Any]:
    """Say when this server has another vault key than the one that what is kept was sealed with."""
    connection = connections["default"]
    if "default" not in (databases or []) or ClientKey._meta.db_table not in connection.introspection.table_names():
        return []
    if keyring.opens_what_is_kept():
        return []
    return [
        Error(
            "VAULT_KEYS does not open the health answers that are kept.",
            hint="Put the key that they were sealed with into VAULT_KEYS; a new one goes before it, with a comma.",
            id="screening.E003",
        )
    ]

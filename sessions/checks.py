"""System checks: without its guards the calendar is not safe, without its methods a till takes no card."""

from typing import Any

from django.core.checks import Error, Tags, register
from django.db import connections

from sessions import guards, payments


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


@register()
def check_till(app_configs: Any, **kwargs: Any) -> list[Any]:
    """Say so when the setting names no till."""
    try:
        till: Any = payments.till()
    except (ImportError, TypeError) as error:
        return [_no_till(str(error))]
    lacking = [name for name in ("ask", "outcome", "refund") if not callable(getattr(till, name, None))]
    return [_no_till(f"it has no {name}()") for name in lacking]


def _no_till(why: str) -> Error:
    return Error(
        f"PAYMENTS_TILL names nothing that takes cards: {why}.",
        hint="Leave it out for the studio's own terminal, or see docs/payments.md.",
        id="massage_sessions.E002",
    )

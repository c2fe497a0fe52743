"""What a control takes away."""

from typing import Any

import pytest
from django.db import connection

from sessions import guards
from sessions.models import MassageSession
from sessions.services import locks


@pytest.fixture
def unguarded(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Take away lock, second look and guard, as if nobody had thought of them."""
    monkeypatch.setattr(locks, "lock", lambda **_: None)
    monkeypatch.setattr(locks, "refuse_if_taken", lambda **_: None)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in guards.wanted():
                cursor.execute(f"DROP TRIGGER {name}")
        else:
            for name in guards.RULES:
                cursor.execute(f"ALTER TABLE massage_session DROP CONSTRAINT {name}")
    yield
    MassageSession.objects.all().delete()
    if connection.vendor == "sqlite":
        guards.install(connection)
    else:
        with connection.schema_editor() as editor:
            for constraint in MassageSession._meta.constraints:
                if constraint.name in guards.RULES:
                    editor.add_constraint(MassageSession, constraint)
    assert guards.missing(connection) == []

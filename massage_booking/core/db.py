"""What the two database engines need for the same promise: no two rows may overlap."""

import hashlib
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, TypeVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.core.exceptions import ValidationError
from django.db import DatabaseError, IntegrityError, OperationalError, connection, models, transaction
from django.db.models import Func

from massage_booking.core.errors import Busy

logger = logging.getLogger(__name__)

Result = TypeVar("Result")

TRIES = 3

_waits_briefly: ContextVar[bool] = ContextVar("a transaction here waits briefly", default=False)


class WholeRange(Func):
    """`int8range(id, id, '[]')`: lets a plain integer stand in an exclusion constraint without an extension."""

    function = "int8range"
    template = "%(function)s(%(expressions)s, '[]')"

    def __init__(self, name: str, **extra: Any) -> None:
        # F(name) and not F(name_id): with the column's own name `validate()` compares the column with itself.
        super().__init__(models.F(name), models.F(name), **extra)


class InstantRange(Func):
    """`tstzrange(start, end, '[)')`: touching sessions do not overlap."""

    function = "tstzrange"
    template = "%(function)s(%(expressions)s, '[)')"

    def __init__(self, start: str, end: str, **extra: Any) -> None:
        super().__init__(models.F(start), models.F(end), **extra)


class NoOverlap(ExclusionConstraint):
    """An exclusion constraint on PostgreSQL; nothing elsewhere, where triggers of the same name stand in."""

    def _here(self, schema_editor: Any) -> bool:
        return bool(schema_editor.connection.vendor == "postgresql")

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().constraint_sql(model, schema_editor) if self._here(schema_editor) else None

    def create_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().create_sql(model, schema_editor) if self._here(schema_editor) else None

    def remove_sql(self, model: Any, schema_editor: Any) -> Any:
        return super().remove_sql(model, schema_editor) if self._here(schema_editor) else None

    def check(self, model: Any, connection: Any) -> list[Any]:
        return []

    def validate(self, model: Any, instance: Any, exclude: Any = None, using: str = "default") -> None:
        if connection.vendor != "postgresql":
            return
        if exclude and self.condition is not None:
            # A form that leaves a field of the condition out still has its value; without it Django's check breaks.
            exclude = set(exclude) - {name for name, *_ in model._get_expr_references(self.condition)}
        try:
            super().validate(model, instance, exclude=exclude, using=using)
        except ValidationError as error:
            # Under its name as a code a form can say it in words of its own.
            raise ValidationError(error.message, code=self.name) from error


def is_overlap(error: IntegrityError, *names: str) -> str:
    """Return which of the named guards refused, or an empty string."""
    text = str(error)
    return next((name for name in names if name in text), "")


def is_contention(error: DatabaseError) -> bool:
    """Say whether another transaction stood in the way: deadlock, serialisation, lock timeout, busy file."""
    code = getattr(error.__cause__, "pgcode", None) or ""
    return code in {"40P01", "40001", "55P03"} or "locked" in str(error)


def forget_log() -> bool:
    """Empty SQLite's write-ahead log, in which what was deleted stands until it is written over; say whether it is.

    Whoever reads at this moment keeps it from that; then it is tried again another time. PostgreSQL has its own ways:
    see docs/operations.md.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        return connection.vendor != "sqlite"
    patience = connection.settings_dict["OPTIONS"].get("timeout", 5)
    with connection.cursor() as cursor:
        try:
            # Not with the patience of a writer: somebody waits for the page.
            cursor.execute("PRAGMA busy_timeout = 500")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            return bool(cursor.fetchone()[0] == 0)
        except OperationalError:
            return False
        finally:
            cursor.execute(f"PRAGMA busy_timeout = {int(patience * 1000)}")


def stand_in_line(*words: str) -> None:
    """Make transactions that name the same word wait for each other, each until its end.

    For what no row stands for: everybody names their words after all rows are locked, in one order. On SQLite the
    IMMEDIATE transaction is the line.
    """
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for word in sorted(set(words)):
            number = int.from_bytes(hashlib.sha256(word.encode()).digest()[:8], signed=True)
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


@contextmanager
def _brief_waits() -> Iterator[None]:
    """Let this transaction wait three seconds for a lock; one within another has been told so already."""
    if connection.vendor != "postgresql" or _waits_briefly.get():
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '3s'")
    token = _waits_briefly.set(True)
    try:
        yield
    finally:
        _waits_briefly.reset(token)


def in_transaction(work: Callable[[], Result]) -> Result:
    """Run `work` in one transaction, again in a new one when another stood in the way.

    On PostgreSQL nobody waits for a lock longer than three seconds. Raises `Busy` after three tries.
    """
    for attempt in range(TRIES):
        try:
            with transaction.atomic(), _brief_waits():
                return work()
        except OperationalError as error:
            if not is_contention(error) or connection.in_atomic_block:
                raise
            # The text of the error may hold values of the row; its code says enough.
            code = getattr(error.__cause__, "pgcode", None) or "locked"
            logger.warning("another transaction stood in the way (%s), try %s of %s", code, attempt + 1, TRIES)
            time.sleep(0.05 * (attempt + 1))
    raise Busy

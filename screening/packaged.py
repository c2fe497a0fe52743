"""The rules that come with the package become the first published version of a new database."""

import json
from typing import Any

from django.db import connections

from massage_booking.core import clock
from screening.domain.rules import RULES_FOLDER
from screening.models import RuleStatus, RuleVersion
from screening.rulework.files import FILES, checksum

__all__ = ["FILES", "checksum", "install", "install_after_migrate", "read_files"]


def read_files() -> dict[str, str]:
    """Return the packaged files to the letter, by the field that keeps them."""
    # newline="": a database that holds other line ends could not be exported unchanged.
    texts = {}
    for field, name in FILES.items():
        with (RULES_FOLDER / name).open(encoding="utf-8", newline="") as file:
            texts[field] = file.read()
    return texts


def install(using: str = "default") -> RuleVersion | None:
    """Publish the packaged rules where there are none yet; return the version made."""
    if RuleVersion.objects.using(using).exists():
        return None
    texts = read_files()
    now = clock.now()
    version, made = RuleVersion.objects.using(using).get_or_create(
        label=json.loads(texts["extra_json"])["version"],
        defaults={
            **texts,
            "status": RuleStatus.PUBLISHED,
            "checksum": checksum(texts),
            "created_at": now,
            "published_at": now,
        },
    )
    return version if made else None


def install_after_migrate(using: str = "default", **kwargs: Any) -> None:
    """Publish the packaged rules; not half-way through the migrations, where the table lacks columns of today."""
    connection, table = connections[using], RuleVersion._meta.db_table
    if table not in connection.introspection.table_names():
        return
    with connection.cursor() as cursor:
        columns = {column.name for column in connection.introspection.get_table_description(cursor, table)}
    if {field.column for field in RuleVersion._meta.concrete_fields} <= columns:
        install(using)

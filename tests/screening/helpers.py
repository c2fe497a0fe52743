"""Ways through the form: what a browser posts, and answers put in place without one."""

from datetime import datetime
from typing import Any

from django.db import connection, transaction

from massage_booking.accounts.models import Client
from screening import consent, selectors, services
from screening.document import Given, GivenRow
from screening.domain.form import form_for
from tests.screening.factories import NOW

GROUPS = ("back", "recent", "heart", "other", "skin")


def agree(client: Client, *, now: datetime = NOW) -> None:
    services.give_consent(client=client, version=consent.CURRENT.version, given_by=None, now=now)


def given(rows: dict[str, Any] | None = None, *, groups: tuple[str, ...] = ("now", *GROUPS)) -> Given:
    """Return a whole form: the rows given, “none of these” everywhere else. A row is an answer or a GivenRow."""
    _, rules = selectors.published_rules()
    ready = {code: row if isinstance(row, GivenRow) else GivenRow(answer=row) for code, row in (rows or {}).items()}
    form = form_for(rules, 40)
    empty = {
        group.id for group in form.all_groups if group.id in groups and not any(row.code in ready for row in group.rows)
    }
    return Given(groups=groups, rows=ready, none=frozenset(empty))


def answer(client: Client, rows: dict[str, Any] | None = None, *, now: datetime = NOW, today: bool = False):
    """Fill in and complete a form as of `now`; with `today` the card about today too."""
    agree(client, now=now)
    version, _ = selectors.published_rules()
    groups = ("now", *GROUPS, "today") if today else ("now", *GROUPS)
    draft = services.start_or_resume(client=client, today=now.date(), now=now)
    services.save_groups(
        client=client,
        given=given(rows, groups=groups),
        based_on=draft.revision,
        rules_label=version.label,
        today=now.date(),
        now=now,
        whole=True,
    )
    return services.complete(client=client, now=now)


def put_in_its_place(table: str, column: str, value: str) -> None:
    """Write a row anew with another value, as SQLite's REPLACE does; PostgreSQL's nearest is to insert or update."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"SELECT * FROM {table} ORDER BY id LIMIT 1")
        row = dict(zip([field[0] for field in cursor.description], cursor.fetchone(), strict=True)) | {column: value}
        names, marks = ", ".join(row), ", ".join(["%s"] * len(row))
        if connection.vendor == "sqlite":
            cursor.execute(f"REPLACE INTO {table} ({names}) VALUES ({marks})", list(row.values()))
        else:
            upsert = f"ON CONFLICT (id) DO UPDATE SET {column} = excluded.{column}"
            cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) {upsert}", list(row.values()))

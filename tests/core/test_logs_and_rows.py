"""What a database says of a row that it refuses must not stand in the log: rows hold names, addresses and limits."""

import logging
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction

from massage_booking.accounts.models import Client
from massage_booking.core.logs import DiscreetFormatter
from tests import cast

pytestmark = pytest.mark.django_db

# Put together, so that the lines of source in a traceback do not hold it.
WORD = "".join(("zz", "quill"))
ADDRESS = f"{WORD}@example.com"


def logged(error: BaseException) -> str:
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, "a page broke", None, (type(error), error, None))
    record.exc_info = (type(error), error, error.__traceback__)
    return DiscreetFormatter("%(levelname)s %(message)s").format(record)


def wrong_number() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM accounts_client WHERE name = %s AND id = 'x'::integer", [WORD])


def row_refused() -> None:
    client = Client.objects.get(name__startswith=WORD)
    client.created_at = None  # type: ignore[assignment]
    client.save()


def key_refused() -> None:
    cast.make_user(ADDRESS, WORD)


@pytest.mark.parametrize("act", [wrong_number, row_refused, key_refused])
def test_a_row_that_the_database_refuses_is_not_quoted(house: cast.House, act: Any) -> None:
    cast.make_client(f"{WORD}\n\nof the {WORD} lines")
    cast.make_user(ADDRESS, WORD)
    with pytest.raises(DatabaseError) as refused, transaction.atomic():
        act()

    text = logged(refused.value)
    assert "Traceback" in text and "Error" in text
    assert WORD not in text


def test_what_stands_after_a_quoted_row_is_kept() -> None:
    said = (
        "psycopg2.errors.UniqueViolation: duplicate key\nDETAIL:  Key (email)=(a@b) already exists.\n\n\n"
        "The above exception was the direct cause of the following exception:\n\nTraceback (most recent call last):\n"
        '  File "x.py", line 1\ndjango.db.utils.IntegrityError: duplicate key\nDETAIL:  Key (email)=(a@b) exists.\n'
    )
    record = logging.LogRecord("x", logging.ERROR, __file__, 1, said, None, None)
    text = DiscreetFormatter("%(message)s").format(record)

    assert "a@b" not in text
    assert text.count("DETAIL: …") == 2
    assert "django.db.utils.IntegrityError: duplicate key" in text

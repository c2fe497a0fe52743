"""Every way to write a session × every act that could put two in one time: refused by the database itself.

Each has its control: with the guards dropped the very same writing succeeds, so that a refusal is the guard's and not
a slip of the test's.
"""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from django.test import Client as Browser

from massage_booking.accounts.models import User
from sessions import guards
from sessions.forms.admin import CLASHES
from sessions.models import MassageSession
from sessions.models.session import CLIENT_GUARD, PLACE_GUARD, THERAPIST_GUARD
from sessions.services import locks
from tests import cast
from tests.sessions.services.test_guards import session_of
from tests.sessions.staff.test_admin import SESSIONS, form

pytestmark = pytest.mark.django_db

TIMES = ["starts_at", "ends_at", "blocked_until"]


def at(starts_at: datetime) -> dict[str, datetime]:
    return {
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=60),
        "blocked_until": starts_at + timedelta(minutes=75),
    }


# What a second session shares with Nadia's at ten with Ana at the first table, and which guard minds.
Shared = Callable[[cast.House], dict[str, Any]]
SHARED: dict[str, tuple[str, Shared]] = {
    "therapist": (THERAPIST_GUARD, lambda house: {"client": house.ben, "place": house.tables[1]}),
    "place": (PLACE_GUARD, lambda house: {"client": house.ben, "therapist": house.uma}),
    "client": (CLIENT_GUARD, lambda house: {"therapist": house.uma, "place": house.tables[1]}),
}


class Act:
    """A harmless session (or none yet), what is changed of it, and the guard that must refuse."""

    def __init__(self, name: str, who: str, before: Shared | None, change: Shared) -> None:
        self.name, self.who, self.before, self.change = name, who, before, change

    def __str__(self) -> str:
        return f"{self.name}-{self.who}"

    @property
    def guard(self) -> str:
        return SHARED[self.who][0]

    def made(self, house: cast.House) -> MassageSession:
        """Write Nadia's session at ten and the harmless one; return that, not yet saved where it is to be inserted."""
        session_of(house).save()
        values = {**SHARED[self.who][1](house), **(self.before(house) if self.before else {})}
        session = session_of(house, **values)
        if self.before is not None:
            session.save()
        return session


def _acts() -> Iterator[Act]:
    tomorrow = cast.at(10, days=1)
    for who in SHARED:
        yield Act("insert", who, None, lambda house: {})
        yield Act("move", who, lambda house: at(cast.at(10, days=2)), lambda house: at(tomorrow))
        yield Act("un-cancel", who, lambda house: {"status": "cancelled"}, lambda house: {"status": "booked"})
        yield Act(
            "lengthen", who, lambda house: at(cast.at(8, 30, days=1)),
            lambda house: {"ends_at": cast.at(10, 30, days=1), "blocked_until": cast.at(10, 45, days=1)},
        )  # fmt: skip
    yield Act(
        "change therapist", "therapist", lambda house: {"therapist": house.uma}, lambda house: {"therapist": house.ana}
    )
    yield Act(
        "change place", "place", lambda house: {"place": house.tables[2]}, lambda house: {"place": house.tables[0]}
    )
    yield Act("change client", "client", lambda house: {"client": house.ben}, lambda house: {"client": house.nadia})


ACTS = list(_acts())

# --- Ways ---------------------------------------------------------------------------

Way = Callable[[MassageSession, dict[str, Any], Path], None]


def changed(session: MassageSession, change: dict[str, Any]) -> MassageSession:
    for name, value in change.items():
        setattr(session, name, value)
    return session


def by_save(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    changed(session, change).save()


def by_save_of_fields(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    if session.pk is None:
        MassageSession.objects.create(**{name: getattr(session, name) for name in COLUMNS})
        return
    changed(session, change).save(update_fields=list(change))


def by_update(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    if session.pk is None:
        session.status = "cancelled"
        session.save()
        change = {"status": "booked"}
    MassageSession.objects.filter(pk=session.pk).update(**change)


def in_bulk(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    if session.pk is None:
        MassageSession.objects.bulk_create([session])
        return
    MassageSession.objects.bulk_update([changed(session, change)], list(change))


def in_bulk_or_over_what_is_there(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    MassageSession.objects.bulk_create(
        [changed(session, change)], update_conflicts=True, unique_fields=["id"],
        update_fields=["therapist", "place", "client", "status", *TIMES],
    )  # fmt: skip


def by_raw_sql(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    if session.pk is None:
        # Through a row that is away from everybody, copied in SQL.
        for name in TIMES:
            setattr(session, name, getattr(session, name) + timedelta(days=3))
        session.save()
        names = [field.column for field in MassageSession._meta.fields if field.column not in ("id", "public_id")]
        moved = ", ".join(_shifted(name) if name in TIMES else name for name in names)
        statement = f"INSERT INTO massage_session (public_id, {', '.join(names)}) SELECT 'copied', {moved}"
        with connection.cursor() as cursor:
            cursor.execute(f"{statement} FROM massage_session WHERE id = %s", [session.pk])
        return
    columns = {MassageSession._meta.get_field(name).column: _raw(value) for name, value in change.items()}
    settings = ", ".join(f"{column} = %s" for column in columns)
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE massage_session SET {settings} WHERE id = %s", [*columns.values(), session.pk])


def by_loading_a_file(session: MassageSession, change: dict[str, Any], folder: Path) -> None:
    """Import: `loaddata`, which saves without any of our code."""
    if session.pk is None:
        session.pk = 4711
    file = folder / "sessions.json"
    file.write_text(serializers.serialize("json", [changed(session, change)]))
    call_command("loaddata", str(file), verbosity=0)


def _shifted(column: str) -> str:
    if connection.vendor == "sqlite":
        return f"datetime({column}, '-3 days')"
    return f"{column} - interval '3 days'"


def _raw(value: Any) -> Any:
    if hasattr(value, "pk"):
        return value.pk
    if isinstance(value, datetime) and connection.vendor == "sqlite":
        return f"{value:%Y-%m-%d %H:%M:%S}"
    return value


COLUMNS = ["client", "service", "therapist", "place", *TIMES, "price", "currency", "status", "created_at"]
WAYS: list[Way] = [
    by_save, by_save_of_fields, by_update, in_bulk, in_bulk_or_over_what_is_there, by_raw_sql, by_loading_a_file,
]  # fmt: skip


def rows() -> list[tuple[Any, ...]]:
    return list(MassageSession.objects.order_by("pk").values_list("therapist", "place", "client", *TIMES, "status"))


def blocking_pairs() -> int:
    """Count pairs in one time that share a therapist, a place or a client."""
    found = [row for row in rows() if row[6] not in ("cancelled", "no_show")]
    return sum(
        1
        for index, one in enumerate(found)
        for other in found[index + 1 :]
        if (one[0] == other[0] or one[1] == other[1] or one[2] == other[2]) and one[3] < other[5] and other[3] < one[5]
    )


def drop_guards() -> None:
    """Drop them for the length of a test, whose transaction is rolled back."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            # References that are looked at only when a transaction ends would be in the way.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name in guards.wanted() if connection.vendor == "sqlite" else guards.RULES:
            cursor.execute(
                f"DROP TRIGGER {name}"
                if connection.vendor == "sqlite"
                else f"ALTER TABLE massage_session DROP CONSTRAINT {name}"
            )


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("act", ACTS, ids=str)
def test_two_in_one_time_are_refused(house: cast.House, act: Act, way: Way, tmp_path: Path) -> None:
    session = act.made(house)

    with pytest.raises(IntegrityError, match=act.guard), transaction.atomic():
        way(session, act.change(house), tmp_path)

    assert blocking_pairs() == 0


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.__name__)
@pytest.mark.parametrize("act", ACTS, ids=str)
def test_without_the_guards_the_same_writing_succeeds(house: cast.House, act: Act, way: Way, tmp_path: Path) -> None:
    session = act.made(house)
    drop_guards()

    way(session, act.change(house), tmp_path)

    assert blocking_pairs() == 1


# --- The admin --------------------------------------------------------------------------


@pytest.fixture
def adam(house: cast.House, monday: Any, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


IN_THE_ADMIN = [act for act in ACTS if act.name in ("move", "lengthen", "change therapist", "change place")]
NOT_IN_THE_ADMIN = [act for act in ACTS if act.name in ("un-cancel", "change client")]


@pytest.mark.parametrize("act", IN_THE_ADMIN, ids=str)
@pytest.mark.parametrize("look", ["as it is", "overtaken"])
def test_the_admin_refuses_and_says_why(
    house: cast.House, adam: Browser, act: Act, look: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """By the form's look; and by the guard, when somebody was faster than the look."""
    session, before = act.made(house), rows()
    if look == "overtaken":
        monkeypatch.setattr(locks, "look_again", lambda **_: "")
    change = {name: getattr(value, "pk", value) for name, value in act.change(house).items()}

    response = adam.post(
        f"{SESSIONS}{session.pk}/change/", form(session, override_reason="Agreed on the phone", **change), follow=True
    )

    page = response.content.decode()
    assert (CLASHES[act.guard] in page, act.guard in page) == (True, False)
    assert rows() == before


@pytest.mark.parametrize("act", NOT_IN_THE_ADMIN, ids=str)
def test_what_the_admin_has_no_field_for_is_not_changed_by_it(house: cast.House, adam: Browser, act: Act) -> None:
    session, before = act.made(house), rows()
    change = {name: getattr(value, "pk", value) for name, value in act.change(house).items()}

    adam.post(f"{SESSIONS}{session.pk}/change/", {**form(session), **change})

    assert rows() == before


def test_the_admin_adds_no_session(house: cast.House, adam: Browser) -> None:
    assert adam.post(f"{SESSIONS}add/", {"status": "booked"}).status_code in (403, 404)
    assert rows() == []


# --- SQLite's text ------------------------------------------------------------------------

ODD_TIMES = [
    "2026-06-02T09:30:00",
    "2026-06-02 09:30:00+00:00",
    "2026-06-02 09:30:00Z",
    "2026-06-02 9:30:00",
    "2026-06-02 09:30",
    "02.06.2026 09:30:00",
    1780392600,
    2461193.89,
]


@pytest.mark.parametrize("odd", ODD_TIMES)
@pytest.mark.parametrize("column", TIMES)
def test_a_time_that_does_not_sort_is_no_way_past_the_guard(house: cast.House, column: str, odd: Any) -> None:
    session_of(house).save()
    other = session_of(house, client=house.ben, **at(cast.at(12, days=1)))
    other.save()
    before = rows()

    if connection.vendor == "sqlite":
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE massage_session SET {column} = %s WHERE id = %s", [odd, other.pk])
        assert rows() == before
        return
    # PostgreSQL knows what an instant is: it reads the text, or refuses it.
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE massage_session SET {column} = %s WHERE id = %s", [odd, other.pk])
    except Exception:
        assert rows() == before
    assert blocking_pairs() == 0

"""Who may open what: a reviewed table of address × role × method. A new address without a row fails.

`table.txt` has a row for each address: its name, then what each role gets for GET, then for POST (without a form's
fields). Words: ok (200), go (redirect), login (redirect to the sign-in page), and status codes. After a change run
`pytest tests/access/draw.py`, read every line that differs, and only then keep it.
"""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.db import transaction

from tests import cast
from tests.access.addresses import ROLES, Things, names

pytestmark = pytest.mark.django_db

# So many addresses share a studio; each request is taken back.
TOGETHER = 25
TABLE = Path(__file__).with_name("table.txt")
# Django's own pages for models: one rule for all of them, tested below.
ADMIN = "admin:"


def all_names() -> list[str]:
    return sorted({name for name in names() if not name.startswith(ADMIN)})


def outcome(response: Any) -> str:
    if response.status_code in {301, 302, 303}:
        return "login" if "/login/" in response["Location"] and "next=" in response["Location"] else "go"
    return "ok" if response.status_code == 200 else str(response.status_code)


def measured(house: cast.House, name: str) -> str:
    """Return the row of an address as it is: each request by somebody who has just signed in, and taken back."""
    things, cells = house_things(house), []
    address = things.filled(name)
    assert address is not None, f"{name}: nothing in tests/access/addresses.py fits this address"
    for method in ("get", "post"):
        for role in ROLES:
            cache.clear()
            browser = things.browser_of(role)
            with transaction.atomic():
                cells.append(outcome(getattr(browser, method)(address)))
                transaction.set_rollback(True)
    get, post = cells[: len(ROLES)], cells[len(ROLES) :]
    columns = [" ".join(f"{cell:<5}" for cell in row) for row in (get, post)]
    return f"{name:<42} GET {columns[0]}  POST {columns[1]}".rstrip()


_things: dict[int, Things] = {}


def house_things(house: cast.House) -> Things:
    if id(house) not in _things:
        _things.clear()
        _things[id(house)] = Things(house)
    return _things[id(house)]


def rows() -> dict[str, str]:
    lines = [line.rstrip() for line in TABLE.read_text().splitlines() if line.strip() and not line.startswith("#")]
    return {line.split()[0]: line for line in lines}


def test_every_address_has_a_row_and_every_row_an_address() -> None:
    assert sorted(rows()) == all_names()


# Each request in a transaction of its own: inside one long one PostgreSQL wades through all that was taken back before.
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("first", range(0, len(rows()) if TABLE.exists() else 0, TOGETHER))
def test_the_table_holds(house: cast.House, monday: Any, first: int) -> None:
    table = rows()
    part = sorted(table)[first : first + TOGETHER]

    assert {name: found for name in part if (found := measured(house, name)) != table[name]} == {}


@pytest.mark.parametrize("method", ["put", "patch", "delete"])
def test_other_methods_change_nothing(house: cast.House, monday: Any, method: str) -> None:
    things = house_things(house)
    allowed = {}
    for name in all_names():
        address = things.filled(name)
        found = outcome(getattr(things.browser_of("adam"), method)(address))
        if found not in {"405", "404", "403", "login"}:
            allowed[name] = found
    # allauth answers its pages with a redirect or the form itself, whatever the method; it acts on POST alone.
    assert {name: found for name, found in allowed.items() if ":" in name} == {}
    assert set(allowed.values()) <= {"ok", "go"}


def test_only_an_admin_opens_the_admin(house: cast.House, monday: Any) -> None:
    things = house_things(house)
    for path in ("/admin/", "/admin/studio/studio/", "/admin/therapists/therapist/", "/admin/accounts/client/add/"):
        found = {role: outcome(things.browser_of(role).get(path)) for role in ROLES}
        assert found.pop("adam") in {"ok", "go"}, path
        assert set(found.values()) <= {"login", "404", "go", "403"}, (path, found)


def test_an_address_of_nobody_looks_like_an_address_of_somebody_else(house: cast.House, monday: Any) -> None:
    things = house_things(house)
    browser = things.browser_of("ben")

    foreign = browser.get(f"/sessions/{things.session.public_id}/")
    missing = browser.get("/sessions/AAAAAAAAAAAAAAAAAAAAAA/")

    assert (foreign.status_code, missing.status_code) == (404, 404)
    assert len(foreign.content) == len(missing.content)

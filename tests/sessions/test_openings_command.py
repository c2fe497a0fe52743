"""`manage.py openings`: what the pages show, and clear errors."""

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client as Browser

from tests import cast

pytestmark = pytest.mark.django_db


def run(*args: str) -> Any:
    out = StringIO()
    call_command("openings", *args, stdout=out)
    return out.getvalue()


def test_it_prints_the_openings_that_the_page_shows(house: cast.House, monday: Any) -> None:
    cast.book(house, starts_at=cast.at(10, days=1))

    found = json.loads(
        run("--service", "swedish-60", "--from", "2026-06-02", "--days", "1", "--therapist", "ana-quiroga", "--json")
    )
    page = Browser().get("/sessions/find/?service=swedish-60&therapist=ana-quiroga&day=2026-06-02")

    assert [row["starts_at_utc"] for row in found] == [
        item.starts_at.isoformat().replace("+00:00", "Z") for item in page.context["times"].openings
    ]
    assert found[0] == {
        "therapist": "ana-quiroga",
        "starts_at_utc": "2026-06-02T10:15:00Z",
        "starts_at_local": "2026-06-02T11:15:00+01:00",
        "service": "swedish-60",
    }


def test_with_anyone_every_therapist_has_a_row(house: cast.House, monday: Any) -> None:
    found = json.loads(run("--service", "swedish-60", "--from", "2026-06-02", "--days", "1", "--json"))

    assert [row["therapist"] for row in found if row["starts_at_utc"] == "2026-06-02T08:00:00Z"] == [
        "ana-quiroga",
        "uma-ruiz",
    ]


def test_a_long_question_is_answered_in_pieces_up_to_the_horizon(house: cast.House, monday: Any) -> None:
    found = json.loads(run("--service", "swedish-60", "--from", "2026-06-01", "--days", "366", "--json"))

    days = {row["starts_at_local"][:10] for row in found}
    assert (min(days), max(days)) == ("2026-06-01", "2026-08-28")
    assert len(days) == 65


def test_without_json_it_prints_lines(house: cast.House, monday: Any) -> None:
    lines = run(
        "--service", "swedish-60", "--from", "2026-06-02", "--days", "1", "--therapist", "uma-ruiz"
    ).splitlines()

    assert lines[0] == "2026-06-02T09:00:00+01:00  uma-ruiz  swedish-60"


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        (
            {"--service": "nothing"},
            "No service is called “nothing”. There are: deep-tissue-60, swedish-45, swedish-60.",
        ),
        ({"--therapist": "nobody"}, "No therapist is called “nobody”. There are: ana-quiroga, uma-ruiz."),
        ({"--from": "2026-13-01"}, "“2026-13-01” is not a date: write YYYY-MM-DD."),
        ({"--days": "0"}, "--days goes from 1 to 366."),
        ({"--days": "3650"}, "--days goes from 1 to 366."),
        ({"--days": "many"}, "“many” is not a number of days."),
    ],
)
def test_errors_name_what_is_wrong_and_exit_with_two(
    house: cast.House, monday: Any, changes: dict[str, str], sentence: str
) -> None:
    options = {"--service": "swedish-60", "--from": "2026-06-01", "--days": "7", **changes}

    with pytest.raises(CommandError) as caught:
        run(*(part for pair in options.items() for part in pair))

    assert str(caught.value) == sentence
    assert caught.value.returncode == 2


def test_without_a_studio_it_says_what_to_do() -> None:
    with pytest.raises(CommandError, match="setup_studio"):
        run("--service", "x", "--from", "2026-06-01", "--days", "1")

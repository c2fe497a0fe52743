"""What a browser posts in the health step."""

from typing import Any

from django.http import HttpResponse

from screening import selectors
from screening.document import GivenRow
from screening.models import Screening
from tests.screening.helpers import GROUPS

CONSENT, NOW_PAGE, QUESTIONS = "/screening/consent/", "/screening/now/", "/screening/questions/"
TODAY, RESULT, AGAIN = "/screening/today/", "/screening/result/", "/screening/again/"


def fields(rows: dict[str, Any] | None = None, groups: tuple[str, ...] = GROUPS, **more: Any) -> dict[str, Any]:
    """Return the fields of a page with some rows ticked and “none of these” in every other group.

    A row is an answer, or a dict of fields: {"answer": …, "sites": […], "date-migraine-1": …}.
    """
    _, rules = selectors.published_rules()
    rows = rows or {}
    data: dict[str, Any] = {"ticks": list(rows), "rules": "draft-2", "revision": latest_revision()}
    group_of = {code: group.id for group in rules.screen.groups for code in group.codes}
    parents = rules.screen.shown_only_with
    ticked = {group_of[parents.get(code, code)] for code in rows}
    data["none"] = [group for group in groups if group not in ticked]
    for code, row in rows.items():
        if isinstance(row, dict):
            data.update(
                {(f"{name}-{code}" if name in ("answer", "sites") else name): value for name, value in row.items()}
            )
        elif row is not None:
            data[f"answer-{code}"] = row
    return {**data, **more}


def latest_revision() -> int:
    latest = Screening.objects.order_by("-revision").first()
    return latest.revision if latest else 0


def agree(browser: Any) -> Any:
    return browser.post(CONSENT, {"agree": "on", "version": "2026-11"})


def reach_questions(browser: Any) -> None:
    agree(browser)
    browser.post(NOW_PAGE, fields(groups=("now",)))


def kept(client: Any) -> dict[str, GivenRow]:
    """Return what is kept of a client, by row."""
    draft, complete = selectors.forms_of(client)
    document = selectors.document_of(draft or complete, selectors.published_rules()[1])
    return {code: row.given for code, row in document.rows.items()}


def leads(response: HttpResponse) -> str:
    assert response.status_code == 302, response.content[:300]
    return response.headers["Location"]


def text(response: HttpResponse) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())

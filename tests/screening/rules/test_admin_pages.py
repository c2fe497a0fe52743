"""The workbench in the admin: who may open it, and that every page of every state opens."""

import re
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from screening.models import RuleCase, RuleVersion
from screening.services import rule_cases
from tests import cast
from tests.reading import text_of

FORMS = ("screen", "texts", "ages", "techniques", "afterwards")
PAGES = ("change", "rows", "row_add", *FORMS, "changes", "bench", "case_add", "publish", "history")
WITH_CODE = ("row", "row_remove")


def address(name: str, *args: Any) -> str:
    return reverse(f"admin:screening_ruleversion_{name}", args=args)


def test_every_page_of_a_draft_opens(admin: Browser, draft: RuleVersion) -> None:
    opened = {name: admin.get(address(name, draft.pk)).status_code for name in PAGES}
    opened |= {name: admin.get(address(name, draft.pk, "cancer")).status_code for name in WITH_CODE}
    opened["case"] = admin.get(address("case", draft.pk, "G07")).status_code

    assert set(opened.values()) == {200}, opened


def test_conditions_and_example_clients_open(admin: Browser, draft: RuleVersion) -> None:
    from screening.rulebook import parsed_rules

    # A third of them: a page with all its answers takes a third of a second to draw.
    for code in list(parsed_rules(draft).rows)[::3]:
        assert admin.get(address("row", draft.pk, code)).status_code == 200, code
    for number in range(1, 19, 3):
        assert admin.get(address("case", draft.pk, f"G{number:02}")).status_code == 200, number


def test_a_published_version_can_be_read_but_not_edited(admin: Browser, published: RuleVersion) -> None:
    pages = {name: admin.get(address(name, published.pk)) for name in ("change", "rows", *FORMS)}
    pages["row"] = admin.get(address("row", published.pk, "cancer"))

    assert {name: page.status_code for name, page in pages.items()} == dict.fromkeys(pages, 200)
    for name in (*FORMS, "row"):
        html = pages[name].content.decode()
        fields = re.findall(
            r"<(?:input|select|textarea)\b[^>]*name=\"(?:row|answers|group|messages|age|techniques|report)-[^>]*>", html
        )
        assert fields and all("disabled" in field or "hidden" in field for field in fields), name
        assert "make a new draft from this version" in text_of(pages[name])
    before = RuleVersion.objects.values().get(pk=published.pk)
    for name in (*FORMS, "change"):
        admin.post(address(name, published.pk), {"revision": 0})
    admin.post(address("row", published.pk, "cancer"), {"revision": 0})
    assert RuleVersion.objects.values().get(pk=published.pk) == before


@pytest.mark.parametrize("who", ["nadia", "ana", "dora"])
def test_nobody_but_an_admin_finds_the_workbench(
    house: cast.House, monday: Any, sign_in: Any, draft: RuleVersion, who: str
) -> None:
    people = {"nadia": house.nadias_account, "ana": house.ana.user, "dora": house.desk}
    browser = sign_in(people[who])

    for name in PAGES:
        assert browser.get(address(name, draft.pk)).status_code == 404, name
    for name in ("import", "changelist", "add"):
        assert browser.get(address(name)).status_code == 404, name
    for name in ("tested", "review", "throw_away", "publish", "sign", "note"):
        assert browser.post(address(name, draft.pk)).status_code == 404, name
    assert RuleVersion.objects.get(pk=draft.pk).status == "draft"


def test_the_second_factor_is_asked_for_here_as_everywhere(
    house: cast.House, monday: Any, sign_in: Any, draft: RuleVersion, settings: Any
) -> None:
    settings.STAFF_MFA_REQUIRED = True
    browser = sign_in(house.admin)

    for name in ("change", "bench", "publish"):
        assert "/2fa/" in browser.get(address(name, draft.pk))["Location"]


def test_what_acts_is_never_a_link(admin: Browser, draft: RuleVersion) -> None:
    for name in ("tested", "review", "throw_away", "sign", "note"):
        assert admin.get(address(name, draft.pk)).status_code == 405, name


def test_a_version_that_is_not_there_is_not_found(admin: Browser, draft: RuleVersion) -> None:
    assert admin.get(address("bench", 987654)).status_code == 404
    assert admin.get(address("row", draft.pk, "hope")).status_code == 404
    assert admin.get(address("case", draft.pk, "G99")).status_code == 404
    assert admin.get(address("change", "9" * 30)).status_code in (302, 404)
    assert admin.get(f"{address('changelist')}nonsense/change/").status_code in (302, 404)


def test_the_list_says_who_when_and_whether_it_is_signed(admin: Browser, draft: RuleVersion) -> None:
    said = text_of(admin.get(address("changelist")))

    assert "summer Draft" in said
    assert "draft-2 Published" in said
    assert said.count("Not yet: pages call these rules a draft for review") == 1, "only those that count now"


def test_lists_take_as_many_queries_for_many_as_for_few(
    admin: Browser, draft: RuleVersion, django_assert_max_num_queries: Any
) -> None:
    from screening.rulework.files import RuleFiles
    from screening.services import rules as drafts

    for number in range(4):
        drafts.new_draft(files=RuleFiles.of(draft), base=draft, label=f"copy {number}", note="", by=None, now=cast.NOW)

    for name in ("changelist",):
        with django_assert_max_num_queries(10):
            admin.get(address(name))


def test_own_example_clients_have_their_pages(admin: Browser, draft: RuleVersion) -> None:
    raw = {"id": "S01", "title": "Sea captain", "input": {"age": 60, "ticks": {}}, "expected": {}, "why": ""}
    case = rule_cases.save_case(case=None, raw=raw, is_active=True, by=None, now=cast.NOW)

    for path in ("", "add/", f"{case.pk}/change/", f"{case.public_id}/change/?under={draft.pk}", "import/", "export/"):
        assert admin.get(f"/admin/screening/rulecase/{path}").status_code == 200, path
    assert "Sea captain" in text_of(admin.get(address("bench", draft.pk)))
    assert admin.post(f"/admin/screening/rulecase/{case.pk}/delete/", {"post": "yes"}).status_code == 302
    assert not RuleCase.objects.exists()

"""The workbench of the rules in a browser, by day and by lamp-light, on a phone and at a desk."""

from collections.abc import Callable

import pytest

from massage_booking.core import clock
from screening.models import RuleVersion
from screening.rulework import book, rows
from screening.rulework.files import RuleFiles
from screening.services import rules as drafts
from tests import cast
from tests.browser.conftest import Visit
from tests.browser.test_every_page import walk

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


def edited_draft() -> RuleVersion:
    """Make a draft that differs, so that the pages have something to say."""
    from dataclasses import replace

    published, now = RuleVersion.objects.get(), clock.now()
    opened = book.opened(RuleFiles.of(published))
    edit = rows.row_edit(opened, "heartburn")
    assert edit is not None
    changed = rows.with_row(opened, replace(edit, areas=("abdomen", "hips"), label="Heartburn when lying flat"))
    return drafts.new_draft(
        files=book.written(changed), base=published, label="summer", note="Hips, too.", by=None, now=now
    )


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_workbench(visit: Callable[..., Visit], open_house: cast.House, width: str) -> None:
    draft = edited_draft()
    base = f"/admin/screening/ruleversion/{draft.pk}"
    paths = {
        "rules-overview": f"{base}/change/",
        "rules-condition": f"{base}/conditions/blood_thinners/",
        "rules-screen": f"{base}/screen/",
        "rules-messages": f"{base}/messages/",
        "rules-ages": f"{base}/ages/",
        "rules-techniques": f"{base}/techniques/",
        "rules-afterwards": f"{base}/afterwards/",
        "rules-bench": f"{base}/bench/",
        "rules-case": f"{base}/bench/client/G07/",
        "rules-publish": f"{base}/publish/",
    }

    assert walk(visit, width, paths, who="adam@stillwater.example") == []

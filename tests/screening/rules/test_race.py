"""Several people at once: one version is published, one edit is saved, and nobody's words overwrite another's."""

import pytest

from massage_booking.core.errors import DomainError
from screening.models import RuleVersion
from screening.rulework.files import RuleFiles
from screening.services import rule_publishing as publishing
from screening.services import rules as drafts
from tests.cast import NOW
from tests.screening.vault.test_race import THREADS, all_at_once

pytestmark = pytest.mark.django_db(transaction=True)


def outcome(work) -> str:
    try:
        work()
    except DomainError as refused:
        return refused.code
    return "done"


def test_of_several_versions_published_at_once_one_counts() -> None:
    published = RuleVersion.objects.get(status="published")
    files = RuleFiles.of(published)
    found = [
        drafts.new_draft(files=files, base=published, label=f"v{number}", note="", by=None, now=NOW)
        for number in range(THREADS)
    ]
    for draft in found:
        publishing.mark_tested(version=draft, revision=0, now=NOW)

    said = all_at_once(
        lambda number: outcome(
            lambda: publishing.publish(
                version=found[number], revision=0, replaces=published.pk, sign_off=None, by=None, now=NOW
            )
        )
    )

    assert said.count("done") == 1
    assert set(said) <= {"done", "rules_published_meanwhile", "busy"}
    assert RuleVersion.objects.filter(status="published").count() == 1
    assert RuleVersion.objects.get(pk=published.pk).status == "retired"


def test_of_several_edits_of_one_page_at_once_one_is_saved() -> None:
    files = RuleFiles.of(RuleVersion.objects.get())
    draft = drafts.new_draft(files=files, base=None, label="summer", note="", by=None, now=NOW)

    def save(number: int) -> str:
        text = files.rules_csv.replace("Leave two hours", f"Leave {number + 3} hours")
        changed = RuleFiles(**{**files.texts, "rules_csv": text})
        return outcome(lambda: drafts.save_draft(version=draft, files=changed, revision=0, by=None, now=NOW))

    said = all_at_once(save)

    assert said.count("done") == 1
    assert set(said) <= {"done", "rules_older_page", "busy"}
    assert RuleVersion.objects.get(pk=draft.pk).revision == 1

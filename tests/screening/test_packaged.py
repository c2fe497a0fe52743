"""The rules that come with the package, in the database."""

import pytest
from django.core.management import call_command

from screening import packaged, selectors
from screening.domain.rules import RULES_FOLDER
from screening.models import RuleVersion

pytestmark = pytest.mark.django_db


def test_a_new_database_has_the_packaged_rules_published_to_the_letter():
    version = RuleVersion.objects.get()

    assert (version.label, version.status, version.signed_off_on) == ("draft-2", "published", None)
    for field, name in packaged.FILES.items():
        assert getattr(version, field).encode() == (RULES_FOLDER / name).read_bytes(), name


def test_migrating_again_adds_nothing():
    call_command("migrate", verbosity=0)

    assert RuleVersion.objects.count() == 1


def test_a_studio_with_rules_of_its_own_is_left_alone():
    RuleVersion.objects.update(label="ours", status="retired")

    assert packaged.install() is None
    assert list(RuleVersion.objects.values_list("label", flat=True)) == ["ours"]


def test_published_rules_are_parsed_once_for_each_wording(django_assert_num_queries):
    selectors.published_rules()

    with django_assert_num_queries(1):
        version, rules = selectors.published_rules()

    assert rules is selectors.published_rules()[1]
    assert (version.label, rules.version, len(rules.rows)) == ("draft-2", "draft-2", 48)


def test_another_wording_is_parsed_anew():
    older, before = selectors.published_rules()
    texts = packaged.read_files()
    texts["rules_csv"] = texts["rules_csv"].replace("Migraine headaches", "Migraines")
    RuleVersion.objects.filter(pk=older.pk).update(status="retired")
    RuleVersion.objects.create(
        label="ours", status="published", checksum=packaged.checksum(texts), created_at=older.created_at, **texts
    )

    _, after = selectors.published_rules()

    assert (before.rows["migraine"].label, after.rows["migraine"].label) == ("Migraine headaches", "Migraines")


def test_without_published_rules_nothing_is_judged():
    RuleVersion.objects.update(status="retired")

    with pytest.raises(selectors.NoRules):
        selectors.published_rules()

"""Age rules in the admin: added, changed and taken away."""

import json
from typing import Any

import pytest
from django.test import Client as Browser

from screening.domain.form import is_offered
from screening.models import RuleVersion
from screening.rulebook import difference_between, parsed_rules
from screening.rulework import checks
from screening.rulework.files import RuleFiles
from screening.words import label_of
from tests.reading import admin_errors, text_of
from tests.screening.rules.helpers import address, filled

FIRST = "My first ever back pain, and I am under 20, or 55 or over"
STEADY = "recent_injury=A minor knock, bruise or graze away from the back and neck"


def stored(draft: RuleVersion) -> RuleVersion:
    return RuleVersion.objects.get(pk=draft.pk)


def saved(admin: Browser, draft: RuleVersion, **changes: Any) -> Any:
    path = address("ages", draft.pk)
    return admin.post(path, filled(admin, path, **changes), follow=True)


def told(draft: RuleVersion, published: RuleVersion) -> list[str]:
    return difference_between(published, stored(draft)).sentences()


def test_an_answer_is_offered_at_every_age_once_its_rule_is_gone_and_can_be_taken_away_then(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    saved(admin, draft, **{"age-A5-remove": "on"})

    assert told(draft, published) == [
        f"Ages: The age rule A5 is gone: below 20, or from 55: the answer “{FIRST}” is offered."
    ]
    assert is_offered(parsed_rules(stored(draft)), "recent_back_pain", FIRST, 40)
    path = address("row", draft.pk, "recent_back_pain")
    fields = filled(admin, path)
    field = next(name for name, value in fields.items() if value == [FIRST])
    assert admin.post(path, {**fields, f"{field.rsplit('-', 1)[0]}-remove": "on"}).status_code == 302


def test_another_answer_is_bound_to_an_age(admin: Browser, draft: RuleVersion) -> None:
    new = {"age-new-answer-which": STEADY, "age-new-answer-below_age": "18"}

    page = saved(admin, draft, **new)

    assert "A new age rule A6: below 18: the answer “A minor knock" in text_of(page)
    rules = parsed_rules(stored(draft))
    code, _, answer = STEADY.partition("=")
    assert [is_offered(rules, code, answer, age) for age in (17, 18)] == [True, False]
    saved(admin, draft, **{"age-A6-from_age": "12", "age-A6-below_age": "30"})
    rules = parsed_rules(stored(draft))
    assert [is_offered(rules, code, answer, age) for age in (11, 12, 29, 30)] == [False, True, True, False]


def test_back_pain_at_a_young_age_goes_and_comes_back(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    saved(admin, draft, **{"age-A4-remove": "on"})
    assert told(draft, published) == [
        "Ages: The age rule A4 is gone: from 8, below 16, with back pain: a letter first.",
    ]

    saved(admin, draft, **{"age-new-letter-from_age": "8", "age-new-letter-below_age": "14"})

    assert told(draft, published) == [
        "Ages: Age rule A4: from 8, below 16, with back pain: a letter first → "
        "from 8, below 14, with back pain: a letter first.",
    ]
    rules = parsed_rules(stored(draft))
    assert label_of(rules, "age_under_16_back_pain") == "back pain under 14 that a doctor has not checked yet"


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"age-new-answer-which": STEADY}, "Say below which age it holds."),
        ({"age-new-answer-below_age": "18"}, "Choose the answer."),
        ({"age-new-answer-which": "hope=No"}, "Select a valid choice."),
        ({"age-A5-from_age": "3"}, "With two ends of life, leave this empty."),
        ({"age-A2-below_age": "4"}, "This must be more than the age it begins at."),
        ({"age-new-max_minutes": "30"}, "Say below which age it holds."),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_an_age_rule_that_means_nothing_is_refused_beside_its_field(
    admin: Browser, draft: RuleVersion, files: RuleFiles, changes: dict[str, str], said: str
) -> None:
    page = saved(admin, draft, **changes)

    assert any(said in error for error in admin_errors(page)), admin_errors(page)
    assert RuleFiles.of(stored(draft)) == files


def test_two_rules_about_one_answer_are_refused(files: RuleFiles) -> None:
    extra = json.loads(files.extra_json)
    extra["age_rules"].append({**extra["age_rules"][4], "id": "A9"})
    extra["age_rules"].append({**extra["age_rules"][4], "id": "A10", "answer": "Not sure"})

    with pytest.raises(checks.RulesRefused) as refused:
        checks.checked(RuleFiles(files.rules_csv, json.dumps(extra), files.screen_json, files.golden_json))

    assert f"Two age rules are about the answer {FIRST!r} of 'recent_back_pain'." in refused.value.problems
    assert any("'Not sure' is offered at every age" in problem for problem in refused.value.problems)

"""Editing a draft in the admin: what is saved, what is refused, and what two people do at once."""

import random
from typing import Any

import pytest
from django.test import Client as Browser

from screening.models import RuleVersion
from screening.rulebook import parsed_rules
from screening.rulework import book, checks, rows
from screening.rulework.diff import difference
from screening.rulework.files import RuleFiles
from screening.services import rules as drafts
from tests import cast
from tests.reading import admin_errors, text_of
from tests.screening.rules.helpers import address, filled


def rules_of(draft: RuleVersion) -> Any:
    return parsed_rules(RuleVersion.objects.get(pk=draft.pk))


def sentences(draft: RuleVersion, published: RuleVersion) -> list[str]:
    return difference(parsed_rules(published), rules_of(draft)).sentences()


@pytest.mark.parametrize("name", ["screen", "texts", "ages", "techniques", "afterwards"])
def test_saving_a_page_without_a_change_leaves_the_files_to_the_letter(
    admin: Browser, draft: RuleVersion, files: RuleFiles, name: str
) -> None:
    response = admin.post(address(name, draft.pk), filled(admin, address(name, draft.pk)))

    assert response.status_code == 302, admin_errors(response)
    assert RuleFiles.of(RuleVersion.objects.get(pk=draft.pk)) == files
    assert RuleVersion.objects.get(pk=draft.pk).revision == 0


@pytest.mark.parametrize(
    "code", ["heartburn", "blood_thinners", "emergency_symptoms_now", "pulmonary_embolism", "cancer"]
)
def test_saving_a_condition_without_a_change_leaves_the_files_to_the_letter(
    admin: Browser, draft: RuleVersion, files: RuleFiles, code: str
) -> None:
    path = address("row", draft.pk, code)

    response = admin.post(path, filled(admin, path))

    assert response.status_code == 302, text_of(response)
    assert RuleFiles.of(RuleVersion.objects.get(pk=draft.pk)) == files


def test_every_example_client_can_be_saved_without_a_change(
    admin: Browser, draft: RuleVersion, files: RuleFiles
) -> None:
    for number in (1, 7, 11, 12, 18):
        path = address("case", draft.pk, f"G{number:02}")
        assert admin.post(path, filled(admin, path)).status_code == 302, number

    assert RuleFiles.of(RuleVersion.objects.get(pk=draft.pk)) == files


def test_a_condition_is_changed_and_the_page_says_what(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    path = address("row", draft.pk, "high_blood_pressure")
    fields = filled(admin, path)
    place = next(
        name for name, value in fields.items() if value == ["Yes, usually below 140/90, with or without tablets"]
    )
    outcome = f"{place.rsplit('-', 1)[0]}-outcome"

    response = admin.post(
        path,
        {**fields, outcome: "clearance", "row-letter_days": "90", "row-client_advice": "Bring your tablets."},
        follow=True,
    )

    assert sentences(draft, published) == [
        "High blood pressure: Answer “Yes, usually below 140/90, with or without tablets”: modify → clearance.",
        "High blood pressure: Letter lifetime 180 → 90 days.",
        "High blood pressure: Advice for the client reworded.",
    ]
    assert "Saved. High blood pressure: Answer “Yes, usually below 140/90" in text_of(response)
    stored = RuleVersion.objects.get(pk=draft.pk)
    assert (stored.revision, stored.edited_at, str(stored.edited_by)) == (1, cast.NOW, "Adam Lynch")
    assert stored.checksum == RuleFiles.of(stored).checksum


def test_a_reworded_answer_is_followed_into_waits_messages_and_example_clients(
    admin: Browser, draft: RuleVersion
) -> None:
    path = address("row", draft.pk, "chemo_radiotherapy")
    old = "Chemotherapy drip or injection in the last 3 days"
    fields = filled(admin, path)
    field = next(name for name, value in fields.items() if value == [old] and name.endswith("-answer"))

    admin.post(path, {**fields, field: "A drip or injection in the last 3 days"})

    files = RuleFiles.of(RuleVersion.objects.get(pk=draft.pk))
    assert not any(old in text for text in files.texts.values())
    assert rules_of(draft).effect_of("chemo_radiotherapy", "A drip or injection in the last 3 days").wait is not None


def test_what_cannot_be_saved_is_said_beside_its_field_and_nothing_is_lost(
    admin: Browser, draft: RuleVersion, files: RuleFiles
) -> None:
    path = address("row", draft.pk, "heartburn")
    fields = filled(
        admin, path, **{"row-question": "", "row-client_advice": "Words of mine", "answers-0-answer": "a; b"}
    )

    response = admin.post(path, fields)

    assert response.status_code == 200
    assert admin_errors(response) == ["An answer cannot hold ; or =>. A comma does the same."]
    assert "Words of mine" in response.content.decode()
    assert RuleFiles.of(RuleVersion.objects.get(pk=draft.pk)) == files


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"answers-0-outcome": "defer"}, "An answer that defers says for how many days."),
        ({"answers-0-outcome": "defer"}, "Say when the wait is over, in the client’s words."),
        ({"answers-0-outcome": ""}, "Choose what this answer means."),
        ({"answers-0-answer": ""}, "Write the answer, or take it away."),
        ({"answers-1-own_areas": "on"}, "Say why this answer has limits of its own."),
        ({"row-site_specific": "on"}, "Write what is to be marked."),
        ({"row-question": ""}, "A question needs answers, and answers need a question."),
        ({"row-valid_for_days": "0"}, "Ensure this value is greater than or equal to 1."),
        ({"row-default_outcome": "refuse"}, "Row 'heartburn': 'Not sure' is softer than the default outcome."),
        (
            {"row-client_advice": "Call {PHONE}."},
            "Row 'heartburn': client_advice has a placeholder, which nobody fills in",
        ),
        ({"row-max_pressure": "none"}, "Row 'heartburn' can be booked, so its max_pressure cannot be none."),
        ({"row-short_label": "Migraine"}, "Two rows have the same name in the list"),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_form_that_breaks_a_promise_is_refused_in_a_sentence(
    admin: Browser, draft: RuleVersion, files: RuleFiles, changes: dict[str, str], said: str
) -> None:
    path = address("row", draft.pk, "heartburn")

    response = admin.post(path, filled(admin, path, **changes))

    assert response.status_code == 200
    assert said in text_of(response)
    assert RuleFiles.of(RuleVersion.objects.get(pk=draft.pk)) == files


def test_two_people_at_once_lose_nothing(admin: Browser, draft: RuleVersion) -> None:
    path = address("row", draft.pk, "heartburn")
    first = filled(admin, path, **{"row-client_advice": "The first says this."})
    second = filled(admin, path, **{"row-client_advice": "The second says that."})
    assert admin.post(path, first).status_code == 302

    refused = admin.post(path, second)

    said = text_of(refused)
    assert "Adam Lynch changed this version at 8:00, after you opened the page." in said
    assert "The second says that." in refused.content.decode()
    assert "If you save now, this changes: Frequent heartburn or reflux: Advice for the client reworded." in said
    assert rules_of(draft).rows["heartburn"].client_advice == "The first says this."

    from tests.screening.rules.helpers import fields_of

    again = admin.post(path, fields_of(refused.content.decode()))
    assert again.status_code == 302
    assert rules_of(draft).rows["heartburn"].client_advice == "The second says that."


def test_a_page_with_faults_stays_as_old_as_it_was(admin: Browser, draft: RuleVersion) -> None:
    path = address("row", draft.pk, "heartburn")
    old = filled(admin, path, **{"row-client_advice": ""})
    admin.post(path, filled(admin, path, **{"row-client_advice": "The other says this."}))

    from tests.screening.rules.helpers import fields_of

    corrected = {**fields_of(admin.post(path, old).content.decode()), "row-client_advice": "Corrected."}

    assert "after you opened the page" in text_of(admin.post(path, corrected))
    assert rules_of(draft).rows["heartburn"].client_advice == "The other says this."


def test_an_edit_makes_a_tested_version_a_draft_again(admin: Browser, draft: RuleVersion) -> None:
    RuleVersion.objects.filter(pk=draft.pk).update(status="tested", tested_at=cast.NOW)
    path = address("row", draft.pk, "heartburn")

    admin.post(path, filled(admin, path))
    assert RuleVersion.objects.get(pk=draft.pk).status == "tested"
    admin.post(path, filled(admin, path, **{"row-client_advice": "Eat early."}))
    stored = RuleVersion.objects.get(pk=draft.pk)
    assert (stored.status, stored.tested_at) == ("draft", None)


def test_a_condition_is_added_and_taken_away(admin: Browser, draft: RuleVersion, published: RuleVersion) -> None:
    assert "answers-2-answer" in filled(admin, address("row_add", draft.pk)), "“No”, “Yes” and “Not sure” need room"
    fields = filled(
        admin,
        address("row_add", draft.pk),
        **{
            "row-code": "hernia", "row-group": "other", "row-label": "Hernia", "row-question": "How is it?",
            "row-default_outcome": "clearance", "row-max_pressure": "medium", "row-areas": ["abdomen"],
            "row-client_advice": "We keep away.", "row-therapist_note": "Keep away.", "row-position_note": "Any.",
            "row-valid_for_days": "90", "row-confidence": "low", "row-sources": "a book", "row-category": "other",
            "answers-0-answer": "Not sure", "answers-0-outcome": "clearance",
            "answers-1-answer": "Operated and healed", "answers-1-outcome": "clear",
            "answers-2-answer": "It is there", "answers-2-outcome": "modify",
        },
    )  # fmt: skip
    assert admin.post(address("row_add", draft.pk), fields).status_code == 302
    row = rules_of(draft).rows["hernia"]
    assert [option.answer for option in row.options] == ["Operated and healed", "It is there", "Not sure"]
    assert rules_of(draft).screen.groups[4].codes[-1] == "hernia"
    assert sentences(draft, published) == [
        "Hernia: A new condition; clearance until it is answered.",
        "Hernia: It asks:",
        "Hernia: “Operated and healed”: clear.",
        "Hernia: “It is there”: modify.",
        "Hernia: “Not sure”: clearance.",
        "Hernia: With limits: medium pressure at most; abdomen left alone.",
        "Hernia: Advice for the client:",
        "Hernia: Note for the therapist:",
        "Hernia: Note on position:",
        "Hernia: Answers count for 90 days, a letter for 180 days.",
    ]
    assert "It asks: How is it?" in text_of(admin.get(address("changes", draft.pk)))

    remove = address("row_remove", draft.pk, "hernia")
    assert admin.post(remove, filled(admin, remove)).status_code == 302
    assert sentences(draft, published) == []


def test_a_condition_that_others_need_stays(admin: Browser, draft: RuleVersion) -> None:
    path = address("row_remove", draft.pk, "pregnancy")

    assert "The pregnancy massage is offered only with it." in text_of(admin.get(path))
    admin.post(path, {"revision": 0})
    assert "pregnancy" in rules_of(draft).rows


def test_rows_move_between_groups_and_into_today(admin: Browser, draft: RuleVersion, published: RuleVersion) -> None:
    path = address("screen", draft.pk)

    moves = {
        "row-migraine-group": "today", "row-migraine-place": "1", "row-lung_disease-group": "+",
        "new-title": "Breathing", "new-place": "3",
    }  # fmt: skip

    assert admin.post(path, filled(admin, path, **moves)).status_code == 302
    rules = rules_of(draft)
    assert [group.title for group in rules.screen.groups][2:4] == ["In the last few months", "Breathing"]
    assert "migraine" in rules.extra.booking_ahead.ask_within_codes
    assert "migraine" not in rules.extra.arrival_only_if_ticked
    assert "The screen: “Migraine” moved: “Other conditions” → “How you are today”." in sentences(draft, published)


def test_ages_presence_and_hours_are_changed(admin: Browser, draft: RuleVersion, published: RuleVersion) -> None:
    path = address("ages", draft.pk)

    response = admin.post(
        path,
        filled(admin, path, **{
            "age-A2-below_age": "13", "age-new-from_age": "13", "age-new-below_age": "16",
            "age-new-guardian": "on_premises", "age-new-pressure_cap": "light", "age-new-max_minutes": "45",
            "times-ask_within_hours": "72", "times-letter_pregnancy": "28",
        }),
    )  # fmt: skip

    assert response.status_code == 302, text_of(response)
    assert sentences(draft, published) == [
        "Pregnant, or think so: Letter lifetime 42 → 28 days.",
        "Ages: Age rule A2: from 8, below 16: consent of a parent or guardian, who stays in the room, light at most, "
        "30 minutes at most → from 8, below 13: consent of a parent or guardian, who stays in the room, light at most, "
        "30 minutes at most.",
        "Ages: A new age rule A6: from 13, below 16: consent of a parent or guardian, who stays on the premises, "
        "light at most, 45 minutes at most.",
        "The day of the session and booking ahead: "
        "Questions about today are asked while booking within: 48 → 72 hours.",
    ]
    assert (rules_of(draft).age_effect(14).guardian_in_room, rules_of(draft).age_effect(12).guardian_in_room) == (
        False,
        True,
    )


def test_a_gap_between_age_rules_is_refused(admin: Browser, draft: RuleVersion) -> None:
    path = address("ages", draft.pk)

    response = admin.post(path, filled(admin, path, **{"age-A2-below_age": "13"}))

    assert "At 13 no age rule says whether a parent or guardian stays" in text_of(response)


def test_messages_are_reworded_added_and_taken_away_only_while_nobody_shows_them(
    admin: Browser, draft: RuleVersion, published: RuleVersion
) -> None:
    path = address("texts", draft.pk)
    fields = filled(admin, path)
    last = int(fields["messages-TOTAL_FORMS"][0]) - 1
    new = {f"messages-{last}-id": "U6", f"messages-{last}-level": "soon", f"messages-{last}-text": "See a dentist."}

    assert admin.post(path, {**fields, **new, "messages-0-text": "Call {EMERGENCY}."}).status_code == 302
    assert sentences(draft, published) == [
        "Messages and fixed texts: Message E1 reworded.",
        "Messages and fixed texts: A new message U6 (soon).",
    ]
    taken = admin.post(path, filled(admin, path, **{"messages-0-remove": "on"}))
    assert "names an unknown message 'E1'" in text_of(taken)
    silent = admin.post(path, filled(admin, path, **{"messages-0-text": "Call somebody."}))
    assert "The emergency message E1 does not say whom to call" in text_of(silent)


def test_random_edits_of_conditions_keep_what_they_do_not_touch(files: RuleFiles) -> None:
    """Edit conditions at random, go back, and be where it began; what was saved is always sound."""
    from dataclasses import replace

    chance = random.Random(20_261_122)
    opened = book.opened(files)
    areas, techniques = opened.extra["areas"], opened.extra["techniques"]
    for _ in range(15):
        code = chance.choice([row.code for row in opened.rows])
        before = rows.row_edit(opened, code)
        assert before is not None
        edit = replace(
            before,
            client_advice=before.client_advice + chance.choice(["", " Ça va.", " 𝟘 “quoted, and; semicolons”"]),
            areas=tuple(chance.sample(areas, chance.randrange(4))),
            techniques=tuple(chance.sample(techniques, chance.randrange(4))),
            valid_for_days=chance.randrange(1, 300),
            letter_days=chance.choice([None, before.letter_days, chance.randrange(1, 300)]),
            answers=tuple(
                replace(answer, answer=answer.answer + chance.choice(["", "", " (new words)"]))
                if answer.answer != "Not sure"
                else answer
                for answer in before.answers
            ),
        )
        after = book.opened(book.written(rows.with_row(opened, edit)))
        checks.checked(after.source)
        again = rows.row_edit(after, code)
        assert again is not None
        assert set(again.areas) == set(edit.areas) and set(again.techniques) == set(edit.techniques)
        plain = [
            (answer.answer, answer.outcome, answer.wait_days, answer.message, answer.pressure)
            for answer in edit.answers
        ]
        assert [(a.answer, a.outcome, a.wait_days, a.message, a.pressure) for a in again.answers] == plain
        assert {row for row in after.rows if row.code != code} == {row for row in opened.rows if row.code != code}
        back = replace(before, answers=tuple(
            replace(old, was=new.answer) for old, new in zip(before.answers, edit.answers, strict=True)
        ))  # fmt: skip
        restored = book.opened(book.written(rows.with_row(after, back)))
        assert parsed_same(restored, opened)


def parsed_same(one: book.Book, other: book.Book) -> bool:
    return difference(checks.checked(one.source), checks.checked(other.source)).count == 0


def test_a_draft_is_begun_renamed_and_thrown_away(admin: Browser, published: RuleVersion) -> None:
    new = address("add")
    begun = admin.post(new, filled(admin, new, label="autumn", note="Hips."))
    draft = RuleVersion.objects.get(label="autumn")
    assert begun["Location"] == address("change", draft.pk)
    assert (draft.based_on, draft.status) == (published, "draft")
    assert draft.extra_json == published.extra_json.replace('"version": "draft-2"', '"version": "autumn"')
    assert (draft.rules_csv, draft.screen_json, draft.golden_json) == (
        published.rules_csv, published.screen_json, published.golden_json,
    )  # fmt: skip

    assert "There is a version with this name already." in text_of(admin.post(new, filled(admin, new, label="autumn")))
    change = address("change", draft.pk)
    admin.post(change, filled(admin, change, label="winter"))
    draft = RuleVersion.objects.get(pk=draft.pk)
    assert (draft.label, book.version_in(RuleFiles.of(draft))) == ("winter", "winter")
    assert draft.checksum == RuleFiles.of(draft).checksum

    child = drafts.new_draft(files=RuleFiles.of(draft), base=draft, label="child", note="", by=None, now=cast.NOW)
    admin.post(address("throw_away", draft.pk))
    assert not RuleVersion.objects.filter(pk=draft.pk).exists()
    assert RuleVersion.objects.get(pk=child.pk).based_on == published
    admin.post(address("throw_away", published.pk))
    assert RuleVersion.objects.filter(pk=published.pk).exists()


def test_files_keep_a_name_of_their_own_and_every_other_letter(files: RuleFiles) -> None:
    spaced = RuleFiles(**{**files.texts, "extra_json": files.extra_json.replace('"version": "', '"version" :  "')})

    assert book.named(files, "draft-2") == files
    assert book.version_in(book.named(spaced, "2026 “ü”")) == "2026 “ü”"
    assert checks.checked(book.named(spaced, 'a "b"')).version == 'a "b"'

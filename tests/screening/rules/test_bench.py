"""The test bench: example clients pass or fail, what changed is looked at, and only then a version is published."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.core.errors import Refused
from screening import effects, selectors
from screening.document import GivenRow
from screening.models import AccessRecord, Decision, RuleCase, RuleVersion
from screening.rulebook import bench_of, parsed_rules, published_rules
from screening.rulework.book import as_text
from screening.rulework.files import RuleFiles
from screening.services import rule_publishing as publishing
from screening.services import rules as drafts
from sessions.models import MassageSession
from tests import cast
from tests.reading import text_of
from tests.screening.rules.helpers import address, fields_of, filled

NOW = cast.NOW


def edited(draft: RuleVersion, field: str, old: str, new: str) -> RuleVersion:
    files = RuleFiles.of(draft)
    assert old in files.texts[field]
    changed = RuleFiles(**{**files.texts, field: files.texts[field].replace(old, new, 1)})
    return drafts.save_draft(version=draft, files=changed, revision=draft.revision, by=None, now=NOW)


def stricter_heartburn(draft: RuleVersion) -> RuleVersion:
    """Leave the hips alone, too: G02 comes out differently."""
    return edited(draft, "rules_csv", ',firm,abdomen,,"Leave two hours', ',firm,abdomen;hips,,"Leave two hours')


def as_tested(draft: RuleVersion) -> RuleVersion:
    return publishing.mark_tested(version=draft, revision=draft.revision, now=NOW)


def publish(draft: RuleVersion, **changes: Any) -> RuleVersion:
    published = RuleVersion.objects.get(status="published")
    values = {"revision": draft.revision, "replaces": published.pk, "sign_off": None, "by": None, "now": NOW}
    return publishing.publish(version=draft, **{**values, **changes})


def refusal(work: Any) -> str:
    with pytest.raises(Refused) as refused:
        work()
    return refused.value.code


def own_case(ticks: Mapping[str, Any], expected: Mapping[str, Any]) -> RuleCase:
    raw = {
        "id": "S01",
        "title": "Our carpenter",
        "input": {"age": 50, "ticks": dict(ticks)},
        "expected": dict(expected),
    }
    return RuleCase.objects.create(case=raw, created_at=NOW, changed_at=NOW)


def test_an_unchanged_draft_passes_and_changes_nothing(draft: RuleVersion) -> None:
    bench = bench_of(draft)

    assert (len(bench.tried), bench.all_pass, bench.changed) == (18, True, ())


def test_a_draft_with_a_failing_example_is_not_tested(admin: Browser, draft: RuleVersion) -> None:
    draft = stricter_heartburn(draft)

    assert [one.case.key for one in bench_of(draft).failing] == ["G02"]
    assert refusal(lambda: as_tested(draft)) == "rules_cases_fail"
    said = text_of(admin.get(address("bench", draft.pk)))
    assert "18 example clients: 1 not as expected ; 1 differs from draft-2, 1 still to be looked at" in said
    assert "Not as expected Expected These rules say areas left alone abdomen abdomen, hips" in said
    assert "Changed In draft-2 In this version areas left alone abdomen abdomen, hips" in said


def test_what_the_rules_say_now_is_taken_as_expected_and_must_still_be_looked_at(
    admin: Browser, draft: RuleVersion
) -> None:
    draft = stricter_heartburn(draft)
    path = address("case", draft.pk, "G02")

    admin.post(path, filled(admin, path, act="take"))

    draft.refresh_from_db()
    case = next(case for case in json.loads(draft.golden_json) if case["id"] == "G02")
    assert case["expected"]["avoid_areas"] == ["abdomen", "hips"]
    assert "offered_techniques" not in case["expected"]
    draft = as_tested(draft)
    assert refusal(lambda: publish(draft)) == "rules_cases_unreviewed"

    page = admin.get(address("bench", draft.pk)).content.decode()
    key = page.split('name="seen" value="')[1].split('"')[0]
    assert "Noted: 1 looked at." in text_of(admin.post(address("review", draft.pk), {"seen": key}, follow=True))
    assert publish(draft).status == "published"


def test_a_look_counts_for_the_very_result_that_was_seen(draft: RuleVersion) -> None:
    draft = stricter_heartburn(draft)
    seen = [(one.case.key, one.digest) for one in bench_of(draft).unreviewed]
    assert publishing.review_cases(version=draft, seen=[*seen, ("G01", "0" * 64)], by=None, now=NOW) == 1

    draft = edited(draft, "rules_csv", "abdomen;hips", "abdomen;hips;legs")

    assert [one.case.key for one in bench_of(draft).unreviewed] == ["G02"]


def test_other_expectations_new_and_lost_examples_must_be_looked_at_too(admin: Browser, draft: RuleVersion) -> None:
    cases = json.loads(draft.golden_json)
    cases[0]["expected"] = {}
    cases[1]["id"] = "G99"
    files = RuleFiles(**{**RuleFiles.of(draft).texts, "golden_json": as_text(cases)})
    draft = drafts.save_draft(version=draft, files=files, revision=0, by=None, now=NOW)

    bench = bench_of(draft)

    assert bench.all_pass
    assert "Nothing is expected of it" in text_of(admin.get(address("bench", draft.pk)))
    assert {one.case.key: (one.is_other, one.is_new, one.is_gone) for one in bench.unreviewed} == {
        "G01": (True, False, False), "G99": (False, True, False), "G02": (False, False, True),
    }  # fmt: skip


def test_own_example_clients_stand_on_every_bench(admin: Browser, draft: RuleVersion) -> None:
    case = own_case({"heartburn": "Yes"}, {"avoid_areas": ["abdomen"], "headline": "modify"})
    assert bench_of(draft).all_pass
    page = admin.get(address("bench", draft.pk)).content.decode()
    link = page.split("Our carpenter</a>")[0].split('<a href="')[-1].split('"')[0]
    assert "Our carpenter" in text_of(admin.get(link))
    draft = as_tested(draft)

    case.case["expected"] = {"headline": "clear"}
    case.save()

    assert refusal(lambda: publish(draft)) == "rules_cases_fail"
    RuleCase.objects.update(is_active=False)
    assert publish(draft).status == "published"


def test_an_example_that_the_rules_cannot_read_fails_with_a_sentence(draft: RuleVersion) -> None:
    own_case({"hope": None}, {})

    failing = bench_of(draft).failing

    assert [one.result.problems for one in failing] == [("ticks of Client 'S01' names an unknown row 'hope'.",)]


def test_what_an_example_ticks_that_is_no_longer_asked_is_left_out_on_its_page(
    admin: Browser, draft: RuleVersion
) -> None:
    remove = address("row_remove", draft.pk, "varicose_veins")
    admin.post(remove, filled(admin, remove))
    path = address("case", draft.pk, "G04")

    refused = admin.post(path, filled(admin, path, act="take"))
    assert "These rules cannot say anything about this client" in text_of(refused)
    assert stored_case(draft, "G04")["expected"]["headline"] == "modify", "what was expected is not lost"

    assert admin.post(path, filled(admin, path, act="save")).status_code == 302
    assert "varicose_veins" in stored_case(draft, "G04")["input"]["ticks"], "another version may still ask it"

    fields = filled(admin, path, **{"act": "take", "foreign-leave_out": ["varicose_veins"]})
    assert admin.post(path, fields).status_code == 302
    assert set(stored_case(draft, "G04")["input"]["ticks"]) == {"osteoporosis", "sleep_apnea"}
    assert bench_of(RuleVersion.objects.get(pk=draft.pk)).all_pass


def test_an_own_example_client_that_these_rules_cannot_read_keeps_what_is_expected(
    admin: Browser, draft: RuleVersion
) -> None:
    case = own_case({"hope": None}, {"headline": "clear"})
    path = f"/admin/screening/rulecase/{case.pk}/change/"

    assert "These rules cannot say anything" in text_of(admin.post(path, filled(admin, path, act="take")))

    assert RuleCase.objects.get().case["expected"] == {"headline": "clear"}


def test_two_people_at_one_example_client_lose_nothing(admin: Browser, draft: RuleVersion) -> None:
    case = own_case({"heartburn": "Yes"}, {"headline": "modify"})
    path = f"/admin/screening/rulecase/{case.pk}/change/"
    first, second = filled(admin, path), filled(admin, path, **{"client-title": "Our roofer"})
    assert admin.post(path, {**first, "client-title": "Our joiner"}).status_code == 302

    refused = admin.post(path, second)

    assert "changed this example client at 8:00, after you opened the page" in text_of(refused)
    assert RuleCase.objects.get().case["title"] == "Our joiner"
    faulty = admin.post(path, {**second, "client-title": ""}).content.decode()
    assert fields_of(faulty)["seen"] == second["seen"], "a page with faults stays as old as it was"
    again = fields_of(refused.content.decode())
    assert again["client-title"] == ["Our roofer"]
    assert admin.post(path, again).status_code == 302
    assert RuleCase.objects.get().case["title"] == "Our roofer"


def test_an_own_example_client_is_made_in_the_form_and_goes_out_and_in_as_json(
    admin: Browser, draft: RuleVersion
) -> None:
    add = "/admin/screening/rulecase/add/"
    fields = filled(
        admin, add,
        **{
            "client-title": "Our sailor", "client-age": "66",
            "row-nerve_damage-answer": "Long-standing, unchanged and already checked",
            "row-nerve_damage-sites": ["legs"], "row-nerve_damage-age_days": "3", "letters-0-codes": ["cancer"],
            "letters-0-days_left": "40", "letters-0-pressure": "medium", "act": "take",
        },
    )  # fmt: skip

    assert admin.post(add, fields).status_code == 302
    case = RuleCase.objects.get()
    assert case.case["input"] == {
        "age": 66,
        "ticks": {"nerve_damage": "Long-standing, unchanged and already checked"},
        "body_map": {"nerve_damage": ["legs"]},
        "answer_age_days": {"nerve_damage": 3},
        "letters": [{"codes": ["cancer"], "days_left": 40, "pressure": "medium"}],
    }
    assert (case.case["expected"]["headline"], case.case["expected"]["wait_days"]) == ("modify", 0)
    assert bench_of(draft).all_pass

    out = admin.get("/admin/screening/rulecase/export/").content
    RuleCase.objects.all().delete()
    from django.core.files.uploadedfile import SimpleUploadedFile

    send = "/admin/screening/rulecase/import/"
    assert admin.post(send, {"file": SimpleUploadedFile("c.json", out)}).status_code == 302
    assert RuleCase.objects.get().case == case.case
    for bad in (b"\xff", b"{}", b"[1]", b"[" * 100_000, b'[{"id": "x"}]'):
        assert admin.post(send, {"file": SimpleUploadedFile("c.json", bad)}).status_code == 200
    assert RuleCase.objects.count() == 1


def stored_case(draft: RuleVersion, id_: str) -> dict[str, Any]:
    golden = RuleVersion.objects.get(pk=draft.pk).golden_json
    return next(case for case in json.loads(golden) if case["id"] == id_)


# --- Publishing -------------------------------------------------------------


SIGNED = publishing.SignedOff("Dr Ada Byrne", "MC 1234", NOW.date())


def test_publishing_retires_the_one_before_and_records_who_signed(draft: RuleVersion, published: RuleVersion) -> None:
    publish(as_tested(draft), sign_off=SIGNED)

    stored = {v.label: (v.status, v.signed_off_by, v.published_at == NOW) for v in RuleVersion.objects.all()}
    assert stored == {"summer": ("published", "Dr Ada Byrne", True), "draft-2": ("retired", "", False)}
    assert published_rules()[0].label == "summer"
    assert RuleVersion.objects.get(label="draft-2").retired_at == NOW


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"revision": 7}, "rules_older_page"),
        ({"replaces": None}, "rules_published_meanwhile"),
        ({"sign_off": publishing.SignedOff("Ada", "x", NOW.date())}, "rules_sign_off_name"),
        ({"sign_off": publishing.SignedOff("Ada Byrne", " ", NOW.date())}, "rules_sign_off_licence"),
        ({"sign_off": publishing.SignedOff("Ada Byrne", "x", NOW.date() + timedelta(days=3))}, "rules_sign_off_date"),
    ],
)
def test_publishing_is_refused(draft: RuleVersion, changes: dict[str, Any], code: str) -> None:
    draft = as_tested(draft)

    assert refusal(lambda: publish(draft, **changes)) == code
    assert published_rules()[0].label == "draft-2"


def test_a_draft_is_not_published_and_one_is_published_once(draft: RuleVersion, files: RuleFiles) -> None:
    assert refusal(lambda: publish(draft)) == "rules_not_tested"
    other = as_tested(drafts.new_draft(files=files, base=None, label="winter", note="", by=None, now=NOW))
    before = RuleVersion.objects.get(status="published")
    publish(as_tested(draft))

    assert refusal(lambda: publish(other, replaces=before.pk)) == "rules_published_meanwhile"
    assert RuleVersion.objects.get(status="published").label == "summer"


def test_what_can_still_be_edited_is_not_signed(admin: Browser, draft: RuleVersion) -> None:
    form = {"sign-name": "Ada Byrne", "sign-licence": "MC 1", "sign-on": "2026-06-01"}

    said = text_of(admin.post(address("sign", draft.pk), form, follow=True))

    assert "A draft is signed when it is published, not before" in said
    assert RuleVersion.objects.get(pk=draft.pk).signed_off_on is None


def test_who_publishes_second_is_told_that_nothing_was_recorded(admin: Browser, draft: RuleVersion) -> None:
    draft = as_tested(draft)
    path = address("publish", draft.pk)
    late = filled(admin, path, **{"sign-name": "Dr Ada Byrne", "sign-licence": "MC 1", "sign-on": "2026-06-01"})
    assert admin.post(path, filled(admin, path)).status_code == 302

    said = text_of(admin.post(path, late, follow=True))

    assert "This version was published already, so nothing was done." in said
    assert RuleVersion.objects.get(pk=draft.pk).signed_off_by == ""


def test_a_retired_version_comes_back_as_a_draft_made_from_it(draft: RuleVersion, published: RuleVersion) -> None:
    publish(as_tested(draft))
    assert refusal(lambda: publish(published)) in ("rules_not_tested", "rules_published_meanwhile")

    back = drafts.new_draft(files=RuleFiles.of(published), base=published, label="back", note="", by=None, now=NOW)

    assert publish(as_tested(back)).rules_csv == published.rules_csv


def test_a_sign_off_is_added_later_once_and_corrected_in_the_note(admin: Browser, published: RuleVersion) -> None:
    path = address("sign", published.pk)
    form = {"sign-name": "Ada Byrne", "sign-licence": "MC 1", "sign-on": "2026-06-01"}
    assert "A sign-off needs the clinician’s name" in text_of(admin.post(path, {"sign-name": "Ada"}, follow=True))

    admin.post(path, form)
    again = admin.post(path, {**form, "sign-name": "Someone Else"}, follow=True)

    assert "This version is signed off already." in text_of(again)
    admin.post(address("note", published.pk), {"note-text": "The licence is MC 12."})
    stored = RuleVersion.objects.get(pk=published.pk)
    assert (stored.signed_off_by, stored.signed_off_licence) == ("Ada Byrne", "MC 1")
    assert stored.note == "Monday 1 June 2026, Adam Lynch: The licence is MC 12."


def test_the_card_of_a_therapist_says_that_the_rules_are_a_draft_until_they_are_signed(
    house: cast.House, monday: Any, sign_in: Any, published: RuleVersion
) -> None:
    session = cast.book(house)
    path = reverse("sessions:staff_session", args=[session.public_id])
    note = "These rules are a draft for review by a clinician."
    ana = sign_in(house.ana.user)
    assert note in text_of(ana.get(path))

    publishing.sign_off(version=published, sign_off=SIGNED, now=NOW)

    assert note not in text_of(ana.get(path))


# --- What publishing moves --------------------------------------------------


HEART = {"heartburn": GivenRow("Yes")}


def test_the_preview_says_which_sessions_move_and_publishing_moves_them(
    house: cast.House, admin: Browser, draft: RuleVersion, django_assert_max_num_queries: Any
) -> None:
    cast.answer(house.nadia, HEART)
    cast.answer(house.ben)
    mine = cast.book(house, client=house.nadia, starts_at=cast.at(10, days=3))
    theirs = cast.book(house, client=house.ben, starts_at=cast.at(12, days=3))
    draft = as_tested(refusing_heartburn(draft))

    with django_assert_max_num_queries(40):
        found = effects.preview(draft, parsed_rules(draft), NOW)

    assert (found.looked_at, found.not_judged) == (2, 0)
    assert [(moved.who, moved.starts_at, moved.how) for moved in found.moved] == [
        ("Nadia Rahman", mine.starts_at, ("booked → held back (not possible online)",))
    ]
    said = text_of(admin.get(address("publish", draft.pk)))
    assert "Publishing moves 1 upcoming session" in said
    assert "Nadia Rahman" in said and "heartburn" not in said.split("Publishing moves")[1].lower()

    publish(draft)
    sessions = {session.pk: session for session in MassageSession.objects.select_related("decision__rules")}
    assert sessions[mine.pk].held_back_at == NOW and sessions[theirs.pk].held_back_at is None
    assert {session.decision.rules.label for session in sessions.values()} == {"summer"}
    assert Decision.objects.filter(rules__label="draft-2").count() == 2


def test_whoever_is_named_can_see_that_an_admin_looked(house: cast.House, admin: Browser, draft: RuleVersion) -> None:
    """A draft that differs in one condition tells who has it."""
    cast.answer(house.nadia, HEART)
    cast.answer(house.ben)
    for client, hour in ((house.nadia, 10), (house.nadia, 14), (house.ben, 12)):
        cast.book(house, client=client, starts_at=cast.at(hour, days=3))
    draft = refusing_heartburn(draft)

    assert "can see in their account that you looked" in text_of(admin.get(address("publish", draft.pk)))

    record = AccessRecord.objects.get()
    facts = (record.client_public_id, record.reader_name, record.reader_role, record.what, record.purpose)
    assert facts == (
        house.nadia.public_id, "Adam Lynch", "admin", "what other rules would change", "before publishing summer",
    )  # fmt: skip
    assert record.address == "127.0.0.1"


def refusing_heartburn(draft: RuleVersion) -> RuleVersion:
    """Refuse plain heartburn, and expect it."""
    draft = edited(draft, "rules_csv", "No=>clear; Yes=>modify; Trouble", "No=>clear; Yes=>refuse; Trouble")
    cases = [case for case in json.loads(draft.golden_json) if case["id"] != "G02"]
    files = RuleFiles(**{**RuleFiles.of(draft).texts, "golden_json": as_text(cases)})
    draft = drafts.save_draft(version=draft, files=files, revision=draft.revision, by=None, now=NOW)
    seen = [(one.case.key, one.digest) for one in bench_of(draft).unreviewed]
    publishing.review_cases(version=draft, seen=seen, by=None, now=NOW)
    return draft


def test_a_changed_row_is_asked_again_and_its_limits_are_told(house: cast.House, draft: RuleVersion) -> None:
    cast.answer(house.nadia, HEART)
    cast.book(house, client=house.nadia, starts_at=cast.at(10, days=3))

    draft = stricter_heartburn(draft)

    found = effects.preview(draft, parsed_rules(draft), NOW)
    assert [moved.how for moved in found.moved] == [
        ("re-ask due: to be asked again before it starts", "tightened: leave alone hips")
    ]


def test_a_reworded_note_moves_nothing(house: cast.House, draft: RuleVersion) -> None:
    cast.answer(house.nadia, HEART)
    cast.book(house, client=house.nadia, starts_at=cast.at(10, days=3))

    draft = edited(draft, "rules_csv", "Leave two hours after eating", "Leave three hours after eating")

    assert effects.preview(draft, parsed_rules(draft), NOW).moved == ()


def test_the_preview_opens_each_clients_answers_once(house: cast.House, draft: RuleVersion, monkeypatch: Any) -> None:
    from screening import vault

    cast.answer(house.nadia, HEART)
    for days in (2, 3, 4, 7):
        cast.book(house, client=house.nadia, starts_at=cast.at(10, days=days))
    opened: list[Any] = []
    real = vault.for_rules
    monkeypatch.setattr(vault, "for_rules", lambda screening: opened.append(screening) or real(screening))

    assert effects.preview(draft, parsed_rules(draft), NOW).looked_at == 4
    assert len(opened) == 1


def test_what_a_stopped_server_left_undone_is_taken_up_again(
    house: cast.House, monday: Any, draft: RuleVersion, monkeypatch: Any
) -> None:
    from sessions.services import health, rejudging

    cast.answer(house.nadia, HEART)
    session = cast.book(house, client=house.nadia, starts_at=cast.at(10, days=3))
    draft = as_tested(refusing_heartburn(draft))
    real = health.judge_again
    monkeypatch.setattr(health, "judge_again", lambda **kwargs: 1 / 0)
    publish(draft)
    assert RuleVersion.objects.get(status="published").label == "summer"
    assert MassageSession.objects.get(pk=session.pk).held_back_at is None

    monkeypatch.setattr(health, "judge_again", real)

    assert rejudging.judge_under_published(now=NOW) == 1
    assert MassageSession.objects.get(pk=session.pk).held_back_at == NOW
    assert rejudging.judge_under_published(now=NOW) == 0


def test_old_decisions_are_replayed_with_their_own_rules(house: cast.House, monday: Any, draft: RuleVersion) -> None:
    from screening import replay

    cast.answer(house.nadia, HEART)
    cast.book(house, client=house.nadia, starts_at=cast.at(10, days=3))
    publish(as_tested(refusing_heartburn(draft)))

    found = {decision.rules.label: replay.replay(decision).same for decision in Decision.objects.all()}

    assert found == {"draft-2": True, "summer": True}
    assert selectors.published_version().label == "summer"

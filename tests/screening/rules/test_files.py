"""Rules as files: out to the letter, in with a sentence for every fault, never with an error page."""

import io
import json
import random
import zipfile
from dataclasses import replace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser

from screening.domain.reading import Reader
from screening.domain.rule_table import parse_table, table_text
from screening.models import RuleVersion
from screening.rulework import book, checks, strict
from screening.rulework.files import FILES, MOST_BYTES, RuleFiles, UploadError, packed, with_uploads
from tests.reading import admin_errors, text_of
from tests.screening.rules.helpers import address


def send(admin: Browser, published: RuleVersion, *uploads: tuple[str, bytes], label: str = "theirs") -> Any:
    files = [SimpleUploadedFile(name, content) for name, content in uploads]
    return admin.post(address("import"), {"upload": files, "base": published.pk, "label": label, "note": ""})


def exported(admin: Browser, version: RuleVersion, name: str = "") -> bytes:
    found = admin.get(address("export_file", version.pk, name) if name else address("export", version.pk))
    assert found.status_code == 200
    return bytes(found.content)


def told(response: Any) -> str:
    assert response.status_code == 200
    return text_of(response)


def test_what_was_exported_and_imported_is_exported_again_byte_for_byte(admin: Browser, published: RuleVersion) -> None:
    archive = exported(admin, published)

    send(admin, published, ("rules.zip", archive), label="round trip")
    singles = [(name, exported(admin, published, name)) for name in FILES.values()]
    send(admin, published, *singles, label="one by one")

    for label in ("round trip", "one by one"):
        again = RuleVersion.objects.get(label=label)
        assert (again.status, again.based_on) == ("draft", published)
        assert exported(admin, again) == archive
        assert [exported(admin, again, name) for name in FILES.values()] == [content for _, content in singles]


def test_any_part_may_be_given_and_the_rest_comes_from_the_base(admin: Browser, published: RuleVersion) -> None:
    screen = published.screen_json.replace("Right now", "This minute")

    assert send(admin, published, ("screen (2).json", screen.encode())).status_code == 302

    draft = RuleVersion.objects.get(label="theirs")
    assert draft.screen_json == screen
    assert (draft.rules_csv, draft.golden_json) == (published.rules_csv, published.golden_json)


def test_windows_line_ends_stay_as_they_are(admin: Browser, published: RuleVersion) -> None:
    table = published.rules_csv.replace("\n", "\r\n").encode()

    send(admin, published, ("rules.csv", table))

    assert exported(admin, RuleVersion.objects.get(label="theirs"), "rules.csv") == table


def test_a_name_that_is_taken_is_asked_for_again(admin: Browser, published: RuleVersion) -> None:
    response = send(admin, published, ("rules.csv", published.rules_csv.encode()), label="")

    assert "There is a version with this name already." in told(response)


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in entries:
            archive.writestr(name, content)
    return out.getvalue()


TABLE = b"code,label\n"
DEEP = b"[" * 100_000
MALFORMED: dict[str, tuple[str, bytes, str]] = {
    "no UTF-8": ("rules.csv", b"code,\xff\xfe", "rules.csv is not UTF-8: byte 6"),
    "UTF-16": ("screen.json", "{}".encode("utf-16"), "screen.json is not UTF-8"),
    "a byte order mark": ("rules.csv", b"\xef\xbb\xbfcode", "begins with a byte order mark"),
    "NUL": ("rules.csv", b"code\x00", "holds a NUL character"),
    "an escaped NUL": ("screen.json", b'{"note": "a\\u0000b"}', "holds a control character"),
    "half a character": ("screen.json", b'{"note": "\\ud800"}', "half a character"),
    "empty": ("rules.csv", b"", "The submitted file is empty."),
    "blank": ("rules.csv", b" \n", "rules.csv is empty."),
    "a broken table": ("rules.csv", b'code,"label\n', "The rule table is not readable as CSV"),
    "another table": ("rules.csv", TABLE, "must begin with the columns"),
    "a long cell": ("rules.csv", b'"' + b"x" * 200_000 + b'"', "not readable as CSV"),
    "no JSON": ("screen.json", b"{", "screen.json is not valid JSON"),
    "a list for an object": ("screen.json", b"[]", "screen.json must be one object."),
    "an object for a list": ("golden_cases.json", b"{}", "golden_cases.json must be a list."),
    "null": ("rules_extra.json", b"null", "rules_extra.json must be one object."),
    "a key twice": ("screen.json", b'{"note": "a", "note": "b"}', "the key 'note' appears twice"),
    "deep nesting": ("screen.json", DEEP, "nested too deeply"),
    "nesting that ends": ("screen.json", b'{"a":' * 50 + b"1" + b"}" * 50, "nested too deeply"),
    "no number": ("rules_extra.json", b'{"areas": NaN}', "NaN is not a number of JSON"),
    "a number without end": ("rules_extra.json", b'{"areas": ' + b"9" * 5000 + b"}", "is not valid JSON"),
    "other shapes": ("rules_extra.json", b'{"areas": {"neck": 1}, "messages": []}', "areas must be a list"),
    "clients of no shape": ("golden_cases.json", b'[1, {"id": "G1"}]', "Example client number 1 must be an object"),
    "clients with wrong parts": (
        "golden_cases.json",
        b'[{"id": "a/b", "title": "x", "input": {"ticks": []}, "expected": {"wait_days": "3"}}]',
        "ticks of Example client number 1 must be an object",
    ),
    "another file": ("notes.txt", b"x", "“notes.txt” is none of rules.csv"),
    "26 MB": ("rules.csv", b"x" * (26 * 1024 * 1024), "is larger than 1 MB"),
    "no zip": ("rules.zip", b"PK nothing", "cannot be unpacked"),
    "an empty zip": ("rules.zip", zipped(), "holds no files"),
    "a zip of something else": ("rules.zip", zipped(("a/b.txt", b"x")), "is none of rules.csv"),
    "a zip bomb": ("rules.zip", zipped(("rules.csv", b"0" * (30 * MOST_BYTES))), "is larger than 1 MB"),
    "a zip with one twice": (
        "rules.zip",
        zipped(("a/rules.csv", TABLE), ("b/rules.csv", TABLE)),
        "rules.csv is there twice",
    ),
    "a zip cut off": ("rules.zip", zipped(("rules.csv", TABLE))[:-10], "cannot be unpacked"),
}


@pytest.mark.parametrize(("name", "content", "said"), MALFORMED.values(), ids=MALFORMED.keys())
def test_what_cannot_be_used_stays_out_with_a_sentence(
    admin: Browser, published: RuleVersion, name: str, content: bytes, said: str
) -> None:
    response = send(admin, published, (name, content))

    assert said in " ".join([told(response), *admin_errors(response)])
    assert RuleVersion.objects.count() == 1


def test_every_fault_is_named_at_once(admin: Browser, published: RuleVersion) -> None:
    extra = json.loads(published.extra_json)
    extra["messages"]["E1"]["text"] = "Call somebody."
    extra["deferrals"][0]["rescreen_after_days"] = 99_999
    screen = published.screen_json.replace('"title": "Right now"', '"title": "Right\\nnow"')

    said = told(
        send(
            admin,
            published,
            ("rules_extra.json", json.dumps(extra).encode()),
            ("screen.json", screen.encode()),
        )
    )

    assert "The emergency message E1 does not say whom to call" in said
    assert "is 99999 days; more than 3650 is a mistake." in said
    assert "The title of the group 'now' must stand on one line." in said


def test_the_packaged_files_keep_every_promise(files: RuleFiles) -> None:
    rules = checks.checked(files)

    assert (len(rules.rows), checks.notices(rules)) == (48, [])


ADDED = "age_under_16_back_pain"


def in_extra(change: Any) -> Any:
    return lambda extra, screen: change(extra)


INVARIANTS: dict[str, tuple[Any, str]] = {
    "a tick with answers that shows a message": (
        in_extra(lambda extra: extra["message_triggers"].append({"code": "cancer", "answer": "*", "message": "U1"})),
        "The tick of 'cancer' shows a message although it has answers",
    ),
    "today's rows not asked on the day": (
        in_extra(lambda extra: extra["arrival_check_codes"].remove("fever_infection")),
        "'fever_infection' is about today, so it must be asked on the day too",
    ),
    "nothing about today": (
        lambda extra, screen: (extra["booking_ahead"].update(ask_within_codes=[]), screen["groups"].append(
            {"id": "none", "title": "None", "codes": []})),
        "ask_within_codes must not be empty",
    ),
    "a first page without emergencies": (
        lambda extra, screen: screen["groups"].insert(1, screen["groups"].pop(0)),
        "'arthritis' cannot stand in the first group: that is for emergencies",
    ),
    "a row under one of the first page": (
        lambda extra, screen: screen["shown_only_with"].update(chemo_radiotherapy="emergency_symptoms_now"),
        "cannot hang on 'emergency_symptoms_now'",
    ),
    "a date that nothing counts from": (
        in_extra(lambda extra: extra["date_questions"].update(cancer="When?")),
        "date_questions of 'cancer' would ask for a date that nothing counts from.",
    ),
    "consent beyond childhood": (
        in_extra(lambda extra: extra["age_rules"][2].update(when="16 <= age < 21")),
        "A guardian's consent is asked for up to 18; the age rules ask for it up to 21.",
    ),
    "a guardian without consent": (
        in_extra(lambda extra: extra["age_rules"][1].pop("guardian_consent")),
        "wants a guardian there without asking for their consent",
    ),
    "a row of the age that no letter covers": (
        in_extra(lambda extra: extra["age_rules"][3].update(effect=f"adds pseudo-row {ADDED} with outcome defer")),
        "its outcome must be clearance",
    ),
    "an unknown area": (in_extra(lambda extra: extra["areas"].append("tail")), "for which the pages have no word"),
    "a technique too few": (
        in_extra(lambda extra: extra["techniques"].remove("swedish")),
        "Row 'pregnancy' avoids an unknown technique 'swedish'",
    ),
    "a reminder before its time": (
        in_extra(lambda extra: extra["booking_ahead"].update(reminder_hours_before=72)),
        "The reminder cannot ask about today earlier than booking does",
    ),
    "a question of the first page that is not asked on the day": (
        in_extra(lambda extra: extra["arrival_check_codes"].remove("saddle_numbness_bladder")),
        "'saddle_numbness_bladder' is asked first, of everybody, so it is asked of everybody on the day too.",
    ),
    "a pregnancy without a date": (
        in_extra(lambda extra: extra["date_questions"].pop("pregnancy")),
        "'pregnancy' needs a question for a date",
    ),
    "more messages than the page has room for": (
        in_extra(lambda extra: extra["messages"].update(
            {f"X{number}": {"level": "soon", "text": "See somebody."} for number in range(60)})),
        "There are 70 messages; more than 60 are too many.",
    ),
    "an emergency that ends with time": (
        in_extra(lambda extra: extra["refuse_rescreens"].append({
            "code": "lung_disease", "answer": "Struggling for breath now", "rescreen_after_days": 3,
            "count_from": "answer", "ends_when": "better", "after_wait": "ask_again"})),
        "shows an emergency message, so it cannot end by itself with time",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("change", "said"), INVARIANTS.values(), ids=INVARIANTS.keys())
def test_a_broken_promise_is_named(files: RuleFiles, change: Any, said: str) -> None:
    extra, screen = json.loads(files.extra_json), json.loads(files.screen_json)
    change(extra, screen)

    with pytest.raises(checks.RulesRefused) as refused:
        checks.checked(RuleFiles(files.rules_csv, json.dumps(extra), json.dumps(screen), files.golden_json))

    assert any(said in problem for problem in refused.value.problems), refused.value.problems


def problems_of_table(files: RuleFiles, change: Any) -> list[str]:
    with pytest.raises(checks.RulesRefused) as refused:
        checks.checked(replace(files, rules_csv=change(files.rules_csv)))
    return refused.value.problems


def test_a_tick_that_means_nothing_is_refused(files: RuleFiles) -> None:
    said = problems_of_table(files, lambda table: table.replace(",injury_surgery,defer,", ",injury_surgery,clear,", 1))

    assert any("is clear until its question is answered" in problem for problem in said)


def test_a_row_with_more_answers_than_the_page_has_room_for_is_refused(files: RuleFiles) -> None:
    more = "".join(f"Number {number}=>modify; " for number in range(20))
    said = problems_of_table(files, lambda table: table.replace("No=>clear; Yes=>modify; Trouble", f"{more}Trouble", 1))

    assert any("more than 20 are too many to choose from." in problem for problem in said)


def test_an_example_client_with_more_letters_than_the_page_has_room_for_is_refused(files: RuleFiles) -> None:
    cases = json.loads(files.golden_json)
    cases[0]["input"]["letters"] = [{"codes": ["cancer"], "days_left": 1}] * 11

    with pytest.raises(checks.RulesRefused, match="has 11 letters; more than 10 are too many"):
        checks.checked(replace(files, golden_json=json.dumps(cases)))


def test_a_cell_with_a_line_end_of_an_old_machine_survives_an_edit(files: RuleFiles) -> None:
    opened = book.opened(files)
    with_break = [replace(row, sources=f"One\r{row.sources}") for row in opened.rows]

    text = table_text(with_break)

    reader = Reader()
    assert parse_table(text, reader) == tuple(with_break)
    assert reader.problems == []


def test_no_file_however_mangled_is_more_than_a_list_of_sentences(files: RuleFiles) -> None:
    chance = random.Random(7)
    for number in range(80):
        field = chance.choice(list(FILES))
        data = bytearray(files.texts[field].encode())
        for _ in range(chance.randrange(1, 4)):
            place = chance.randrange(len(data))
            data[place : place + chance.choice([0, 1, 40])] = chance.choice(
                [b"null", b"{}", b"[]", b"-1", b'"', b",", b"\n", b"\xc3", b"true", b"1e999", b""]
            )
        try:
            found = with_uploads(files, [(FILES[field], bytes(data))])
            checks.checked(found)
        except (UploadError, checks.RulesRefused) as refused:
            assert refused.problems and all(isinstance(problem, str) for problem in refused.problems), number


def test_values_of_every_kind_in_every_place_are_more_sentences(files: RuleFiles) -> None:
    chance = random.Random(11)
    odd: list[Any] = [None, True, 0, -1, 10**30, 1.5, "", "x", "\n", [], [1], {}, {"a": 1}, ["neck", "neck"], "{X}"]
    for field in ("extra_json", "screen_json", "golden_json"):
        for _ in range(40):
            value = json.loads(files.texts[field])
            owner, key = chance.choice(list(places(value)))
            owner[key] = chance.choice(odd)
            texts = {**files.texts, field: json.dumps(value)}
            try:
                checks.checked(RuleFiles(**texts))
            except checks.RulesRefused as refused:
                assert refused.problems


def places(value: Any) -> Any:
    keys = value.keys() if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def test_the_same_files_always_make_the_same_archive(files: RuleFiles) -> None:
    assert packed(files) == packed(files)
    assert with_uploads(files, [("x.zip", packed(files))]) == files


def test_plain_text_may_hold_line_breaks_and_every_script() -> None:
    assert strict.is_clean("a\n\tb\r\n Ça 𝟘 日本")
    assert not strict.is_clean("\x07")

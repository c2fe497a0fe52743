"""Merging forms into what is kept: nothing that somebody said is lost."""

from datetime import date

import pytest

from screening.document import (
    Document,
    Given,
    GivenRow,
    StoredRow,
    as_start,
    form_on,
    from_json,
    group_codes,
    is_done,
    to_json,
    undone_groups,
)
from screening.domain.rules import load_packaged_rules
from screening.domain.triggers import Trigger
from screening.merging import merge
from screening.other_rules import homes_of, moved_to
from tests.screening.domain.rule_files import rules_after

RULES = load_packaged_rules()
BEFORE, TODAY = date(2026, 11, 1), date(2026, 11, 23)
MILD = GivenRow(answer="No, just visible or achy")
STRICT = GivenRow(answer="Yes, a skin ulcer or bleeding")
CODE = "varicose_veins"


def stored(given: GivenRow, *, changed: int = 1, answered_on: date = BEFORE) -> StoredRow:
    return StoredRow(given=given, answered_on=answered_on, changed=changed)


def put(document: Document, given: Given, *, based_on: int, revision: int, whole: bool = True):
    return merge(RULES, document, given, based_on=based_on, revision=revision, today=TODAY, whole=whole)


def test_what_is_kept_comes_back_from_json_as_it_was():
    document = Document(
        rows={
            CODE: stored(GivenRow("Yes, a skin ulcer or bleeding", BEFORE, False, True, None, frozenset({"legs"}))),
            "cancer": stored(GivenRow(sites=frozenset())),
            "pregnancy": stored(GivenRow("Not sure", None, True, False, TODAY, None)),
        },
        none=frozenset({"now"}),
        seen={"now": TODAY},
        removed={"migraine": 4},
        back_pain=False,
        aside={"gone": {"answer": "x"}},
    )

    assert from_json(to_json(document)) == document


def test_a_first_form_is_taken_as_it_is():
    given = Given(groups=("heart", "skin"), rows={CODE: MILD}, none=frozenset({"skin"}))

    merged = put(Document(), given, based_on=0, revision=1)

    assert merged.look_again == ()
    assert merged.document == Document(
        rows={CODE: stored(MILD, changed=1, answered_on=TODAY)},
        none=frozenset({"skin"}),
        seen={"heart": TODAY, "skin": TODAY},
        asked=dict.fromkeys((*group_codes(RULES, "heart"), *group_codes(RULES, "skin")), TODAY),
    )
    assert is_done(RULES, merged.document, "heart")
    assert undone_groups(RULES, merged.document) == ("now", "back", "recent", "other")


def test_saving_on_the_way_neither_finishes_a_group_nor_re_dates_what_was_not_touched():
    document = Document(rows={CODE: stored(MILD), "lung_disease": stored(GivenRow("Not sure"))})
    given = Given(groups=("heart",), rows={CODE: MILD, "lung_disease": GivenRow("Struggling for breath now")})

    merged = put(document, given, based_on=1, revision=2, whole=False).document

    assert {code: (row.answered_on, row.changed) for code, row in merged.rows.items()} == {
        CODE: (BEFORE, 1),
        "lung_disease": (TODAY, 2),
    }
    assert not is_done(RULES, merged, "heart")


def test_a_page_sent_as_finished_re_dates_every_answer_on_it():
    merged = put(
        Document(rows={CODE: stored(MILD)}), Given(groups=("heart",), rows={CODE: MILD}), based_on=1, revision=2
    )

    assert merged.document.rows[CODE] == stored(MILD, changed=1, answered_on=TODAY)


def test_groups_that_are_not_on_the_page_stay_as_they_are():
    document = Document(rows={"migraine": stored(GivenRow("Yes"))}, none=frozenset({"skin"}), seen={"skin": BEFORE})

    merged = put(document, Given(groups=("heart",), none=frozenset({"heart"})), based_on=1, revision=2).document

    assert merged.rows == document.rows
    assert merged.none == {"skin", "heart"}
    assert merged.seen == {"skin": BEFORE, "heart": TODAY}


@pytest.mark.parametrize(
    ("kept", "sent", "expected", "look_again"),
    [
        (MILD, MILD, MILD, ()),
        (MILD, None, MILD, (CODE,)),
        (None, MILD, MILD, (CODE,)),
        (MILD, STRICT, STRICT, ()),
        (STRICT, MILD, STRICT, (CODE,)),
        (MILD, GivenRow(), MILD, (CODE,)),
        (GivenRow(), STRICT, STRICT, ()),
    ],
    ids=[
        "both say the same", "a tick stays although this window took it away",
        "a tick counts although another window took it away", "the stricter answer of this window",
        "the stricter answer of the other window", "an answer beats none of the other window",
        "an answer of this window beats none",
    ],
)  # fmt: skip
def test_two_windows_that_disagree_end_with_the_stricter_and_ask_again(kept, sent, expected, look_again):
    rows = {CODE: stored(kept, changed=5)} if kept else {}
    removed = {} if kept else {CODE: 5}
    document = Document(rows=rows, removed=removed)
    given = Given(
        groups=("heart",), rows={CODE: sent} if sent else {}, none=frozenset() if sent else frozenset({"heart"})
    )

    merged = put(document, given, based_on=4, revision=6)

    assert merged.document.rows[CODE].given == expected
    assert merged.look_again == look_again
    assert "heart" not in merged.document.none


def test_places_marked_in_two_windows_are_all_kept():
    legs, hands = (
        GivenRow("Long-standing, unchanged and already checked", sites=frozenset({area})) for area in ("legs", "hands")
    )
    document = Document(rows={"nerve_damage": stored(legs, changed=5)})

    merged = put(document, Given(groups=("back",), rows={"nerve_damage": hands}), based_on=4, revision=6)

    assert merged.document.rows["nerve_damage"].given.sites == {"legs", "hands"}
    assert merged.look_again == ("nerve_damage",)


def test_rows_that_the_other_window_did_not_touch_follow_this_one():
    document = Document(rows={CODE: stored(STRICT, changed=3), "lung_disease": stored(GivenRow("Not sure"), changed=5)})
    given = Given(groups=("heart",), rows={CODE: MILD, "lung_disease": GivenRow("Not sure")})

    merged = put(document, given, based_on=4, revision=6)

    assert merged.document.rows[CODE].given == MILD
    assert merged.look_again == ()


def test_none_of_these_pressed_in_another_window_is_kept():
    document = Document(none=frozenset({"heart"}), seen={"heart": TODAY})

    merged = put(document, Given(groups=("heart", "skin"), none=frozenset({"skin"})), based_on=2, revision=6).document

    assert merged.none == {"heart", "skin"}


def test_a_form_is_as_old_as_the_group_gone_through_longest_ago():
    seen = dict.fromkeys(("now", "back", "recent", "heart", "other", "skin"), TODAY)

    assert form_on(RULES, Document(seen={**seen, "back": BEFORE})) == BEFORE
    assert form_on(RULES, Document(seen={"now": TODAY})) is None


def test_a_new_form_keeps_answers_filled_in_but_nothing_that_was_said_about_right_now_on_another_day():
    document = Document(
        rows={"saddle_numbness_bladder": stored(GivenRow("Not sure")), CODE: stored(MILD)},
        none=frozenset({"skin"}),
        seen={"now": BEFORE, "heart": BEFORE, "skin": BEFORE},
    )

    started = as_start(RULES, document, TODAY)

    assert (set(started.rows), started.none, started.seen) == ({CODE}, {"skin"}, {})
    assert as_start(RULES, document, BEFORE) == document


def test_under_other_rules_unknown_rows_are_set_aside_and_unknown_answers_are_open():
    document = Document(
        rows={
            CODE: stored(GivenRow("An answer of old")),
            "a_row_of_old": stored(MILD),
            "migraine": stored(GivenRow("Yes")),
        },
        none=frozenset({"a_group_of_old", "skin"}),
    )

    moved = moved_to(RULES, document)

    assert {code: row.given.answer for code, row in moved.rows.items()} == {CODE: None, "migraine": "Yes"}
    assert {code: row["answer"] for code, row in moved.aside.items()} == {
        CODE: "An answer of old",
        "a_row_of_old": "No, just visible or achy",
    }
    assert moved.none == {"skin"}


def test_a_row_that_new_rules_add_is_asked_of_whoever_has_gone_through_its_group():
    document = Document(rows={CODE: stored(MILD)}, none=frozenset({"skin"}), seen={"heart": BEFORE, "skin": BEFORE})

    moved = moved_to(RULES, document, added=["allergies", "heartburn", "fever_infection", "chemo_radiotherapy"])

    # Heartburn's group was never gone through; fever is asked near the day anyway; chemotherapy stands under cancer.
    assert moved.pending == {"allergies": Trigger.RULES}


def test_a_row_that_new_rules_change_is_asked_again_only_where_it_is_ticked():
    document = Document(rows={CODE: stored(MILD)}, seen={"heart": BEFORE})

    assert moved_to(RULES, document, changed=[CODE, "lung_disease"]).pending == {CODE: Trigger.RULES}


# --- Another screen -----------------------------------------------------------

WHOLE = dict.fromkeys(("now", "back", "recent", "heart", "other", "skin"), BEFORE)
GROUPS = {group.id: number for number, group in enumerate(RULES.screen.groups)}


def with_screen(change):
    """Return rules whose screen was changed: `change` gets the codes of each group."""

    def edit(rows, extra, screen) -> None:
        change({group["id"]: group["codes"] for group in screen["groups"]}, screen)

    return rules_after(edit)


def read_under(rules, document):
    return moved_to(rules, document, homes=homes_of(RULES))


def test_a_row_that_stands_in_another_group_is_not_asked_again():
    rules = with_screen(lambda codes, screen: (codes["heart"].remove(CODE), codes["skin"].append(CODE)))
    document = Document(
        rows={CODE: stored(MILD)},
        none=frozenset(WHOLE) - {"heart"},
        seen={**WHOLE, "skin": TODAY},
    )

    moved = read_under(rules, document)

    assert undone_groups(rules, moved) == ()
    assert (moved.none, moved.pending) == (frozenset(WHOLE) - {"skin"}, {})
    assert moved.seen["skin"] == BEFORE, "as old as the older of both"


def test_a_new_group_of_known_rows_was_gone_through_with_the_groups_they_come_from():
    rules = with_screen(
        lambda codes, screen: (
            codes["heart"].remove("lung_disease"),
            codes["heart"].remove("sleep_apnea"),
            screen["groups"].insert(4, {"id": "air", "title": "Breathing", "codes": ["lung_disease", "sleep_apnea"]}),
        )
    )
    moved = read_under(rules, Document(none=frozenset(WHOLE), seen=WHOLE))

    assert (undone_groups(rules, moved), moved.seen["air"], "air" in moved.none) == ((), BEFORE, True)


def test_a_row_from_a_group_that_nobody_went_through_is_asked_alone():
    def change(rows, extra, screen) -> None:
        extra["booking_ahead"]["ask_within_codes"].remove("recent_vaccination")
        screen["groups"][GROUPS["today"]]["codes"].remove("recent_vaccination")
        screen["groups"][GROUPS["skin"]]["codes"].append("recent_vaccination")

    rules = rules_after(change)

    moved = read_under(rules, Document(none=frozenset(WHOLE), seen=WHOLE))

    assert moved.pending == {"recent_vaccination": Trigger.RULES}
    assert undone_groups(rules, moved) == ()
    asked = Document(none=frozenset(WHOLE), seen={**WHOLE, "today": TODAY})
    assert read_under(rules, asked).pending == {}


def test_a_tick_that_is_no_longer_asked_leaves_its_group_gone_through():
    def without_veins(rows, extra, screen) -> None:
        rows[:] = [row for row in rows if row["code"] != CODE]
        for name in ("deferrals", "message_triggers", "answer_limits"):
            extra[name] = [entry for entry in extra[name] if entry["code"] != CODE]
        extra["arrival_question"]["reasks"].remove(CODE)
        screen["groups"][GROUPS["heart"]]["codes"].remove(CODE)
        screen["short_labels"].pop(CODE, None)

    rules = rules_after(without_veins)
    document = Document(rows={CODE: stored(MILD)}, none=frozenset(WHOLE) - {"heart"}, seen=WHOLE)

    moved = read_under(rules, document)

    assert undone_groups(rules, moved) == ()
    assert (set(moved.rows), set(moved.aside)) == (set(), {CODE})


def test_a_group_of_new_rows_alone_asks_those_and_not_the_whole_form():
    def change(rows, extra, screen) -> None:
        rows.append({**rows[0], "code": "tattoo", "label": "A new tattoo"})
        rows[-1] |= {"follow_up_question": "", "follow_up_options": "", "default_outcome": "modify"}
        screen["groups"].insert(3, {"id": "new", "title": "New", "codes": ["tattoo"]})

    rules = rules_after(change)
    document = Document(none=frozenset(WHOLE), seen=WHOLE)

    moved = moved_to(rules, document, added=["tattoo"], homes=homes_of(RULES))

    assert (undone_groups(rules, moved), moved.pending) == ((), {"tattoo": Trigger.RULES})
    begun = moved_to(rules, Document(seen={"now": TODAY}), added=["tattoo"], homes=homes_of(RULES))
    assert "new" in undone_groups(rules, begun), "whoever is in the middle is asked in its place"


def test_under_the_same_screen_everything_stays_as_it_is():
    for document in (
        Document(none=frozenset({"skin"}), seen=WHOLE),
        Document(rows={CODE: stored(MILD)}, none=frozenset({"skin"}), seen={"heart": TODAY}),
        Document(),
    ):
        assert read_under(RULES, document) == document

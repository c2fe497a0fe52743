"""The questionnaire as pages show it (guide, sections 1, 2, 5, 6 and 15)."""

import pytest

from screening.domain.form import (
    BEST_FIT_HEADING,
    POINTS,
    URGENT_HEADING,
    FormRow,
    arrival_codes,
    form_for,
    stops_form,
)
from screening.domain.rule_types import NOT_SURE
from tests.screening.domain.clients import CODES, RULES, client

FORM = form_for(RULES, 30)
ROWS: dict[str, FormRow] = {row.code: row for group in FORM.all_groups for row in group.rows}
DATED = {(wait.code, wait.answer): wait.count_from for wait in (*RULES.extra.deferrals, *RULES.extra.refuse_rescreens)}


def test_the_first_page_stands_alone_and_today_has_its_own_card() -> None:
    assert [row.code for row in FORM.now.rows] == ["emergency_symptoms_now", "saddle_numbness_bladder"]
    assert [group.id for group in FORM.groups] == ["back", "recent", "heart", "other", "skin"]
    assert [row.code for row in FORM.today.rows] == [
        "fever_infection",
        "contagious_skin_wounds",
        "alcohol_drugs_today",
        "recent_vaccination",
    ]


def test_every_row_but_the_one_set_by_age_is_shown_once() -> None:
    shown = [row.code for group in FORM.all_groups for row in group.rows]

    assert sorted(shown) == sorted(CODES)


def test_a_row_that_hangs_on_another_stands_right_under_it() -> None:
    other = next(group for group in FORM.groups if group.id == "other")
    codes = [row.code for row in other.rows]

    assert codes[:2] == ["cancer", "chemo_radiotherapy"]
    assert {row.code: row.shown_with for row in other.rows if row.shown_with} == {"chemo_radiotherapy": "cancer"}


def test_short_labels_come_from_the_screen_and_else_from_the_table() -> None:
    assert ROWS["osteoporosis"].short_label == "Thin bones (osteoporosis)"
    assert ROWS["osteoporosis"].label == "Osteoporosis or osteopenia (thin bones)"
    assert ROWS["diabetes"].short_label == ROWS["diabetes"].label == "Diabetes"


class TestOrderOfAnswers:
    def test_warnings_come_first_then_the_best_fit_and_not_sure_last(self) -> None:
        first, rest = ROWS["cardiovascular_disease"].sections

        assert (first.heading, rest.heading) == (URGENT_HEADING, BEST_FIT_HEADING)
        assert [option.answer for option in first.options] == [
            "An aneurysm that has not been repaired, or I have been told not to exert myself",
            "Chest pain, breathlessness at rest, blackout or new weakness today",
            "Heart attack, stroke, mini-stroke, stent or heart surgery in the last 3 months",
            "Breathless lying flat, newly swollen legs, or angina that is changing",
        ]
        assert [option.answer for option in rest.options] == [
            "Stable for over 12 months (tablets are fine), and everyday effort brings no chest pain or breathlessness",
            "Diagnosed or treatment changed in the last 12 months, or still being investigated",
            "An aneurysm that has been repaired",
            "Not sure",
        ]

    def test_an_answer_with_a_message_counts_as_a_warning(self) -> None:
        first, _ = ROWS["nerve_damage"].sections

        assert [option.answer for option in first.options] == [
            "Getting worse quickly, or newly in both legs or both arms",
            "Slowly getting worse in one area",
        ]

    def test_a_row_without_warnings_has_one_list_and_no_heading(self) -> None:
        (only,) = ROWS["sleep_apnea"].sections

        assert only.heading is None
        assert [option.answer for option in only.options][-1] == NOT_SURE

    def test_a_row_without_a_question_has_no_answers(self) -> None:
        assert (ROWS["emergency_symptoms_now"].sections, ROWS["emergency_symptoms_now"].question) == ((), "")

    @pytest.mark.parametrize("code", CODES)
    def test_no_answer_is_lost_or_doubled(self, code: str) -> None:
        shown = [option.answer for row in rows_at(19) if row.code == code for option in row.options]

        assert sorted(shown) == sorted(option.answer for option in RULES.rows[code].options)
        assert not shown or shown[-1] == NOT_SURE


def rows_at(age: int) -> list[FormRow]:
    return [row for group in form_for(RULES, age).all_groups for row in group.rows]


@pytest.mark.parametrize(("age", "offered"), [(19, True), (20, False), (54, False), (55, True)])
def test_the_first_ever_pain_answer_is_shown_only_at_its_ages(age: int, offered: bool) -> None:
    (row,) = [row for row in rows_at(age) if row.code == "recent_back_pain"]

    assert any(option.answer.startswith("My first ever back pain") for option in row.options) is offered


@pytest.mark.parametrize("code", CODES)
def test_a_body_map_is_asked_for_live_answers_of_site_specific_rows_only(code: str) -> None:
    row = ROWS[code]

    asked = {option.answer for option in row.options if option.asks_site}
    live = {option.answer for option in RULES.rows[code].options if option.outcome.is_live}
    assert asked == (live & {option.answer for option in row.options} if code in RULES.site_specific else set())
    assert row.body_map_prompt == RULES.extra.body_map_prompts.get(code)


@pytest.mark.parametrize("code", [code for code in CODES if code not in ("pregnancy", "postpartum")])
def test_a_date_is_asked_where_a_wait_counts_from_one(code: str) -> None:
    questions = {"event": "When was that?", "symptom_end": "Are you free of it now? Since when?"}

    for option in ROWS[code].options:
        assert option.date_question == questions.get(DATED.get((code, option.answer), ""))


@pytest.mark.parametrize(
    ("code", "question"), [("pregnancy", "When is your baby due?"), ("postpartum", "When did you give birth?")]
)
def test_pregnancy_and_birth_ask_their_own_date_beside_every_answer_that_does_not_refuse(code, question) -> None:
    for option in ROWS[code].options:
        refused = RULES.rows[code].outcome_of(option.answer) == "refuse"
        assert option.date_question == (None if refused else question)


class TestPoints:
    def test_the_long_labels_of_the_first_page_fall_into_points(self) -> None:
        assert ROWS["emergency_symptoms_now"].points == (
            "Chest pain",
            "Sudden breathlessness",
            "New drooping face, weak arm or slurred speech",
            "Collapse",
            "Worst-ever headache or neck pain",
            "Sudden tearing chest, back or tummy pain",
        )
        assert ROWS["saddle_numbness_bladder"].points == (
            "New numbness around the genitals, bottom or inner thighs",
            "New trouble passing, holding or feeling pee or poo",
            "New weakness in both legs",
        )

    @pytest.mark.parametrize("code", POINTS)
    def test_they_are_the_label_word_for_word(self, code: str) -> None:
        assert "".join(POINTS[code]) == RULES.rows[code].label

    def test_any_other_label_is_one_point(self) -> None:
        assert ROWS["diabetes"].points == ("Diabetes",)


class TestStoppingAtTheFirstPage:
    @pytest.mark.parametrize(
        ("ticks", "stops"),
        [
            ({}, False),
            ({"emergency_symptoms_now": None}, True),
            ({"saddle_numbness_bladder": "New or changed"}, True),
            ({"saddle_numbness_bladder": "Not sure"}, True),
            ({"saddle_numbness_bladder": None}, True),
            ({"saddle_numbness_bladder": "Old, unchanged and already checked"}, False),
            ({"lung_disease": "Struggling for breath now"}, False),
        ],
    )
    def test_it_stops_when_one_of_its_rows_refuses(self, ticks, stops: bool) -> None:
        assert stops_form(RULES, client(ticks)) is stops

    def test_the_age_alone_does_not_stop_it(self) -> None:
        assert not stops_form(RULES, client(age=7))


def test_on_the_day_everybody_is_asked_and_migraine_only_those_who_have_it() -> None:
    everybody = (
        "emergency_symptoms_now",
        "saddle_numbness_bladder",
        "fever_infection",
        "contagious_skin_wounds",
        "alcohol_drugs_today",
        "recent_vaccination",
        "severe_pain",
        "dvt_calf_swelling",
    )

    assert arrival_codes(RULES, ()) == everybody
    assert arrival_codes(RULES, {"migraine", "cancer"}) == (*everybody, "migraine")

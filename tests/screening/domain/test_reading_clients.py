"""Clients in the golden format are read strictly, and every fault is named (guide, section 11)."""

import pytest

from screening.domain.answers import ClientAnswers, InputError, Letter, parse_client
from screening.domain.enums import Pressure
from tests.screening.domain.clients import RULES


def parsed(**given: object):
    return parse_client(RULES, {"id": "one", "input": given})


def problems_of(raw: object) -> list[str]:
    with pytest.raises(InputError) as refused:
        parse_client(RULES, raw, where="Client number 3")
    return refused.value.problems


def test_what_is_absent_has_the_guides_meaning() -> None:
    client = parsed()

    assert client.answers == ClientAnswers(
        age=30,
        ticks={},
        body_map={},
        answer_age_days={},
        letters=(),
        guardian_consent=False,
        reason_back_pain=False,
    )
    assert (client.id, client.warnings) == ("one", ())


def test_everything_of_the_format_is_read() -> None:
    client = parsed(
        age=14,
        ticks={"cancer": "Not sure", "emergency_symptoms_now": None},
        body_map={"cancer": ["neck", "arms", "neck"], "recent_injury": []},
        answer_age_days={"cancer": 3},
        letters=[
            {"codes": ["cancer", "age_under_16_back_pain"], "days_left": -2},
            {"codes": [], "days_left": 9, "pressure": "light", "allow_areas": ["neck"], "allow_techniques": ["chair"]},
        ],
        guardian_consent=True,
        reason_back_pain=True,
    )

    assert client.answers == ClientAnswers(
        age=14,
        ticks={"cancer": "Not sure", "emergency_symptoms_now": None},
        body_map={"cancer": frozenset({"neck", "arms"}), "recent_injury": frozenset()},
        answer_age_days={"cancer": 3},
        letters=(
            Letter(frozenset({"cancer", "age_under_16_back_pain"}), -2),
            Letter(frozenset(), 9, Pressure.LIGHT, frozenset({"neck"}), frozenset({"chair"})),
        ),
        guardian_consent=True,
        reason_back_pain=True,
    )


WARNINGS = {
    "an unknown answer": (
        {"ticks": {"migraine": "Sometimes"}},
        "migraine: 'Sometimes' is not one of its answers and counts as not answered.",
    ),
    "an answer to a row without a question": (
        {"ticks": {"emergency_symptoms_now": "Yes"}},
        "emergency_symptoms_now: has no question; the answer 'Yes' was ignored.",
    ),
    "a row that follows from the age": (
        {"ticks": {"child_under_8": None}},
        "child_under_8: follows from the age and is not ticked by hand; the tick counts all the same.",
    ),
    "a mark on a row without a site": (
        {"body_map": {"migraine": ["neck"]}},
        "migraine: is not site-specific; its body map was ignored.",
    ),
    "a key that the format does not have": (
        {"heigth": 3},
        "The input key 'heigth' is not part of the format and was ignored.",
    ),
}


@pytest.mark.parametrize(("given", "warning"), WARNINGS.values(), ids=WARNINGS.keys())
def test_what_is_not_used_is_told(given: dict[str, object], warning: str) -> None:
    assert parsed(**given).warnings == (warning,)


def test_an_answer_that_is_missing_altogether_needs_no_warning() -> None:
    assert parsed(ticks={"migraine": None}).warnings == ()


FAULTS = {
    "a number": (7, "Client number 3 must be an object, not the number 7."),
    "no id": ({"input": {}}, "Client number 3 lacks 'id'."),
    "an empty id": ({"id": " ", "input": {}}, "id of Client number 3 must not be empty."),
    "no input": ({"id": "one"}, "Client 'one' lacks 'input'."),
    "an input that is a list": ({"id": "one", "input": []}, "input of Client 'one' must be an object, not a list."),
}


@pytest.mark.parametrize(("raw", "problem"), FAULTS.values(), ids=FAULTS.keys())
def test_a_client_of_the_wrong_shape_is_refused(raw: object, problem: str) -> None:
    assert problems_of(raw) == [problem]


INPUT_FAULTS = {
    "an unknown row": ({"ticks": {"hay_fever": None}}, "ticks of Client 'one' names an unknown row 'hay_fever'."),
    "the row that only the age adds": (
        {"ticks": {"age_under_16_back_pain": None}},
        "ticks of Client 'one' names an unknown row 'age_under_16_back_pain'.",
    ),
    "a number for an answer": (
        {"ticks": {"migraine": 1}},
        "ticks of Client 'one': the answer of 'migraine' must be text or null.",
    ),
    "ticks as a list": ({"ticks": ["migraine"]}, "ticks of Client 'one' must be an object, not a list."),
    "an age in words": ({"age": "ten"}, "age of Client 'one' must be a whole number, not text."),
    "an age that is true": ({"age": True}, "age of Client 'one' must be a whole number, not true or false."),
    "an age that is null": ({"age": None}, "age of Client 'one' must be a whole number, not null."),
    "half a year": ({"age": 30.5}, "age of Client 'one' must be a whole number, not the number 30.5."),
    "a negative age": ({"age": -1}, "age of Client 'one' must be between 0 and 150."),
    "an age beyond belief": ({"age": 2**63}, "age of Client 'one' must be between 0 and 150."),
    "an unknown row on the body map": (
        {"body_map": {"hay_fever": []}},
        "body_map of Client 'one' names an unknown row 'hay_fever'.",
    ),
    "a mark that is null": (
        {"body_map": {"cancer": None}},
        "body_map of Client 'one' for 'cancer' must be a list, not null.",
    ),
    "an unknown row with an age": (
        {"answer_age_days": {"hay_fever": 1}},
        "answer_age_days of Client 'one' names an unknown row 'hay_fever'.",
    ),
    "an answer from tomorrow": (
        {"answer_age_days": {"cancer": -1}},
        "answer_age_days of Client 'one' for 'cancer' must be 0 or more.",
    ),
    "a letter for an unknown row": (
        {"letters": [{"codes": ["hay_fever"], "days_left": 1}]},
        "codes of letter 1 of Client 'one' names an unknown row 'hay_fever'.",
    ),
    "a letter without an end": ({"letters": [{"codes": []}]}, "letter 1 of Client 'one' lacks 'days_left'."),
    "a misspelt letter": (
        {"letters": [{"codes": [], "days_left": 1, "presure": "light"}]},
        "letter 1 of Client 'one' has an unknown key 'presure'.",
    ),
    "consent in words": (
        {"guardian_consent": "yes"},
        "guardian_consent of Client 'one' must be true or false, not text.",
    ),
}


@pytest.mark.parametrize(("given", "problem"), INPUT_FAULTS.values(), ids=INPUT_FAULTS.keys())
def test_a_fault_in_the_input_is_named(given: dict[str, object], problem: str) -> None:
    assert problems_of({"id": "one", "input": given}) == [problem]


@pytest.mark.parametrize(
    ("letter", "said"),
    [
        ({"pressure": "hard"}, "pressure of letter 1 of Client 'one' is 'hard'"),
        ({"allow_areas": ["tail"]}, "allow_areas of letter 1 of Client 'one' names 'tail'"),
        ({"allow_techniques": ["cupping"]}, "allow_techniques of letter 1 of Client 'one' names 'cupping'"),
    ],
)
def test_a_letter_with_an_unknown_word_is_refused(letter: dict[str, object], said: str) -> None:
    (problem,) = problems_of({"id": "one", "input": {"letters": [{"codes": [], "days_left": 1, **letter}]}})

    assert problem.startswith(said)


def test_all_faults_of_a_client_are_told_at_once() -> None:
    assert len(problems_of({"id": "one", "input": {"age": "ten", "ticks": {"hay_fever": None}, "letters": 1}})) == 3

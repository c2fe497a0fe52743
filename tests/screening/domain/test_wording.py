"""The texts a client sees (guide, section 7)."""

from datetime import date

import pytest

from screening.domain.enums import Level
from screening.domain.wording import Contacts, Dates, Wording, fill, words_for
from tests.screening.domain.clients import RULES, letter, verdict_of

CONTACTS = Contacts(emergency="112", urgent="the nurse line on 116 117", phone="01 234 5678")
CALL_US = (
    "We cannot arrange this one online. Please call us on 01 234 5678: a person will talk it through with you "
    "and help you find the right care. There is nothing to pay."
)
DAY = date(2026, 3, 20)


def wording_of(ticks=None, dates: Dates | None = None, **known) -> Wording:
    verdict = verdict_of(ticks, **known)
    return words_for(RULES, verdict, CONTACTS, format_date=lambda day: f"{day:%-d %B %Y}", dates=dates or Dates())


def advice_of(*codes: str) -> tuple[str, ...]:
    return tuple(RULES.rows[code].client_advice for code in codes)


def test_clear() -> None:
    assert wording_of() == Wording(
        messages=(),
        sentences=("You are all set. Tell your therapist if anything changes before your visit.",),
        advice=(),
        nothing_else=False,
    )


def test_modify_shows_the_advice_of_its_rows_under_it() -> None:
    words = wording_of({"heartburn": "Yes", "thyroid_disorder": "Yes, stable and no swelling"})

    assert words.sentences == (
        "Good news, you can book. Because of what you told us, your therapist will adapt the session.",
    )
    assert words.advice == advice_of("heartburn")


def test_clearance_names_the_days_that_a_place_is_held_only_where_one_is() -> None:
    ticks = {"epilepsy": "Within the last 12 months", "heartburn": "Yes"}
    agree = "We would like your doctor, nurse or midwife to agree first."

    assert wording_of(ticks).sentences == (agree,)
    held = wording_of(ticks, Dates(held_days=5))
    assert held.sentences == (agree, "Here is a short form for them; your place is held for 5 days.")
    assert held.advice == advice_of("epilepsy", "heartburn")


class TestDefer:
    NOT_TODAY = "Today is not the right day."

    def test_with_a_date(self) -> None:
        words = wording_of({"migraine": "Yes"}, Dates(wait_ends_on=DAY))

        assert words.sentences == (
            self.NOT_TODAY,
            "You can choose a date from 20 March 2026, and we will check in again then.",
        )
        assert words.advice == advice_of("migraine")

    @pytest.mark.parametrize(("days", "said"), [(1, "1 day"), (2, "2 days")])
    def test_while_symptoms_run(self, days: int, said: str) -> None:
        words = wording_of({"migraine": "Yes"}, Dates(running_days=days))

        assert words.sentences[1] == (
            f"You can choose a date from {said} after you are well, and we will check in again then."
        )

    def test_while_symptoms_run_beside_a_longer_wait_its_end_is_named_too(self) -> None:
        words = wording_of({"migraine": "Yes"}, Dates(running_days=1, not_until=DAY))

        assert words.sentences[1] == (
            "You can choose a date from 1 day after you are well, but not before 20 March 2026, "
            "and we will check in again then."
        )

    def test_without_a_date_nothing_is_promised(self) -> None:
        assert wording_of({"recent_fracture": None}).sentences == (self.NOT_TODAY,)

    def test_with_a_message_no_date_until_the_row_is_answered_again(self) -> None:
        words = wording_of({"severe_pain": "Severe, new and not assessed"}, Dates(wait_ends_on=DAY))

        assert [message.id for message in words.messages] == ["U1"]
        assert words.sentences == (self.NOT_TODAY,)

    def test_a_message_of_another_row_does_not_hide_the_date(self) -> None:
        ticks = {"migraine": "Yes", "heartburn": "Trouble swallowing, or weight loss I cannot explain"}

        words = wording_of(ticks, Dates(wait_ends_on=DAY))

        assert [message.id for message in words.messages] == ["U2"]
        assert len(words.sentences) == 2


class TestRefuse:
    def test_with_a_message_that_message_and_nothing_else(self) -> None:
        words = wording_of({"kidney_stones": "Yes, pain with fever or shivering", "heartburn": "Yes"})

        assert [message.id for message in words.messages] == ["U1"]
        assert (words.sentences, words.advice, words.nothing_else) == ((), (), True)
        assert not words.is_emergency

    def test_an_emergency_has_a_page_of_its_own(self) -> None:
        words = wording_of({"saddle_numbness_bladder": "New or changed"})

        assert (words.is_emergency, words.nothing_else) == (True, True)

    @pytest.mark.parametrize(
        ("code", "answer"),
        [
            ("cancer", "Cancer has spread to my bones or spine"),
            ("spinal_cord_injury", "I get sudden blood pressure surges (autonomic dysreflexia)"),
            (
                "cardiovascular_disease",
                "An aneurysm that has not been repaired, or I have been told not to exert myself",
            ),
        ],
    )
    def test_without_a_message_the_fixed_text_in_place_of_the_advice(self, code: str, answer: str) -> None:
        words = wording_of({code: answer})

        assert words == Wording(messages=(), sentences=(CALL_US,), advice=(), nothing_else=False)

    def test_a_child_under_eight_shows_its_own_advice(self) -> None:
        words = wording_of(age=7, guardian_consent=True)

        assert words == Wording(messages=(), sentences=(), advice=advice_of("child_under_8"), nothing_else=False)

    def test_a_child_with_another_refusal_shows_both(self) -> None:
        words = wording_of({"cancer": "Cancer has spread to my bones or spine"}, age=7)

        assert (words.sentences, words.advice) == ((CALL_US,), advice_of("child_under_8"))

    def test_nothing_left_shows_the_fixed_text_beside_what_other_rows_say(self) -> None:
        words = wording_of(
            {
                "nerve_damage": "Slowly getting worse in one area",
            },
            body_map={"nerve_damage": ["upper_back", "mid_back", "lower_back"]},
            letters=(letter("nerve_damage"),),
        )

        assert [message.id for message in words.messages] == ["U2"]
        assert (words.sentences, words.nothing_else) == ((CALL_US,), False)

    def test_the_message_of_a_row_that_does_not_refuse_leaves_the_fixed_text(self) -> None:
        ticks = {
            "cancer": "Cancer has spread to my bones or spine",
            "heartburn": "Trouble swallowing, or weight loss I cannot explain",
        }

        words = wording_of(ticks)

        assert [message.id for message in words.messages] == ["U2"]
        assert words.sentences == (CALL_US,)

    @pytest.mark.parametrize(
        "ticks",
        [
            {"pulmonary_embolism": "Within the last 6 months"},
            {"dvt_calf_swelling": "A clot in the last 6 months"},
        ],
        ids=["lung", "leg"],
    )
    def test_a_clot_may_be_asked_about_again(self, ticks) -> None:
        words = wording_of(ticks, Dates(ask_again_on=DAY))

        assert words.sentences == (CALL_US, "You can ask again from 20 March 2026.")

    def test_but_not_beside_a_refusal_that_stays(self) -> None:
        ticks = {
            "dvt_calf_swelling": "A clot in the last 6 months",
            "cancer": "Cancer has spread to my bones or spine",
        }

        assert wording_of(ticks, Dates(ask_again_on=DAY)).sentences == (CALL_US,)


@pytest.mark.parametrize("id_", RULES.messages)
def test_every_message_is_filled_in(id_: str) -> None:
    text = fill(RULES.messages[id_].text, CONTACTS)

    assert "{" not in text
    assert (CONTACTS.emergency in text) is ("{EMERGENCY}" in RULES.messages[id_].text)
    assert (CONTACTS.urgent in text) is ("{URGENT}" in RULES.messages[id_].text)


def test_a_number_with_braces_is_only_text() -> None:
    contacts = Contacts(emergency="{PHONE}", urgent="{0}", phone="{}")

    assert fill("Call {EMERGENCY} or {URGENT}.", contacts) == "Call {PHONE} or {0}."


def test_shown_messages_keep_their_level_and_order() -> None:
    words = wording_of(
        {
            "thyroid_disorder": "A new neck lump that has not been checked",
            "arthritis": "Yes, and it is new to me, or I feel feverish or unwell",
        }
    )

    assert [(message.id, message.level) for message in words.messages] == [("U1", Level.URGENT), ("U2", Level.SOON)]

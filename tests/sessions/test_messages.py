"""Every refusal has its sentence."""

from datetime import UTC, datetime

import pytest

from massage_booking.core.errors import Busy, Refused, Taken
from screening.domain import eligibility
from screening.domain.booking_ahead import Block
from sessions import messages
from sessions.domain.refusals import Refusal, Why

CODES = [
    *(why.value for why in Why),
    *(block.value for block in Block),
    eligibility.RULED_OUT,
    eligibility.NOT_OFFERED,
    eligibility.UNKNOWN,
    eligibility.TOO_LONG,
    "just_taken",
    "client_busy",
    "busy",
    "screening",
    "form_reused",
    "changed_meanwhile",
    "too_many_holds",
]


@pytest.mark.parametrize("code", CODES)
def test_every_code_has_a_sentence_of_its_own(code: str) -> None:
    sentence = messages.of_code(code)

    assert sentence != messages.UNKNOWN
    assert sentence.endswith(".")


def test_an_unknown_code_still_says_something() -> None:
    assert messages.of_code("never-heard-of") == "That did not work. Please try again."


def test_instants_are_told_in_words() -> None:
    refusal = Refused("too_late_to_change", free_until=datetime(2026, 6, 7, 9, tzinfo=UTC), hours=24)

    assert messages.sentence(refusal) == "The time for free changes ended on Sunday 7 June, 9:00."


def test_several_reasons_stand_one_after_another_each_once() -> None:
    refusals = [Refusal(Why.IN_PAST), Refusal(Why.IN_PAST), Refusal(Why.OUTSIDE_HOURS)]

    assert messages.sentence(Refused("screening", refusals=refusals)) == "That time is over. Nobody works at that time."


def test_the_other_refusals_speak_for_themselves() -> None:
    assert messages.sentence(Taken()) == "That time is not free any more."
    assert messages.sentence(Busy()) == "Many people are booking at this moment. Please try again."


def test_no_sentence_names_a_condition() -> None:
    text = " ".join(messages.SENTENCES.values()).lower()

    assert [word for word in ("pregnan", "cancer", "bone", "heart", "diabet", "injur") if word in text] == []

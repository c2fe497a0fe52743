"""Letters are asked for, received, reviewed once, and end when what they were about changes."""

from datetime import timedelta
from typing import Any

import pytest

from massage_booking.core.errors import Refused
from screening import letters as accepted_letters
from screening import services as screening_services
from screening.document import GivenRow
from screening.domain.booking_ahead import Block
from screening.domain.triggers import Trigger
from screening.letters import STATEMENT
from screening.models import ClearanceRequest, Letter, LetterFile
from screening.services import letters
from tests import cast
from tests.screening.letters.sent import BONES, STONES, THINNERS, accept, refuse, send

pytestmark = pytest.mark.django_db


def blocks(house: cast.House) -> tuple[Block, ...]:
    return cast.assess(house.nadia, cast.at(10, days=7)).blocks


def ask(house: cast.House, *codes: str) -> ClearanceRequest:
    return letters.request_form(client=house.nadia, codes=codes, doctor="Dr Canary", referral="", now=cast.NOW)


def test_an_accepted_letter_lets_the_session_be_booked(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    assert blocks(house) == (Block.CLEARANCE,)

    letter = accept(send(house.nadia), house)

    assert blocks(house) == ()
    assert (letter.state, letter.covers_until) == ("accepted", cast.TODAY + timedelta(days=179))


def test_nothing_of_a_letter_lies_open(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    ask(house, "osteoporosis")
    accept(send(house.nadia), house, note="Canary note")

    for model in (Letter, LetterFile, ClearanceRequest):
        assert "canary" not in str(list(model.objects.values_list())).lower(), model


def test_a_request_goes_from_open_to_received_to_accepted(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, {**BONES, **THINNERS})
    request = ask(house, "osteoporosis", "blood_thinners")
    first = send(house.nadia)
    request.refresh_from_db()
    assert request.state == "received"

    accept(first, house, "osteoporosis")
    request.refresh_from_db()
    assert request.state == "open"
    assert blocks(house) == (Block.CLEARANCE,)

    accept(send(house.nadia), house, "blood_thinners")
    request.refresh_from_db()
    assert (request.state, request.closed_at) == ("accepted", cast.NOW)
    assert blocks(house) == ()


def test_asking_again_brings_the_form_under_way_up_to_date(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)

    assert ask(house, "osteoporosis").pk == ask(house, "osteoporosis", "blood_thinners").pk
    with pytest.raises(Refused, match="letter_not_needed"):
        ask(house)


def test_a_refused_letter_leaves_the_request_open(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    request = ask(house, "osteoporosis")

    refuse(send(house.nadia), house)

    request.refresh_from_db()
    assert request.state == "open"
    assert blocks(house) == (Block.CLEARANCE,)


def test_the_first_word_on_a_letter_counts(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    letter = send(house.nadia)
    refuse(letter, house)

    with pytest.raises(Refused, match="letter_reviewed_already"):
        accept(letter, house)
    with pytest.raises(Refused, match="letter_reviewed_already"):
        letters.take_back(letter=letter, now=cast.NOW)


def test_a_letter_that_nobody_has_read_can_be_taken_back(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    request = ask(house, "osteoporosis")
    letter = send(house.nadia)

    letters.take_back(letter=letter, now=cast.NOW)

    request.refresh_from_db()
    assert (request.state, LetterFile.objects.count()) == ("open", 0)


def test_ten_letters_wait_at_most_and_none_without_consent(house: cast.House, monday: Any) -> None:
    with pytest.raises(Refused, match="no_consent"):
        send(house.nadia)
    cast.answer(house.nadia, BONES)
    for _ in range(letters.MOST_WAITING):
        send(house.nadia)

    with pytest.raises(Refused, match="letter_too_many"):
        send(house.nadia)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signed_on": cast.TODAY + timedelta(days=1)}, "letter_from_the_future"),
        ({"signed_on": cast.TODAY - timedelta(days=400)}, "letter_over"),
        ({"expires_on": cast.TODAY - timedelta(days=1)}, "letter_over"),
        ({"signer": " "}, "letter_signer"),
        ({"codes": frozenset()}, "letter_rows"),
        ({"kind": STATEMENT}, "statement_rows"),
    ],
)
def test_a_letter_that_says_nothing_for_us_is_not_accepted(
    house: cast.House, monday: Any, changes: dict[str, Any], code: str
) -> None:
    cast.answer(house.nadia, BONES)

    with pytest.raises(Refused, match=code):
        accept(send(house.nadia), house, **changes)
    assert Letter.objects.get().state == "received"


def test_a_refusal_needs_a_reason(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)

    with pytest.raises(Refused, match="letter_reason"):
        refuse(send(house.nadia), house, reason=" ")


def test_a_statement_has_the_row_asked_again_at_once_and_ends_no_other_wait(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, STONES)
    assert Block.WAIT in cast.assess(house.nadia, cast.at(10, days=4)).blocks

    accept(send(house.nadia), house, "kidney_stones", kind=STATEMENT)

    found = cast.assess(house.nadia, cast.at(10, days=7))
    assert found.ahead.ask_now_codes == ("kidney_stones",)
    assert found.dated.pending == {"kidney_stones": Trigger.LETTER_OR_WAIT}
    assert Block.OUT_OF_DATE in found.blocks


def test_no_statement_ends_a_fever_or_an_answer_younger_than_it(house: cast.House, monday: Any) -> None:
    fever = {"fever_infection": GivenRow(answer="Feverish, heavy cold or cough, sick or unwell")}
    cast.answer(house.nadia, {**fever, **STONES})

    with pytest.raises(Refused, match="statement_rows"):
        accept(send(house.nadia), house, "fever_infection", kind=STATEMENT)
    with pytest.raises(Refused, match="statement_older"):
        accept(send(house.nadia), house, "kidney_stones", kind=STATEMENT, signed_on=cast.TODAY - timedelta(days=1))


def test_a_letter_ends_when_the_answer_it_was_about_changes(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, BONES)
    accept(send(house.nadia), house)
    cast.answer(house.nadia, BONES)
    assert blocks(house) == ()

    cast.answer(house.nadia, {"osteoporosis": GivenRow(answer="Yes, over 12 weeks ago and healed")})

    assert blocks(house) == (Block.CLEARANCE,)
    ((_, scope),) = accepted_letters.scopes(house.nadia)
    assert scope.lapsed == {"osteoporosis": cast.TODAY}


def test_a_trigger_ends_a_letter_for_the_rows_it_touches(house: cast.House, monday: Any) -> None:
    cast.answer(house.nadia, {**BONES, **THINNERS})
    accept(send(house.nadia), house, "osteoporosis", "blood_thinners")

    screening_services.end_answers(client=house.nadia, codes=["blood_thinners"], trigger=Trigger.MEDICINE, now=cast.NOW)

    assert cast.assess(house.nadia, cast.at(10, days=7)).verdict.missing_clearance == ("blood_thinners",)

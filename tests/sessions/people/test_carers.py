"""Adults in somebody's care: who answers is asked, and whether that person may read the answers later."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client, User
from screening import selectors
from screening.document import GivenRow
from screening.models import AccessRecord, Consent
from tests import cast
from tests.reading import text_of
from tests.screening.views.helpers import CONSENT, NOW_PAGE, QUESTIONS, RESULT, fields

SignIn = Callable[[User], Browser]
YES = {"agree": "on", "version": "2026-11"}
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture
def amma(house: cast.House) -> Client:
    """Nadia's mother, in her care."""
    return cast.make_client("Amma Rahman", account=house.nadias_account, relation="parent")


def answers(client: Client, end: str = "") -> str:
    return f"/screening/answers/{client.public_id}/{end}"


def agree(nadia: Browser, amma: Client, may_read: str) -> Any:
    nadia.post(answers(amma, "renew/"))
    carer = {"standing": "attorney", "carer_name": "Nadia Rahman", "may_read": may_read}
    return nadia.post(CONSENT, {**YES, **carer})


def answer_all(nadia: Browser, rows: dict[str, Any]) -> Any:
    nadia.post(NOW_PAGE, fields(groups=("now",), revision=0))
    return nadia.post(QUESTIONS, fields(rows, revision=0))


def test_who_answers_is_asked_with_the_consent(amma: Client, nadia: Browser) -> None:
    nadia.post(answers(amma, "renew/"))

    page = text_of(nadia.get(CONSENT))
    for words in ("Who answers for Amma?", "They answer themselves, I only help", "I hold a power of attorney"):
        assert words in page
    refused = text_of(nadia.post(CONSENT, YES))
    assert "Please say who answers." in refused and "Please say yes or no." in refused
    assert Consent.objects.count() == 0


def test_ones_own_consent_asks_nothing_of_the_kind(house: cast.House, nadia: Browser) -> None:
    nadia.post(answers(house.nadia, "renew/"))

    assert "Who answers" not in text_of(nadia.get(CONSENT))
    assert nadia.post(CONSENT, YES)["Location"] == NOW_PAGE


def test_with_leave_the_carer_reads_along(amma: Client, nadia: Browser) -> None:
    agree(nadia, amma, "yes")
    answer_all(nadia, {"heartburn": "Yes"})

    consent = Consent.objects.get()
    assert (consent.carer_name, consent.carer_standing, consent.carer_may_read) == ("Nadia Rahman", "attorney", True)
    shown = text_of(nadia.get(answers(amma)))
    assert "heartburn" in shown.lower() and "by Nadia Rahman" in shown


def test_without_leave_the_carer_writes_and_does_not_read(amma: Client, nadia: Browser) -> None:
    agree(nadia, amma, "no")
    done = answer_all(nadia, {"heartburn": "Yes"})

    noted = text_of(nadia.get(done["Location"]))
    assert "Thank you, that is noted" in noted and "eartburn" not in noted
    reads = AccessRecord.objects.count()
    shown = text_of(nadia.get(answers(amma)))
    assert "These answers are Amma’s to read, not yours." in shown and "eartburn" not in shown
    assert AccessRecord.objects.count() == reads


def test_answering_again_without_leave_begins_with_an_empty_form(amma: Client, nadia: Browser) -> None:
    agree(nadia, amma, "no")
    answer_all(nadia, {"heartburn": "Yes"})

    nadia.post(answers(amma, "renew/"))
    shown = [nadia.get(path, follow=True).content.decode() for path in (NOW_PAGE, QUESTIONS, RESULT)]

    assert [page for page in shown if " checked>" in page or "From your answers" in page] == []


def test_limits_that_follow_are_not_shown_on_the_carers_page(house: cast.House, amma: Client, nadia: Browser) -> None:
    cast.answer(amma, BONES)
    cast.book(house, client=amma, starts_at=cast.at(10, days=7))
    page = f"/account/?who={amma.public_id}"
    assert "badge outcome" in nadia.get(page).content.decode()

    Consent.objects.update(carer_may_read=False)

    assert "badge outcome" not in nadia.get(page).content.decode()


def test_while_booking_a_carer_without_leave_is_not_told_why_something_is_out(
    house: cast.House, amma: Client, nadia: Browser
) -> None:
    cast.answer(amma, BONES)
    Consent.objects.update(carer_may_read=False)
    chosen = {"service": house.deep.slug, "therapist": house.ana.slug, "whom": amma.public_id}
    nadia.post("/sessions/book/", {**chosen, "service": house.swedish.slug})

    pages = [nadia.get("/sessions/book/"), nadia.get(f"/sessions/time/?service={house.deep.slug}")]

    assert [page.status_code for page in pages] == [200, 200]
    for page in map(text_of, pages):
        assert "Your health answers do not allow this session at present." in page and "hin bones" not in page
    Consent.objects.update(carer_may_read=True)
    assert "hin bones" in text_of(nadia.get("/sessions/book/"))


def test_a_carer_without_leave_is_led_to_no_page_that_is_closed(
    house: cast.House, amma: Client, nadia: Browser
) -> None:
    cast.answer(amma, {"osteoporosis": GivenRow(answer="Not sure")})
    session = cast.book(house, client=amma, starts_at=cast.at(10, days=14))
    letters = f"/screening/letters/{amma.public_id}/"
    pages = (f"/account/?who={amma.public_id}", f"/sessions/{session.public_id}/")
    assert all(letters in nadia.get(page).content.decode() for page in pages)

    Consent.objects.update(carer_may_read=False)

    assert nadia.get(letters).status_code == 404
    for page in pages:
        shown = nadia.get(page).content.decode()
        assert letters not in shown and "it can be brought to the studio" in shown


def test_somebody_elses_account_never_reads(house: cast.House, amma: Client) -> None:
    cast.answer(amma)

    assert selectors.may_read_answers(house.nadias_account, amma)
    assert not selectors.may_read_answers(house.bens_account, amma)


def test_what_was_agreed_to_can_be_read_taken_back_and_given_again(amma: Client, nadia: Browser) -> None:
    agree(nadia, amma, "yes")
    assert "Until you take your yes back" in text_of(nadia.get(answers(amma)))

    nadia.post(answers(amma, "withdraw/"))
    assert selectors.consent_in_force(amma) is None
    assert agree(nadia, amma, "no")["Location"] == NOW_PAGE
    assert Consent.objects.filter(withdrawn_at__isnull=True).values_list("carer_may_read", flat=True).get() is False


@pytest.mark.parametrize("correction", [{"relation": "self"}, {"date_of_birth": "2016-01-01"}, {"relation": "child"}])
def test_no_correction_of_who_somebody_is_opens_their_answers(
    amma: Client, nadia: Browser, house: cast.House, correction: dict[str, str]
) -> None:
    Client.objects.filter(pk=house.nadia.pk).delete()
    agree(nadia, amma, "no")
    answer_all(nadia, {"heartburn": "Yes"})

    who = {"name": "Amma Rahman", "relation": "parent", "date_of_birth": "1950-01-01"}
    nadia.post(f"/account/people/{amma.public_id}/", {**who, **correction})

    shown = text_of(nadia.get(answers(amma)))
    assert "answers are Amma’s to read, not yours" in shown and "eartburn" not in shown


def test_whoever_came_of_age_is_not_made_oneself_to_read_on(nadia: Browser, house: cast.House, monday: Any) -> None:
    """What was answered for a child is closed to the parent at eighteen, whatever the parent calls them then."""
    finn = cast.make_client("Finn Rahman", account=house.nadias_account, relation="child", born=date(2008, 6, 2))
    Client.objects.filter(pk=house.nadia.pk).delete()
    cast.answer(finn, {"heartburn": GivenRow(answer="Yes")})
    assert "eartburn" in text_of(nadia.get(answers(finn)))
    monday.move_to(cast.at(9, days=1))

    nadia.post(
        f"/account/people/{finn.public_id}/",
        {"name": "Finn Rahman", "relation": "self", "date_of_birth": "2008-06-02"},
    )

    assert "eartburn" not in text_of(nadia.get(answers(finn)))

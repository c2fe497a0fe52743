"""The questions of the day: by the link of the reminder nothing kept is shown, signed in the rest is asked too."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.outbox.models import Message
from screening.document import GivenRow
from screening.models import AccessRecord
from sessions import links
from sessions.models import MassageSession
from sessions.selectors import asking
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

# Nadia's session is on Monday 8 June at ten; it is Sunday, ten in the morning, when the reminder goes out.
START, REMINDED = cast.at(10, days=7), cast.at(10, days=6)
NOTHING = {"none": "day", "new_today": "no"}
FEVER = {
    "ticks": "fever_infection",
    "answer-fever_infection": "Feverish, heavy cold or cough, sick or unwell",
    "new_today": "no",
}
BETWEEN = GivenRow(answer="No, I am between attacks")
BACK = GivenRow(answer="Easing or steady, and I can move about")


@pytest.fixture(autouse=True)
def sunday(monday: Any) -> Any:
    """Let the session be booked on Monday; then it is the Sunday after."""
    return monday


def fever(days: int = 6) -> dict[str, str]:
    """Return the form of somebody whose fever ended on a day."""
    option = next(n for n, text in enumerate(_options("fever_infection")) if text.startswith("Feverish"))
    return {**FEVER, f"date-fever_infection-{option}": f"2026-06-{1 + days:02d}"}


def _options(code: str) -> list[str]:
    from screening.selectors import published_rules

    _, rules = published_rules()
    return [option.answer for option in rules.rows[code].options]


@pytest.fixture
def session(house: cast.House, sunday: Any) -> MassageSession:
    booked = cast.book(house, starts_at=START)
    sunday.move_to(REMINDED)
    return booked


def by_link(session: MassageSession) -> str:
    return reverse("sessions:manage_today", args=[links.make(session)])


def own(session: MassageSession) -> str:
    return reverse("sessions:today", args=[session.public_id])


def fresh(session: MassageSession) -> MassageSession:
    return MassageSession.objects.select_related("decision").get(pk=session.pk)


def test_the_link_asks_what_everybody_is_asked_and_shows_nothing_that_is_kept(
    house: cast.House, session: MassageSession
) -> None:
    cast.answer(house.nadia, {"migraine": BETWEEN, "fever_infection": GivenRow(answer="Not sure")}, now=REMINDED)
    before = AccessRecord.objects.count()

    response = Browser().get(by_link(session))

    form = response.context["form"]
    assert [row.code for row in form.rows] == [
        "emergency_symptoms_now", "saddle_numbness_bladder", "fever_infection", "contagious_skin_wounds",
        "alcohol_drugs_today", "recent_vaccination", "severe_pain", "dvt_calf_swelling",
    ]  # fmt: skip
    assert [row.code for row in form.rows if row.ticked] == [] and form.known == []
    assert "igraine" not in page_of(response)
    assert AccessRecord.objects.count() == before


def test_nothing_so_today_and_the_session_can_start(house: cast.House, session: MassageSession) -> None:
    assert asking.is_due(session)

    response = Browser().post(by_link(session), NOTHING, follow=True)

    answered = fresh(session)
    assert "Thank you. Nothing stands in the way." in page_of(response)
    assert (answered.day_answered_at, answered.held_back_at) == (REMINDED, None)
    assert not asking.is_due(answered)
    assert [event.by for event in session.events.filter(act="day_answered")] == ["client"]


def test_says_fever_and_a_safe_date_is_proposed_and_taken_with_one_press(
    house: cast.House, session: MassageSession, sunday: Any
) -> None:
    browser, late = Browser(), cast.at(11, days=6)
    sunday.move_to(late)

    response = browser.post(by_link(session), fever(), follow=True)

    held = fresh(session)
    page = page_of(response)
    assert held.held_back_at == late
    assert "This session cannot go ahead as it is" in page and "From Tuesday 9 June, it is possible again." in page
    assert "ever" not in page.replace("never", "").replace("every", "").replace("Never", ""), "no condition by link"
    first = response.context["way"].openings[0]
    assert first.starts_at == cast.at(10, days=8)

    moved = browser.post(
        reverse("sessions:manage_move", args=[links.make(session)]),
        {"key": "k", "therapist": "ana-quiroga", "starts_at": first.starts_at.isoformat()},
        follow=True,
    )

    after = fresh(session)
    assert "Moved." in page_of(moved)
    assert (after.starts_at, after.held_back_at, after.fee_waived) == (cast.at(10, days=8), None, True)
    assert list(Message.objects.filter(kind="needs_change").values_list("status", flat=True)) == ["void"]
    assert Message.objects.get(kind="answer_again").due_at == cast.at(7, days=8)


def test_who_is_signed_in_reads_why(house: cast.House, session: MassageSession) -> None:
    nadia = Guest(house, house.nadias_account)

    response = nadia.browser.post(own(session), fever(), follow=True)

    assert "From Tuesday 9 June: 48 hours with no fever, vomiting or diarrhoea." in page_of(response)


def test_an_emergency_is_the_only_thing_on_the_page_and_holds_the_session_back(
    house: cast.House, session: MassageSession
) -> None:
    response = Browser().post(by_link(session), {"ticks": "emergency_symptoms_now"})

    page = page_of(response)
    assert "Please get help now" in page and 'href="tel:112"' in page
    assert "Move" not in page and "Cancel" not in page
    assert fresh(session).held_back_at == REMINDED


def test_an_answer_that_needs_advice_says_so_before_anything_else(house: cast.House, session: MassageSession) -> None:
    severe = next(text for text in _options("severe_pain") if text == "Severe, new and not assessed")
    response = Browser().post(
        by_link(session), {"ticks": "severe_pain", "answer-severe_pain": severe, "new_today": "no"}
    )

    page = page_of(response)
    assert page.index("This needs medical advice today") < page.index("This session cannot go ahead")
    assert 'href="sms:?&body=This%20needs%20medical%20advice%20today' in page
    assert "Safe dates" not in page


def test_an_unfinished_page_is_shown_again_and_nothing_is_kept(session: MassageSession) -> None:
    response = Browser().post(by_link(session), {"new_today": "no"})

    assert (response.status_code, response.context["form"].faults[0].anchor) == (200, "none-day")
    assert fresh(session).day_answered_at is None


def test_earlier_it_says_from_when(house: cast.House, session: MassageSession, sunday: Any) -> None:
    sunday.move_to(cast.at(23, 59, days=5))

    for response in (Browser().get(by_link(session)), Browser().post(by_link(session), NOTHING)):
        assert "open on Sunday 7 June" in page_of(response)
    assert fresh(session).day_answered_at is None


def test_from_the_start_on_there_is_nothing_to_answer(session: MassageSession, sunday: Any) -> None:
    sunday.move_to(START)

    assert Browser().get(by_link(session)).status_code == 302
    assert Browser().post(by_link(session), NOTHING).status_code == 302
    assert fresh(session).day_answered_at is None


def test_looking_changes_nothing(session: MassageSession) -> None:
    Browser().get(by_link(session))

    assert fresh(session).day_answered_at is None and session.events.count() == 1


def test_strangers_and_old_links_find_nothing(house: cast.House, session: MassageSession) -> None:
    ben = Guest(house, house.bens_account)
    assert ben.get(own(session)).status_code == 404
    assert ben.browser.post(own(session), NOTHING).status_code == 404
    assert ben.get(reverse("sessions:answer", args=[session.public_id])).status_code == 404
    assert Browser().get(own(session))["Location"].startswith("/accounts/login/code/?next=/sessions/")

    address = by_link(session)
    MassageSession.objects.update(nonce="another")
    assert Browser().get(address).status_code == 404


def test_what_only_this_client_is_asked_waits_until_they_sign_in(house: cast.House, sunday: Any) -> None:
    cast.answer(house.nadia, {"migraine": BETWEEN, "recent_back_pain": BACK})
    session = cast.book(house, starts_at=cast.at(10, days=15))
    sunday.move_to(cast.at(11, days=14))
    assert fresh(session).re_ask_due

    response = Browser().post(by_link(session), NOTHING)

    answer = reverse("sessions:answer", args=[session.public_id])
    assert response["Location"] == answer
    assert Browser().get(answer)["Location"].startswith("/accounts/login/code/?next=/sessions/")
    assert asking.is_due(fresh(session))

    nadia = Guest(house, house.nadias_account)
    page = nadia.get(answer, follow=True)
    assert page.redirect_chain


def test_signed_in_they_are_asked_outright_and_then_nothing_is_due(house: cast.House, sunday: Any) -> None:
    cast.answer(house.nadia, {"migraine": BETWEEN})
    session = cast.book(house, starts_at=cast.at(10, days=7))
    sunday.move_to(REMINDED)
    nadia = Guest(house, house.nadias_account)

    form = nadia.get(own(session)).context["form"]
    assert [row.code for row in form.known] == ["migraine"]
    nadia.browser.post(own(session), {**NOTHING, "answer-migraine": "No, I am between attacks"})

    assert not asking.is_due(fresh(session))


def test_something_else_is_for_a_person_to_look_at(house: cast.House, session: MassageSession) -> None:
    Browser().post(by_link(session), {"none": "day", "new_today": "yes", "new_other": "on"})

    looked_for = fresh(session)
    assert (looked_for.needs_review, looked_for.held_back_at) == (True, None)


def test_without_answers_the_health_questions_come_first(house: cast.House, session: MassageSession) -> None:
    from screening import services

    services.withdraw_consent(client=house.nadia, now=REMINDED)

    assert "The health questions come first" in page_of(Browser().get(by_link(session)))
    Browser().post(by_link(session), NOTHING)
    assert fresh(session).day_answered_at is None


def test_the_reminder_has_a_button_for_them(house: cast.House, session: MassageSession, mailoutbox: list[Any]) -> None:
    from massage_booking.outbox import services as outbox

    outbox.send_due(now=REMINDED)

    (letter,) = [letter for letter in mailoutbox if letter.subject.startswith("Tomorrow")]
    assert "Two questions about today:\nhttp://testserver/sessions/manage/" in letter.body
    assert "/today/" in str(letter.alternatives[0].content)


def test_answers_of_the_booking_itself_need_no_second_asking(house: cast.House, sunday: Any) -> None:
    tomorrow = cast.book(house)
    today_asked = fresh(tomorrow).decision

    assert today_asked is not None and today_asked.day_asked_on == date(2026, 6, 1)
    assert not asking.is_due(fresh(tomorrow))

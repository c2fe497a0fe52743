"""Step 3: only what fits, the kept time first, and why not."""

from datetime import date

import pytest
from django.urls import reverse

from screening.document import GivenRow
from screening.domain.triggers import Trigger
from screening.services import end_answers
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

TIME = "/sessions/time/"
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


def test_without_the_first_step_there_is_nothing_to_choose(guest: Guest) -> None:
    assert guest.get(TIME)["Location"] == reverse("sessions:book")


def test_without_answers_health_comes_first(guest: Guest) -> None:
    guest.book_step()

    assert guest.get(TIME)["Location"] == reverse("screening:consent")


def test_the_time_that_was_picked_comes_first_with_one_button(guest: Guest) -> None:
    guest.up_to_confirm(cast.at(10, days=7))

    response = guest.get(TIME)

    assert "The time you picked" in page_of(response)
    assert response.context["times"].day == date(2026, 6, 8)
    pressed = guest.browser.post(
        "/sessions/hold/",
        {"service": "swedish-60", "therapist": "ana-quiroga", "starts_at": cast.at(10, days=7).isoformat()},
    )
    assert pressed["Location"] == reverse("sessions:confirm")


def test_a_session_that_is_ruled_out_says_why_and_what_is_open(guest: Guest, house: cast.House) -> None:
    guest.hold(cast.at(10, days=7), service=house.deep)
    guest.book_step(service="deep-tissue-60")
    guest.answer(BONES)

    page = page_of(guest.get(TIME))

    assert "Deep tissue, 60 min is not right for you at present" in page
    assert "Because of “Thin bones (osteoporosis)”." in page
    assert 'name="starts_at" value="2026-06-08T09:00Z">Keep Mon 8 Jun, 10:00' in page
    assert 'class="times"' not in page


def test_the_kept_time_is_carried_to_a_session_that_is_open(guest: Guest, house: cast.House) -> None:
    guest.hold(cast.at(10, days=7), service=house.deep)
    guest.book_step(service="deep-tissue-60")
    guest.answer(BONES)

    response = guest.hold(cast.at(10, days=7))

    assert response["Location"] == reverse("sessions:confirm")
    assert guest.held.service == house.swedish


def test_a_kept_time_for_a_session_that_is_ruled_out_never_reaches_the_last_step(
    guest: Guest, house: cast.House
) -> None:
    guest.hold(cast.at(10, days=7), service=house.deep)
    guest.book_step(service="deep-tissue-60")
    guest.answer(BONES)

    response = guest.get(reverse("sessions:confirm"))

    assert response["Location"] == reverse("sessions:time")


def test_looking_at_another_session_changes_nothing(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm(cast.at(10, days=7))

    response = guest.get(f"{TIME}?service=swedish-45")

    assert "The time you picked is free for this too" in page_of(response)
    assert guest.browser.session["booking"]["service"] == "swedish-60"
    assert guest.held.service == house.swedish


def test_a_wait_opens_the_calendar_where_it_ends(guest: Guest) -> None:
    guest.book_step()
    guest.answer({"recent_injury": GivenRow(answer="Not sure")})

    response = guest.get(TIME)

    assert response.status_code == 200
    assert "From Thursday 4 June: 3 days have passed and it is improving. Earlier days" in page_of(response)
    open_days = [day.date for week in response.context["month"].weeks for day in week if day and day.count]
    assert (min(open_days), response.context["times"].day) == (date(2026, 6, 4), date(2026, 6, 4))


def test_a_near_session_goes_through_the_questions_about_today(guest: Guest) -> None:
    guest.book_step()
    guest.answer(today_too=False)

    response = guest.hold(cast.at(15, days=1))

    assert response["Location"] == reverse("screening:today")
    assert guest.browser.session["screening_next"] == "sessions:confirm"


def test_a_near_session_is_still_shown_before_those_questions(guest: Guest) -> None:
    guest.book_step()
    guest.answer(today_too=False)

    response = guest.get(f"{TIME}?day=2026-06-02")

    assert response.context["times"].openings


def test_answers_that_let_nothing_be_booked_lead_to_what_they_mean(guest: Guest) -> None:
    guest.book_step()
    guest.answer({"pulmonary_embolism": GivenRow(answer="Not sure")})

    assert guest.get(TIME)["Location"] == reverse("screening:result")


def test_questions_that_are_due_come_straight_before_the_times(guest: Guest) -> None:
    guest.book_step()
    guest.answer({"heartburn": GivenRow(answer="Yes")})
    end_answers(client=guest.client, codes={"heartburn"}, trigger=Trigger.MEDICINE, now=cast.NOW)

    assert guest.get(TIME)["Location"] == reverse("screening:reask")
    assert "eartburn" in page_of(guest.get(reverse("screening:reask")))


def test_beside_medical_advice_stands_no_price(guest: Guest) -> None:
    guest.hold(cast.at(10, days=7))
    guest.book_step()

    guest.answer({"heartburn": GivenRow(answer="Yes")})
    assert "€68, paid on the day" in page_of(guest.get(reverse("screening:result")))
    guest.answer({"dvt_calf_swelling": GivenRow(answer="Not sure")})
    page = page_of(guest.get(reverse("screening:result")))

    assert "can be a blood clot" in page and "€" not in page

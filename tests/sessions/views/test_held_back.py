"""A session that newer answers hold back, as its client sees it; calendars that open on the first safe day, and why."""

from datetime import date, timedelta

import pytest
from django.test import Client as Browser
from django.urls import reverse

from screening.document import GivenRow
from screening.models import BookingStop
from sessions import links
from sessions.models import MassageSession, SessionEvent
from sessions.services import health
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}
OPERATED = {
    "recent_surgery_non_spine": GivenRow(
        answer="A bigger operation under 6 weeks ago, or a large or infected wound", event_on=date(2026, 5, 18)
    )
}


def manage(session: MassageSession, page: str = "manage") -> str:
    return reverse(f"sessions:{page}", args=[links.make(session)])


@pytest.fixture
def deep(house: cast.House) -> MassageSession:
    """Nadia's deep tissue session on Thursday at ten, which her newest answers do not allow."""
    session = cast.book(house, service=house.deep, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, BONES)
    return session


def test_by_the_link_it_is_said_without_the_reason_and_signed_in_with_it(
    house: cast.House, deep: MassageSession
) -> None:
    by_link = page_of(Browser().get(manage(deep)))
    own = page_of(Guest(house, house.nadias_account).get(f"/sessions/{deep.public_id}/"))

    assert "This technique is not right for you at present." in by_link
    assert "Thin bones" not in by_link and "Because of “Thin bones (osteoporosis)”" in own
    for page in (by_link, own):
        assert "Swedish" in page and "Take this" in page and "cancel it" in page and "Add to calendar" not in page


def test_the_page_of_the_result_names_it_and_leads_there(house: cast.House, deep: MassageSession) -> None:
    browser = Guest(house, house.nadias_account)
    browser.browser.post(f"/screening/answers/{house.nadia.public_id}/tell/")

    page = page_of(browser.get("/screening/result/"))

    assert "Your session on Thursday 4 June, 10:00 cannot go ahead as it is." in page
    assert f'href="/sessions/{deep.public_id}/">See what is possible</a>' in page


def test_while_symptoms_run_the_way_on_is_to_say_when_they_are_over(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=1))
    cast.answer(house.nadia, {"migraine": GivenRow(answer="Yes", still_running=True)})

    own = Guest(house, house.nadias_account).get(f"/sessions/{session.public_id}/").content.decode()
    by_link = Browser().get(manage(session)).content.decode()

    assert "I am well again" in own and f'href="/sessions/{session.public_id}/today/"' in own
    assert "I am well again" in by_link and f'href="{manage(session, "manage_today")}"' in by_link


def test_one_press_makes_it_another_session_that_fits(house: cast.House, deep: MassageSession) -> None:
    body = {
        "service": "swedish-60",
        "therapist": "ana-quiroga",
        "starts_at": deep.starts_at.isoformat(),
        "key": "k",
    }
    page = page_of(Browser().post(manage(deep, "manage_move"), body, follow=True))

    deep.refresh_from_db()
    assert (deep.service, deep.starts_at, deep.held_back_at) == (house.swedish, cast.at(10, days=3), None)
    assert "cannot go ahead" not in page


def test_nobody_changes_the_service_of_a_session_that_stands(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    body = {"service": "swedish-45", "therapist": "ana-quiroga", "starts_at": cast.at(14, days=3).isoformat()}
    Browser().post(manage(session, "manage_move"), body)

    session.refresh_from_db()
    assert session.service == house.swedish


def test_beyond_the_waivers_the_page_says_to_call(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(14))
    SessionEvent.objects.bulk_create(
        [SessionEvent(session=session, at=cast.NOW, act="fee_waived", by="client") for _ in range(4)]
    )
    cast.answer(house.nadia, {"fever_infection": GivenRow(answer="Not sure")})

    page = page_of(Browser().get(manage(session)))

    assert "A person will find the way with you:" in page and 'href="tel:0209120144">call' in page
    assert "Move here" not in page and "cancel it" not in page


def test_after_a_report_only_a_person_helps(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)
    health.judge_again(client=house.nadia, now=cast.NOW)

    page = page_of(Browser().get(manage(session)))

    assert "We will call you. Until then this session waits" in page
    for words in ("Move here", "Take this", "until you have chosen", "nswer again"):
        assert words not in page


def test_the_account_leads_to_it(house: cast.House, deep: MassageSession) -> None:
    page = page_of(Guest(house, house.nadias_account).get("/account/"))

    assert "Please look at it" in page and f'href="/sessions/{deep.public_id}/"' in page


def test_the_page_for_moving_opens_where_it_is_safe_and_says_why_to_whom_it_may(house: cast.House) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))
    cast.answer(house.nadia, OPERATED)

    by_link = Browser().get(manage(session, "manage_move"))
    own = Guest(house, house.nadias_account).get(f"/sessions/{session.public_id}/move/")

    assert "From Monday 29 June. Earlier days cannot be chosen." in page_of(by_link)
    assert "From Monday 29 June: 6 weeks have passed and the wound has healed." in page_of(own)
    for response in (by_link, own):
        days = [day for week in response.context["month"].weeks for day in week if day]
        assert [day.date for day in days if day.count] == [date(2026, 6, 29), date(2026, 6, 30)]


def test_the_time_step_opens_in_the_month_of_the_first_day(house: cast.House) -> None:
    guest = Guest(house)
    guest.book_step()
    late = {**OPERATED, "recent_surgery_non_spine": GivenRow(
        answer="A bigger operation under 6 weeks ago, or a large or infected wound", event_on=date(2026, 5, 30)
    )}  # fmt: skip
    guest.answer(late)

    response = guest.get(reverse("sessions:time"))

    assert response.context["month"].first == date(2026, 7, 1)
    assert "From Saturday 11 July: 6 weeks have passed and the wound has healed." in page_of(response)


def test_finding_a_time_tells_it_to_whom_it_concerns_and_to_nobody_else(house: cast.House) -> None:
    cast.answer(house.nadia, OPERATED)

    own = Guest(house, house.nadias_account).get("/sessions/find/")
    stranger = Guest(house).get("/sessions/find/")

    assert "From Monday 29 June: 6 weeks have passed" in page_of(own)
    assert "From Monday 29 June" not in page_of(stranger) and stranger.context["times"].day < date(2026, 6, 29)


@pytest.mark.parametrize("technique", ["swedish", "deep_tissue"])
def test_nobody_confirms_before_they_were_asked_whether_anything_has_changed(house: cast.House, technique: str) -> None:
    last = cast.book(house, starts_at=cast.at(10, days=-5), now=cast.NOW - timedelta(days=7))
    MassageSession.objects.filter(pk=last.pk).update(status="done")
    nadia = Guest(house, house.nadias_account)
    service = cast.make_service(technique)
    nadia.book_step(service=service.slug, whom=house.nadia.public_id)
    nadia.browser.post(reverse("sessions:hold"), {
        "service": service.slug, "therapist": "ana-quiroga", "starts_at": cast.at(10, days=7).isoformat(),
    })  # fmt: skip

    # Straight to the last step, past the question.
    assert nadia.get(reverse("sessions:confirm")).headers["Location"] == reverse("screening:again")
    nadia.browser.post(reverse("screening:again"), {"changed": "no"})

    assert nadia.get(reverse("sessions:confirm")).status_code == 200

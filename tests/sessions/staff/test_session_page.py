"""One session's page: what its therapist reads, what the desk sees, and who sees nothing."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser

from screening import services as screening_services
from screening.document import GivenRow
from screening.models import AccessRecord, Letter
from sessions import limits
from sessions.models import MassageSession
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db

SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}
# What the rules tell the therapist about that answer, and where it may lie.
NOTE = "never force range"
POSITION = "Extra bolsters"


def address(session: MassageSession) -> str:
    return f"/sessions/calendar/{session.public_id}/"


def page_of(browser: Browser, session: MassageSession) -> str:
    return browser.get(address(session)).content.decode()


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    cast.answer(house.nadia, SETTLED)
    return cast.book(house, starts_at=cast.at(10))


def test_the_therapist_reads_what_is_safe_and_the_reading_is_recorded(session: MassageSession, ana: Browser) -> None:
    shown = ana.get(address(session)).content.decode()

    assert "Nadia Rahman" in shown
    assert "Pressure up to medium" in shown
    assert NOTE in shown
    assert POSITION in shown
    assert "Opened 8:00, logged" in shown
    assert list(AccessRecord.objects.values_list("reader_name", "reader_role", "what")) == [
        ("Ana Quiroga", "therapist", "what is safe")
    ]


def test_the_desk_sees_limits_and_opens_nothing(session: MassageSession, dora: Browser) -> None:
    shown = dora.get(address(session)).content.decode()

    assert "Pressure up to medium" in shown
    assert "Limits for this session" in shown
    for word in (NOTE, POSITION, "arthritis", "Start</button>"):
        assert word.lower() not in shown.lower()
    assert not AccessRecord.objects.exists()


def test_another_therapist_a_client_and_a_stranger_find_nothing(
    session: MassageSession, uma: Browser, nadia: Browser, client: Browser
) -> None:
    assert uma.get(address(session)).status_code == 404
    assert nadia.get(address(session)).status_code == 404
    assert client.get(address(session)).status_code == 302
    assert not AccessRecord.objects.exists()


def test_a_hold_has_no_page(house: cast.House, ana: Browser, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(status="held", held_until=cast.at(11), held_since=cast.NOW)

    assert (ana.get(address(session)).status_code, dora.get(address(session)).status_code) == (404, 404)


def test_a_session_that_is_over_is_not_read_again(session: MassageSession, ana: Browser) -> None:
    changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)

    shown = ana.get(address(session)).content.decode()

    assert "What was safe" in shown
    assert NOTE not in shown
    assert not AccessRecord.objects.exists()


def test_a_vault_that_stays_closed_says_so_and_limits_still_show(
    session: MassageSession, house: cast.House, ana: Browser
) -> None:
    house.nadia.vault_key.delete()

    shown = ana.get(address(session)).content.decode()

    assert "could not be opened" in shown
    assert "Pressure up to medium" in shown


def test_without_answers_the_page_says_that_nothing_is_known(
    session: MassageSession, ana: Browser, dora: Browser
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(decision=None, re_ask_due=True)

    for browser in (ana, dora):
        shown = browser.get(address(session)).content.decode()
        assert "Not known yet" in shown
        assert "have not been answered" in shown


def test_the_buttons_are_those_that_make_sense_now(session: MassageSession, ana: Browser, dora: Browser) -> None:
    words = [tap.word for tap in ana.get(address(session)).context["taps"]]
    assert words == ["Arrived", "Sign off and start"]
    assert [tap.word for tap in dora.get(address(session)).context["taps"]] == ["Arrived"]


def test_days_before_the_buttons_of_the_day_are_not_there_yet(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3))

    response = ana.get(address(session))

    assert response.context["taps"] == []
    assert "On Thursday 4 June you can tick here who has come." in response.content.decode()


def test_a_request_is_approved_or_declined(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=3), needs_review=True)

    response = ana.get(address(session))

    assert [tap.word for tap in response.context["taps"]] == ["Approve", "Decline"]
    assert response.context["may_cancel"] is False


def test_the_page_says_which_visit_it_is(house: cast.House, ana: Browser) -> None:
    first = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=first.pk).update(status="done")
    second = cast.book(house, starts_at=cast.at(14, days=2))

    assert "First session." in ana.get(address(first)).content.decode()
    assert "Second session, the last one on Monday 1 June." in ana.get(address(second)).content.decode()


def test_questions_to_ask_aloud_are_the_therapists_alone(
    house: cast.House, session: MassageSession, ana: Browser, dora: Browser
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(re_ask_due=True)

    asked, told = ana.get(address(session)), dora.get(address(session))

    assert asked.context["asking"].may_settle is True
    assert "Asked again, nothing has changed" in asked.content.decode()
    assert told.context["asking"].questions == []
    assert "will be asked again by the therapist" in told.content.decode()


@pytest.mark.parametrize("name", ["x", "-", "a" * 200, "%20", "day", "..%2f"])
def test_a_made_up_address_is_nothing(house: cast.House, ana: Browser, name: str) -> None:
    assert ana.get(f"/sessions/calendar/{name}/").status_code in (404, 400)


def test_the_queries_of_the_page_do_not_grow_with_visits(
    house: cast.House, dora: Browser, django_assert_num_queries: Any
) -> None:
    sessions = [cast.book(house, starts_at=cast.at(10, days=day)) for day in range(3)]
    dora.get(address(sessions[2]))
    with django_assert_num_queries(12):
        dora.get(address(sessions[2]))
    MassageSession.objects.filter(pk__in=[sessions[0].pk, sessions[1].pk]).update(status="done")
    with django_assert_num_queries(12):
        dora.get(address(sessions[2]))


def test_what_was_answered_last_night_is_of_yesterday(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10), now=cast.at(22, days=-1))

    shown = ana.get(f"/sessions/calendar/{session.public_id}/").content.decode()

    assert "Answers of Sunday 31 May, 1 day old." in shown


def test_a_session_that_waits_for_a_letter_says_so_and_leads_to_it(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=8), needs_review=True)
    MassageSession.objects.filter(pk=session.pk).update(clearance_until=cast.at(10, days=3))
    assert "This time waits for a document" in page_of(ana, session)
    assert "Nothing has come yet." in page_of(ana, session)
    letter = Letter.objects.create(client=house.nadia, received_at=cast.NOW)

    shown = page_of(ana, session)

    assert f"/sessions/letters/{letter.public_id}/" in shown
    assert "have to be answered anew" not in shown


def test_the_card_says_when_the_day_was_asked_about_only_where_it_counts(
    house: cast.House, ana: Browser, monday: Any, sign_in: Any
) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=8))
    assert "About the day" not in page_of(ana, session)

    monday.move_to(cast.at(8, days=8))
    ana = sign_in(house.ana.user)

    assert "About the day: not answered yet." in page_of(ana, session)
    MassageSession.objects.filter(pk=session.pk).update(day_answered_at=cast.at(20, days=7))
    assert "About the day: answered Mon 8 Jun, 20:00." in page_of(ana, session)


def test_a_child_of_14_has_limits_although_nothing_was_ticked(house: cast.House, ana: Browser) -> None:
    child = cast.make_client("Ida Rahman", account=house.nadias_account, born=date(2012, 3, 1), relation="child")
    cast.answer(child)
    screening_services.give_guardian_consent(
        client=child, name="Nadia Rahman", relation="parent", child_agrees=True,
        given_by=house.nadias_account, now=cast.NOW,
    )  # fmt: skip
    short = cast.make_service("swedish", 30)
    house.ana.services.add(short)
    session = cast.book(house, client=child, service=short, starts_at=cast.at(12))

    shown = page_of(ana, session)

    assert "With limits" in shown
    assert "No limits" not in shown
    assert "A parent or guardian stays in the room." in shown
    assert limits.line(session) == "Guardian in the room, light, at most 30 min"


def test_what_is_held_back_says_so_in_every_list_and_is_not_signed(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW, re_ask_due=True)

    assert "Held back" in ana.get("/sessions/calendar/").content.decode()
    assert "Held back" in ana.get("/sessions/calendar/week/").content.decode()
    shown = page_of(ana, session)
    assert "Not signed off yet" not in shown
    assert f"{session.public_id}/sign-off/" not in shown


def test_what_is_held_back_has_no_button_to_start(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10))
    address = f"/sessions/calendar/{session.public_id}/"
    start = f'action="{address}start/"'
    assert start in ana.get(address).content.decode()

    MassageSession.objects.filter(pk=session.pk).update(held_back_at=cast.NOW, re_ask_due=True)

    assert start not in ana.get(address).content.decode()


# --- Not for ever -------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "days", "is_open"),
    [("done", 59, True), ("done", 61, False), ("booked", 61, False), ("cancelled", 0, False), ("no_show", 1, False)],
)
def test_why_is_told_while_a_session_is_ahead_or_may_be_told_about_and_not_after(
    session: MassageSession, house: cast.House, monday: Any, status: str, days: int, is_open: bool
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(status=status)
    monday.move_to(cast.at(12, days=days))
    ana = Browser()
    ana.force_login(house.ana.user, backend="django.contrib.auth.backends.ModelBackend")
    offered = "Show why" in ana.get(address(session)).content.decode()
    before = AccessRecord.objects.count()
    shown = ana.post(f"{address(session)}why/").content.decode()

    assert (offered, "settled or just achy" in shown) == (is_open, is_open)
    assert AccessRecord.objects.count() - before == is_open
    assert is_open or "its reasons are not shown any more" in shown

"""Booking by phone and moving: the checks of online booking, no shortest notice, no reasons."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.core import mail
from django.test import Client as Browser

from massage_booking.accounts.models import Client
from massage_booking.core.ids import new_public_id
from massage_booking.outbox import services as outbox
from massage_booking.outbox.models import Message
from screening import services as screening
from screening.document import GivenRow
from screening.models import AccessRecord, BookingStop
from sessions.models import MassageSession
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db

SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def book_page(client: Client) -> str:
    return f"/sessions/desk/clients/{client.public_id}/book/"


def move_page(session: MassageSession) -> str:
    return f"/sessions/desk/{session.public_id}/move/"


def wish(**changed: str) -> dict[str, str]:
    values = {
        "service": "swedish-60", "therapist": "ana-quiroga", "starts_at": cast.at(10, days=1).isoformat(),
        "key": new_public_id(),
    }  # fmt: skip
    return {**values, **changed}


def told(response: Any) -> str:
    return str(list(get_messages(response.wsgi_request))[-1])


def booked() -> list[tuple[Any, ...]]:
    rows = MassageSession.objects.order_by("pk")
    return list(rows.values_list("client__name", "therapist__name", "starts_at", "status", "booked_via"))


def test_a_client_with_answers_is_booked(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)

    response = dora.post(book_page(house.nadia), wish())

    session = MassageSession.objects.get()
    assert response["Location"] == f"/sessions/calendar/{session.public_id}/"
    assert booked() == [("Nadia Rahman", "Ana Quiroga", cast.at(10, days=1), "booked", "phone")]
    assert (session.booked_by, session.re_ask_due, session.decision.outcome) == (house.desk, False, "clear")
    assert told(response) == "Nadia R. is booked. The confirmation goes to nadia@example.com."
    assert Message.objects.filter(kind="booked", recipient="nadia@example.com").exists()


def test_anyone_means_whoever_is_best_then(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    cast.book(house, client=house.ben)

    dora.post(book_page(house.nadia), wish(therapist="any"))

    assert booked()[-1][:3] == ("Nadia Rahman", "Uma Ruiz", cast.at(10, days=1))


def test_by_phone_there_is_no_shortest_notice(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)

    dora.post(book_page(house.nadia), wish(starts_at=cast.at(9).isoformat()))

    assert booked()[0][2] == cast.at(9)


def test_the_page_offers_services_therapists_and_open_times(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)

    first = dora.get(book_page(house.nadia))
    then = dora.get(book_page(house.nadia), {"service": "swedish-60", "therapist": "uma-ruiz", "day": "2026-06-01"})

    assert [choice.is_open for choice in first.context["choices"]] == [True, True, True]
    assert "times" not in first.context
    assert then.context["therapist"] == house.uma
    assert then.context["times"].day == cast.TODAY
    # Nine is the first time although the online notice would rule it out.
    assert then.context["times"].openings[0].starts_at == cast.at(9)


def test_what_is_ruled_out_is_greyed_without_a_reason(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, SETTLED)

    response = dora.get(book_page(house.nadia))

    shown = response.content.decode()
    assert {str(choice.service): choice.is_open for choice in response.context["choices"]} == {
        "Swedish, 45 min": True, "Swedish, 60 min": True, "Deep tissue, 60 min": False,
    }  # fmt: skip
    assert "Not possible at the moment: ask the therapist." in shown
    assert 'value="deep-tissue-60"' not in shown
    assert "arthritis" not in shown.lower()
    assert not AccessRecord.objects.exists()


def test_a_form_made_by_hand_cannot_book_what_is_ruled_out(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, SETTLED)

    response = dora.post(book_page(house.nadia), wish(service="deep-tissue-60"))

    assert (response.status_code, booked()) == (409, [])
    shown = response.content.decode()
    assert "That is not possible for this client at the moment. Ask the therapist." in shown
    assert "arthritis" not in shown.lower()


def test_a_wait_moves_the_offer_to_the_first_day_after_it(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, {"neck_injury": GivenRow(answer="Within the last 3 days", event_on=cast.TODAY)})

    refused = dora.post(book_page(house.nadia), wish())
    offered = dora.get(book_page(house.nadia), {"service": "swedish-60", "therapist": "any"})

    assert refused.status_code == 409
    days = [day.date for week in offered.context["month"].weeks for day in week if day and day.count]
    assert not [day for day in days if day <= date(2026, 6, 2)]


def test_a_time_just_taken_comes_with_the_nearest_three(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    cast.book(house, client=house.ben)

    response = dora.post(book_page(house.nadia), wish())

    assert response.status_code == 409
    assert [opening.starts_at for opening in response.context["refusal"].nearest] == [
        cast.at(11, 15, days=1), cast.at(11, 30, days=1), cast.at(11, 45, days=1),
    ]  # fmt: skip
    assert "That time is not free any more." in response.content.decode()
    assert len(booked()) == 1


def test_one_of_the_three_is_one_press_away(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    cast.book(house, client=house.ben)
    refused = dora.post(book_page(house.nadia), wish())
    opening = refused.context["refusal"].nearest[0]

    dora.post(
        book_page(house.nadia),
        wish(starts_at=opening.starts_at.isoformat(), therapist=opening.therapist.slug, key=refused.context["key"]),
    )

    assert booked()[-1][2] == cast.at(11, 15, days=1)


def test_the_same_form_sent_twice_books_once(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    form = wish()

    first, second = dora.post(book_page(house.nadia), form), dora.post(book_page(house.nadia), form)

    assert first["Location"] == second["Location"]
    assert len(booked()) == 1


def test_the_same_form_with_other_words_is_refused(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    form = wish()
    dora.post(book_page(house.nadia), form)

    response = dora.post(book_page(house.nadia), {**form, "starts_at": cast.at(14, days=1).isoformat()})

    assert (response.status_code, len(booked())) == (409, 1)


def test_an_adult_without_answers_is_booked_as_due(house: cast.House, dora: Browser, ana: Browser) -> None:
    dora.post(book_page(house.nadia), wish(starts_at=cast.at(10).isoformat()))

    session = MassageSession.objects.get()
    assert (session.status, session.re_ask_due, session.decision) == ("booked", True, None)
    assert Message.objects.filter(kind="booked", subject_id=session.pk).exists()
    ana.post(f"/sessions/calendar/{session.public_id}/start/")
    session.refresh_from_db()
    assert session.status == "booked"


def test_the_mail_of_a_due_session_asks_to_sign_in_and_answer(house: cast.House, dora: Browser) -> None:
    dora.post(book_page(house.nadia), wish())
    cast.answer(house.ben)
    dora.post(book_page(house.ben), wish(starts_at=cast.at(14, days=1).isoformat()))

    outbox.send_due(now=cast.NOW)

    due, asked, known = mail.outbox
    assert "A few short questions are waiting for you" in due.body
    assert "/account/" in due.body
    assert (asked.to, asked.subject) == (["nadia@example.com"], "A few questions before your visit on Tuesday 2 June")
    assert "questions" not in known.body


def test_their_answers_turn_a_due_session_into_one_that_can_start(
    house: cast.House, dora: Browser, ana: Browser
) -> None:
    dora.post(book_page(house.nadia), wish(starts_at=cast.at(10).isoformat()))
    cast.answer(house.nadia)

    session = MassageSession.objects.get()
    assert (session.re_ask_due, session.decision.outcome) == (False, "clear")
    ana.post(f"/sessions/calendar/{session.public_id}/start/")
    session.refresh_from_db()
    assert session.status == "started"


@pytest.mark.parametrize("born", [date(2010, 6, 2), None])
def test_a_child_or_somebody_of_unknown_age_answers_first(house: cast.House, dora: Browser, born: date | None) -> None:
    house.nadia.date_of_birth = born
    house.nadia.save()

    response = dora.post(book_page(house.nadia), wish())

    assert (response.status_code, booked()) == (409, [])
    assert "Under 18" in response.content.decode()


def test_questions_about_today_can_wait_for_the_day(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia, now=cast.NOW - timedelta(days=20), today_too=False)

    dora.post(book_page(house.nadia), wish(starts_at=cast.at(10).isoformat()))

    session = MassageSession.objects.get()
    assert (session.status, session.re_ask_due) == ("booked", True)


def test_while_new_answers_are_being_given_the_old_ones_count_and_are_asked_again(
    house: cast.House, dora: Browser
) -> None:
    cast.answer(house.nadia, SETTLED)
    screening.start_or_resume(client=house.nadia, today=cast.TODAY, now=cast.NOW)

    assert dora.post(book_page(house.nadia), wish(service="deep-tissue-60")).status_code == 409
    dora.post(book_page(house.nadia), wish())

    assert MassageSession.objects.get().re_ask_due is True


@pytest.mark.parametrize(
    "changed",
    [
        {"starts_at": ""},
        {"starts_at": "2026-06-02T10:00"},
        {"starts_at": "x" * 900},
        {"starts_at": "0001-01-01T00:00:00+00:00"},
        {"starts_at": cast.at(10, days=-1).isoformat()},
        {"starts_at": cast.at(10, 7, days=1).isoformat()},
        {"starts_at": cast.at(22, days=1).isoformat()},
        {"starts_at": cast.at(10, days=365).isoformat()},
        {"service": "unknown"},
        {"therapist": "nobody"},
        {"service": "deep-tissue-60", "therapist": "uma-ruiz"},
        {"key": ""},
        {"key": "short"},
    ],
)
def test_what_makes_no_sense_books_nothing_and_says_so(
    house: cast.House, dora: Browser, changed: dict[str, str]
) -> None:
    cast.answer(house.nadia)

    response = dora.post(book_page(house.nadia), wish(**changed))

    assert (response.status_code, booked()) == (409, [])
    assert response.context["refusal"].sentence


def test_answers_that_cannot_be_opened_count_as_not_given(house: cast.House, dora: Browser) -> None:
    cast.answer(house.nadia)
    house.nadia.vault_key.delete()

    assert dora.get(book_page(house.nadia), {"service": "swedish-60"}).status_code == 200
    dora.post(book_page(house.nadia), wish())

    assert MassageSession.objects.get().re_ask_due is True


def test_without_a_mail_address_the_desk_is_told_to_say_it_again(house: cast.House, dora: Browser) -> None:
    mary = cast.make_client("Mary Casey", born=date(1950, 2, 3))

    response = dora.post(book_page(mary), wish())

    assert "no e-mail on file" in told(response)
    assert not Message.objects.filter(kind="booked").exists()


def test_a_session_moves(house: cast.House, dora: Browser) -> None:
    session = cast.book(house)

    response = dora.post(move_page(session), wish(starts_at=cast.at(14, days=1).isoformat(), therapist="uma-ruiz"))

    assert response["Location"] == f"/sessions/calendar/{session.public_id}/"
    session.refresh_from_db()
    assert (session.therapist, session.starts_at, session.revision) == (house.uma, cast.at(14, days=1), 1)


def test_the_desk_may_move_what_a_client_may_not_any_more(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(12))

    dora.post(move_page(session), wish(starts_at=cast.at(9).isoformat()))

    session.refresh_from_db()
    assert session.starts_at == cast.at(9)


def test_moving_twice_with_the_same_form_moves_once(house: cast.House, dora: Browser) -> None:
    session = cast.book(house)
    form = wish(starts_at=cast.at(14, days=1).isoformat())

    answers = [dora.post(move_page(session), form).status_code for _ in range(2)]

    session.refresh_from_db()
    assert (answers, session.revision) == ([302, 302], 1)


def test_a_move_to_where_it_is_already_changes_nothing(house: cast.House, dora: Browser) -> None:
    session = cast.book(house)

    response = dora.post(move_page(session), wish())

    session.refresh_from_db()
    assert (response.status_code, session.revision) == (409, 0)


def test_a_move_onto_somebody_is_refused_with_the_nearest_three(house: cast.House, dora: Browser) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=1))
    session = cast.book(house)

    response = dora.post(move_page(session), wish(starts_at=cast.at(14, days=1).isoformat()))

    session.refresh_from_db()
    assert (response.status_code, session.starts_at) == (409, cast.at(10, days=1))
    assert len(response.context["refusal"].nearest) == 3


def test_a_move_to_a_day_that_the_answers_rule_out_is_refused(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=9))
    cast.answer(house.nadia, {"neck_injury": GivenRow(answer="Within the last 3 days", event_on=cast.TODAY)})

    response = dora.post(move_page(session), wish())

    session.refresh_from_db()
    assert (response.status_code, session.starts_at) == (409, cast.at(10, days=9))


def test_what_is_over_does_not_move(house: cast.House, dora: Browser) -> None:
    session = cast.book(house)
    changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)

    for response in (dora.get(move_page(session)), dora.post(move_page(session), wish())):
        assert response["Location"] == f"/sessions/calendar/{session.public_id}/"


def test_the_desk_cancels_after_asking_once(house: cast.House, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(16))
    page = f"/sessions/desk/{session.public_id}/cancel/"

    assert "less than a day before the start" in dora.get(page).content.decode()
    session.refresh_from_db()
    assert session.status == "booked"
    response = dora.post(page)
    session.refresh_from_db()
    assert (session.status, session.cancelled_late) == ("cancelled", True)
    assert response["Location"] == "/sessions/desk/?day=2026-06-01"


def test_a_page_without_a_time_says_what_to_do(house: cast.House, dora: Browser) -> None:
    child = cast.make_client("Finn Casey", born=date(2013, 3, 1))
    cast.answer(house.nadia)
    BookingStop.objects.create(client=house.nadia, made_at=cast.NOW)

    def told(client: Client) -> str:
        return dora.get(book_page(client), {"service": "swedish-60"}).content.decode()

    assert "The therapist has to speak with this client first." in told(house.nadia)
    assert "Under 18, the questions and a parent’s yes come first." in told(child)
    assert "A press on a time books it." not in told(child)
    assert "A press on a time books it." in told(house.ben)


@pytest.mark.parametrize(
    "query",
    [
        "?service=%00",
        "?day=0000-00-00",
        "?month=9999-99",
        "?therapist=" + "x" * 3000,
        "?service=swedish-60&day=9999-12-31",
    ],
)
def test_garbage_in_the_address_is_no_error(house: cast.House, dora: Browser, query: str) -> None:
    assert dora.get(book_page(house.nadia) + query).status_code in (200, 400)


def test_the_queries_of_the_page_do_not_grow_with_the_calendar(
    house: cast.House, dora: Browser, django_assert_num_queries: Any
) -> None:
    cast.answer(house.nadia)
    asked = {"service": "swedish-60", "therapist": "any", "day": "2026-06-03"}
    cast.book(house, client=house.ben, starts_at=cast.at(16, days=2))
    dora.get(book_page(house.nadia), asked)
    with django_assert_num_queries(22):
        dora.get(book_page(house.nadia), asked)
    for hour in (9, 14):
        cast.book(house, client=house.ben, starts_at=cast.at(hour, days=2))
    with django_assert_num_queries(22):
        dora.get(book_page(house.nadia), asked)

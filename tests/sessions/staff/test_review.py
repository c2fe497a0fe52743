"""The review queue, signing off and the reasons: in order, with what to do, for the therapist of the session alone."""

from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client as Browser

from screening import selectors as screening
from screening import services as screening_services
from screening.document import GivenRow
from screening.domain.reports import Kind
from screening.models import AccessRecord, ClearanceRequest, Letter
from sessions.models import MassageSession, SessionEvent, SignOff
from sessions.selectors import reviewing
from sessions.services import booking, record, reports
from tests import cast

pytestmark = pytest.mark.django_db

QUEUE = "/sessions/calendar/review/"
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}
CONDITION = "Osteoarthritis or gout"


def address(session: MassageSession, word: str = "") -> str:
    return f"/sessions/calendar/{session.public_id}/{word}"


def whys(house: cast.House) -> list[tuple[str, int | None]]:
    found = reviewing.queue(user=house.ana.user, studio=house.studio, now=cast.NOW)
    return [(entry.why, entry.session.pk if entry.session else None) for entry in found]


def signing_form(session: MassageSession, **more: Any) -> dict[str, Any]:
    """Return a form as the page has it: it names what its reader has seen."""
    session.refresh_from_db()
    assert session.decision is not None
    return {"decision": session.decision.public_id, "note": "Tired today.", **more}


def told(response: Any) -> str:
    return " ".join(str(message) for message in get_messages(response.wsgi_request))


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    cast.answer(house.nadia, SETTLED)
    return cast.book(house, starts_at=cast.at(10))


def test_the_most_urgent_stands_first(house: cast.House, ana: Browser) -> None:
    over = cast.book(house, client=house.ben, starts_at=cast.at(15))
    MassageSession.objects.filter(pk=over.pk).update(
        status="done", starts_at=cast.at(15, days=-1), ends_at=cast.at(16, days=-1),
        blocked_until=cast.at(16, days=-1),
    )  # fmt: skip
    over.refresh_from_db()
    today = cast.book(house, starts_at=cast.at(10))
    asked = cast.book(house, starts_at=cast.at(12, days=1))
    MassageSession.objects.filter(pk=asked.pk).update(re_ask_due=True)
    request = cast.book(house, starts_at=cast.at(10, days=3), needs_review=True)
    first = cast.book(house, starts_at=cast.at(10, days=4))
    letter = Letter.objects.create(
        client=house.nadia, received_at=cast.NOW, request=ClearanceRequest.objects.create(
            client=house.nadia, requested_at=cast.NOW
        ),
    )  # fmt: skip
    report = reports.report(session=over, kinds=[Kind.LEG], words="", actor=None, by="client", now=cast.NOW)

    assert whys(house) == [
        ("stopped", over.pk), ("sign", today.pk), ("re_ask", asked.pk), ("requested", request.pk), ("letter", None),
        ("first_visit", first.pk),
    ]  # fmt: skip
    shown = ana.get(QUEUE).content.decode()
    assert "6 things wait" in shown
    assert f"/reports/{report.public_id}/" in shown
    assert f"/sessions/letters/{letter.public_id}/" in shown


def test_one_tap_says_looked_at_and_the_queue_is_shorter(house: cast.House, ana: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    assert whys(house) == [("first_visit", session.pk)]

    response = ana.post(address(session, "reviewed/"), {"back": "review"})
    ana.post(address(session, "reviewed/"), {"back": "review"})

    assert response["Location"] == QUEUE
    assert whys(house) == []
    assert SessionEvent.objects.filter(session=session, act="reviewed").count() == 1


def test_on_the_day_a_look_is_not_enough_and_a_name_is(
    house: cast.House, ana: Browser, session: MassageSession
) -> None:
    ana.post(address(session, "reviewed/"))
    assert whys(house) == [("sign", session.pk)]

    ana.post(address(session, "sign-off/"), signing_form(session, pressure="medium", note=""))

    assert whys(house) == []


def test_newer_answers_want_a_new_look(house: cast.House, ana: Browser, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    ana.post(address(session, "reviewed/"))

    monday.shift(timedelta(minutes=5))
    cast.answer(house.nadia, SETTLED, now=cast.NOW + timedelta(minutes=5))

    assert [why for why, _ in whys(house)] == ["first_visit"]


def test_what_was_looked_at_and_judged_anew_says_so(house: cast.House, ana: Browser, monday: Any) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    assert "Judged anew" not in ana.get(QUEUE).content.decode()
    ana.post(address(session, "reviewed/"))
    monday.move_to(cast.at(9))
    cast.answer(house.nadia, SETTLED, now=cast.at(9))

    assert "Judged anew since you last looked." in ana.get(QUEUE).content.decode()


def test_the_count_stands_on_every_page_of_a_therapist_alone(
    house: cast.House, session: MassageSession, ana: Browser, dora: Browser
) -> None:
    counted = '1<span class="visually-hidden"> waiting</span>'
    assert counted in ana.get("/therapists/hours/").content.decode()
    assert "To review" not in dora.get("/sessions/desk/").content.decode()
    assert (dora.get(QUEUE).status_code, ana.get(QUEUE).status_code) == (404, 200)


def test_the_queries_of_the_queue_do_not_grow(house: cast.House, ana: Browser, django_assert_num_queries: Any) -> None:
    cast.book(house, starts_at=cast.at(10, days=4))
    ana.get(QUEUE)
    with django_assert_num_queries(7):
        ana.get(QUEUE)
    cast.book(house, client=house.ben, starts_at=cast.at(12, days=4))
    cast.book(house, starts_at=cast.at(14, days=3))
    with django_assert_num_queries(7):
        assert len(ana.get(QUEUE).content.decode().split("Looked at")) == 4


def test_conditions_are_named_only_after_a_tap_that_the_client_can_see(
    house: cast.House, session: MassageSession, ana: Browser, nadia: Browser
) -> None:
    assert CONDITION.lower() not in ana.get(address(session)).content.decode().lower()

    response = ana.post(address(session, "why/"))

    shown = response.content.decode()
    assert response["Cache-Control"] == "no-store"
    for words in (CONDITION, "No, it is settled or just achy", "Medium at most", "draft-2"):
        assert words in shown
    read = AccessRecord.objects.order_by("number").values_list("what", "purpose")
    assert list(read)[-1] == ("answers", "before a session of Monday 1 June 2026")
    assert "Ana Quiroga" in nadia.get(f"/screening/answers/{house.nadia.public_id}/").content.decode()


def test_the_reasons_are_shown_to_nobody_else_and_never_by_an_address(
    session: MassageSession, ana: Browser, uma: Browser, dora: Browser, nadia: Browser, client: Browser
) -> None:
    assert ana.get(address(session, "why/")).status_code == 405
    for browser in (uma, dora, nadia):
        assert browser.post(address(session, "why/")).status_code == 404
        assert browser.get(address(session, "sign-off/")).status_code == 404
    assert client.post(address(session, "why/")).status_code == 302
    assert not AccessRecord.objects.exists()


def test_rows_of_their_own_that_are_due_are_named_only_with_the_reasons(
    house: cast.House, session: MassageSession, ana: Browser
) -> None:
    cast.answer(house.ben, {"rheumatoid_arthritis": GivenRow(answer="No flare-up and no neck problems")})
    later = cast.book(house, client=house.ben, starts_at=cast.at(10, days=18))
    assert later.re_ask_due

    asked = ana.get(address(later)).content.decode()

    assert "rheumatoid" not in asked.lower()
    assert "One of Ben’s own answers has to be asked again too." in asked
    assert "Rheumatoid" in ana.post(address(later, "why/")).content.decode()


def test_signing_off_shows_the_rules_and_takes_what_is_stricter(session: MassageSession, ana: Browser) -> None:
    page = ana.get(address(session, "sign-off/"))
    assert [code for code, _, _ in page.context["pressures"]] == ["light", "medium"]
    form = signing_form(session, pressure="light", areas=["neck"], minutes="45")

    response = ana.post(address(session, "sign-off/"), form)

    assert told(response) == "Signed. The limits show everywhere now."
    shown = ana.get(address(session)).content.decode()
    assert "Pressure up to light" in shown
    assert "What is signed off rules out 60" in shown
    assert "Signed off by Ana" in shown
    ana.post(address(session, "start/"))
    session.refresh_from_db()
    assert session.status == "booked"


@pytest.mark.parametrize("form", [{"pressure": "firm"}, {"pressure": "x" * 300}, {"areas": "soul"}, {"minutes": "0x"}])
def test_a_looser_or_made_up_form_changes_nothing(session: MassageSession, ana: Browser, form: dict[str, str]) -> None:
    ana.post(address(session, "sign-off/"), signing_form(session, **form))

    found = SignOff.objects.first()
    assert found is None or (found.max_pressure, found.avoid_areas, found.max_minutes) == ("", [], None)


def test_sign_off_and_start_is_one_button(session: MassageSession, ana: Browser) -> None:
    assert "Sign off and start" in ana.get(address(session)).content.decode()

    ana.post(address(session, "start/"))

    assert SignOff.objects.get().session == session
    session.refresh_from_db()
    assert session.status == "started"


def test_nobody_begins_by_a_card_that_newer_answers_have_overtaken(
    house: cast.House, session: MassageSession, ana: Browser
) -> None:
    assert session.decision is not None
    read = session.decision.public_id
    assert f'name="decision" value="{read}"' in ana.get(address(session)).content.decode()
    cast.answer(house.nadia, {**SETTLED, "osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    ana.post(address(session, "start/"), {"decision": read})

    session.refresh_from_db()
    assert session.status == "booked"
    assert not SignOff.objects.exists()
    assert session.decision is not None
    ana.post(address(session, "start/"), {"decision": session.decision.public_id})
    session.refresh_from_db()
    assert session.status == "started"


def test_declining_a_booked_session_frees_its_time(session: MassageSession, ana: Browser) -> None:
    response = ana.post(address(session, "decline/"), {"note": "A cold of my own."})

    session.refresh_from_db()
    assert (session.status, session.fee_waived) == ("cancelled", True)
    assert told(response) == "Declined. Nadia R. is told, and the time is free again."


def test_a_no_without_a_reason_is_asked_for_one(session: MassageSession, ana: Browser) -> None:
    page = ana.post(address(session, "decline/"), {"note": " "})

    session.refresh_from_db()
    assert session.status == "booked"
    assert "Please add a note" in page.content.decode()


def test_a_request_is_declined_from_the_page_that_asks_why(house: cast.House, ana: Browser) -> None:
    asked = cast.book(house, starts_at=cast.at(12), needs_review=True)
    assert f"{address(asked)}sign-off/?decline#decline" in ana.get(address(asked)).content.decode()
    page = ana.get(address(asked, "sign-off/?decline")).content.decode()
    assert 'class="decline" id="decline" open' in page

    ana.post(address(asked, "decline/"), {"note": "Better with Uma."})

    asked.refresh_from_db()
    assert asked.status == "cancelled"
    assert "Declined by Ana<br>Better with Uma." in ana.post(address(asked, "why/")).content.decode()


def test_why_somebody_without_answers_was_declined_can_be_read(house: cast.House, ana: Browser) -> None:
    due = booking.book(
        client=house.ben, service=house.swedish, therapist=house.ana, starts_at=cast.at(15), assessment=None,
        via="phone", actor=house.desk, by="desk", now=cast.NOW,
    )  # fmt: skip
    ana.post(address(due, "decline/"), {"note": "Off sick."})

    assert f"{address(due)}why/" in ana.get(address(due)).content.decode()
    assert "Declined by Ana<br>Off sick." in ana.post(address(due, "why/")).content.decode()


def test_what_was_typed_is_there_again_after_a_refusal(
    house: cast.House, session: MassageSession, ana: Browser
) -> None:
    form = signing_form(session, pressure="light", areas=["neck", "hands"], minutes="45", note="Left knee first.")
    cast.answer(house.nadia, {**SETTLED, "osteoporosis": GivenRow(answer="No, thin bones but no fractures")})

    page = ana.post(address(session, "sign-off/"), form)

    assert not SignOff.objects.exists()
    shown = page.content.decode()
    assert "Left knee first." in shown
    assert '<option value="45" selected>' in shown
    assert [code for code, _, is_on, _ in page.context["areas"] if is_on] == ["neck", "hands"]
    session.refresh_from_db()
    assert session.decision is not None
    assert f'value="{session.decision.public_id}"' in shown


def test_a_form_that_does_not_say_what_was_read_signs_nothing(session: MassageSession, ana: Browser) -> None:
    ana.post(address(session, "sign-off/"), {"pressure": "light", "note": "Tired today."})

    assert not SignOff.objects.exists()


def test_a_note_that_cannot_be_sealed_stops_nothing_and_is_kept(
    session: MassageSession, ana: Browser, settings: Any
) -> None:
    form = signing_form(session, pressure="light", note="Left knee first.")
    settings.VAULT_KEYS = []

    page = ana.post(address(session, "sign-off/"), form)

    assert (page.status_code, SignOff.objects.count()) == (200, 0)
    assert "Left knee first." in page.content.decode()


def test_open_questions_stand_beside_a_weightier_reason_and_on_the_day(house: cast.House, ana: Browser) -> None:
    before = cast.NOW - timedelta(days=3)
    cast.answer(house.ben, SETTLED, now=before)
    later = cast.book(house, client=house.ben, starts_at=cast.at(15), now=before)

    (entry,) = [
        entry for entry in reviewing.queue(user=house.ana.user, studio=house.studio, now=cast.NOW)
        if entry.session == later
    ]  # fmt: skip

    assert (entry.why, "questions" in entry.also) == ("sign", True)
    assert "The questions of the day are open." in ana.get(QUEUE).content.decode()
    assert "Medium. <b>Questions open</b>" in ana.get("/sessions/calendar/").content.decode()


def test_answers_about_the_day_end_with_a_move_to_another(house: cast.House, ana: Browser, monday: Any) -> None:
    before = cast.NOW - timedelta(days=5)
    session = cast.book(house, starts_at=cast.at(10, days=1), now=before)
    aloud = {"actor": None, "by": "therapist", "detail": {"unchanged": True}}
    record.note(session=session, act="asked_again", now=before, **aloud)
    MassageSession.objects.filter(pk=session.pk).update(day_answered_at=before)

    assert whys(house) == [("questions", session.pk)]
    MassageSession.objects.filter(pk=session.pk).update(day_answered_at=cast.NOW)
    assert whys(house) == [("first_visit", session.pk)]


def test_a_stop_is_told_to_whoever_would_begin(house: cast.House, session: MassageSession, ana: Browser) -> None:
    screening_services.stop_bookings(client=house.nadia, now=cast.NOW)

    response = ana.post(address(session, "start/"))

    assert "A report after a session is open" in told(response)
    assert screening.is_stopped(house.nadia)


def test_the_desk_reads_what_a_session_waits_for_and_no_condition(
    house: cast.House, session: MassageSession, dora: Browser
) -> None:
    MassageSession.objects.filter(pk=session.pk).update(
        held_back_at=cast.NOW, clearance_until=cast.at(10, days=2), fee_waived=True
    )

    shown = dora.get("/sessions/desk/").content.decode()

    for words in ("Held back, cannot start", "Waits for a document until Wed 3 Jun", "No fee"):
        assert words in shown
    assert "arthritis" not in shown.lower()


def test_arrived_is_a_state_and_taking_it_back_a_button(session: MassageSession, dora: Browser) -> None:
    dora.post(address(session, "arrive/"))

    shown = dora.get("/sessions/desk/").content.decode()

    assert "Not here yet" in shown
    assert shown.count(">Arrived") == 1

"""What the desk and therapists do on a session's page: change, late, undo, answers to late changes."""

import re
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.studio.models import Studio
from sessions.models import ChangeRequest, MassageSession
from sessions.services import changes, late_changes
from tests import cast
from therapists.models import Service

pytestmark = pytest.mark.django_db


def text_of(response: Any) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def page(session: MassageSession, name: str = "staff_session", **more: str) -> str:
    return reverse(f"sessions:{name}", kwargs={"public_id": session.public_id, **more})


@pytest.fixture
def session(house: cast.House, monday: Any) -> MassageSession:
    """Nadia's session with Ana, today at ten."""
    cast.make_studio(undo_minutes=3, late_changes="ask")
    return cast.book(house, starts_at=cast.at(10))


@pytest.fixture
def long(house: cast.House) -> Service:
    """Swedish, 90 minutes, given by Ana."""
    service = cast.make_service("swedish", 90, price=Decimal("98.00"))
    service.therapists.set([house.ana])
    return service


# --- Change -------------------------------------------------------------------


def test_the_desk_makes_a_session_longer(session: MassageSession, long: Service, dora: Browser) -> None:
    shown = text_of(dora.get(page(session, "change")))
    assert "90 min , €98 Make it 90 min" in shown

    answer = dora.post(page(session, "change"), {"length": long.slug, "price": "1.00", "key": "a" * 22}, follow=True)

    assert "Changed: 90 minutes now, €98." in text_of(answer)
    session.refresh_from_db()
    assert (session.minutes, session.price) == (90, Decimal("98.00"))


def test_a_length_that_does_not_fit_is_refused_with_those_that_do(
    house: cast.House, session: MassageSession, long: Service, dora: Browser
) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(11, 15))

    answer = dora.post(page(session, "change"), {"length": long.slug, "key": "a" * 22})

    assert answer.status_code == 409
    assert "The therapist has another session, or its turnover, at that time. Possible: 45 min." in text_of(answer)


def test_the_session_goes_to_a_colleague(house: cast.House, session: MassageSession, dora: Browser) -> None:
    shown = text_of(dora.get(page(session, "change")))
    assert "Uma Ruiz The only one who is free then. Give it to Uma" in shown

    answer = dora.post(page(session, "change"), {"therapist": "uma-ruiz", "key": "a" * 22}, follow=True)

    assert "Changed: Uma Ruiz gives it now." in text_of(answer)
    assert MassageSession.objects.get(pk=session.pk).therapist == house.uma


def test_something_else_can_be_agreed_once_they_are_here(
    house: cast.House, session: MassageSession, ana: Browser
) -> None:
    assert "Something else" not in text_of(ana.get(page(session, "change")))
    ana.post(page(session, "act", act="arrive"))

    assert "Deep tissue, 60 min" in text_of(ana.get(page(session, "change")))
    answer = ana.post(page(session, "change"), {"service": house.deep.slug, "key": "a" * 22}, follow=True)

    assert "Changed: Deep tissue, 60 min now, €68." in text_of(answer)


def test_the_desk_reads_no_reason_of_health(house: cast.House, session: MassageSession, dora: Browser) -> None:
    from sessions.models import SignOff

    changes.arrive(session=session, actor=None, by="desk", now=cast.NOW)
    SignOff.objects.create(
        session=session, therapist=house.ana, decision=session.decision, at=cast.NOW, avoid_techniques=["deep_tissue"]
    )

    shown = text_of(dora.get(page(session, "change")))

    assert "What is signed off rules out what is booked" in shown
    assert "Give this" not in shown


@pytest.mark.parametrize(
    "form",
    [{}, {"length": "gold-240"}, {"length": "swedish-60"}, {"therapist": "nobody"}, {"service": "deep-tissue-60"},
     {"length": "x" * 500}, {"therapist": "ana-quiroga"}],
    ids=["nothing", "unknown", "what it is", "nobody", "not at the table", "long", "herself"],
)  # fmt: skip
def test_what_is_not_offered_changes_nothing(session: MassageSession, dora: Browser, form: dict[str, str]) -> None:
    answer = dora.post(page(session, "change"), {**form, "key": "a" * 22})

    assert answer.status_code in (302, 409)
    fresh = MassageSession.objects.get(pk=session.pk)
    assert (fresh.revision, fresh.service_id, fresh.therapist_id) == (0, session.service_id, session.therapist_id)


def test_the_same_press_twice_is_one_change(session: MassageSession, long: Service, dora: Browser) -> None:
    for _ in range(2):
        dora.post(page(session, "change"), {"length": long.slug, "key": "a" * 22})

    assert MassageSession.objects.get(pk=session.pk).revision == 1


def test_a_therapist_changes_own_sessions_alone(session: MassageSession, uma: Browser, nadia: Browser) -> None:
    for name in ("change", "late", "staff_undo", "change_answer"):
        assert uma.post(page(session, name), {"length": "swedish-45"}).status_code == 404
        assert nadia.post(page(session, name)).status_code == 404


def test_what_is_over_cannot_be_changed(session: MassageSession, dora: Browser) -> None:
    MassageSession.objects.filter(pk=session.pk).update(status="done")

    assert "not possible with this session any more" in text_of(dora.get(page(session, "change"), follow=True))
    assert "Change" not in text_of(dora.get(page(session))).split("What happened")[0].split("This session")[0]


# --- Late, and wrong ticks ----------------------------------------------------


def test_lateness_stands_on_the_page_the_day_and_the_list(session: MassageSession, ana: Browser, dora: Browser) -> None:
    answer = dora.post(page(session, "late"), {"minutes": "15"}, follow=True)

    assert "Noted: Nadia R. is late." in text_of(answer)
    assert "Late 15 minutes" in text_of(answer)
    assert "15 min late" in text_of(ana.get("/sessions/calendar/?day=2026-06-01"))
    assert "15 min late" in text_of(dora.get("/sessions/desk/?day=2026-06-01"))


@pytest.mark.parametrize("minutes", ["", "0", "-5", "121", "ten", "9" * 50])
def test_lateness_without_minutes_is_refused(session: MassageSession, dora: Browser, minutes: str) -> None:
    answer = dora.post(page(session, "late"), {"minutes": minutes}, follow=True)

    assert "Say by how many minutes: from 1 to 120." in text_of(answer)
    assert MassageSession.objects.get(pk=session.pk).late_minutes is None


def test_a_wrong_no_show_is_taken_back_at_the_desk(session: MassageSession, dora: Browser, monday: Any) -> None:
    monday.move_to(session.starts_at + timedelta(minutes=20))
    noted = dora.post(page(session, "act", act="no-show"), follow=True)
    assert "They came after all" in text_of(noted)

    answer = dora.post(page(session, "act", act="undo-no-show"), follow=True)

    assert "Taken back: Nadia R. is booked again." in text_of(answer)


def test_a_wrong_end_is_taken_back_by_the_therapist_alone(
    session: MassageSession, ana: Browser, dora: Browser, monday: Any
) -> None:
    monday.move_to(session.starts_at)
    ana.post(page(session, "act", act="start"), {"decision": session.decision.public_id})  # type: ignore[union-attr]
    done = ana.post(page(session, "act", act="complete"), follow=True)
    assert "Not over yet" in text_of(done)
    assert "Not over yet" not in text_of(dora.get(page(session)))

    assert dora.post(page(session, "act", act="undo-complete")).status_code == 404
    answer = ana.post(page(session, "act", act="undo-complete"), follow=True)

    assert "Taken back: the session goes on." in text_of(answer)
    assert "Started 10:00" in text_of(answer)


# --- Undo ---------------------------------------------------------------------


def test_the_desk_takes_a_cancellation_back(session: MassageSession, dora: Browser) -> None:
    confirm = dora.get(page(session, "desk_cancel"))
    assert "The client is told by e-mail in 3 minutes; until then you can undo it" in text_of(confirm)
    cancelled = dora.post(page(session, "desk_cancel"), {"key": "a" * 22}, follow=True)
    assert "Undo" in text_of(cancelled)

    answer = dora.post(page(session, "staff_undo"), {"key": "b" * 22}, follow=True)

    assert "Taken back. Everything is as it was" in text_of(answer)
    assert MassageSession.objects.get(pk=session.pk).status == "booked"


def test_a_time_that_is_gone_comes_with_three_others(house: cast.House, session: MassageSession, dora: Browser) -> None:
    dora.post(page(session, "desk_cancel"))
    cast.book(house, client=house.ben, starts_at=cast.at(10), by="desk")

    answer = dora.post(page(session, "staff_undo"))

    assert answer.status_code == 409
    assert "Somebody else has that time by now." in text_of(answer)
    assert answer.content.decode().count("/book/?service=") == 3


# --- Late changes -------------------------------------------------------------


@pytest.fixture
def asked(house: cast.House, session: MassageSession) -> ChangeRequest:
    """Nadia asks at eight for Thursday at two, instead of today at ten."""
    return late_changes.ask_to_move(
        session=session, starts_at=cast.at(14, days=3), therapist=house.ana,
        assessment=cast.assess(house.nadia, cast.at(14, days=3)), actor=None, now=cast.NOW,
    )  # fmt: skip


def test_a_late_change_stands_first_in_the_queue_and_on_every_list(
    asked: ChangeRequest, ana: Browser, dora: Browser
) -> None:
    assert "A late change is asked for; say yes or no before it lapses." in text_of(
        ana.get("/sessions/calendar/review/")
    )
    assert "A late change is asked for" in text_of(dora.get("/sessions/desk/?day=2026-06-01"))
    day = text_of(ana.get("/sessions/calendar/?day=2026-06-04"))
    assert "Kept for a late change" in day
    assert "Somebody is booking" not in day


@pytest.mark.parametrize(("answer", "waived"), [("free", True), ("fee", False)])
@pytest.mark.parametrize("who", ["ana", "dora"])
def test_a_yes_moves_it(
    session: MassageSession, asked: ChangeRequest, ana: Browser, dora: Browser, who: str, answer: str, waived: bool
) -> None:
    browser = ana if who == "ana" else dora
    assert "Nadia asks for Thursday, 4 June, 14:00" in text_of(browser.get(page(session))).replace(
        "Thursday 4", "Thursday, 4"
    )

    form = {"answer": answer, "request": asked.public_id, "key": "a" * 22}
    for _ in range(2):
        shown = browser.post(page(session, "change_answer"), form, follow=True)

    assert "Accepted. Nadia R. is told." in text_of(shown)
    moved = MassageSession.objects.get(pk=session.pk)
    assert (moved.starts_at, moved.fee_waived, moved.revision) == (cast.at(14, days=3), waived, 1)


def test_a_no_keeps_it(session: MassageSession, asked: ChangeRequest, ana: Browser) -> None:
    form = {"answer": "decline", "request": asked.public_id}

    shown = ana.post(page(session, "change_answer"), form, follow=True)

    assert "Declined. It stays as it was" in text_of(shown)
    assert not MassageSession.objects.filter(status="held").exists()


@pytest.mark.parametrize(
    ("form", "status"), [({}, 404), ({"answer": "maybe"}, 404), ({"answer": "free", "request": "nonsense"}, 302)]
)
def test_an_answer_to_nothing_does_nothing(
    session: MassageSession, asked: ChangeRequest, ana: Browser, form: dict[str, str], status: int
) -> None:
    assert ana.post(page(session, "change_answer"), form).status_code == status
    assert ChangeRequest.objects.get(pk=asked.pk).answer == "open"


# --- Settings -----------------------------------------------------------------


def test_an_admin_finds_the_settings(house: cast.House, sign_in: Any, monday: Any) -> None:
    shown = sign_in(house.admin).get("/admin/studio/studio/1/change/").content.decode()

    for name in ("late_changes", "undo_minutes", "upcoming_most", "new_clients", "late_policy"):
        assert f'name="{name}"' in shown


def test_new_studios_undo_for_three_minutes_and_take_late_requests() -> None:
    fresh = Studio()

    assert (fresh.undo_minutes, fresh.late_changes, fresh.upcoming_most, fresh.new_clients) == (3, "ask", 12, "book")

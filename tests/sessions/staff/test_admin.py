"""Sessions and plans in the admin: found, read, put elsewhere within the guards; no decision is shown."""

from datetime import date, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from pytest import MonkeyPatch

from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import MassageSession, SessionEvent
from sessions.services import changes, locks, plans
from tests import cast

pytestmark = pytest.mark.django_db

SESSIONS = "/admin/massage_sessions/massagesession/"
PLANS = "/admin/massage_sessions/plan/"
SETTLED = {"arthritis": GivenRow(answer="No, it is settled or just achy", sites=frozenset())}


def change_page(session: MassageSession) -> str:
    return f"{SESSIONS}{session.pk}/change/"


def form(session: MassageSession, **changed: Any) -> dict[str, Any]:
    """Return what the page would send: the session as it is, but for some fields."""
    values = {
        "therapist": session.therapist_id,
        "place": session.place_id or "",
        "starts_at": session.starts_at,
        "ends_at": session.ends_at,
        "blocked_until": session.blocked_until,
        "events-TOTAL_FORMS": "0",
        "events-INITIAL_FORMS": "0",
        **changed,
    }
    sent: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, datetime):
            local = value.astimezone(cast.make_studio().tz)
            sent |= {f"{name}_0": f"{local:%Y-%m-%d}", f"{name}_1": f"{local:%H:%M}"}
        else:
            sent[name] = value
    return sent


def at_hour(session: MassageSession, hour: int, **more: Any) -> dict[str, Any]:
    """Return the form with the session an hour long from a full hour of tomorrow."""
    moments = {
        "starts_at": cast.at(hour, days=1),
        "ends_at": cast.at(hour + 1, days=1),
        "blocked_until": cast.at(hour + 1, 15, days=1),
    }
    return form(session, **{**moments, **more})


def errors(response: Any) -> dict[str, list[str]]:
    assert response.status_code == 200
    return dict(response.context["adminform"].form.errors)


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    return cast.book(house)


def test_sessions_are_listed_searched_and_filtered(session: MassageSession, adam: Browser) -> None:
    for query in ("", "?q=nadia", "?status__exact=booked", "?starts_at__year=2026&starts_at__month=6"):
        assert "Nadia Rahman" in adam.get(SESSIONS + query).content.decode(), query
    assert "0 sessions" in adam.get(f"{SESSIONS}?q=ben").content.decode()


def test_times_are_written_as_on_every_other_page(house: cast.House, adam: Browser) -> None:
    cast.book(house, starts_at=cast.at(15, days=1))

    shown = adam.get(SESSIONS).content.decode()

    assert "2 Jun 2026, 15:00" in shown
    assert "p.m." not in shown


def test_only_the_admin_has_it(
    session: MassageSession, ana: Browser, dora: Browser, nadia: Browser, client: Browser
) -> None:
    for address in (SESSIONS, change_page(session), PLANS):
        assert [browser.get(address).status_code for browser in (ana, dora, nadia)] == [404, 404, 404]
        assert client.get(address).status_code == 302


def test_what_was_decided_is_not_shown(house: cast.House, adam: Browser) -> None:
    cast.answer(house.nadia, SETTLED)
    session = cast.book(house)

    shown = adam.get(change_page(session)).content.decode().lower()

    for word in ("decision", "medium", "arthritis", "avoid", "nonce", session.nonce.lower()):
        assert word not in shown, word


def test_a_session_is_put_elsewhere_and_the_client_is_told(
    house: cast.House, session: MassageSession, adam: Browser
) -> None:
    elsewhere = at_hour(session, 18, therapist=house.uma.pk, override_reason="The trains are late")
    response = adam.post(change_page(session), elsewhere)

    assert response.status_code == 302
    session.refresh_from_db()
    assert (session.therapist, session.starts_at, session.revision) == (house.uma, cast.at(18, days=1), 1)
    assert SessionEvent.objects.filter(act="move").values_list("by", "actor__email").get() == (
        "admin", "adam@stillwater.example",
    )  # fmt: skip
    assert Message.objects.filter(kind="moved", subject_id=session.pk).count() == 1


def test_outside_the_hours_it_wants_a_reason_and_keeps_it(
    house: cast.House, session: MassageSession, adam: Browser
) -> None:
    refused = adam.post(change_page(session), at_hour(session, 18))
    assert errors(refused) == {
        "override_reason": ["It goes against the usual times (outside the working hours). Please write why."]
    }

    adam.post(change_page(session), at_hour(session, 18, override_reason="The trains are late"))
    session.refresh_from_db()
    assert (session.starts_at, session.override_reason) == (cast.at(18, days=1), "The trains are late")
    assert SessionEvent.objects.get(act="overridden").detail == {"reason": "The trains are late"}

    adam.post(change_page(session), at_hour(session, 14, override_reason="Not needed here"))
    session.refresh_from_db()
    assert (session.starts_at, session.override_reason) == (cast.at(14, days=1), "")


def test_saving_without_a_change_changes_nothing(session: MassageSession, adam: Browser) -> None:
    assert adam.post(change_page(session), form(session)).status_code == 302

    session.refresh_from_db()
    assert session.revision == 0
    assert not SessionEvent.objects.filter(act="move").exists()


def test_an_overlap_is_an_error_of_the_form(house: cast.House, session: MassageSession, adam: Browser) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=1))

    response = adam.post(change_page(session), at_hour(session, 14, place=house.tables[2].pk))

    assert errors(response) == {"starts_at": ["The therapist has another session, or its turnover, at that time."]}
    session.refresh_from_db()
    assert session.starts_at == cast.at(10, days=1)


def test_a_place_that_is_taken_is_an_error_of_the_form(
    house: cast.House, session: MassageSession, adam: Browser
) -> None:
    other = cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(14, days=1))

    response = adam.post(change_page(session), at_hour(session, 14, place=other.place_id))

    assert errors(response) == {"starts_at": ["This place is taken at that time."]}


def test_a_client_in_two_rooms_is_an_error_of_the_form(
    house: cast.House, session: MassageSession, adam: Browser
) -> None:
    cast.book(house, therapist=house.uma, starts_at=cast.at(14, days=1))

    response = adam.post(change_page(session), at_hour(session, 14, place=""))

    assert errors(response) == {"starts_at": ["The client has another session at that time."]}


def test_who_was_faster_between_look_and_lock_is_told_in_words(
    house: cast.House, session: MassageSession, adam: Browser, monkeypatch: MonkeyPatch
) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=1))
    # Neither look sees the other session: only the database is left to say no.
    monkeypatch.setattr(locks, "look_again", lambda **kwargs: "")
    monkeypatch.setattr(MassageSession, "validate_constraints", lambda self, exclude=None: None)

    response = adam.post(change_page(session), at_hour(session, 14, place=""), follow=True)

    assert response.redirect_chain == [(change_page(session), 302)]
    assert "The therapist has another session" in response.content.decode()
    session.refresh_from_db()
    assert (session.starts_at, session.revision) == (cast.at(10, days=1), 0)


def test_times_in_the_wrong_order_are_an_error_of_the_form(session: MassageSession, adam: Browser) -> None:
    response = adam.post(change_page(session), at_hour(session, 14, ends_at=cast.at(13, days=1)))

    assert errors(response) == {"ends_at": ["It must end after it begins, and the turnover after that."]}


def test_garbage_is_an_error_of_the_form(session: MassageSession, adam: Browser) -> None:
    sent = {**form(session), "starts_at_0": "0000-00-00", "therapist": str(2**63)}

    assert set(errors(adam.post(change_page(session), sent))) >= {"starts_at", "therapist"}


def test_a_therapist_who_does_not_give_it_is_an_error_of_the_form(house: cast.House, adam: Browser) -> None:
    session = cast.book(house, service=house.deep)

    assert set(errors(adam.post(change_page(session), at_hour(session, 14, therapist=house.uma.pk)))) == {"therapist"}


def test_a_certificate_that_ends_before_the_day_is_an_error_of_the_form(house: cast.House, adam: Browser) -> None:
    house.deep.technique.needs_certificate = True
    house.deep.technique.save()
    cast.make_training(house.ana, house.deep.technique, expires_on=date(2026, 6, 1))
    session = cast.book(house, service=house.deep, starts_at=cast.at(14))

    assert set(errors(adam.post(change_page(session), at_hour(session, 14)))) == {"therapist"}


def test_a_day_that_the_answers_rule_out_is_an_error_of_the_form(house: cast.House, adam: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=9))
    cast.answer(house.nadia, {"neck_injury": GivenRow(answer="Within the last 3 days", event_on=cast.TODAY)})

    response = adam.post(change_page(session), at_hour(session, 14))

    assert errors(response) == {"starts_at": ["That is not possible for this client at the moment. Ask the therapist."]}


def test_what_is_over_can_only_be_read(session: MassageSession, adam: Browser) -> None:
    changes.cancel(session=session, actor=None, by="desk", now=cast.NOW)

    assert adam.get(change_page(session)).status_code == 200
    assert adam.post(change_page(session), at_hour(session, 14)).status_code == 403


def test_nothing_is_made_or_deleted_here(session: MassageSession, adam: Browser) -> None:
    plans.accept(session=session, now=cast.NOW)
    assert adam.get(f"{SESSIONS}add/").status_code == 403
    assert adam.post(f"{SESSIONS}{session.pk}/delete/", {"post": "yes"}).status_code == 403
    assert adam.get(f"{PLANS}add/").status_code == 403
    assert MassageSession.objects.filter(pk=session.pk).exists()


def test_a_plan_can_be_slowed_down(session: MassageSession, adam: Browser) -> None:
    plan = plans.accept(session=session, now=cast.NOW)
    sent = {"interval_days": "21", "service": "", "therapist": "", "weekday": "", "time_of_day": "", "paused_until": ""}

    assert "Nadia Rahman" in adam.get(PLANS).content.decode()
    assert adam.post(f"{PLANS}{plan.pk}/change/", sent).status_code == 302

    plan.refresh_from_db()
    assert (plan.interval_days, plan.client) == (21, session.client)


def test_the_queries_of_the_list_do_not_grow(house: cast.House, session: MassageSession, adam: Browser) -> None:
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            adam.get(SESSIONS)
        return len(queries)

    adam.get(SESSIONS)
    one = count()
    cast.book(house, client=house.ben, therapist=house.uma, starts_at=cast.at(12, days=1))
    cast.book(house, starts_at=cast.at(14, days=1))
    assert count() == one

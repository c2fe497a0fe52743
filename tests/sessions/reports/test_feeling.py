"""“How do you feel?”: one tap by the link of a mail, or signed in; what is told is taken, and nothing is told back."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from massage_booking.outbox import services as outbox
from screening import selectors as screening
from sessions import links
from sessions.models import MassageSession, SymptomReport
from sessions.services import reports
from tests import cast

pytestmark = pytest.mark.django_db

TUESDAY = cast.at(12, days=1)


@pytest.fixture
def done(house: cast.House, monday: Any) -> MassageSession:
    session = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=session.pk).update(status="started")
    session.refresh_from_db()
    reports.finish(session=session, actor=None, by="therapist", now=session.ends_at)
    monday.move_to(TUESDAY)
    return session


@pytest.fixture
def nadia(house: cast.House, done: MassageSession, sign_in: Any) -> Browser:
    return sign_in(house.nadias_account)


@pytest.fixture
def ana(house: cast.House, done: MassageSession, sign_in: Any) -> Browser:
    return sign_in(house.ana.user)


def by_link(session: MassageSession, purpose: str = "feeling") -> str:
    return f"/sessions/manage/{links.make(session, purpose=purpose)}/feeling/"


def own(session: MassageSession) -> str:
    return f"/sessions/{session.public_id}/feeling/"


def staff(session: MassageSession, report: SymptomReport | None = None) -> str:
    return f"/sessions/calendar/{session.public_id}/reports/{report.public_id if report else 'add'}/"


def letters() -> list[Any]:
    mail.outbox.clear()
    outbox.send_due(now=TUESDAY)
    return list(mail.outbox)


def test_the_letter_asks_and_its_link_opens_this_page_alone(client: Browser, done: MassageSession) -> None:
    letter = next(letter for letter in letters() if letter.subject.startswith("After "))

    assert letter.subject == "After Monday 1 June"
    path = "/sessions/manage/" + letter.body.split("/sessions/manage/")[1].split()[0]
    shown = client.get(path)
    assert shown.status_code == 200
    assert "noindex" in shown["X-Robots-Tag"]
    assert client.get(path.removesuffix("feeling/")).status_code == 404


def test_all_well_is_one_tap_and_the_letter_is_not_sent_any_more(client: Browser, done: MassageSession) -> None:
    response = client.post(by_link(done), {"well": "1", "key": "a"})

    assert "Good to hear" in response.content.decode()
    assert SymptomReport.objects.get().closed_at == TUESDAY
    assert not [letter for letter in letters() if letter.subject.startswith("After ")]


@pytest.mark.parametrize(
    ("kind", "begins", "alone"),
    [
        ("nerves", "New numbness, weakness, or bladder or bowel changes", True),
        ("breath", "Please do not wait for a massage.", True),
        ("skin_swelling", "This sounds like a serious allergic reaction.", True),
        ("leg", "A hot, swollen or painful limb or vein can be a blood clot.", False),
        ("dark_urine", "This needs medical advice today, before any massage.", False),
    ],
)
def test_what_was_ticked_is_answered_word_for_word(
    client: Browser, done: MassageSession, kind: str, begins: str, alone: bool
) -> None:
    shown = client.post(by_link(done), {"kinds": [kind], "key": "a"}).content.decode()

    assert begins in shown
    assert ("Please get help now" in shown) is alone
    assert ("site-header" in shown) is not alone


def test_a_link_takes_and_tells_nothing_back(client: Browser, nadia: Browser, done: MassageSession) -> None:
    client.post(by_link(done), {"kinds": ["leg"], "words": "left calf", "key": "a"})

    blank = client.get(by_link(done)).content.decode()

    assert "We have your report" not in blank
    assert "left calf" not in blank
    assert "checked" not in blank
    told = nadia.get(own(done)).content.decode()
    assert "We have your report. Ana calls you by" in told
    assert "left calf" not in told


def test_the_same_form_twice_is_one_report(client: Browser, done: MassageSession) -> None:
    for _ in range(2):
        assert "can be a blood clot" in client.post(by_link(done), {"kinds": ["leg"], "key": "a"}).content.decode()

    assert SymptomReport.objects.count() == 1


def test_nothing_ticked_is_asked_once_more_and_keeps_the_words(client: Browser, done: MassageSession) -> None:
    response = client.post(by_link(done), {"words": "a bit stiff", "key": "a"})

    assert response.status_code == 422
    assert "Please tick what fits best" in response.content.decode()
    assert "a bit stiff" in response.content.decode()
    assert not SymptomReport.objects.exists()


def test_strangers_other_sessions_and_later_times(
    house: cast.House, client: Browser, sign_in: Any, done: MassageSession, monday: Any
) -> None:
    assert client.get(own(done)).status_code == 302
    assert sign_in(house.bens_account).get(own(done)).status_code == 404
    assert client.get("/sessions/manage/nonsense/feeling/").status_code == 404
    ahead = cast.book(house, starts_at=cast.at(10, days=8), now=TUESDAY)
    assert "We ask after a session" in client.get(by_link(ahead)).content.decode()
    client.post(by_link(ahead), {"kinds": ["leg"], "key": "a"})
    monday.shift(timedelta(days=61))
    assert "We ask after a session" in client.get(by_link(done)).content.decode()
    assert not SymptomReport.objects.exists()


def test_the_account_asks_for_a_week_and_then_tells_who_calls(
    house: cast.House, nadia: Browser, done: MassageSession, monday: Any
) -> None:
    assert "All well" in nadia.get("/account/").content.decode()
    nadia.post(own(done), {"kinds": ["lasting"], "key": "a"})
    assert "We have your report. Ana calls you by" in nadia.get("/account/").content.decode()
    reports.close(report=SymptomReport.objects.get(), advice="rest", outcome="gone", actor=None, now=TUESDAY)
    assert "We have your report" not in nadia.get("/account/").content.decode()


def test_the_therapist_is_told_at_once_and_the_letter_says_nothing(client: Browser, done: MassageSession) -> None:
    client.post(by_link(done), {"kinds": ["leg"], "words": "left calf", "key": "a"})

    letter = next(letter for letter in letters() if letter.to == ["ana@stillwater.example"])

    everything = f"{letter.subject} {letter.body} {letter.alternatives}"
    assert "A report is waiting" in everything
    for word in ("Nadia", "calf", "leg", "swollen"):
        assert word not in everything


def test_reading_a_report_is_recorded_and_closing_lets_bookings_go_on(
    house: cast.House, client: Browser, ana: Browser, done: MassageSession
) -> None:
    client.post(by_link(done), {"kinds": ["leg"], "words": "left calf", "key": "a"})
    report = SymptomReport.objects.get()

    shown = ana.get(staff(done, report)).content.decode()

    assert "left calf" in shown
    assert "A swollen leg or pain in the calf" in shown
    report.refresh_from_db()
    assert report.seen_at == TUESDAY
    assert [(one.what, one.purpose) for one in screening.readings_of([house.nadia])] == [
        ("a report after a session", "after a session of Monday 1 June 2026")
    ]
    refused = ana.post(staff(done, report), {"advice": "To the doctor today", "outcome": ""})
    assert screening.is_stopped(house.nadia)
    assert "To the doctor today</textarea>" in refused.content.decode()
    response = ana.post(staff(done, report), {"advice": "To the doctor today", "outcome": "No clot found"})
    assert response["Location"] == "/sessions/calendar/review/"
    assert not screening.is_stopped(house.nadia)
    assert "No clot found" in ana.get(staff(done, report)).content.decode()


def test_a_report_without_a_tick_keeps_its_words(ana: Browser, done: MassageSession) -> None:
    page = ana.post(staff(done), {"words": "bruises on the left", "key": "a"})

    assert "Please tick what fits best." in page.content.decode()
    assert "bruises on the left</textarea>" in page.content.decode()
    assert not SymptomReport.objects.exists()


def test_a_report_told_by_phone_and_one_stopped_early(house: cast.House, ana: Browser, done: MassageSession) -> None:
    response = ana.post(staff(done), {"kinds": ["lasting"], "words": "bruises", "key": "a"})
    assert "/reports/" in response["Location"]
    under_way = cast.book(house, client=house.ben, starts_at=cast.at(15, days=1), now=TUESDAY)
    MassageSession.objects.filter(pk=under_way.pk).update(status="started")

    assert "Stopped early" in ana.get(staff(under_way)).content.decode()
    ana.post(staff(under_way), {"early": "1", "words": "felt faint", "key": "b"})

    under_way.refresh_from_db()
    assert under_way.status == "done"
    assert list(SymptomReport.objects.order_by("pk").values_list("by", "stops_booking")) == 2 * [("therapist", False)]


def test_reports_are_open_to_the_sessions_therapist_alone(
    house: cast.House, client: Browser, sign_in: Any, done: MassageSession
) -> None:
    client.post(by_link(done), {"kinds": ["leg"], "key": "a"})
    report = SymptomReport.objects.get()

    for user in (house.uma.user, house.desk, house.nadias_account):
        assert sign_in(user).get(staff(done, report)).status_code == 404
        assert sign_in(user).get(staff(done)).status_code == 404
    assert client.get(staff(done, report)).status_code == 302


def test_a_declined_session_is_told_kindly_with_a_calendar_entry_to_drop(
    house: cast.House, ana: Browser, done: MassageSession
) -> None:
    session = cast.book(house, starts_at=cast.at(15, days=3), now=TUESDAY)
    ana.post(f"/sessions/calendar/{session.public_id}/decline/", {"note": "A cold of my own."})

    found = [letter for letter in letters() if letter.subject.startswith("Cancelled")]

    assert len(found) == 1
    assert "It is nothing that you did, and there is nothing to pay." in found[0].body
    assert "METHOD:CANCEL" in str(found[0].attachments)

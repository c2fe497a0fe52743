"""Letters about a series: one for all, told as things stand when it goes out, and without a word of health."""

from datetime import timedelta
from typing import Any

import pytest
from icalendar import Calendar

from massage_booking.outbox import registry
from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail, Void
from screening.document import GivenRow
from sessions import ics
from sessions.models import MassageSession
from sessions.services import asking_ahead, booking, changes, series_changes
from sessions.services.series_changes import By
from tests import cast
from tests.sessions.series.dates import booked, tuesday
from tests.sessions.test_ics import TELLING

pytestmark = pytest.mark.django_db

BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> None:
    """Stop the clock for every test here."""


@pytest.fixture
def three(house: cast.House) -> list[MassageSession]:
    """Three Tuesdays at ten with Ana; Nadia's answers bring limits."""
    cast.answer(house.nadia, BONES)
    return list(booked(house, *[tuesday(number) for number in range(1, 4)]).sessions)


def composed(kind: str) -> Mail | Void:
    message = Message.objects.get(kind=kind)
    composer = registry.composer_of(kind)
    assert composer is not None
    return composer(message, cast.NOW)


def letter(kind: str) -> Mail:
    found = composed(kind)
    assert isinstance(found, Mail), found
    return found


def parts(found: Mail) -> list[str]:
    return [" ".join(part.split()) for part in (found.text, found.html)]


def cancel(session: MassageSession) -> None:
    changes.cancel(session=session, actor=None, by="client", now=cast.NOW)


def test_the_confirmation_lists_every_date_with_its_link(three: list[MassageSession]) -> None:
    found = letter("series_booked")

    assert found.subject == "Booked: three sessions from Tuesday 9 June"
    for part in parts(found):
        for words in (
            "Dear Nadia", "Tuesday 9 June, 10:00", "Tuesday 23 June, 10:00", "Tuesday 7 July, 10:00", "Dublin time",
            "Massage, 60 min", "4 Weir Lane, Galway", "€68 each", "free until 24 hours before",
        ):  # fmt: skip
            assert words in part, words
        assert part.count("http://testserver/sessions/manage/") == 3


def test_the_file_has_an_entry_each_under_the_name_that_later_letters_use(three: list[MassageSession]) -> None:
    (attachment,) = letter("series_booked").attachments

    events = Calendar.from_ical(attachment.content).walk("VEVENT")
    assert [(str(event["uid"]), int(event["sequence"])) for event in events] == [
        (ics.uid_of(session), 0) for session in three
    ]
    assert attachment.content_type == "text/calendar; method=PUBLISH"


@pytest.mark.parametrize("kind", ["series_booked", "series_moved", "series_cancelled"])
def test_no_letter_tells_of_health(house: cast.House, three: list[MassageSession], kind: str) -> None:
    if kind == "series_cancelled":
        series_changes.cancel(sessions=three, by=By(None, "client"), now=cast.NOW)
    if kind == "series_moved":
        moves = [series_changes.NewTime(one, one.starts_at + timedelta(days=1), house.ana) for one in three]
        series_changes.move(moves=moves, by=By(None, "client"), now=cast.NOW)

    found = letter(kind)

    for text in (found.subject, *parts(found), *(file.content.decode() for file in found.attachments)):
        assert not [word for word in TELLING if word in text.lower()]


def test_what_is_cancelled_before_the_letter_goes_is_not_in_it(three: list[MassageSession]) -> None:
    cancel(three[1])

    found = letter("series_booked")

    assert found.subject == "Booked: two sessions from Tuesday 9 June"
    assert "Tuesday 23 June" not in found.text


def test_where_nothing_is_left_no_letter_goes(three: list[MassageSession]) -> None:
    for session in three:
        cancel(session)

    assert composed("series_booked") == Void("not_any_more")


def test_the_letter_about_dates_called_off_takes_them_out_of_calendars(three: list[MassageSession]) -> None:
    series_changes.cancel(sessions=three[1:], by=By(None, "client"), now=cast.NOW)

    found = letter("series_cancelled")

    assert found.subject == "Cancelled: two sessions from Tuesday 23 June"
    events = Calendar.from_ical(found.attachments[0].content).walk("VEVENT")
    assert {(str(event["status"]), int(event["sequence"])) for event in events} == {("CANCELLED", 1)}


def test_a_letter_about_one_of_two_acts_names_its_own_dates_alone(
    house: cast.House, three: list[MassageSession]
) -> None:
    Message.objects.all().delete()
    booked(house, tuesday(4), tuesday(5))

    found = letter("series_booked")

    assert "Tuesday 21 July" in found.text and "Tuesday 7 July" not in found.text


def test_whoever_was_booked_for_by_phone_is_asked_for_the_questions_once(house: cast.House) -> None:
    found = booked(house, client=house.ben, actor=house.desk, by="desk")

    assert asking_ahead.plan(now=cast.NOW) == 1
    assert asking_ahead.plan(now=cast.NOW) == 0
    assert Message.objects.get(kind=asking_ahead.KIND).subject_id == found.sessions[0].pk
    assert "A few short questions are waiting for you." in letter("series_booked").text


def test_dates_that_a_client_booked_alone_are_not_asked_about_ahead(three: list[MassageSession]) -> None:
    MassageSession.objects.update(re_ask_due=True)

    assert asking_ahead.plan(now=cast.NOW + timedelta(days=1)) == 0


def test_what_a_therapist_looks_at_first_is_told_in_the_same_letter(
    house: cast.House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.answer(house.nadia)
    monkeypatch.setattr(booking.aftercare, "awaits_review", lambda client: True)

    found = booked(house, tuesday(1), tuesday(2))

    assert [one.status for one in found.sessions] == ["requested", "requested"]
    assert list(Message.objects.filter(status="queued").values_list("kind", flat=True)) == ["series_booked"]
    assert letter("series_booked").text.count("A therapist looks at it first, and you hear from us.") == 2


@pytest.mark.parametrize("has_account", [True, False])
def test_only_whoever_can_sign_in_is_led_to_the_page_of_all_dates(house: cast.House, has_account: bool) -> None:
    guest = cast.make_client("Gwen Daly", account=house.bens_account if has_account else None, email="gwen@example.com")
    booked(house, tuesday(1), client=guest, actor=house.desk, by="desk")

    found = letter("series_booked")

    assert ("See all dates" in found.text, "See all dates" in found.html) == (has_account, has_account)
    assert "One session, Tuesday 9 June 2026" in found.text

"""Every page, as everybody who may open it, by day and by lamp-light: axe finds nothing, nothing runs off the side."""

from collections.abc import Callable
from datetime import time, timedelta
from typing import Any

import pytest

from massage_booking.core import clock
from sessions import links
from sessions.models import MassageSession, Series
from sessions.services import plans
from tests import cast
from tests.browser import steps
from tests.browser.conftest import Visit, keep_picture, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


def look_at(visitor: Visit, name: str, path: str, *, dark: bool, found: list[Any]) -> None:
    """Open a page in one theme and note what is wrong with it."""
    page = visitor.page
    page.emulate_media(color_scheme="dark" if dark else "light")
    if path:
        answer = page.goto(f"{visitor.address}{path}")
        assert answer is not None and answer.status < 400, (path, answer and answer.status)
    # What is not colour is the same by lamp-light.
    for trouble in visitor.axe(only="color-contrast" if dark and not path else ""):
        found.append((name, "dark" if dark else "light", trouble))
    if page.evaluate(SIDEWAYS) > 0:
        found.append((name, "runs off the side"))
    if page.locator("h1").count() != 1:
        found.append((name, f"{page.locator('h1').count()} main headings"))
    keep_picture(visitor, f"{name}-{page.viewport_size['width']}-{'dark' if dark else 'light'}")  # type: ignore[index]


def walk(visit: Sit, width: str, paths: dict[str, str], who: str = "") -> list[Any]:
    visitor = visit(width, for_axe=True)
    if who:
        sign_in(visitor, who)
    found: list[Any] = []
    for name, path in paths.items():
        for dark in (False, True):
            # The lamp is lit on the same page: the theme follows the machine's without a second load.
            look_at(visitor, name, "" if dark else path, dark=dark, found=found)
    return found


@pytest.fixture
def busy_house(open_house: cast.House) -> cast.House:
    """The studio with something to show: a booked session, a plan, answers with limits."""
    now = clock.now()
    cast.answer(open_house.nadia, now=now)
    starts_at = (now + timedelta(hours=50)).replace(hour=12, minute=0, second=0, microsecond=0)
    session = cast.book(open_house, starts_at=starts_at, now=now)
    plans.accept(session=session, now=now)
    series = Series.objects.create(client=open_house.nadia, service=session.service, interval_days=14, created_at=now)
    MassageSession.objects.filter(pk=session.pk).update(series=series, series_number=1)
    cast.make_training(open_house.ana, open_house.swedish.technique)
    return open_house


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_what_visitors_see(visit: Sit, busy_house: cast.House, width: str) -> None:
    session = busy_house.nadia.sessions.get()
    token = links.make(session)
    paths = {
        "home": "/",
        "therapists": "/therapists/",
        "therapist": "/therapists/ana-quiroga/",
        "find": "/sessions/find/",
        "book": "/sessions/book/",
        "sign-in": "/accounts/login/code/",
        "manage": f"/sessions/manage/{token}/",
        "manage-move": f"/sessions/manage/{token}/move/",
        "manage-cancel": f"/sessions/manage/{token}/cancel/",
    }

    assert walk(visit, width, paths) == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_what_clients_see(visit: Sit, busy_house: cast.House, width: str) -> None:
    session = busy_house.nadia.sessions.get()
    client = busy_house.nadia.public_id
    paths = {
        "account": "/account/",
        "account-details": "/account/details/",
        "account-add-person": "/account/people/add/",
        "account-person": f"/account/people/{client}/",
        "account-email": "/accounts/email/",
        "account-second-factor": "/accounts/2fa/",
        "answers": "/screening/answers/",
        "answers-of": f"/screening/answers/{client}/",
        "withdraw": f"/screening/answers/{client}/withdraw/",
        "session": f"/sessions/{session.public_id}/",
        "session-move": f"/sessions/{session.public_id}/move/",
        "session-cancel": f"/sessions/{session.public_id}/cancel/",
        "plan": "/sessions/plan/",
        "waitlist": "/sessions/waitlist/",
        "with-whom": f"/sessions/with-whom/{client}/",
        "series-plan": f"/sessions/plan/{client}/series/",
        "series": f"/sessions/series/{Series.objects.get().public_id}/",
        "following": f"/sessions/{session.public_id}/following/",
    }

    assert walk(visit, width, paths, who="nadia@example.com") == []


def fill_time(house: cast.House) -> str:
    """Give Ana a date with hours of its own, time off that comes back, and calendars kept elsewhere."""
    now = clock.now()
    day = now.date() + timedelta(days=9)
    for starts, ends in ((time(9), time(12)), (time(14), time(2))):
        house.ana.dated_hours.create(day=day, starts=starts, ends=ends, location=house.location, note="Open house")
    house.ana.dated_hours.create(day=day + timedelta(days=3))
    house.ana.repeating_time_off.create(
        weekday=3, starts=time(13), ends=time(17), every_weeks=2, first=now.date(), note="Course"
    )
    house.ana.outside_calendars.create(name="A file", created_at=now, read_at=now)
    house.ana.outside_calendars.create(
        name="Choir", url="https://calendar.example/a", created_at=now, tried_at=now, error="address_gone"
    )
    return day.isoformat()


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_what_therapists_see(visit: Sit, busy_house: cast.House, width: str) -> None:
    session = busy_house.nadia.sessions.get()
    day, date_set = session.starts_at.date().isoformat(), fill_time(busy_house)
    paths = {
        "calendar": f"/sessions/calendar/?day={day}",
        "calendar-week": f"/sessions/calendar/week/?day={day}",
        "calendar-session": f"/sessions/calendar/{session.public_id}/",
        "hours": "/therapists/hours/",
        "time-off": "/therapists/time-off/",
        "dates": "/therapists/dates/",
        "a-date": f"/therapists/dates/?day={date_set}",
        "repeating": "/therapists/repeating/",
        "calendars": "/therapists/calendars/",
    }

    assert walk(visit, width, paths, who="ana@stillwater.example") == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_what_the_desk_sees(visit: Sit, busy_house: cast.House, width: str) -> None:
    session = busy_house.nadia.sessions.get()
    client = busy_house.nadia.public_id
    day = session.starts_at.date().isoformat()
    paths = {
        "desk": f"/sessions/desk/?day={day}",
        "desk-clients": "/sessions/desk/clients/?q=nadia",
        "desk-client": f"/sessions/desk/clients/{client}/",
        "desk-waitlist": "/sessions/desk/waitlist/",
        "desk-client-add": "/sessions/desk/clients/add/",
        "desk-book": f"/sessions/desk/clients/{client}/book/?service=swedish-60",
        "desk-move": f"/sessions/desk/{session.public_id}/move/",
        "desk-cancel": f"/sessions/desk/{session.public_id}/cancel/",
        "desk-series": f"/sessions/desk/clients/{client}/series/",
        "desk-following": f"/sessions/desk/{session.public_id}/following/",
    }

    assert walk(visit, width, paths, who="dora@stillwater.example") == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_the_steps_of_booking(visit: Sit, open_house: cast.House, width: str) -> None:
    guest = visit(width, for_axe=True)
    page = guest.open("/sessions/find/?service=swedish-60")
    found: list[Any] = []

    def look(name: str) -> None:
        for dark in (False, True):
            look_at(guest, name, "", dark=dark, found=found)

    steps.pick_first_day(page)
    look("step-find-day")
    steps.keep_first_time(page)
    look("step-session")
    steps.say_who(page)
    look("step-consent")
    steps.consent(page)
    look("step-now")
    steps.nothing_right_now(page)
    look("step-questions")
    steps.answer_questions(page, {"Thin bones (osteoporosis)": "No, thin bones but no fractures"})
    look("step-result")
    page.locator("main a.btn-primary").first.click()
    page.wait_for_load_state()
    look("step-time")
    steps.press(page, "Go on with this time")
    look("step-confirm")
    steps.press(page, "Book this session")
    look("step-confirm-errors")
    steps.sign(page, name="Greta Gast", email="greta@example.com")
    look("step-booked")

    assert "/booked/" in page.url
    assert found == []


def test_an_emergency_and_the_error_pages(visit: Sit, open_house: cast.House) -> None:
    guest = visit("phone", for_axe=True)
    page = guest.open("/sessions/find/?service=swedish-60")
    found: list[Any] = []
    steps.pick_first_day(page)
    steps.keep_first_time(page)
    steps.say_who(page)
    steps.consent(page)
    steps.tick(page, "Yes, at least one of these")
    steps.press(page, "Go on with what I ticked")
    for dark in (False, True):
        look_at(guest, "emergency", "", dark=dark, found=found)
    guest.open("/nothing-here/")
    for dark in (False, True):
        look_at(guest, "not-found", "", dark=dark, found=found)

    assert found == []


@pytest.mark.parametrize("width", ["phone", "desk"])
def test_what_admins_see(visit: Sit, busy_house: cast.House, width: str) -> None:
    paths = {
        "admin": "/admin/",
        "admin-studio": "/admin/studio/studio/1/change/",
        "admin-therapists": "/admin/therapists/therapist/",
        "admin-therapist": f"/admin/therapists/therapist/{busy_house.ana.pk}/change/",
        "admin-services": "/admin/therapists/service/",
        "admin-rooms": "/admin/studio/room/",
    }
    visitor = visit(width, for_axe=True)
    sign_in(visitor, "adam@stillwater.example")
    for name, path in paths.items():
        page = visitor.open(path)
        assert page.locator("h1, #content h1").count() >= 1, path
        keep_picture(visitor, f"{name}-{width}")

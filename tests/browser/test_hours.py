"""A therapist's time that does not go by the week, and what a client sees of it, in a real browser."""

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from massage_booking.core import clock
from massage_booking.studio import holidays_here
from tests import cast
from tests.browser.conftest import Visit, keep_picture, sign_in
from tests.therapists.outside.elsewhere import CALENDAR
from therapists.models import DatedHours, OutsideBusy, RepeatingTimeOff

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

Sit = Callable[..., Visit]


@pytest.mark.parametrize("script", [True, False], ids=["with script", "without"])
def test_a_therapist_sets_a_date_and_its_times_follow_at_once(visit: Sit, open_house: cast.House, script: bool) -> None:
    day = clock.now().date() + timedelta(days=10)
    visitor = visit("desk")
    find = f"/sessions/find/?service=swedish-60&therapist=ana-quiroga&day={day.isoformat()}"
    assert visitor.open(find).locator("button.time").count() > 20
    ana = visit("phone", script=script)
    sign_in(ana, "ana@stillwater.example")

    # The form begins with what the day has now: one block of its weekday, and room for another.
    page = ana.open(f"/therapists/dates/?day={day.isoformat()}")
    page.get_by_role("group", name="Hours, block 1").get_by_label("From").fill("10:00")
    page.get_by_role("group", name="Hours, block 1").get_by_label("To").fill("12:00")
    if script:
        page.get_by_role("button", name="Add hours").click()
    page.get_by_role("group", name="Hours, block 2").get_by_label("From").fill("14:00")
    page.get_by_role("group", name="Hours, block 2").get_by_label("To").fill("15:00")
    page.get_by_role("button", name="Save this date").click()
    page.wait_for_load_state()

    assert "10:00 to 12:00" in page.locator("main").inner_text()
    assert DatedHours.objects.count() == 2
    shown = [button.inner_text().strip() for button in visitor.open(find).locator("button.time").all()]
    assert shown == ["10:00", "10:15", "10:30", "10:45", "11:00", "14:00"]
    assert ana.complaints == visitor.complaints == []


def test_a_course_every_other_week_and_a_calendar_from_a_file(
    visit: Sit, open_house: cast.House, tmp_path: Path
) -> None:
    ana = visit("desk")
    sign_in(ana, "ana@stillwater.example")
    page = ana.open("/therapists/repeating/")
    page.get_by_label("How often").select_option("2")
    page.locator("[name=weekday]").select_option("3")
    page.get_by_label("From").fill("13:00")
    page.get_by_label("Until").fill("17:00")
    page.get_by_label("Note").fill("Course")
    page.get_by_role("button", name="Add", exact=True).click()
    page.wait_for_load_state()
    assert "Every 2 weeks on Thursday, 13:00 to 17:00" in page.locator("main").inner_text()
    assert RepeatingTimeOff.objects.count() == 1

    tomorrow = clock.now().date() + timedelta(days=1)
    file = tmp_path / "diary.ics"
    file.write_bytes(CALENDAR.replace(b"20260602T", f"{tomorrow:%Y%m%d}T".encode()))
    page = ana.open("/therapists/calendars/")
    page.locator("input[type=file]").first.set_input_files(str(file))
    page.get_by_role("button", name="Read the file").click()
    page.wait_for_load_state()
    assert "1 busy time ahead" in page.locator("main").inner_text()
    assert OutsideBusy.objects.count() == 1

    page = ana.open(f"/sessions/calendar/?day={tomorrow.isoformat()}")
    keep_picture(ana, "calendar-elsewhere-1280")
    assert "Elsewhere" in page.locator(".day").inner_text()
    page.goto(f"{ana.address}/therapists/calendars/")
    page.get_by_role("button", name="Remove From a file").click()
    page.wait_for_load_state()
    assert OutsideBusy.objects.count() == 0
    assert ana.complaints == []


def test_a_client_sees_why_a_day_is_closed(visit: Sit, open_house: cast.House) -> None:
    studio = cast.make_studio(holiday_country="IE", horizon_days=365)
    today = clock.today(studio.tz)
    day, name = next(pair for pair in holidays_here.ahead(studio=studio, today=today) if pair[0] > today)
    visitor = visit("phone")

    page = visitor.open(f"/sessions/find/?service=swedish-60&month={day:%Y-%m}")

    keep_picture(visitor, "closed-390")
    assert f"({name})" in page.locator("#picker").inner_text()
    assert page.locator("table.month td.closed").first.inner_text().startswith(str(day.day))
    assert visitor.complaints == []

"""A session by the link of a mail and signed in: GET shows, POST acts, strangers find nothing."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.apps import apps
from django.test import Client as Browser
from django.urls import reverse

from sessions import links
from sessions.models import MassageSession
from tests import cast
from tests.sessions.views.guest import Guest, hidden_fields, page_of

pytestmark = pytest.mark.django_db

PAGES = ("manage", "manage_move", "manage_cancel", "manage_ics", "manage_plan")
OWN_PAGES = ("detail", "move", "cancel", "ics", "rhythm", "booked")


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    """Nadia's session with Ana in a week, at ten."""
    return cast.book(house, starts_at=cast.at(10, days=7))


def by_link(session: MassageSession, page: str = "manage") -> str:
    return reverse(f"sessions:{page}", args=[links.make(session)])


def own(session: MassageSession, page: str) -> str:
    return reverse(f"sessions:{page}", args=[session.public_id])


def rows() -> dict[str, list[Any]]:
    """Return every row of every table but those of browsers' own sessions."""
    return {
        model.__name__: sorted(
            str([bytes(value) if isinstance(value, memoryview) else value for value in row])
            for row in model._default_manager.values_list()
        )
        for model in apps.get_models()
        if model.__name__ != "Session"
    }


def test_looking_never_changes_anything(house: cast.House, session: MassageSession) -> None:
    nadia = Guest(house, house.nadias_account)
    before = rows()

    codes = {page: Browser().get(by_link(session, page)).status_code for page in PAGES}
    codes |= {page: nadia.get(own(session, page)).status_code for page in OWN_PAGES}

    assert set(codes.values()) == {200}, codes
    assert rows() == before


def test_the_link_shows_what_where_and_when_with_the_zone(session: MassageSession) -> None:
    page = page_of(Browser().get(by_link(session)))

    for words in ("Monday 8 June, 10:00", "Until 11:00, Dublin time.", "4 Weir Lane, Galway", "€68 at the studio"):
        assert words in page


def test_pages_behind_a_key_stay_out_of_referrers_and_search_engines(session: MassageSession) -> None:
    for page in PAGES:
        response = Browser().get(by_link(session, page))
        assert response["Referrer-Policy"] == "no-referrer, strict-origin"
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Cache-Control"] == "no-store"


def test_cancelling_asks_first_and_then_does_it(session: MassageSession) -> None:
    browser = Browser()
    assert "Cancel Monday 8 June, 10:00?" in page_of(browser.get(by_link(session, "manage_cancel")))
    session.refresh_from_db()
    assert session.status == "booked"

    response = browser.post(by_link(session, "manage_cancel"), follow=True)

    session.refresh_from_db()
    assert session.status == "cancelled"
    assert "This session is cancelled." in page_of(response)
    assert [event.by for event in session.events.filter(act="cancel")] == ["client"]


def test_cancelling_twice_is_no_error(session: MassageSession) -> None:
    address = by_link(session, "manage_cancel")
    Browser().post(address)

    response = Browser().post(address, follow=True)

    assert "This session is cancelled." in page_of(response)
    assert session.events.filter(act="cancel").count() == 1


def test_moving_offers_what_fits_and_moves_on_one_press(session: MassageSession, house: cast.House) -> None:
    browser = Browser()
    page = browser.get(by_link(session, "manage_move") + "?day=2026-06-10")
    assert page.context["times"].openings[0].starts_at == cast.at(9, days=9)

    body = {**hidden_fields(page, "key", "therapist"), "starts_at": cast.at(14, days=9).isoformat()}
    response = browser.post(by_link(session, "manage_move"), body, follow=True)

    session.refresh_from_db()
    assert (session.starts_at, session.therapist, session.revision) == (cast.at(14, days=9), house.ana, 1)
    assert "Wednesday 10 June, 14:00" in page_of(response)


def test_its_own_time_does_not_stand_in_the_way(session: MassageSession) -> None:
    page = Browser().get(by_link(session, "manage_move") + "?day=2026-06-08")

    assert cast.at(10, 15, days=7) in [item.starts_at for item in page.context["times"].openings]


def test_the_same_press_twice_moves_once(session: MassageSession) -> None:
    browser = Browser()
    body = hidden_fields(browser.get(by_link(session, "manage_move")), "key", "therapist")
    body["starts_at"] = cast.at(14, days=9).isoformat()

    browser.post(by_link(session, "manage_move"), body)
    response = browser.post(by_link(session, "manage_move"), body)

    session.refresh_from_db()
    assert (response.status_code, session.revision) == (302, 1)


def test_moving_to_a_time_that_was_taken_offers_the_nearest(session: MassageSession, house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=9))

    response = Browser().post(
        by_link(session, "manage_move"), {"therapist": "ana-quiroga", "starts_at": cast.at(14, days=9).isoformat()}
    )

    session.refresh_from_db()
    assert (response.status_code, session.starts_at) == (409, cast.at(10, days=7))
    assert [item.starts_at for item in response.context["nearest"]] == [
        cast.at(12, 30, days=9),
        cast.at(12, 45, days=9),
        cast.at(15, 15, days=9),
    ]


def test_anyone_may_take_it_over(session: MassageSession, house: cast.House) -> None:
    cast.book(house, client=house.ben, starts_at=cast.at(14, days=9))

    Browser().post(by_link(session, "manage_move"), {"therapist": "any", "starts_at": cast.at(14, days=9).isoformat()})

    session.refresh_from_db()
    assert (session.therapist, session.starts_at) == (house.uma, cast.at(14, days=9))


def test_too_late_says_so_with_the_number_to_call(session: MassageSession) -> None:
    with time_machine.travel(cast.at(12, days=6), tick=False):
        address = by_link(session)
        page = page_of(Browser().get(address))
        responses = [
            Browser().post(f"{address}{act}/", {"starts_at": cast.at(14, days=9).isoformat()})
            for act in ("move", "cancel")
        ]

    assert "The time for free changes ended on Sunday 7 June, 10:00." in page
    assert "Call 020 912 0144" in page
    assert "Move it" not in page and "Cancel it" not in page
    assert [response["Location"] for response in responses] == [address] * 2
    session.refresh_from_db()
    assert (session.status, session.starts_at) == ("booked", cast.at(10, days=7))


@pytest.mark.parametrize("page", PAGES)
def test_broken_foreign_and_revoked_links_find_nothing(session: MassageSession, page: str) -> None:
    good = links.make(session)
    other_purpose = links.make(session, purpose="confirm")
    bad = [good[:-1] + ("A" if good[-1] != "A" else "B"), good[1:], "x", "a:b:c", other_purpose, good + "x" * 400]

    codes = [Browser().get(reverse(f"sessions:{page}", args=[token])).status_code for token in bad]
    MassageSession.objects.update(nonce="another")
    codes.append(Browser().get(reverse(f"sessions:{page}", args=[good])).status_code)

    assert codes == [404] * 7


def test_a_lost_link_gets_a_kind_page() -> None:
    response = Browser().get("/sessions/manage/nonsense/")

    assert "the newest mail has the link that works" in page_of(response)


@pytest.mark.parametrize("page", OWN_PAGES)
def test_a_stranger_gets_404_and_nobody_signed_in_is_asked_to(
    session: MassageSession, house: cast.House, page: str
) -> None:
    ben = Guest(house, house.bens_account)

    assert ben.get(own(session, page)).status_code == 404
    assert ben.get(f"/sessions/{'x' * 22}/").status_code == 404
    answer = Browser().get(own(session, page))
    if page == "booked":
        assert answer.status_code == 404
    else:
        assert answer["Location"].startswith("/accounts/login/code/?next=/sessions/")


def test_a_stranger_cannot_act(session: MassageSession, house: cast.House) -> None:
    ben = Guest(house, house.bens_account)

    codes = [ben.browser.post(own(session, page)).status_code for page in ("move", "cancel", "rhythm", "plan_accept")]

    assert codes == [404] * 4
    session.refresh_from_db()
    assert session.status == "booked"


def test_posts_without_their_token_are_refused(session: MassageSession) -> None:
    strict = Browser(enforce_csrf_checks=True)

    codes = [
        strict.post(by_link(session, page)).status_code for page in ("manage_move", "manage_cancel", "manage_plan")
    ]

    assert codes == [403] * 3


def test_a_session_that_is_over_offers_nothing_to_change(session: MassageSession) -> None:
    with time_machine.travel(session.ends_at + timedelta(hours=1), tick=False):
        page = page_of(Browser().get(by_link(session)))

    assert "This session is over." in page and "Move it" not in page


def test_a_held_time_has_no_page(guest: Guest) -> None:
    guest.hold()

    assert Browser().get(by_link(guest.held)).status_code == 404


@pytest.mark.parametrize(
    "query", ["day=0000-00-00", "month=9999-99", "therapist=%F0%9F%92%86", "day=2036-01-01", "day=" + "9" * 400]
)
def test_garbage_on_the_page_for_moving_is_read_as_nothing(session: MassageSession, query: str) -> None:
    assert Browser().get(f"{by_link(session, 'manage_move')}?{query}").status_code == 200


@pytest.mark.parametrize("starts_at", ["", "2026-06-08", "9223372036854775808", "1900-01-01T00:00:00Z"])
def test_garbage_for_a_time_moves_nothing(session: MassageSession, starts_at: str) -> None:
    response = Browser().post(by_link(session, "manage_move"), {"starts_at": starts_at, "therapist": "x" * 500})

    assert response.status_code in {302, 409}
    session.refresh_from_db()
    assert session.revision == 0


def test_the_confirmation_can_be_seen_again_by_the_browser_that_booked(guest: Guest) -> None:
    guest.up_to_confirm()
    address = guest.confirm()["Location"]

    page = page_of(guest.get(address))

    assert "Monday, the eighth of June, at ten" in page
    assert "8 June 2026, 10:00 to 11:00, Dublin time." in page
    assert "greta@example.com" in page and "junk mail" in page
    assert "until Sun 7 Jun, 10:00" in page
    assert Browser().get(address).status_code == 404


def test_the_browser_that_booked_moves_and_cancels_without_signing_in(guest: Guest) -> None:
    guest.up_to_confirm()
    session = MassageSession.objects.get(public_id=guest.confirm()["Location"].split("/")[2])

    guest.browser.post(own(session, "move"), {"starts_at": cast.at(14, days=8).isoformat(), "therapist": "ana-quiroga"})
    session.refresh_from_db()
    assert session.starts_at == cast.at(14, days=8)

    guest.browser.post(own(session, "cancel"))
    session.refresh_from_db()
    assert session.status == "cancelled"


def test_the_calendar_file_is_one_to_keep(session: MassageSession) -> None:
    response = Browser().get(by_link(session, "manage_ics"))

    assert response["Content-Type"].startswith("text/calendar")
    assert response["Content-Disposition"] == 'attachment; filename="massage.ics"'
    assert b"METHOD:PUBLISH" in response.content

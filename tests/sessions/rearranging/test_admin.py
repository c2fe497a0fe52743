"""Changes in the admin under sessions ahead lead to the page on which somebody says what becomes of them."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.studio.models import Place
from sessions.models import MassageSession
from tests import cast
from tests.reading import rows, text_of
from tests.therapists.test_admin import therapist_form

pytestmark = pytest.mark.usefixtures("monday")

OUTSIDE = "/sessions/rearrange/outside/"
THERAPISTS = "/admin/therapists/therapist/"
Book = Callable[..., MassageSession]


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[..., Browser]) -> Browser:
    return sign_in(house.admin)


def test_a_therapist_who_works_here_no_more_is_led_to_their_sessions(
    house: cast.House, admin: Browser, booked: Book
) -> None:
    session = booked(10, days=1)
    form = therapist_form(house.ana)

    unchanged = admin.post(f"{THERAPISTS}{house.ana.pk}/change/", form)
    del form["is_active"]
    response = admin.post(f"{THERAPISTS}{house.ana.pk}/change/", form)

    assert unchanged["Location"] == THERAPISTS
    assert response["Location"] == f"{OUTSIDE}?therapist=ana-quiroga"
    assert "Ana does not work here any more" in text_of(admin.get(response["Location"]))
    session.refresh_from_db()
    assert session.status == "booked"


def test_a_service_that_is_not_given_any_more_leads_there_too(house: cast.House, admin: Browser, booked: Book) -> None:
    booked(10, days=1)

    response = admin.post(
        f"{THERAPISTS}{house.ana.pk}/change/", {**therapist_form(house.ana), "services": [house.deep.pk]}
    )

    assert response["Location"] == f"{OUTSIDE}?therapist=ana-quiroga"
    assert "Ana does not give this any more" in text_of(admin.get(response["Location"]))


def test_a_table_out_of_use_leads_to_the_sessions_at_it(house: cast.House, admin: Browser, booked: Book) -> None:
    place = booked(10, days=1).place
    assert place is not None
    listed = list(place.room.places.all())

    def room(*, without: Place | None) -> Any:
        forms: list[dict[str, Any]] = [
            {"id": row.pk, "room": row.room_id, "name": row.name, "kind": row.kind}
            | ({} if row == without else {"is_active": "on"})
            for row in listed
        ]
        data = {"location": house.location.pk, "name": place.room.name, "position": 0}
        return admin.post(
            f"/admin/studio/room/{place.room_id}/change/", {**data, **rows("places", *forms, initial=len(forms))}
        )

    assert room(without=None)["Location"] == "/admin/studio/room/"
    assert room(without=place)["Location"] == OUTSIDE
    assert "the place is out of use: Room 1, table" in text_of(admin.get(OUTSIDE))

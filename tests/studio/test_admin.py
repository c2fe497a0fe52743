"""The studio's settings, locations and rooms in the admin."""

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import User
from massage_booking.studio.models import Location, Place, Room, Studio
from tests import cast
from tests.reading import admin_errors, rows, text_of

pytestmark = pytest.mark.usefixtures("monday")

SETTINGS = "/admin/studio/studio/1/change/"


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


def settings_form(**changes: Any) -> dict[str, Any]:
    """Return the settings page as it would be sent back unchanged."""
    studio = Studio.objects.get()
    names = [field.name for field in Studio._meta.fields if field.name != "id"]
    return {**{name: getattr(studio, name) for name in names}, **changes}


@pytest.mark.parametrize("path", ["location/", "location/add/", "room/", "room/add/", "studio/1/change/"])
def test_every_page_opens(house: cast.House, admin: Browser, path: str) -> None:
    assert admin.get(f"/admin/studio/{path}").status_code == 200


def test_the_list_of_settings_is_the_one_row_itself(house: cast.House, admin: Browser) -> None:
    response = admin.get("/admin/studio/studio/")

    assert (response.status_code, response["Location"]) == (302, SETTINGS)


def test_there_is_never_a_second_row_and_the_one_stays(house: cast.House, admin: Browser) -> None:
    assert admin.get("/admin/studio/studio/add/").status_code == 403
    assert admin.post("/admin/studio/studio/1/delete/", {"post": "yes"}).status_code == 403
    assert Studio.objects.count() == 1


def test_before_there_are_settings_the_list_leads_to_the_first_page(
    db: Any, sign_in: Callable[[User], Browser]
) -> None:
    first = sign_in(cast.make_user("first@example.com", "First", is_staff=True))

    assert first.get("/admin/studio/studio/")["Location"] == "/admin/studio/studio/add/"
    assert "A new studio" in text_of(first.get("/admin/"))


def test_a_changed_name_and_zone_show_on_the_site_at_once(house: cast.House, admin: Browser, client: Browser) -> None:
    response = admin.post(SETTINGS, settings_form(name="Weir House", zone="America/St_Johns"))

    assert (response.status_code, admin_errors(response)) == (302, [])
    said = text_of(client.get("/therapists/"))
    assert "Weir House" in said and "St Johns time" in said


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"zone": "Europe/Atlantis"}, "Select a valid choice. Europe/Atlantis is not one of the available choices."),
        ({"currency": "EURO"}, "Ensure this value has at most 3 characters (it has 4)."),
        ({"currency": "12€"}, "“12€” is not a currency. Three capital letters, for example EUR."),
        ({"currency": "xqq"}, "“XQQ” is not a currency. Three capital letters, for example EUR."),
        ({"hold_minutes": 20, "hold_most_minutes": 10}, "This is shorter than one hold."),
        ({"grid_minutes": 7}, "Select a valid choice. 7 is not one of the available choices."),
        ({"horizon_days": 3650}, "Ensure this value is less than or equal to 365."),
        ({"emergency_number": ""}, "This field is required."),
    ],
    ids=["zone", "long currency", "no currency", "unknown currency", "holds", "grid", "horizon", "no emergency number"],
)
def test_settings_that_make_no_sense_are_refused(
    house: cast.House, admin: Browser, changes: dict[str, Any], told: str
) -> None:
    assert admin_errors(admin.post(SETTINGS, settings_form(**changes))) == [told]


def test_a_room_is_added_with_its_places(house: cast.House, admin: Browser) -> None:
    places = rows(
        "places",
        {"name": "Table", "kind": "table", "is_active": "on"},
        {"name": "Mat", "kind": "mat", "is_active": "on"},
    )

    response = admin.post(
        "/admin/studio/room/add/", {"location": house.location.pk, "name": "Room 3", "position": 2, **places}
    )

    assert (response.status_code, admin_errors(response)) == (302, [])
    assert [str(place) for place in Room.objects.get(name="Room 3").places.all()] == ["Room 3, mat", "Room 3, table"]


def test_a_place_that_sessions_use_stays_when_it_is_ticked_away(house: cast.House, admin: Browser) -> None:
    place = cast.book(house).place
    assert place is not None
    listed = list(place.room.places.all())
    forms = [
        {"id": row.pk, "room": row.room_id, "name": row.name, "kind": row.kind, "is_active": "on"}
        | ({"DELETE": "on"} if row == place else {})
        for row in listed
    ]
    data = {
        "location": house.location.pk,
        "name": place.room.name,
        "position": 0,
        **rows("places", *forms, initial=len(forms)),
    }

    response = admin.post(f"/admin/studio/room/{place.room_id}/change/", data)

    assert admin_errors(response) == [f"“{place}” is in use and stays: 1 session."]
    assert Place.objects.filter(pk=place.pk).exists()


def test_rooms_and_locations_in_use_are_not_deleted(house: cast.House, admin: Browser) -> None:
    said = text_of(admin.get(f"/admin/studio/location/{house.location.pk}/delete/"))
    assert "in use: 2 rooms 10 weekly hours" in said
    assert "Move its rooms and hours to another location first." in said

    admin.post(f"/admin/studio/location/{house.location.pk}/delete/", {"post": "yes"})
    assert Location.objects.filter(pk=house.location.pk).exists()


def test_the_index_follows_the_order_of_the_work(house: cast.House, admin: Browser) -> None:
    listed = admin.get("/admin/").context["app_list"]

    order = [(app["app_label"], [model["object_name"] for model in app["models"]]) for app in listed]
    assert order[:3] == [
        ("studio", ["Studio", "Location", "Room"]),
        (
            "therapists",
            [
                "Therapist",
                "Service",
                "Technique",
                "Specialty",
                "TherapistSpecialty",
                "Language",
                "DatedHours",
                "RepeatingTimeOff",
            ],
        ),
        ("accounts", ["User", "Client"]),
    ]
    known = ["screening", "massage_sessions", "outbox"]
    assert [label for label, _ in order[3:]] == [label for label in known if label in dict(order)]


def test_every_setting_can_be_changed(house: cast.House, admin: Browser) -> None:
    page = admin.get(SETTINGS).content.decode()

    assert [field.name for field in Studio._meta.fields if f'name="{field.name}"' not in page] == ["id"]

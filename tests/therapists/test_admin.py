"""What an admin edits about therapists and services, and that it shows on the site at once."""

from collections.abc import Callable
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from PIL import Image

from massage_booking.accounts.models import User
from tests import cast
from tests.reading import admin_errors, rows, text_of
from therapists.models import (
    Portrait,
    Service,
    Specialty,
    Technique,
    Therapist,
    TherapistSpecialty,
    TimeOff,
    WeeklyHours,
)

pytestmark = pytest.mark.usefixtures("monday")


@pytest.fixture
def admin(house: cast.House, sign_in: Callable[[User], Browser]) -> Browser:
    return sign_in(house.admin)


def therapist_form(therapist: Therapist, **changes: Any) -> dict[str, Any]:
    """Return a therapist's page as it would be sent back unchanged, the week left out."""
    data: dict[str, Any] = {
        "name": therapist.name, "slug": therapist.slug, "is_active": "on", "position": therapist.position,
        "user": therapist.user_id or "", "services": [service.pk for service in therapist.services.all()],
        **rows("trainings"), **rows("weekly_hours"), **rows("time_off"),
    }  # fmt: skip
    return {**data, **changes}


def change(admin: Browser, therapist: Therapist, **changes: Any) -> Any:
    return admin.post(f"/admin/therapists/therapist/{therapist.pk}/change/", therapist_form(therapist, **changes))


def picture(kind: str = "PNG", size: tuple[int, int] = (800, 1000)) -> SimpleUploadedFile:
    file = BytesIO()
    Image.new("RGB", size, "sienna").save(file, kind)
    return SimpleUploadedFile("me.png", file.getvalue(), "image/png")


PAGES = [
    "/admin/", "/admin/therapists/", "/admin/therapists/therapist/", "/admin/therapists/therapist/add/",
    "/admin/therapists/therapist/{ana}/change/", "/admin/therapists/service/", "/admin/therapists/service/add/",
    "/admin/therapists/technique/", "/admin/therapists/technique/add/", "/admin/therapists/specialty/",
    "/admin/therapists/specialty/add/", "/admin/therapists/language/", "/admin/therapists/language/add/",
]  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
def test_every_page_opens(house: cast.House, admin: Browser, path: str) -> None:
    assert admin.get(path.format(ana=house.ana.pk)).status_code == 200


def test_a_changed_name_shows_on_the_site_at_once(house: cast.House, admin: Browser, client: Browser) -> None:
    response = change(admin, house.ana, name="Ana Quiroga Sosa", quote="Slowly.")

    assert (response.status_code, admin_errors(response)) == (302, [])
    said = text_of(client.get("/therapists/ana-quiroga/"))
    assert "Ana Quiroga Sosa" in said and "“Slowly.”" in said


def test_a_new_therapist_with_training_hours_and_time_off_is_complete(
    house: cast.House, admin: Browser, client: Browser
) -> None:
    neck = Specialty.objects.create(slug="neck", name="Neck", kind="complaint")
    day = "2026-08-03"
    data = {
        "name": "Linh Tran",
        "slug": "linh-tran",
        "is_active": "on",
        "position": 3,
        "services": [house.swedish.pk],
        **rows(
            "trainings",
            {"specialty": neck.pk, "certificate": "NMT", "has_certificate": "on", "expires_on": "2028-05-31"},
        ),
        **rows("weekly_hours", {"weekday": 4, "starts": "09:00", "ends": "17:00", "location": house.location.pk}),
        **rows(
            "time_off", {"starts_at_0": day, "starts_at_1": "09:00", "ends_at_0": day, "ends_at_1": "12:00", "note": ""}
        ),
    }

    response = admin.post("/admin/therapists/therapist/add/", data)

    assert (response.status_code, admin_errors(response)) == (302, [])
    linh = Therapist.objects.get(slug="linh-tran")
    assert [row.certificate for row in linh.trainings.all()] == ["NMT"]
    assert [str(row) for row in linh.weekly_hours.all()] == ["Friday 09:00 to 17:00"]
    # Written in Dublin's summer time, kept in UTC.
    assert [f"{row.starts_at:%H:%M}" for row in linh.time_off.all()] == ["08:00"]
    said = text_of(client.get("/therapists/linh-tran/"))
    assert "Neck NMT May 2028" in said and "Next: Fri 5 Jun, 9:00" in said


def test_hours_that_overlap_are_refused_as_on_the_therapists_own_page(house: cast.House, admin: Browser) -> None:
    blocks = [("09:00", "12:00"), ("11:00", "15:00")]
    week = rows(
        "weekly_hours", *({"weekday": 6, "starts": a, "ends": b, "location": house.location.pk} for a, b in blocks)
    )

    response = change(admin, house.ana, **week)

    told = "Sunday 09:00–12:00 and Sunday 11:00–15:00 overlap on Sunday from 11:00 to 12:00."
    assert admin_errors(response) == [told]
    assert not WeeklyHours.objects.filter(weekday=6).exists()


def test_time_off_that_ends_before_it_begins_is_refused(house: cast.House, admin: Browser) -> None:
    item = {"starts_at_0": "2026-08-03", "starts_at_1": "09:00", "ends_at_0": "2026-08-02", "ends_at_1": "09:00"}

    assert admin_errors(change(admin, house.ana, **rows("time_off", item))) == ["The end comes before the beginning."]
    assert not TimeOff.objects.exists()


@pytest.mark.parametrize("slug", ["hours", "time-off"])
def test_a_therapists_address_cannot_be_a_page_of_the_site(house: cast.House, admin: Browser, slug: str) -> None:
    assert admin_errors(change(admin, house.ana, slug=slug)) == [
        "This word is an address of the site itself. Choose another."
    ]


def test_a_portrait_is_uploaded_shown_replaced_and_removed(house: cast.House, admin: Browser, client: Browser) -> None:
    assert change(admin, house.ana, portrait_file=picture()).status_code == 302
    assert Portrait.objects.values_list("therapist", "content_type", "width", "height").get() == (
        house.ana.pk, "image/webp", 512, 640,
    )  # fmt: skip
    assert client.get("/therapists/ana-quiroga/portrait/").status_code == 200
    assert (
        "/therapists/ana-quiroga/portrait/?v="
        in admin.get(f"/admin/therapists/therapist/{house.ana.pk}/change/").content.decode()
    )

    change(admin, house.ana, remove_portrait="on")
    assert not Portrait.objects.exists()


@pytest.mark.parametrize(
    ("file", "told"),
    [
        (SimpleUploadedFile("me.png", b"not a picture", "image/png"), "This file is not a picture that we can read."),
        (SimpleUploadedFile("me.png", b"x" * (8 * 1024 * 1024 + 1), "image/png"), "The file is larger than 8 MB."),
        (picture(size=(50, 50)), "The picture is too small"),
    ],
    ids=["not a picture", "too large", "too small"],
)
def test_a_file_that_is_no_portrait_is_refused_with_the_reason(
    house: cast.House, admin: Browser, file: Any, told: str
) -> None:
    file.seek(0)
    response = change(admin, house.ana, portrait_file=file)

    assert [error for error in admin_errors(response) if error.startswith(told)] == admin_errors(response) != []
    assert not Portrait.objects.exists()


def test_a_price_is_changed_in_the_list_and_shows_on_the_site_at_once(
    house: cast.House, admin: Browser, client: Browser
) -> None:
    listed = list(Service.objects.order_by("technique__position", "technique__name", "minutes"))
    price = {row: "70.50" if row == house.deep else row.price for row in listed}
    forms = [{"id": row.pk, "price": price[row], "is_active": "on"} for row in listed]
    data = rows("form", *forms, initial=len(forms))

    response = admin.post("/admin/therapists/service/", {**data, "_save": "Save"})

    assert response.status_code == 302
    assert Service.objects.get(pk=house.deep.pk).price == Decimal("70.50")
    assert "€70.50" in text_of(client.get("/therapists/ana-quiroga/"))


def test_a_service_taken_out_of_use_leaves_the_site_at_once(house: cast.House, admin: Browser, client: Browser) -> None:
    data = {
        "technique": house.deep.technique_id,
        "minutes": 60,
        "price": "68",
        "turnover_minutes": 15,
        "slug": house.deep.slug,
    }

    admin.post(f"/admin/therapists/service/{house.deep.pk}/change/", data)

    assert "Deep tissue" not in text_of(client.get("/therapists/ana-quiroga/"))


def test_a_service_without_an_address_gets_one(house: cast.House, admin: Browser) -> None:
    Service.objects.filter(pk=house.swedish45.pk).update(slug="swedish-90")
    data = {
        "technique": house.swedish.technique_id,
        "minutes": 90,
        "price": "96",
        "turnover_minutes": 15,
        "is_active": "on",
    }

    response = admin.post("/admin/therapists/service/add/", data)

    assert (response.status_code, admin_errors(response)) == (302, [])
    assert Service.objects.get(minutes=90).slug == "swedish-90-2"


def test_a_technique_is_added_with_its_services(house: cast.House, admin: Browser) -> None:
    service = {"minutes": 60, "price": "72", "turnover_minutes": 15, "is_active": "on"}
    data = {
        "name": "Thai",
        "slug": "thai",
        "summary": "On a mat.",
        "position": 5,
        "screened_as": "thai",
        "place_kind": "mat",
        **rows("services", service, {**service, "minutes": 47}),
    }
    assert admin_errors(admin.post("/admin/therapists/technique/add/", data)) == ["Use a multiple of 5 minutes."]

    admin.post("/admin/therapists/technique/add/", {**data, "services-1-minutes": 90})
    assert list(Technique.objects.get(slug="thai").services.values_list("slug", flat=True)) == ["thai-60", "thai-90"]


def test_a_specialty_that_is_a_technique_says_which(house: cast.House, admin: Browser) -> None:
    data = {"name": "Cupping", "slug": "cupping", "kind": "technique", "position": 0}

    assert admin_errors(admin.post("/admin/therapists/specialty/add/", data)) == ["Say which technique."]


def test_what_sessions_use_is_not_deleted_and_says_what_to_do_instead(house: cast.House, admin: Browser) -> None:
    cast.book(house)

    for path, told in (
        (f"service/{house.swedish.pk}", "Untick “can be booked” instead"),
        (f"therapist/{house.ana.pk}", "Untick “works here” instead"),
    ):
        said = text_of(admin.get(f"/admin/therapists/{path}/delete/"))
        assert "cannot be deleted, because it is in use: 1 session" in said
        assert told in said
        assert admin.post(f"/admin/therapists/{path}/delete/", {"post": "yes"}).status_code == 200

    assert Service.objects.filter(pk=house.swedish.pk).exists() and Therapist.objects.filter(pk=house.ana.pk).exists()


def test_several_at_once_are_not_deleted_either(house: cast.House, admin: Browser) -> None:
    cast.book(house)
    chosen = {"action": "delete_selected", "_selected_action": [house.swedish.pk, house.deep.pk], "post": "yes"}

    response = admin.post("/admin/therapists/service/", chosen)

    assert "1 session" in text_of(response)
    assert Service.objects.filter(pk__in=[house.swedish.pk, house.deep.pk]).count() == 2


def test_what_nothing_uses_can_be_deleted(house: cast.House, admin: Browser) -> None:
    unused = cast.make_service("thai", 90)

    admin.post(f"/admin/therapists/service/{unused.pk}/delete/", {"post": "yes"})

    assert not Service.objects.filter(pk=unused.pk).exists()


def test_a_new_training_shows_in_the_list_of_reasons_at_once(
    house: cast.House, admin: Browser, client: Browser
) -> None:
    neck = Specialty.objects.create(slug="neck", name="Neck", kind="complaint", on_home_page=True)

    change(admin, house.ana, **rows("trainings", {"specialty": neck.pk, "note": "Eleven years with necks"}))

    assert TherapistSpecialty.objects.get().specialty == neck
    assert "Eleven years with necks" in text_of(client.get("/therapists/", {"reason": "neck"}))

"""What everybody sees of the therapists."""

import re
from datetime import date
from io import BytesIO
from typing import Any

import pytest
from django.db import connection
from django.test import Client as Browser
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests import cast
from tests.reading import text_of, titles
from therapists import services
from therapists.models import Language, Specialty, TherapistSpecialty

pytestmark = pytest.mark.usefixtures("monday")


def with_portrait(house: cast.House) -> None:
    file = BytesIO()
    Image.new("RGB", (400, 500), "sienna").save(file, "PNG")
    services.set_portrait(therapist=house.ana, data=file.getvalue(), now=cast.NOW)


def test_the_list_shows_everybody_with_techniques_prices_and_the_next_opening(
    house: cast.House, client: Browser
) -> None:
    response = client.get("/therapists/")

    said = text_of(response)
    assert titles(response, "h1") == ["Who is right for you"]
    assert titles(response, "h2") == ["Ana Quiroga", "Uma Ruiz"]
    assert "Deep tissue, Swedish." in said
    assert said.count("Next free Today, 10:00") == 2
    assert "45 min €55 , 60 min €68" in said.replace("\u00a0", " ")
    assert 'href="/sessions/find/?therapist=ana-quiroga&amp;service=' in response.content.decode()


def test_a_wish_parts_those_who_fit_from_those_who_do_not(house: cast.House, client: Browser) -> None:
    house.uma.languages.add(Language.objects.create(name="Irish"))
    house.ana.languages.add(Language.objects.create(name="Spanish"))

    response = client.get("/therapists/", {"language": "Irish"})

    assert titles(response, "h2") == ["Uma Ruiz", "Not quite what you asked"]
    assert titles(response, "h3") == ["Ana Quiroga"]
    said = text_of(response)
    assert "1 of 2 fits all of it." in said
    assert "Speaks Irish" in said and "No Irish" in said


def test_when_nobody_fits_it_says_so_and_shows_everybody(house: cast.House, client: Browser) -> None:
    house.uma.languages.add(Language.objects.create(name="Irish"))
    neck = Specialty.objects.create(slug="neck", name="Neck", kind="complaint")
    TherapistSpecialty.objects.create(therapist=house.ana, specialty=neck)

    response = client.get("/therapists/", {"language": "Irish", "reason": "neck"})

    assert "Nobody fits all of it. Here is everybody, the nearest first." in text_of(response)
    assert titles(response, "h2") == ["Ana Quiroga", "Uma Ruiz"]


@pytest.mark.parametrize(
    "query",
    [
        "reason=%F0%9F%A6%86",
        "day=9223372036854775808",
        "with=woman&with=man",
        "language=",
        "reason[]=x",
        "page=-1",
        "day=%00",
    ],
)
def test_garbage_in_the_address_is_never_an_error(house: cast.House, client: Browser, query: str) -> None:
    assert client.get(f"/therapists/?{query}").status_code == (400 if "%00" in query else 200)


def test_a_studio_without_therapists_or_without_settings_has_a_page_too(db: Any, client: Browser) -> None:
    assert "Nobody works here yet." in text_of(client.get("/therapists/"))


def test_the_list_asks_as_many_questions_for_four_as_for_two(house: cast.House, client: Browser) -> None:
    with CaptureQueriesContext(connection) as for_two:
        client.get("/therapists/")
    for number in range(2):
        cast.make_therapist(f"Therapist {number}", location=house.location, services=[house.swedish])
    with CaptureQueriesContext(connection) as for_four:
        client.get("/therapists/")

    assert len(for_four) == len(for_two)


def test_a_profile_says_who_somebody_is_what_they_give_and_when(house: cast.House, client: Browser) -> None:
    ana = house.ana
    ana.quote, ana.about, ana.pronouns = "I work slowly.", "Ana began in Montevideo.", "She, her"
    ana.since_year, ana.here_since_year = 2013, 2019
    ana.save()
    ana.languages.add(Language.objects.create(name="Spanish"), Language.objects.create(name="English"))
    cast.make_training(ana, house.deep.technique, expires_on=date(2028, 5, 31))

    response = client.get("/therapists/ana-quiroga/")

    said = text_of(response)
    assert titles(response, "h1") == ["Ana Quiroga"]
    for words in (
        "Therapist since 2013, here since 2019", "“I work slowly.”", "Ana began in Montevideo.", "She, her",
        "English and Spanish", "Monday to Friday", "Deep tissue Diploma May 2028", "Next: Today, 10:00",
    ):  # fmt: skip
        assert words in said
    assert titles(response, "strong")[-3:] == ["Today, 10:00", "Tomorrow, 9:00", "Wed 3 Jun, 9:00"]
    assert "/sessions/find/?service=deep-tissue-60&amp;therapist=ana-quiroga" in response.content.decode()


def test_time_off_saved_now_moves_the_next_opening_at_once(house: cast.House, client: Browser) -> None:
    services.add_time_off(
        therapist=house.ana,
        first=cast.TODAY,
        last=date(2026, 6, 3),
        starts=None,
        ends=None,
        note="secret note",
        zone=house.studio.tz,
        now=cast.NOW,
    )

    said = text_of(client.get("/therapists/ana-quiroga/"))
    assert "Next: Thu 4 Jun, 9:00" in said
    assert "secret note" not in said


@pytest.mark.parametrize("slug", ["nobody", "ana-quiroga"])
def test_who_does_not_work_here_has_no_page_and_no_portrait(house: cast.House, client: Browser, slug: str) -> None:
    with_portrait(house)
    house.ana.is_active = False
    house.ana.save()

    assert [
        client.get(f"/therapists/{slug}/").status_code,
        client.get(f"/therapists/{slug}/portrait/").status_code,
    ] == [404, 404]


def test_a_portrait_is_shown_and_may_be_kept_by_the_browser(house: cast.House, client: Browser) -> None:
    with_portrait(house)
    address = re.search(
        r'src="(/therapists/ana-quiroga/portrait/\?v=\d+)"', client.get("/therapists/").content.decode()
    )
    assert address is not None

    picture = client.get(address[1])
    assert (picture.status_code, picture["Content-Type"], picture["Cache-Control"]) == (
        200,
        "image/webp",
        "public, max-age=86400",
    )
    assert Image.open(BytesIO(picture.content)).size == (400, 500)
    assert "Cookie" not in picture.get("Vary", "")

    again = client.get(address[1], headers={"If-None-Match": picture["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_new_portrait_has_a_new_address_and_a_new_tag(house: cast.House, client: Browser) -> None:
    with_portrait(house)
    old = client.get("/therapists/ana-quiroga/portrait/")
    house.ana.portrait.changed_at = cast.at(9)
    house.ana.portrait.save()

    new = client.get("/therapists/ana-quiroga/portrait/", headers={"If-None-Match": old["ETag"]})

    assert new.status_code == 200
    assert new["ETag"] != old["ETag"]


@pytest.mark.parametrize("path", ["/therapists/", "/therapists/ana-quiroga/", "/therapists/ana-quiroga/portrait/"])
def test_visitors_pages_are_for_reading_only(house: cast.House, client: Browser, path: str) -> None:
    assert client.post(path).status_code == 405

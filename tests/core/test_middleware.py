"""At the door: garbage is turned away, personal pages are not kept by browsers."""

from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from massage_booking.core.middleware import NoStore, RefuseGarbage

request_of = RequestFactory()


def page(request: HttpRequest) -> HttpResponse:
    return HttpResponse("the page")


@pytest.fixture
def answer() -> Any:
    return RefuseGarbage(page)


@pytest.mark.parametrize(
    "address",
    [
        pytest.param("/sessions/find/?day=%00", id="NUL in a value"),
        pytest.param("/sessions/find/?%00=1", id="NUL in a name"),
        pytest.param("/sessions/find/?day=%ff%fe", id="bad UTF-8 in a value"),
        pytest.param("/sessions/find/?day=%c0%80", id="NUL in overlong UTF-8"),
        pytest.param("/sessions/find/?day=%ed%a0%80", id="half a character"),
        pytest.param("/therapists/an%00a/", id="NUL in the path"),
    ],
)
def test_garbage_in_an_address_is_a_400(answer: Any, address: str) -> None:
    assert answer(request_of.get(address)).status_code == 400


@pytest.mark.parametrize("fields", [{"name": "a\x00b"}, {"na\x00me": "a"}])
@pytest.mark.parametrize("encoding", ["application/x-www-form-urlencoded", "multipart/form-data"])
def test_garbage_in_a_form_is_a_400(answer: Any, fields: dict[str, str], encoding: str) -> None:
    from urllib.parse import urlencode

    if encoding.startswith("multipart"):
        request = request_of.post("/sessions/book/", fields)
    else:
        request = request_of.post("/sessions/book/", urlencode(fields), content_type=encoding)

    assert answer(request).status_code == 400


@pytest.mark.parametrize(
    "address", ["/", "/therapists/?q=Gr%C3%BC%C3%9Fe+aus+%F0%9F%8C%BF", "/sessions/find/?day=99999999"]
)
def test_what_people_type_passes(answer: Any, address: str) -> None:
    assert answer(request_of.get(address)).content == b"the page"


def test_a_form_with_any_letters_passes(answer: Any) -> None:
    assert answer(request_of.post("/sessions/book/", {"name": "Zoë Ó Briain 🌿"})).content == b"the page"


def test_pages_are_not_kept() -> None:
    assert NoStore(page)(request_of.get("/"))["Cache-Control"] == "no-store"


def test_a_page_that_sets_its_own_rule_keeps_it() -> None:
    def portrait(request: HttpRequest) -> HttpResponse:
        return HttpResponse(b"", headers={"Cache-Control": "max-age=600"})

    assert NoStore(portrait)(request_of.get("/"))["Cache-Control"] == "max-age=600"


@pytest.mark.django_db
@pytest.mark.parametrize("debug", [False, True])
def test_what_is_not_there_is_told_on_our_own_page_in_a_demo_too(client: Any, settings: Any, debug: bool) -> None:
    settings.DEBUG = debug

    answer = client.get("/no/such/page/")

    assert answer.status_code == 404
    assert "URLconf" not in answer.content.decode()
    assert "404.html" in [template.name for template in answer.templates]

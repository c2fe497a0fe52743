"""With whom, at work: the desk keeps it for either side and sees whose it was; a therapist sees their own alone."""

from datetime import date
from typing import Any

import pytest
from django.test import Client as Browser
from django.urls import reverse

from sessions.models import Apart, ApartSide, MassageSession
from sessions.selectors import who
from sessions.services import people, wishes
from tests import cast
from tests.reading import text_of
from tests.sessions.routes.test_who_may_give_it import TREATED
from therapists.models import TherapistSpecialty

pytestmark = pytest.mark.django_db

CERTIFICATES = "/admin/therapists/therapistspecialty/"


def about(house: cast.House, name: str, **more: str) -> str:
    return reverse(f"sessions:{name}", kwargs={"public_id": house.nadia.public_id, **more})


def sides() -> list[str]:
    return list(Apart.objects.filter(ended_at=None).order_by("pk").values_list("side", flat=True))


def test_the_desk_keeps_a_wish(house: cast.House, dora: Browser) -> None:
    dora.post(about(house, "desk_wish"), {"gender": "man"})

    assert who.wish_of(house.nadia) == "man"
    house.ana.gender = "man"
    house.ana.save()
    page = dora.get(about(house, "desk_book"), {"service": "swedish-60", "therapist": "any", "day": "2026-06-03"})
    assert {time.therapist for time in page.context["times"].openings} == {"Ana"}
    assert "Wishes for a man" in text_of(page)


def test_the_desk_keeps_them_apart_for_either_side_and_sees_which(house: cast.House, dora: Browser) -> None:
    cast.book(house)
    for side in ("client", "therapist"):
        dora.post(about(house, "desk_apart"), {"therapist": "ana-quiroga", "side": side})
    dora.post(about(house, "desk_apart"), {"therapist": "ana-quiroga", "side": "nonsense"})

    page = text_of(dora.get(reverse("sessions:desk_client", args=[house.nadia.public_id])))
    assert "The client’s wish" in page and "The therapist’s wish" in page
    assert "booked with Ana all the same" in page
    dora.post(about(house, "desk_apart_end", slug="ana-quiroga", side="therapist"))
    assert sides() == ["client"]


def test_a_therapist_sees_their_own_wish_alone(house: cast.House, ana: Browser) -> None:
    session = cast.book(house)
    address = reverse("sessions:staff_session", args=[session.public_id])
    wishes.keep_apart(client=house.nadia, therapist=house.ana, side=ApartSide.CLIENT, actor=None, now=cast.NOW)
    assert ana.get(address).context["is_apart"] is False

    ana.post(reverse("sessions:own_apart", args=[session.public_id]))
    page = ana.get(address)
    assert (page.context["is_apart"], page.context["booked_together"], sides()) == (
        True, [session], ["client", "therapist"],
    )  # fmt: skip
    ana.post(reverse("sessions:own_apart", args=[session.public_id]), {"end": "1"})
    assert sides() == ["client"]


def test_another_therapist_and_the_desk_have_no_such_button(house: cast.House, uma: Browser, dora: Browser) -> None:
    session = cast.book(house)

    for browser in (uma, dora):
        assert browser.post(reverse("sessions:own_apart", args=[session.public_id])).status_code == 404
    assert sides() == []


def test_the_desk_reads_no_reason_why_only_some_are_offered(house: cast.House, dora: Browser) -> None:
    cast.make_further_training(house.uma, "oncology")
    cast.answer(house.nadia, {"cancer": TREATED})
    asked = {"service": "swedish-60", "therapist": "ana-quiroga", "day": "2026-06-03"}

    page = dora.get(about(house, "desk_book"), asked)
    refused = dora.post(
        about(house, "desk_book"),
        {**asked, "starts_at": cast.at(10, days=8).isoformat(), "key": "k" * 22},
    )

    assert [person.first_name for person in page.context["therapists"]] == ["Uma"]
    assert refused.status_code == 409
    for words in (text_of(page), text_of(refused)):
        assert not any(word in words.lower() for word in ("oncology", "cancer", "training", "certificate"))
    assert {opening.therapist for opening in refused.context["refusal"].nearest} == {house.uma}


def test_one_record_of_two_keeps_every_wish(house: cast.House) -> None:
    twin = cast.make_client("Nadia R.", account=house.nadias_account, is_claimed=False)
    for client in (house.nadia, twin):
        wishes.keep_apart(client=client, therapist=house.ana, side=ApartSide.CLIENT, actor=None, now=cast.NOW)
    wishes.keep_apart(client=twin, therapist=house.uma, side=ApartSide.THERAPIST, actor=None, now=cast.NOW)
    wishes.wish_for(client=twin, gender="woman", now=cast.NOW)

    merged = people.merge(kept=house.nadia, gone=twin, actor=None, now=cast.NOW)

    assert list(merged.apart.order_by("pk").values_list("therapist__slug", "side")) == [
        ("ana-quiroga", "client"), ("uma-ruiz", "therapist"),
    ]  # fmt: skip
    assert who.wish_of(merged) == "woman"


# --- The admin --------------------------------------------------------------------------


def test_the_list_of_certificates_says_what_ends_and_what_is_booked(house: cast.House, adam: Browser) -> None:
    [training] = cast.make_further_training(house.ana, "oncology")
    cast.make_further_training(house.uma, "pregnancy")
    cast.answer(house.nadia, {"cancer": TREATED})
    cast.book(house, starts_at=cast.at(10, days=8))
    TherapistSpecialty.objects.filter(pk=training.pk).update(expires_on=date(2026, 6, 8))

    page = adam.get(CERTIFICATES, {"ends": "soon"})

    assert [(row.therapist, row.beyond) for row in page.context["cl"].result_list] == [(house.ana, 1)]
    words = text_of(page)
    assert "ends soon" in words and "1 session" in words and "Nadia" not in words
    assert list(adam.get(CERTIFICATES, {"ends": "over"}).context["cl"].result_list) == []


def test_it_warns_where_nobody_is_trained(house: cast.House, adam: Browser) -> None:
    cast.make_further_training(house.ana, "pregnancy")

    words = text_of(adam.get(CERTIFICATES))

    assert "Nobody who works here has a valid certificate for: clients with cancer now or in the past." in words


@pytest.mark.parametrize("count", [1, 3])
def test_its_queries_do_not_grow(
    house: cast.House, adam: Browser, django_assert_max_num_queries: Any, count: int
) -> None:
    for number in range(count):
        therapist = cast.make_therapist(f"Person {number}", location=house.location, services=[house.swedish])
        cast.make_further_training(therapist, "oncology", expires_on=date(2026, 6, 3))
    adam.get(CERTIFICATES)

    with django_assert_max_num_queries(26):
        adam.get(CERTIFICATES)


def test_why_a_therapist_was_chosen_stands_on_the_pages_of_staff_and_client(
    house: cast.House, dora: Browser, sign_in: Any
) -> None:
    session = cast.book(house, therapist=None)
    assert session.chosen_because == "least_loaded"

    staff = dora.get(reverse("sessions:staff_session", args=[session.public_id]))
    own = sign_in(house.nadias_account).get(reverse("sessions:detail", args=[session.public_id]))

    assert "Anyone would do: the one with the most room that week" in text_of(staff)
    assert f"Why {session.therapist.first_name}: the one with the most room that week." in text_of(own)
    assert MassageSession.objects.count() == 1

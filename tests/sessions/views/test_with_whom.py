"""With whom: wishes on the account's page and while booking; what each side learns of the other's, which is nothing."""

from typing import Any

import pytest
from django.urls import reverse

from sessions.models import Apart, ApartSide, ClientWish, MassageSession
from sessions.selectors import openings, who
from sessions.services import waitlist, wishes
from tests import cast
from tests.sessions.routes.test_who_may_give_it import TREATED
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

NO_TIMES = "Ana has no times for you to book online. Please call us."


@pytest.fixture
def nadia(house: cast.House) -> Guest:
    """Nadia's browser, signed in; Ana says she is a woman, Uma says nothing."""
    house.ana.gender = "woman"
    house.ana.save()
    return Guest(house, house.nadias_account)


def wish_page(house: cast.House, name: str = "with_whom", **more: str) -> str:
    return reverse(f"sessions:{name}", kwargs={"client_id": house.nadia.public_id, **more})


def keep_apart(house: cast.House, side: ApartSide = ApartSide.THERAPIST) -> Apart:
    return wishes.keep_apart(client=house.nadia, therapist=house.ana, side=side, actor=None, now=cast.NOW)


# --- On the account's page -----------------------------------------------------------


def test_a_wish_is_kept_and_taken_back(house: cast.House, nadia: Guest) -> None:
    for gender in ("woman", ""):
        nadia.browser.post(wish_page(house), {"gender": gender})
        assert who.wish_of(house.nadia) == gender
    nadia.browser.post(wish_page(house), {"gender": "nonsense"})
    assert (who.wish_of(house.nadia), ClientWish.objects.count()) == ("", 1)


def test_not_with_somebody_again_and_what_is_booked_stands_there_to_be_chosen(house: cast.House, nadia: Guest) -> None:
    session = cast.book(house)

    nadia.browser.post(wish_page(house, "apart"), {"therapist": "ana-quiroga"})
    nadia.browser.post(wish_page(house, "apart"), {"therapist": "ana-quiroga"})

    [apart] = Apart.objects.all()
    assert (apart.side, apart.made_by, apart.ended_at) == ("client", house.nadias_account, None)
    page = nadia.get(wish_page(house)).content.decode()
    assert "Not with Ana Quiroga" in page
    assert f'href="{reverse("sessions:move", args=[session.public_id])}?therapist=any"' in page
    assert f'href="{reverse("sessions:cancel", args=[session.public_id])}"' in page
    session.refresh_from_db()
    assert session.status == "booked"


def test_it_ends_by_the_side_that_made_it(house: cast.House, nadia: Guest) -> None:
    keep_apart(house, ApartSide.THERAPIST)
    keep_apart(house, ApartSide.CLIENT)

    nadia.browser.post(wish_page(house, "apart_end", slug="ana-quiroga"))

    assert list(Apart.objects.filter(ended_at=None).values_list("side", flat=True)) == ["therapist"]


def test_the_client_never_reads_that_a_therapist_wished_it(house: cast.House, nadia: Guest) -> None:
    keep_apart(house)

    page = nadia.get(wish_page(house))

    assert page.context["kept"] == [] and "Not with Ana" not in page_of(page)
    assert "ana-quiroga" in page.context["apart_form"].people


# --- While booking ---------------------------------------------------------------------


def test_a_gender_chosen_while_booking_is_remembered_and_kept_to(house: cast.House, nadia: Guest) -> None:
    cast.answer(house.nadia)

    nadia.book_step(therapist="woman", whom=house.nadia.public_id)

    assert who.wish_of(house.nadia) == "woman"
    page = nadia.get(reverse("sessions:time"))
    assert {key for key, starts in page.context["month"] and _look(house).starts.items() if starts} == {house.ana.pk}


def _look(house: cast.House, **more: Any) -> openings.Look:
    return openings.look(
        service=house.swedish,
        first=cast.TODAY,
        last=cast.at(10, days=7).date(),
        now=cast.NOW,
        client=house.nadia,
        **more,
    )


def test_a_name_goes_before_the_wish_and_it_says_so(house: cast.House, nadia: Guest) -> None:
    cast.answer(house.nadia)
    wishes.wish_for(client=house.nadia, gender="woman", now=cast.NOW)
    nadia.book_step(therapist="uma-ruiz", whom=house.nadia.public_id)
    nadia.hold(therapist=house.uma)

    page = page_of(nadia.get(reverse("sessions:confirm")))

    assert "Your wish is a woman. For this session you chose Uma yourself, and that counts." in page


def test_a_time_kept_with_anyone_before_the_wish_was_known_is_looked_at_again(house: cast.House, nadia: Guest) -> None:
    cast.answer(house.nadia)
    wishes.wish_for(client=house.nadia, gender="woman", now=cast.NOW)
    guest = Guest(house)
    cast.book(house, client=house.ben, starts_at=cast.at(12, days=7))
    guest.browser.post(
        reverse("sessions:hold"), {"service": "swedish-60", "starts_at": cast.at(10, days=7).isoformat()}
    )
    assert guest.held.therapist == house.uma

    guest.browser.force_login(house.nadias_account, backend="django.contrib.auth.backends.ModelBackend")
    guest.book_step(therapist="any", whom=house.nadia.public_id)

    assert [held.therapist for held in MassageSession.objects.filter(status="held")] == [house.ana]


@pytest.mark.parametrize("side", ApartSide.values)
def test_who_is_apart_is_not_offered_and_the_sentence_says_no_more(house: cast.House, nadia: Guest, side: str) -> None:
    cast.answer(house.nadia)
    keep_apart(house, ApartSide(side))

    refused = nadia.book_step(whom=house.nadia.public_id)
    assert NO_TIMES in page_of(refused)
    nadia.book_step(therapist="any", whom=house.nadia.public_id)
    page = nadia.get(reverse("sessions:time"), data={"service": "swedish-60", "therapist": "ana-quiroga"})
    assert NO_TIMES in page_of(page)
    assert [person.first_name for person in page.context["therapists"]] == ["Uma"]
    held = nadia.hold()
    assert (held.status_code, NO_TIMES in page_of(held)) == (409, True)
    assert {opening.therapist for opening in held.context["nearest"]} == {house.uma}


def test_further_training_that_nobody_has_asks_for_a_call(house: cast.House, nadia: Guest) -> None:
    cast.answer(house.nadia, {"cancer": TREATED})
    nadia.book_step(therapist="any", whom=house.nadia.public_id)

    page = nadia.get(reverse("sessions:time"))

    assert "Please call us: this needs a therapist with further training." in page_of(page)
    assert page.context["month"].first_free is None


def test_only_who_is_trained_is_offered_once_the_answers_are_known(house: cast.House, nadia: Guest) -> None:
    cast.make_further_training(house.uma, "oncology")
    nadia.hold(therapist=house.ana)
    nadia.book_step(whom=house.nadia.public_id)
    cast.answer(house.nadia, {"cancer": TREATED})

    page = nadia.get(reverse("sessions:time"), data={"service": "swedish-60", "therapist": "any"})

    assert page.context["step"].picked is None
    assert [person.first_name for person in page.context["therapists"]] == ["Uma"]
    # The time that was kept is free with Uma, and carries over with one press.
    assert page.context["step"].may_carry
    nadia.browser.post(
        reverse("sessions:hold"),
        {"service": "swedish-60", "therapist": "any", "starts_at": cast.at(10, days=7).isoformat()},
    )
    assert nadia.held.therapist == house.uma
    find = nadia.get(reverse("sessions:find"), data={"service": "swedish-60", "therapist": "any", "day": "2026-06-09"})
    assert {time.therapist for time in find.context["times"].openings} == {"Uma"}


def test_visitors_see_everybody(house: cast.House, nadia: Guest) -> None:
    page = Guest(house).get(
        reverse("sessions:find"), data={"service": "swedish-60", "therapist": "any", "day": "2026-06-09"}
    )

    assert {time.therapist for time in page.context["times"].openings} == {"any of 2"}
    women = Guest(house).get(reverse("sessions:find"), data={"service": "swedish-60", "therapist": "woman"})
    assert women.context["times"].with_whom == "with a woman trained for it"
    assert {time.therapist for time in women.context["times"].openings} == {"Ana"}


# --- What comes by itself ------------------------------------------------------------------


def test_the_waitlist_keeps_to_a_wish(house: cast.House, nadia: Guest) -> None:
    cast.answer(house.nadia)
    house.ana.gender, house.uma.gender = "man", "woman"
    house.ana.save()
    house.uma.save()
    wishes.wish_for(client=house.nadia, gender="woman", now=cast.NOW)
    entry = house.nadia.waitlist.create(
        service=house.swedish, first=cast.TODAY, last=cast.at(10, days=7).date(), weekdays=list(range(7)),
        made_at=cast.NOW,
    )  # fmt: skip

    waitlist.offer_free(now=cast.NOW)

    assert [kept.therapist for kept in entry.offers.all()] == [house.uma]
    wishes.wish_for(client=house.nadia, gender="man", now=cast.NOW)
    waitlist.offer_free(now=cast.NOW)
    assert list(entry.offers.order_by("pk").values_list("answer", "therapist__name")) == [
        ("withdrawn", "Uma Ruiz"),
        ("open", "Ana Quiroga"),
    ]


@pytest.mark.parametrize("count", [1, 5])
def test_the_engine_asks_one_more_question_for_somebody_known(
    house: cast.House, nadia: Guest, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        cast.make_therapist(f"Person {number}", location=house.location, services=[house.swedish])
    keep_apart(house)
    _look(house)
    unknown = {"service": house.swedish, "first": cast.TODAY, "last": cast.TODAY, "now": cast.NOW}

    with django_assert_num_queries(4):
        openings.look(**unknown)
    with django_assert_num_queries(5):
        openings.look(**unknown, whose=house.nadia)


def test_one_person_with_two_records_is_apart_under_both(house: cast.House, nadia: Guest) -> None:
    twin = cast.make_client("Nadia R.", account=house.nadias_account, is_claimed=True)
    house.nadia.is_claimed = True
    house.nadia.save()
    keep_apart(house)

    assert set(_look(house).starts) == {house.uma.pk}
    assert set(
        openings.look(service=house.swedish, first=cast.TODAY, last=cast.TODAY, now=cast.NOW, client=twin).starts
    ) == {house.uma.pk}

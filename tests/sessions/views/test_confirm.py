"""Step 4: who it is, yes, and what happens when it is not so simple."""

from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse

from massage_booking.accounts.models import Client, User
from massage_booking.outbox.models import Message
from screening.document import GivenRow
from sessions.models import FormKey, MassageSession
from tests import cast
from tests.sessions.views.guest import Guest, page_of

pytestmark = pytest.mark.django_db

CONFIRM = "/sessions/confirm/"
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


def booked() -> list[MassageSession]:
    return list(MassageSession.objects.exclude(status="held"))


def test_a_guest_books_without_an_account_and_gets_one_silently(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm(cast.at(10, days=7))

    response = guest.confirm()

    (session,) = booked()
    assert response["Location"] == f"/sessions/{session.public_id}/booked/"
    assert (session.status, session.starts_at, session.therapist, session.booked_via) == (
        "booked",
        cast.at(10, days=7),
        house.ana,
        "web",
    )
    client = session.client
    assert (client.name, client.email, client.phone) == ("Greta Gast", "greta@example.com", "087 555 0199")
    assert (client.is_claimed, client.account.email, client.account.name) == (True, "greta@example.com", "Greta Gast")
    assert session.decision.outcome == "clear"
    assert set(Message.objects.values_list("kind", flat=True)) == {"booked", "reminder"}
    assert guest.get(response["Location"]).status_code == 200
    assert "booking" not in guest.browser.session


def test_a_dependants_name_and_the_bookers_name_are_asked(guest: Guest) -> None:
    guest.up_to_confirm(whom="child", date_of_birth="2005-02-01")

    guest.confirm(name="Idris Gast", booker_name="Greta Gast")

    client = booked()[0].client
    assert (client.name, client.relation, client.account.name) == ("Idris Gast", "child", "Greta Gast")


def test_whoever_is_signed_in_only_agrees(house: cast.House) -> None:
    cast.answer(house.nadia)
    nadia = Guest(house, house.nadias_account)
    nadia.hold()
    nadia.book_step(whom=house.nadia.public_id, date_of_birth="")

    page = page_of(nadia.get(CONFIRM))
    nadia.confirm()

    assert 'name="email"' not in page and "nadia@example.com" in page
    (session,) = booked()
    assert (session.client, session.booked_by) == (house.nadia, house.nadias_account)


def test_a_new_person_in_care_joins_the_account(house: cast.House) -> None:
    nadia = Guest(house, house.nadias_account)
    nadia.hold()
    nadia.book_step(whom="new", relation="parent", date_of_birth="1950-01-01")
    nadia.answer()

    nadia.confirm(name="Amma Rahman")

    client = booked()[0].client
    assert (client.name, client.account, client.is_claimed, client.mail_address) == (
        "Amma Rahman",
        house.nadias_account,
        True,
        "nadia@example.com",
    )


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"email": "nobody"}, "email"),
        ({"email": "a@b.example,c@d.example"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"accepts": ""}, "accepts"),
        ({"key": "short"}, "key"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_typed_is_lost(guest: Guest, changes: dict[str, str], field: str) -> None:
    guest.up_to_confirm()

    response = guest.confirm(**changes)

    assert field in response.context["form"].errors
    assert booked() == []
    if field != "phone":
        assert 'value="087 555 0199"' in page_of(response)


def test_a_name_becomes_one_line(guest: Guest) -> None:
    guest.up_to_confirm()

    guest.confirm(name="Greta\r\nBcc: all@example.com \u202etsaG")

    assert booked()[0].client.name == "Greta Bcc: all@example.com tsaG"


def test_the_same_form_twice_is_one_booking_and_one_answer(guest: Guest) -> None:
    guest.up_to_confirm()
    body = guest.contact()

    first, second = guest.confirm(body), guest.confirm(body)

    assert first["Location"] == second["Location"]
    assert len(booked()) == 1
    assert Message.objects.filter(kind="booked").count() == 1
    assert FormKey.objects.count() == 1


def test_the_same_key_with_other_words_is_refused(guest: Guest) -> None:
    guest.up_to_confirm()
    body = guest.contact()
    guest.confirm(body)

    response = guest.browser.post(CONFIRM, {**body, "name": "Somebody Else"}, follow=True)

    assert "This form was sent before with other words." in page_of(response)
    assert [session.client.name for session in booked()] == ["Greta Gast"]


def test_a_time_that_was_taken_meanwhile_offers_three_and_keeps_what_was_typed(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm(cast.at(10, days=7))
    body = guest.contact()
    MassageSession.objects.all().delete()
    cast.book(house, starts_at=cast.at(10, days=7))

    response = guest.confirm(body)

    page = page_of(response)
    assert response.status_code == 409
    assert "Not booked yet" in page and 'value="Greta Gast"' in page
    assert [opening.starts_at for opening in response.context["nearest"]] == [
        cast.at(11, 15, days=7),
        cast.at(11, 30, days=7),
        cast.at(11, 45, days=7),
    ]
    assert User.objects.filter(email="greta@example.com").exists() is False

    kept = guest.confirm({**body, "instead": f"{cast.at(11, 15, days=7).isoformat()}/ana-quiroga"})

    assert "What you typed is still here." in page_of(kept) and 'value="Greta Gast"' in page_of(kept)
    assert guest.held.starts_at == cast.at(11, 15, days=7)
    again = guest.confirm({**body, "starts_at": cast.at(11, 15, days=7).isoformat()})
    assert [session.starts_at for session in booked() if session.client != house.nadia] == [cast.at(11, 15, days=7)]
    assert again.status_code == 302


def test_a_hold_that_ran_out_is_booked_all_the_same_while_nobody_else_came(guest: Guest) -> None:
    guest.up_to_confirm(cast.at(10, days=7))
    body = guest.contact()

    with time_machine.travel(cast.NOW + timedelta(minutes=40), tick=False):
        MassageSession.objects.filter(status="held").delete()
        response = guest.confirm(body)

    assert response.status_code == 302
    assert [session.starts_at for session in booked()] == [cast.at(10, days=7)]


def test_a_time_chosen_in_another_window_is_shown_before_it_is_booked(guest: Guest) -> None:
    guest.up_to_confirm(cast.at(10, days=7))
    body = guest.contact()
    guest.hold(cast.at(14, days=7))

    response = guest.confirm(body)

    assert "You chose another time in another window." in page_of(response)
    assert booked() == []
    assert guest.confirm({**body, "starts_at": cast.at(14, days=7).isoformat()}).status_code == 302


def test_a_known_address_looks_the_same_and_waits_for_a_therapist(guest: Guest, house: cast.House) -> None:
    other = Guest(house)
    pages = []
    for browser, email, hour in ((guest, "nadia@example.com", 10), (other, "unknown@example.com", 14)):
        browser.up_to_confirm(cast.at(hour, days=7))
        response = browser.browser.post(CONFIRM, browser.contact(email=email, name="Nadia Rahman"), follow=True)
        pages.append(page_of(response).replace(email, "MAIL"))

    known, unknown = booked()[0], booked()[1]
    assert (known.status, known.needs_review, known.client.is_claimed) == ("requested", True, False)
    assert (unknown.status, unknown.needs_review, unknown.client.is_claimed) == ("booked", False, True)
    assert known.client != house.nadia
    for page in pages:
        assert 'class="badge state-booked num">Booked</span>' in page
        assert "Requested" not in page
    house.nadia.refresh_from_db()
    assert house.nadia.phone == "087 555 0101"


def test_a_known_address_of_the_same_person_counts_the_stricter_answers(guest: Guest, house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    guest.up_to_confirm(date_of_birth=house.nadia.date_of_birth.isoformat())

    guest.confirm(email="nadia@example.com")

    (session,) = booked()
    assert session.client.is_claimed is False
    assert "deep_tissue" in session.decision.avoid_techniques
    assert session.decision.max_pressure != "firm"


def test_stricter_answers_never_refuse_what_a_stranger_asks_for(guest: Guest, house: cast.House) -> None:
    """A refusal would tell what somebody else has answered."""
    cast.answer(house.nadia, BONES)
    guest.hold(cast.at(10, days=7), service=house.deep)
    guest.book_step(service="deep-tissue-60", date_of_birth=house.nadia.date_of_birth.isoformat())
    guest.answer()

    response = guest.confirm(email="nadia@example.com")

    (session,) = booked()
    assert response["Location"] == f"/sessions/{session.public_id}/booked/"
    assert (session.status, session.re_ask_due) == ("requested", True)


def test_the_stricter_answers_go_on_counting_when_a_stranger_moves_it(guest: Guest, house: cast.House) -> None:
    cast.answer(house.nadia, BONES)
    guest.up_to_confirm(date_of_birth=house.nadia.date_of_birth.isoformat())
    guest.confirm(email="nadia@example.com")
    (session,) = booked()

    guest.browser.post(
        f"/sessions/{session.public_id}/move/",
        {"therapist": "ana-quiroga", "starts_at": cast.at(14, days=8).isoformat()},
    )

    session.refresh_from_db()
    assert session.starts_at == cast.at(14, days=8)
    assert "deep_tissue" in session.decision.avoid_techniques


def test_what_must_be_asked_again_is_not_told_to_a_stranger(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm()
    guest.confirm(email="nadia@example.com")
    (session,) = booked()
    MassageSession.objects.update(re_ask_due=True)

    page = page_of(guest.get(f"/sessions/{session.public_id}/"))

    assert "a few questions are asked again" not in page
    assert "Requested" not in page


def test_a_near_session_needs_the_questions_about_today_first(guest: Guest) -> None:
    guest.hold(cast.at(15, days=1))
    guest.book_step()
    guest.answer(today_too=False)

    assert guest.get(CONFIRM)["Location"] == reverse("screening:today")


def test_a_near_session_promises_no_change_by_link(guest: Guest) -> None:
    guest.up_to_confirm(cast.at(15))
    near = "so near that the link cannot move or cancel it; please call us on"

    page = page_of(guest.get(CONFIRM))
    assert near in page and "moves or cancels" not in page
    assert "It was free until Sunday 31 May, 15:00. After that" in page

    done = page_of(guest.get(guest.confirm()["Location"]))
    (session,) = booked()
    assert near in done and "moves or cancels" not in done
    assert f'href="/sessions/{session.public_id}/"' in done and "tel:" in done
    assert "/move/" not in done and "/cancel/" not in done


def test_without_a_time_there_is_nothing_to_confirm(guest: Guest) -> None:
    guest.book_step()
    guest.answer()

    assert guest.get(CONFIRM)["Location"] == reverse("sessions:time")


def test_a_price_or_client_in_the_form_changes_nothing(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm()

    guest.confirm(
        price="0", client=house.nadia.public_id, status="done", is_staff="on", account=house.nadias_account.pk
    )

    (session,) = booked()
    assert (str(session.price), session.status, session.client.name) == ("68.00", "booked", "Greta Gast")
    assert not User.objects.get(email="greta@example.com").is_staff


def test_a_minor_is_booked_within_the_limits_of_that_age(guest: Guest, house: cast.House) -> None:
    guest.hold(service=house.swedish45)
    guest.book_step(service="swedish-45", whom="child", date_of_birth="2012-01-01")
    cast.answer(guest.client)

    # At this age half an hour is the most, and a guardian has not agreed.
    assert guest.get(CONFIRM).status_code == 302
    assert booked() == []


def test_another_browser_cannot_go_on_with_this_ones_client(guest: Guest, house: cast.House) -> None:
    guest.up_to_confirm()
    thief = Guest(house)
    session = thief.browser.session
    session["booking"] = dict(guest.browser.session["booking"])
    session.save()

    assert thief.get(CONFIRM)["Location"] == reverse("sessions:book")
    assert Client.objects.filter(confirmed_at=None).count() == 1
    assert date(1985, 4, 3) == guest.client.date_of_birth

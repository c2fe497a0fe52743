"""Where it hurts, where to work, where not to: the client's own, sealed, and first on the card what is left alone."""

import pytest

from screening import services, vault, wishes
from screening.models import AccessRecord, BodyWishes
from screening.vault import Reader
from screening.wishes import Wishes
from tests.screening.factories import NOW, make_client, make_user
from tests.screening.helpers import answer
from tests.screening.views.helpers import leads, text

pytestmark = pytest.mark.django_db


def page(client) -> str:
    return f"/screening/wishes/{client.public_id}/"


@pytest.fixture
def signed_in(client, client_record, user, studio, at, booking):
    client.force_login(user)
    answer(client_record)
    return client


def kept(client) -> Wishes:
    return wishes.for_card(client, reader=Reader("Ana Quiroga", "therapist"), now=NOW)


def test_one_marks_and_says_and_finds_it_again(signed_in, client_record):
    sent = {"hurts": ["neck", "lower_back"], "work": ["lower_back"], "avoid": ["feet"], "words": "Ticklish\nfeet"}
    assert leads(signed_in.post(page(client_record), sent)) == "/account/"

    assert kept(client_record) == Wishes(
        avoid=("feet",), hurts=("neck", "lower_back"), work=("lower_back",), words="Ticklish feet"
    )
    shown = text(signed_in.get(page(client_record)))
    assert 'name="avoid" value="feet" data-mark="avoid" checked' in shown
    assert 'value="Ticklish feet"' in shown
    assert AccessRecord.objects.order_by("-number").first().purpose == "own wishes"


def test_it_is_sealed(signed_in, client_record):
    signed_in.post(page(client_record), {"words": "ticklish"})

    assert b"ticklish" not in bytes(BodyWishes.objects.get().sealed)
    assert vault.wishes_field(client_record) == f"wishes:{client_record.public_id}"


def test_the_card_names_first_what_is_to_be_left_alone(client_record):
    said = Wishes(avoid=("abdomen", "feet"), hurts=("neck",), words="Quietly, please")

    assert wishes.lines(said) == [
        "Leave alone: abdomen and feet.",
        "It hurts: neck.",
        "In their words: “Quietly, please”",
    ]
    assert wishes.lines(Wishes()) == []


def test_working_where_nobody_should_is_asked_about(signed_in, client_record):
    said = text(signed_in.post(page(client_record), {"work": ["neck", "arms"], "avoid": ["neck"]}))

    assert "You marked both “work here” and “leave alone”: neck. Please keep one of the two." in said
    assert 'name="work" value="arms" data-mark="work" checked' in said
    assert not BodyWishes.objects.exists()


def test_wishing_for_nothing_leaves_nothing(signed_in, client_record):
    signed_in.post(page(client_record), {"hurts": ["neck"]})
    signed_in.post(page(client_record), {})

    assert not BodyWishes.objects.exists()
    assert kept(client_record) == Wishes()


def test_garbage_is_left_out(signed_in, client_record):
    signed_in.post(page(client_record), {"hurts": ["wing", "neck"], "words": "x" * 5000})

    assert kept(client_record) == Wishes(hurts=("neck",), words="x" * 300)


def test_a_guest_on_the_way_to_a_session_marks_it_and_goes_back_to_the_result(browser, guest):
    answer(guest)
    assert f'href="{page(guest)}"' in text(browser.get("/screening/result/"))

    assert leads(browser.post(page(guest), {"avoid": ["abdomen"]})) == "/screening/result/"
    assert kept(guest).avoid == ("abdomen",)


def test_without_consent_nothing_is_kept(browser, guest):
    assert leads(browser.post(page(guest), {"avoid": ["abdomen"]})) == "/screening/consent/"
    assert not BodyWishes.objects.exists()


def test_it_goes_with_the_answers(signed_in, client_record):
    signed_in.post(page(client_record), {"words": "ticklish"})
    services.withdraw_consent(client=client_record, now=NOW)

    assert not BodyWishes.objects.exists()


def test_nobody_else_finds_it(client, signed_in, client_record, guest):
    other = make_client(account=make_user("ben@example.com", "Ben Kelly"), name="Ben Kelly")
    for stranger in (other, guest):
        assert signed_in.get(page(stranger)).status_code == 404
    client.logout()
    assert client.get(page(client_record)).status_code == 404


def test_whoever_may_not_read_the_answers_of_an_adult_in_their_care_may_not_read_the_wishes(signed_in, user):
    parent = make_client(account=user, name="Rosa Rahman", relation="parent")

    assert signed_in.get(page(parent)).status_code == 404

"""Money on the pages: paying, taking back, letting go, and what the client reads."""

from typing import Any

import pytest
from django.core import mail
from django.test import Client as Browser

from massage_booking.core.ids import new_public_id
from massage_booking.outbox import services as outbox
from massage_booking.studio.models import Studio
from sessions.models import MassageSession, Payment
from sessions.services import changes
from tests import cast

pytestmark = pytest.mark.django_db

DESK = "/sessions/desk/"


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    Studio.objects.update(late_fee_percent=50, no_show_fee_percent=100)
    return cast.book(house, starts_at=cast.at(10))


def page(session: MassageSession, part: str = "") -> str:
    return f"/sessions/calendar/{session.public_id}/{part}"


def paid(**changed: str) -> dict[str, str]:
    return {"amount": "68", "currency": "EUR", "how": "cash", "note": "", "key": new_public_id(), **changed}


def rows() -> list[tuple[str, str, str]]:
    return [(str(row.amount), row.how, row.note) for row in Payment.objects.all()]


def test_the_day_says_what_is_due_and_what_is_paid(house: cast.House, dora: Browser, session: MassageSession) -> None:
    assert "€68 due" in dora.get(DESK).content.decode()

    response = dora.post(page(session, "pay/"), paid(back="desk"))

    assert response["Location"] == "/sessions/desk/?day=2026-06-01"
    shown = dora.get(DESK).content.decode()
    assert "€68 due" not in shown
    assert '<span class="quiet">paid</span>' in shown


def test_a_part_is_paid_and_the_rest_is_named(house: cast.House, dora: Browser, session: MassageSession) -> None:
    response = dora.post(page(session, "pay/"), paid(amount="20,50", how="voucher", note="No. 12"), follow=True)

    assert rows() == [("20.50", "voucher", "No. 12")]
    shown = response.content.decode()
    assert "Noted. €47.50 is still due." in shown
    assert "Paid: €20.50, voucher" in shown


@pytest.mark.parametrize(
    "changed",
    [
        {"amount": "NaN"},
        {"amount": "1e9"},
        {"amount": "1000000000"},
        {"amount": "-68"},
        {"amount": "0"},
        {"amount": "10.005"},
        {"amount": "68.01"},
        {"amount": ""},
        {"amount": "sixty"},
        {"amount": "9" * 500},
        {"currency": "USD"},
        {"currency": ""},
        {"how": "kisses"},
        {"how": ""},
        {"note": "x" * 121},
        {"key": ""},
        {"key": "short"},
    ],
)
def test_absurd_forms_are_refused_in_a_sentence(
    house: cast.House, dora: Browser, session: MassageSession, changed: dict[str, str]
) -> None:
    response = dora.post(page(session, "pay/"), paid(**changed))

    assert (response.status_code, rows()) == (409, [])
    assert "to put right" in response.content.decode()


def test_the_same_form_twice_is_one_payment(house: cast.House, dora: Browser, session: MassageSession) -> None:
    form = paid(amount="20")

    assert [dora.post(page(session, "pay/"), form).status_code for _ in range(2)] == [302, 302]
    assert dora.post(page(session, "pay/"), {**form, "amount": "30"}).status_code == 409
    assert rows() == [("20.00", "cash", "")]


def test_a_therapist_takes_money_for_their_own_sessions_alone(
    house: cast.House, ana: Browser, uma: Browser, nadia: Browser, session: MassageSession
) -> None:
    for browser in (uma, nadia):
        assert browser.get(page(session, "pay/")).status_code == 404
        assert browser.post(page(session, "pay/"), paid()).status_code == 404
    assert rows() == []

    ana.post(page(session, "pay/"), paid())

    assert rows() == [("68.00", "cash", "")]
    payment = Payment.objects.get()
    for browser in (uma, nadia):
        assert browser.post(page(session, f"pay/{payment.public_id}/take-back/")).status_code == 404


def test_a_mistake_is_taken_back_and_stays_struck(house: cast.House, dora: Browser, session: MassageSession) -> None:
    dora.post(page(session, "pay/"), paid())
    payment = Payment.objects.get()

    response = dora.post(page(session, f"pay/{payment.public_id}/take-back/"), follow=True)
    again = dora.post(page(session, f"pay/{payment.public_id}/take-back/"), follow=True)

    assert '<s class="num">€68, cash</s>' in response.content.decode()
    assert "This payment was taken back already." in again.content.decode()
    assert Payment.objects.get().voided_by == house.desk


def test_a_payment_of_another_session_is_not_found(house: cast.House, dora: Browser, session: MassageSession) -> None:
    other = cast.book(house, client=house.ben, starts_at=cast.at(14))
    dora.post(page(other, "pay/"), paid())

    assert dora.post(page(session, f"pay/{Payment.objects.get().public_id}/take-back/")).status_code == 404


def test_cancelling_late_asks_whose_wish_it_is(house: cast.House, dora: Browser, session: MassageSession) -> None:
    address = f"/sessions/desk/{session.public_id}/cancel/"

    assert "The studio’s fee for cancelling late is €34." in dora.get(address).content.decode()
    assert dora.post(address).status_code == 200
    assert dora.post(address, {"whose": "let_go"}).status_code == 200
    session.refresh_from_db()
    assert session.status == "booked"

    dora.post(address, {"whose": "wished"})
    assert "Let the fee go" in dora.get(page(session)).content.decode()
    assert "€34 due" in dora.get(DESK).content.decode()


@pytest.mark.parametrize(
    ("said", "fee", "because"),
    [
        ({"whose": "ours", "reason": "never read"}, None, ""),
        ({"whose": "let_go", "reason": "The bus broke down"}, "34.00", "The bus broke down"),
    ],
)
def test_our_own_wish_costs_nothing_and_a_reason_lets_it_go(
    house: cast.House, dora: Browser, session: MassageSession, said: dict[str, str], fee: str | None, because: str
) -> None:
    dora.post(f"/sessions/desk/{session.public_id}/cancel/", said)

    session.refresh_from_db()
    assert (session.fee and str(session.fee), session.fee_waived_because) == (fee, because)
    assert "due" not in dora.get(page(session)).content.decode().split("facts")[1]


def test_nothing_is_asked_where_nothing_is_late(house: cast.House, dora: Browser) -> None:
    Studio.objects.update(late_fee_percent=50)
    session = cast.book(house, starts_at=cast.at(10, days=4))
    address = f"/sessions/desk/{session.public_id}/cancel/"

    assert "fee" not in dora.get(address).content.decode().split("<main")[1]
    assert dora.post(address).status_code == 302


def test_a_fee_is_let_go_with_a_reason_and_asked_for_again(
    house: cast.House, dora: Browser, session: MassageSession, monday: Any
) -> None:
    monday.move_to(cast.at(11))
    dora.post(page(session, "no-show/"))
    assert "€68 due" in dora.get(DESK).content.decode()

    assert dora.post(page(session, "fee/let-go/"), {"reason": ""}).status_code == 409
    dora.post(page(session, "fee/let-go/"), {"reason": "Ambulance in the way"})
    shown = dora.get(page(session)).content.decode()
    assert "Let go: Ambulance in the way" in shown
    assert dora.post(page(session, "fee/let-go/"), {"reason": "Once more"}).status_code == 409

    dora.post(page(session, "fee/ask/"))
    assert "€68 due" in dora.get(DESK).content.decode()


# -- what the client reads


def client_page(nadia: Browser, session: MassageSession) -> str:
    text = nadia.get(f"/sessions/{session.public_id}/").content.decode()
    return " ".join(text.split("<main")[1].split("</main>")[0].replace("\u00a0", " ").split())


def test_the_client_reads_price_and_what_is_paid(
    house: cast.House, nadia: Browser, dora: Browser, session: MassageSession
) -> None:
    assert "€68 at the studio" in client_page(nadia, session)

    dora.post(page(session, "pay/"), paid(amount="20"))
    assert "€68; €20 is paid, €48 is due at the studio" in client_page(nadia, session)

    dora.post(page(session, "pay/"), paid(amount="48"))
    assert "€68, paid. Thank you" in client_page(nadia, session)


def test_the_client_reads_the_fee_and_its_reason_in_calm_words(
    house: cast.House, nadia: Browser, dora: Browser, session: MassageSession
) -> None:
    dora.post(f"/sessions/desk/{session.public_id}/cancel/", {"whose": "wished"})
    assert "It was cancelled less than a day before the start" in client_page(nadia, session)
    assert "Our fee for that is €34." in client_page(nadia, session)

    dora.post(page(session, "fee/let-go/"), {"reason": "A power cut"})
    assert "There is nothing to pay: we let the fee of €34 go (A power cut)." in client_page(nadia, session)


def test_whoever_was_ill_reads_that_it_costs_nothing(
    house: cast.House, nadia: Browser, session: MassageSession
) -> None:
    MassageSession.objects.update(held_back_at=cast.NOW)
    session.refresh_from_db()
    changes.cancel(session=session, actor=house.nadias_account, by="client", now=cast.NOW)

    assert "we let the fee of €34 go, because you told us honestly how you are" in client_page(nadia, session)


def test_whoever_paid_and_cancelled_in_time_gets_it_back(house: cast.House, nadia: Browser, dora: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=4))
    dora.post(page(session, "pay/"), paid())
    changes.cancel(session=session, actor=house.nadias_account, by="client", now=cast.NOW)

    assert "We owe you €68: you get it at the studio." in client_page(nadia, session)
    assert "€68 to give back" in dora.get(f"{DESK}?day=2026-06-05").content.decode()


def test_whoever_did_not_come_reads_so(house: cast.House, nadia: Browser, session: MassageSession) -> None:
    changes.no_show(session=session, actor=house.desk, by="desk", now=cast.at(11))

    shown = client_page(nadia, session)
    assert "The time was kept for you and nobody came. Our fee for that is €68." in shown
    assert "at the studio" not in shown


def test_the_letter_of_a_late_cancellation_names_the_fee(
    house: cast.House, dora: Browser, session: MassageSession
) -> None:
    dora.post(f"/sessions/desk/{session.public_id}/cancel/", {"whose": "wished"})
    outbox.send_due(now=cast.NOW)

    assert "Our fee for that is €34" in " ".join(str(mail.outbox[-1].body).split()).replace("\nfee", " fee")


def test_a_letter_says_nothing_of_what_costs_nothing(house: cast.House, session: MassageSession) -> None:
    MassageSession.objects.update(held_back_at=cast.NOW)
    session.refresh_from_db()
    changes.cancel(session=session, actor=house.nadias_account, by="client", now=cast.NOW)
    outbox.send_due(now=cast.NOW)

    assert "fee" not in str(mail.outbox[-1].body).lower()


def test_what_is_open_stands_with_the_client_and_with_the_days_takings(
    house: cast.House, dora: Browser, session: MassageSession, monday: Any
) -> None:
    changes.no_show(session=session, actor=house.desk, by="desk", now=cast.at(11))
    monday.move_to(cast.at(12))

    assert "€68 due" in dora.get(f"/sessions/desk/clients/{house.nadia.public_id}/").content.decode()
    shown = " ".join(dora.get("/sessions/desk/takings/").content.decode().split())
    assert "Still due" in shown
    assert "fee, nobody came" in shown

    dora.post(page(session, "pay/"), paid())
    assert "Still due" not in dora.get("/sessions/desk/takings/").content.decode()


@pytest.mark.parametrize(
    ("amount", "words"),
    [("", "€68, paid on the day"), ("20", "€20 of it paid, the rest on the day"), ("68", "€68, paid")],
)
def test_the_clients_page_says_what_is_paid_of_the_next_session(
    dora: Browser, nadia: Browser, session: MassageSession, amount: str, words: str
) -> None:
    if amount:
        dora.post(page(session, "pay/"), paid(amount=amount))

    assert f"{words}</dd>" in nadia.get("/account/").content.decode().replace("\u00a0", " ")

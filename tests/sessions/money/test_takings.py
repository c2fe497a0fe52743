"""The day's takings: by the studio's own calendar, by way of payment, with sums; and as a table of figures."""

import csv
import io
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.core.spreadsheets import cell
from massage_booking.studio.models import Studio
from sessions.models import MassageSession, Payment
from tests import cast

pytestmark = pytest.mark.django_db

PAGE, TABLE = "/sessions/desk/takings/", "/sessions/desk/takings/csv/"


def pay(session: MassageSession, amount: str, how: str, at: datetime, **more: Any) -> Payment:
    return Payment.objects.create(session=session, amount=Decimal(amount), currency="EUR", how=how, taken_at=at, **more)


@pytest.fixture
def session(house: cast.House) -> MassageSession:
    return cast.book(house)


def totals(browser: Browser, **asked: str) -> list[tuple[str, int, Decimal]]:
    found = browser.get(PAGE, asked).context["found"]
    return [(total.how, total.count, total.amount) for total in [*found.totals, *found.sums]]


def table(browser: Browser, **asked: str) -> list[dict[str, str]]:
    response = browser.get(TABLE, asked)
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    assert response.content.startswith(b"\xef\xbb\xbf")
    return list(csv.DictReader(io.StringIO(response.content.decode("utf-8-sig"))))


def test_a_day_is_summed_by_way_of_payment(house: cast.House, dora: Browser, session: MassageSession) -> None:
    pay(session, "20.00", "cash", cast.at(9))
    pay(session, "30.50", "card", cast.at(10))
    pay(session, "10.00", "cash", cast.at(11))
    pay(session, "99.00", "cash", cast.at(12), voided_at=cast.at(13), voided_by=house.desk)
    pay(session, "7.00", "cash", cast.at(9, days=1))

    assert totals(dora) == [("cash", 2, Decimal("30.00")), ("card", 1, Decimal("30.50")), ("", 3, Decimal("60.50"))]
    shown = dora.get(PAGE).content.decode()
    assert "€60.50 taken, 3 payments." in " ".join(shown.split())
    assert "<s>€99</s>" in shown


@pytest.mark.parametrize(
    ("zone", "at", "day"),
    [
        ("Europe/Dublin", "2026-06-01T23:30:00+00:00", "2026-06-02"),
        ("Europe/Dublin", "2026-06-01T22:59:00+00:00", "2026-06-01"),
        ("Asia/Kathmandu", "2026-06-01T18:14:00+00:00", "2026-06-01"),
        ("Asia/Kathmandu", "2026-06-01T18:15:00+00:00", "2026-06-02"),
        # The long day: 25 hours, all of them its own.
        ("Europe/Dublin", "2026-10-25T23:59:00+00:00", "2026-10-25"),
        ("Europe/Dublin", "2026-10-24T23:00:00+00:00", "2026-10-25"),
    ],
)
def test_the_day_is_the_studios_own(dora: Browser, session: MassageSession, zone: str, at: str, day: str) -> None:
    Studio.objects.update(zone=zone)
    pay(session, "20.00", "cash", datetime.fromisoformat(at))

    days = [datetime.fromisoformat(day) + timedelta(days=shift) for shift in (-1, 0, 1)]
    found = [dora.get(PAGE, {"day": f"{each:%Y-%m-%d}"}).context["found"].payments for each in days]

    assert [len(payments) for payments in found] == [0, 1, 0]


def test_a_month_holds_its_days_and_no_others(dora: Browser, session: MassageSession) -> None:
    for day, amount in ((-1, "1.00"), (0, "2.00"), (29, "4.00"), (30, "8.00")):
        pay(session, amount, "cash", cast.at(12, days=day))

    assert totals(dora, month="2026-06") == [("cash", 2, Decimal("6.00")), ("", 2, Decimal("6.00"))]
    found = dora.get(PAGE, {"month": "2026-06"}).context["found"]
    assert [(total.day.day, total.amount) for total in found.days] == [(1, Decimal("2.00")), (30, Decimal("4.00"))]


def test_a_mistake_put_right_another_day_shows_on_both(dora: Browser, session: MassageSession) -> None:
    pay(session, "20.00", "cash", cast.at(9), voided_at=cast.at(9, days=2))

    found = [len(dora.get(PAGE, {"day": f"2026-06-0{day}"}).context["found"].taken_back) for day in (1, 2, 3)]

    assert found == [1, 0, 1]


@pytest.mark.parametrize("asked", [{"day": "x"}, {"month": "2026-13"}, {"day": "9999-99-99"}, {"month": "0"}, {}])
def test_what_cannot_be_read_means_today(dora: Browser, session: MassageSession, asked: dict[str, str]) -> None:
    assert dora.get(PAGE, asked).context["first"] == cast.TODAY
    assert dora.get(TABLE, asked)["Content-Disposition"] == 'attachment; filename="takings-2026-06-01.csv"'


def test_two_currencies_are_never_added(dora: Browser, session: MassageSession) -> None:
    pay(session, "20.00", "cash", cast.at(9))
    Payment.objects.create(session=session, amount=2000, currency="JPY", how="cash", taken_at=cast.at(9))

    found = dora.get(PAGE).context["found"]
    assert [(total.currency, total.amount) for total in found.sums] == [("EUR", 20), ("JPY", 2000)]


def test_the_table_has_plain_amounts_and_what_was_taken_back_in_a_column_of_its_own(
    house: cast.House, dora: Browser, session: MassageSession
) -> None:
    pay(session, "1020.50", "cash", cast.at(9), taken_by=house.desk, note="No. 7")
    pay(session, "5.00", "card", cast.at(10), voided_at=cast.at(10, 5), voided_by=house.desk)

    first, second = table(dora)

    assert first == {
        "taken on": "2026-06-01", "at": "09:00", "client": "Nadia Rahman", "session on": "2026-06-02",
        "session at": "10:00", "service": "Swedish, 60 min", "therapist": "Ana Quiroga", "how": "Cash",
        "amount": "1020.50", "currency": "EUR", "note": "No. 7", "taken by": "Dora Byrne", "amount taken back": "",
        "taken back on": "", "taken back by": "", "reference": "",
    }  # fmt: skip
    assert (second["amount"], second["amount taken back"], second["taken back on"]) == ("", "5.00", "2026-06-01 10:05")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=1+1", "'=1+1"),
        ("+353 87", "'+353 87"),
        ("-2", "'-2"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\t=1"),
        ("\r=1", "'\r=1"),
        ("  =1", "'  =1"),
        ("＝1", "'＝1"),
        ("Nadia = Ben", "Nadia = Ben"),
        ("1020.50", "1020.50"),
        ("", ""),
    ],
)
def test_no_cell_is_a_formula(text: str, expected: str) -> None:
    assert cell(text) == expected


def test_a_name_that_is_a_formula_stays_a_name(house: cast.House, dora: Browser, session: MassageSession) -> None:
    house.nadia.name = '=HYPERLINK("http://evil.example","Zoë")'
    house.nadia.save()
    pay(session, "20.00", "other", cast.at(9), note="+cmd|' /C calc'!A0", reference="@x")

    row = table(dora)[0]

    assert row["client"] == '\'=HYPERLINK("http://evil.example","Zoë")'
    assert (row["note"][:2], row["reference"]) == ("'+", "'@x")


def test_only_the_desk_reads_it(house: cast.House, ana: Browser, nadia: Browser, adam: Browser) -> None:
    for address in (PAGE, TABLE):
        assert [browser.get(address).status_code for browser in (ana, nadia, adam)] == [404, 404, 200]


def test_the_queries_of_the_list_do_not_grow(
    house: cast.House, dora: Browser, session: MassageSession, django_assert_num_queries: Any
) -> None:
    pay(session, "1.00", "cash", cast.at(9), taken_by=house.desk)
    today = cast.book(house, starts_at=cast.at(10))
    MassageSession.objects.filter(pk=today.pk).update(status="done")
    dora.get(PAGE)
    with django_assert_num_queries(7):
        dora.get(PAGE)
    other = cast.book(house, client=house.ben, starts_at=cast.at(14, days=1))
    pay(other, "2.00", "card", cast.at(9), taken_by=house.admin)
    again = cast.book(house, client=house.ben, starts_at=cast.at(14))
    MassageSession.objects.filter(pk=again.pk).update(status="done")
    pay(other, "3.00", "card", cast.at(9), voided_at=cast.at(10), voided_by=house.admin)
    with django_assert_num_queries(7):
        dora.get(PAGE)

"""Two records of one person become one."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client as Browser

from massage_booking.accounts.models import Client, FormerId, User
from massage_booking.accounts.selectors import perhaps_the_same
from massage_booking.core.errors import Refused
from massage_booking.outbox.models import Message
from screening import sealed_rows, selectors, services, vault, wishes
from screening.document import GivenRow
from screening.models import (
    AccessRecord,
    BodyWishes,
    BookingStop,
    ClearanceRequest,
    Consent,
    Letter,
    LetterFile,
    Screening,
)
from sessions.models import MassageSession, Plan, SymptomReport
from sessions.services import people, plans
from tests import cast
from tests.reading import text_of

SignIn = Callable[[User], Browser]
CLEAR = {"heartburn": GivenRow(answer="Yes")}
BONES = {"osteoporosis": GivenRow(answer="No, thin bones but no fractures")}


@pytest.fixture
def twin(house: cast.House) -> Client:
    """Nadia under a second record: a guest who typed her address, not proved yet."""
    return cast.make_client("Nadia Rahman", account=house.nadias_account, is_claimed=False, email="nadia@example.com")


def merge(kept: Client, gone: Client, **more: Any) -> Client:
    return people.merge(kept=kept, gone=gone, actor=None, now=more.pop("now", cast.NOW))


def refusal(kept: Client, gone: Client) -> str:
    with pytest.raises(Refused) as refused:
        merge(kept, gone)
    return refused.value.code


def kept_answers(client: Client) -> dict[str, str | None]:
    _, complete = selectors.forms_of(client)
    assert complete is not None
    document = selectors.document_of(complete, selectors.published_rules()[1])
    return {code: row.given.answer for code, row in document.rows.items()}


def test_sessions_and_rhythm_and_contact_come_together(house: cast.House, twin: Client) -> None:
    Client.objects.filter(pk=house.nadia.pk).update(phone="")
    first = cast.book(house, starts_at=cast.at(10, days=7))
    second = cast.book(house, client=twin, starts_at=cast.at(14, days=8))
    plans.accept(session=second, now=cast.NOW)

    merged = merge(house.nadia, twin)

    assert not Client.objects.filter(pk=twin.pk).exists()
    assert set(MassageSession.objects.filter(client=merged)) == {first, second}
    assert Plan.objects.get().client == merged
    assert (merged.phone, merged.email, merged.is_claimed) == ("087 555 0101", "nadia@example.com", True)
    assert list(FormerId.objects.values_list("client", "public_id")) == [(merged.pk, twin.public_id)]


def test_the_kept_rhythm_stays(house: cast.House, twin: Client) -> None:
    ours = plans.accept(session=cast.book(house, starts_at=cast.at(10, days=7)), now=cast.NOW)
    plans.accept(session=cast.book(house, client=twin, starts_at=cast.at(14, days=8)), now=cast.NOW)

    merge(house.nadia, twin)

    assert Plan.objects.get() == ours


@pytest.mark.parametrize("turned", [False, True], ids=["the guest goes", "the guest stays"])
def test_the_stricter_answers_count_and_sessions_ahead_are_judged_by_them(
    house: cast.House, twin: Client, turned: bool
) -> None:
    cast.answer(house.nadia, BONES)
    cast.answer(twin, CLEAR)
    # A birthday mistyped, so that nobody could tell.
    Client.objects.filter(pk=twin.pk).update(date_of_birth=date(1990, 1, 5))
    twin.refresh_from_db()
    session = cast.book(house, client=twin, starts_at=cast.at(10, days=7))
    assert session.decision.max_pressure != "light"

    merged = merge(*((twin, house.nadia) if turned else (house.nadia, twin)))

    assert kept_answers(merged) == {"osteoporosis": "No, thin bones but no fractures", "heartburn": "Yes"}
    session.refresh_from_db()
    assert (session.client, session.decision.max_pressure) == (merged, "light")
    assert Screening.objects.filter(client=merged, state="complete").count() == 1


@pytest.mark.parametrize("turned", [False, True], ids=["the guest goes", "the guest stays"])
@pytest.mark.parametrize("unfinished", ["the strict", "the clear"])
def test_a_form_under_way_in_one_record_does_not_finish_without_the_answers_of_the_other(
    house: cast.House, twin: Client, turned: bool, unfinished: str
) -> None:
    cast.answer(house.nadia, BONES)
    cast.answer(twin, CLEAR)
    half_done = house.nadia if unfinished == "the strict" else twin
    services.start_or_resume(client=half_done, today=cast.TODAY, now=cast.NOW)

    merged = merge(*((twin, house.nadia) if turned else (house.nadia, twin)))

    assert set(kept_answers(merged)) == {"osteoporosis", "heartburn"}
    assert Screening.objects.filter(client=merged, state="draft").count() == 1
    services.complete(client=merged, now=cast.NOW)
    assert set(kept_answers(merged)) == {"osteoporosis", "heartburn"}


def test_a_form_under_way_is_joined_with_what_the_other_completed(house: cast.House, twin: Client) -> None:
    cast.answer(house.nadia, BONES)
    services.give_consent(client=twin, version="2026-11", given_by=None, now=cast.NOW)
    services.start_or_resume(client=twin, today=cast.TODAY, now=cast.NOW)

    merged = merge(twin, house.nadia)

    assert set(kept_answers(merged)) == {"osteoporosis"}
    services.complete(client=merged, now=cast.NOW)
    assert set(kept_answers(merged)) == {"osteoporosis"}


def test_answers_of_one_alone_are_kept_whichever_goes(house: cast.House, twin: Client) -> None:
    cast.answer(twin, BONES)

    merged = merge(house.nadia, twin)

    assert kept_answers(merged) == {"osteoporosis": "No, thin bones but no fractures"}
    assert not selectors.needs_screening(client=merged, now=cast.NOW)


def test_everything_sealed_opens_with_the_kept_clients_key_alone(house: cast.House, twin: Client) -> None:
    cast.answer(house.nadia)
    cast.answer(twin, BONES)
    session = cast.book(house, client=twin, starts_at=cast.at(10, days=7))
    letter = Letter.objects.create(client=twin, received_at=cast.NOW)
    letter.sealed = vault.seal({"kind": "x"}, client=twin, field=vault.letter_field(letter), now=cast.NOW)
    letter.save()
    LetterFile.objects.create(
        letter=letter, content_type="application/pdf", bytes=4,
        sealed=vault.seal_file(b"%PDF", client=twin, field=vault.letter_field(letter), now=cast.NOW),
    )  # fmt: skip
    services.keep_wishes(client=twin, wanted=wishes.Wishes(avoid=("abdomen",)), now=cast.NOW)
    report = SymptomReport(session=session, client=twin, reported_at=cast.NOW, by="client")
    report.sealed = vault.seal({"kind": "x"}, client=twin, field=f"report:{report.public_id}", now=cast.NOW)
    report.save()

    merged = merge(house.nadia, twin)

    count, closed = sealed_rows.try_all()
    assert count > 6 and closed == {}
    letter = Letter.objects.get()
    assert vault.for_rules_of_letter(letter) == {"kind": "x"}
    reader = vault.Reader(name="Ana Quiroga", role="therapist")
    assert vault.open_file(letter.file, reader=reader, purpose="review", now=cast.NOW) == b"%PDF"
    assert wishes.read(merged, reader=reader, purpose="x", now=cast.NOW)[0].avoid == ("abdomen",)
    assert SymptomReport.objects.get().client == merged


def test_areas_that_either_wanted_left_alone_are_left_alone(house: cast.House, twin: Client) -> None:
    for client, areas, at in ((house.nadia, ("abdomen",), 1), (twin, ("feet",), 2)):
        cast.answer(client)
        wanted = wishes.Wishes(avoid=areas, work=("neck",), words=f"number {at}")
        services.keep_wishes(client=client, wanted=wanted, now=cast.NOW + timedelta(hours=at))

    merged = merge(house.nadia, twin)

    assert BodyWishes.objects.count() == 1
    reader = vault.Reader(name="Ana Quiroga", role="therapist")
    found, _ = wishes.read(merged, reader=reader, purpose="x", now=cast.NOW)
    assert (set(found.avoid), found.words) == ({"abdomen", "feet"}, "number 2")


def test_requests_to_a_doctor_become_one_about_the_conditions_of_both(house: cast.House, twin: Client) -> None:
    for client, code in ((house.nadia, "cancer"), (twin, "osteoporosis")):
        cast.answer(client)
        from screening.services import letters

        letters.request_form(client=client, codes=[code], doctor="", referral="", now=cast.NOW)

    merge(house.nadia, twin)

    request = ClearanceRequest.objects.get(state="open")
    assert sorted(vault.for_rules_of_request(request)["codes"]) == ["cancer", "osteoporosis"]
    assert ClearanceRequest.objects.filter(client=house.nadia, state="closed").count() == 1


def test_one_consent_and_one_stop_stay_in_force(house: cast.House, twin: Client) -> None:
    for client in (house.nadia, twin):
        cast.answer(client)
        BookingStop.objects.create(client=client, made_at=cast.NOW)
    Consent.objects.filter(client=twin).update(carer_may_read=False)

    merge(house.nadia, twin)

    assert Consent.objects.filter(withdrawn_at__isnull=True).values_list("client", "carer_may_read").get() == (
        house.nadia.pk, False,
    )  # fmt: skip
    assert (BookingStop.objects.count(), selectors.is_stopped(house.nadia)) == (2, True)


def test_a_stop_of_the_one_that_goes_still_stops(house: cast.House, twin: Client) -> None:
    BookingStop.objects.create(client=twin, made_at=cast.NOW)

    merge(house.nadia, twin)

    assert selectors.is_stopped(house.nadia)


def test_a_form_under_way_is_not_lost(house: cast.House, twin: Client) -> None:
    cast.answer(house.nadia)
    services.give_consent(client=twin, version="2026-11", given_by=None, now=cast.NOW)
    services.start_or_resume(client=twin, today=cast.TODAY, now=cast.NOW)

    merged = merge(house.nadia, twin)

    draft, complete = selectors.forms_of(merged)
    assert draft is not None and complete is not None


def test_readings_of_the_former_record_stay_and_are_shown(house: cast.House, twin: Client, sign_in: SignIn) -> None:
    cast.answer(house.nadia)
    cast.answer(twin, BONES)
    reader = vault.Reader(name="Uma Ruiz", role="therapist")
    _, complete = selectors.forms_of(twin)
    assert complete is not None
    vault.open_answers(complete, reader=reader, purpose="before a session", now=cast.NOW)

    merge(house.nadia, twin)

    assert AccessRecord.objects.get().client_public_id == twin.public_id
    assert vault.verify_chain(twin.public_id) is None
    shown = text_of(sign_in(house.nadias_account).get(f"/screening/answers/{house.nadia.public_id}/"))
    assert "Uma Ruiz, therapist" in shown


def test_letters_still_owed_go_to_the_kept_address(house: cast.House) -> None:
    mary = cast.make_client("Nadia Rahman", account=cast.make_user("old@example.com", "Nadia"))
    session = cast.book(house, client=mary, starts_at=cast.at(10, days=7))

    merge(house.nadia, mary)

    owed = Message.objects.filter(subject_id=session.pk, status="queued").values_list("recipient", flat=True)
    assert set(owed) == {"nadia@example.com"}


def test_nobody_is_at_two_sessions_at_once(house: cast.House, twin: Client) -> None:
    cast.book(house, starts_at=cast.at(10, days=7))
    other = cast.book(house, client=twin, starts_at=cast.at(10, 30, days=7), therapist=house.uma)

    assert refusal(house.nadia, twin) == "sessions_overlap"
    other.refresh_from_db()
    assert other.client == twin


def test_what_cannot_be_opened_is_not_merged(house: cast.House, twin: Client) -> None:
    cast.answer(twin, BONES)
    Screening.objects.filter(client=twin).update(sealed=b"nonsense")

    assert refusal(house.nadia, twin) == "vault_closed"
    assert Client.objects.filter(pk=twin.pk).exists()


def test_the_same_record_twice_and_one_that_is_gone(house: cast.House, twin: Client) -> None:
    assert refusal(house.nadia, house.nadia) == "same_record"
    merge(house.nadia, twin)
    assert refusal(house.nadia, twin) == "merged_already"


# --- The pages --------------------------------------------------------------


def page(client: Client) -> str:
    return f"/sessions/desk/clients/{client.public_id}/same/"


def test_who_looks_alike_is_listed_and_a_family_is_not(house: cast.House, twin: Client) -> None:
    Client.objects.filter(pk=house.ben.pk).update(phone="087 555 0102")
    by_phone = cast.make_client("nadia rahman", phone="+353 87 555 0101", born=date(1990, 5, 1))
    cast.make_client("Idris Rahman", account=house.nadias_account, born=date(2012, 3, 1), relation="child")
    cast.make_client("Nadia Rahman", born=date(1955, 1, 1), phone="01 111 2222")
    cast.make_client("Nadia Rahman", confirmed_at=None)

    assert perhaps_the_same(house.nadia) == [twin, by_phone]


def test_the_desk_compares_names_and_counts_but_never_health_and_merges(
    house: cast.House, twin: Client, dora: Browser
) -> None:
    cast.answer(house.nadia, BONES)
    cast.book(house, client=twin, starts_at=cast.at(10, days=7))
    assert "Compare" in text_of(dora.get(page(house.nadia)))

    side_by_side = text_of(dora.get(page(house.nadia), {"with": twin.public_id}))
    assert "not proved yet" in side_by_side and "1, the latest on" in side_by_side
    assert "bones" not in side_by_side and "light" not in side_by_side.lower().replace("highlight", "")
    form = {"with": twin.public_id, "keep": house.nadia.public_id}
    assert "Please ask the client first." in text_of(dora.post(page(house.nadia), form))
    response = dora.post(page(house.nadia), {**form, "sure": "on"})

    assert response["Location"] == f"/sessions/desk/clients/{house.nadia.public_id}/"
    assert not Client.objects.filter(pk=twin.pk).exists()


def test_only_the_desk_merges(house: cast.House, twin: Client, ana: Browser, nadia: Browser) -> None:
    form = {"with": twin.public_id, "keep": house.nadia.public_id, "sure": "on"}

    assert [browser.post(page(house.nadia), form).status_code for browser in (ana, nadia)] == [404, 404]
    assert Client.objects.filter(pk=twin.pk).exists()


@pytest.mark.parametrize("data", [{"with": "x"}, {"with": "x" * 200}], ids=["nobody", "long"])
def test_somebody_who_is_not_on_file_cannot_be_chosen(house: cast.House, dora: Browser, data: dict[str, str]) -> None:
    assert dora.get(page(house.nadia), data).status_code == 404


def test_a_guest_record_that_the_account_has_proved_stands_on_the_desks_list(
    house: cast.House, twin: Client, dora: Browser, sign_in: SignIn
) -> None:
    assert "The same person twice?" not in text_of(dora.get("/sessions/desk/clients/"))

    sign_in(house.nadias_account)

    shown = dora.get("/sessions/desk/clients/")
    assert "The same person twice?" in text_of(shown)
    assert page(house.nadia) in shown.content.decode() or page(twin) in shown.content.decode()

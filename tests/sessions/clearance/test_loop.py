"""The whole loop in two browsers: a client who needs a letter, and the therapist who reads it."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.outbox.models import Message
from massage_booking.outbox.registry import Mail
from screening.models import AccessRecord, ClearanceRequest, Letter, LetterFile
from sessions import links
from sessions.emails_clearance import document_missing
from sessions.models import MassageSession
from tests import cast
from tests.screening.letters import files
from tests.screening.letters.sent import BONES, STONES, accept, refuse, send
from tests.sessions.views import guest as guests
from tests.sessions.views.guest import Guest

pytestmark = pytest.mark.django_db
CONDITION = "hin bones"


def page_of(response: Any) -> str:
    """Return the words of a page, fields with their values left in."""
    text = re.sub(r"<(?!input)[^>]+>", " ", guests.page_of(response))
    return re.sub(r" ([.,;:])", r"\1", re.sub(r"\s+", " ", text))


@pytest.fixture(autouse=True)
def at_eight(monday: Any) -> Any:
    return monday


@pytest.fixture
def nadia(house: cast.House, sign_in: Any) -> Browser:
    cast.answer(house.nadia, BONES)
    return sign_in(house.nadias_account)


@pytest.fixture
def ana(house: cast.House, sign_in: Any) -> Browser:
    return sign_in(house.ana.user)


def own_page(house: cast.House) -> str:
    return reverse("screening:letters_of", args=[house.nadia.public_id])


def upload(browser: Browser, house: cast.House, data: bytes, name: str = "letter.jpg", **more: Any) -> str:
    """Send a file; return what the page then says."""
    body = {"document": SimpleUploadedFile(name, data)}
    address = reverse("screening:letter_send", args=[house.nadia.public_id])
    response = browser.post(address, {**body, **more}, follow=True)
    assert response.status_code == 200
    return page_of(response)


def word(**changes: Any) -> dict[str, Any]:
    values = {
        "kind": "clearance", "codes": ["osteoporosis"], "signer": "Dr Grey", "role": "doctor",
        "signed_on": "2026-05-30", "pressure": "light", "avoid_areas": ["lower_back"],
    }  # fmt: skip
    return {**values, **changes}


def test_from_a_missing_letter_to_a_booked_session(house: cast.House, ana: Browser) -> None:
    guest = Guest(house)
    guest.hold(cast.at(10, days=14))
    guest.book_step()
    guest.answer(BONES)

    time_page = page_of(guest.get(reverse("sessions:time")))
    assert "A letter is missing. Choose a time from Thursday 4 June" in time_page
    page = page_of(guest.get(reverse("sessions:confirm")))
    assert "We keep this time for you until Saturday 6 June, 8:00, Dublin time" in page
    booked = guest.confirm()
    session = MassageSession.objects.get()
    assert (booked.status_code, session.status) == (302, "requested")
    assert "We keep this time for you until" in page_of(guest.get(booked["Location"]))

    client = session.client
    assert client is not None and client.account is not None
    letters_page = reverse("screening:letters_of", args=[client.public_id])
    assert guest.get(letters_page)["Location"].startswith("/accounts/login/")
    guest.browser.force_login(client.account, backend="django.contrib.auth.backends.ModelBackend")
    assert CONDITION in page_of(guest.get(letters_page))
    guest.browser.post(reverse("screening:letter_form", args=[client.public_id]), {"doctor": "Dr Grey", "referral": ""})
    form = guest.get(reverse("screening:letter_form_pdf", args=[client.public_id]))
    assert form.content.startswith(b"%PDF")
    address = reverse("screening:letter_send", args=[client.public_id])
    guest.browser.post(address, {"document": SimpleUploadedFile("x.jpg", files.photo())})

    letter = Letter.objects.get()
    why = reverse("sessions:why", args=[session.public_id])
    assert "Letter needed" in page_of(ana.post(why))
    review = page_of(ana.get(reverse("sessions:letter", args=[letter.public_id])))
    assert CONDITION in review and 'value="osteoporosis"' in review
    ana.post(reverse("sessions:letter_accept", args=[letter.public_id]), word())

    session.refresh_from_db()
    assert (session.status, session.clearance_until) == ("booked", None)
    assert session.decision is not None
    assert (session.decision.max_pressure, "lower_back" in session.decision.avoid_areas) == ("light", True)
    assert "Accepted until" in page_of(guest.get(letters_page))
    assert "With a letter" in page_of(ana.post(why))
    assert "Letter needed" not in page_of(ana.post(why))
    assert ClearanceRequest.objects.get().state == "accepted"


def test_the_letter_of_a_therapist_who_left_waits_for_those_who_are_here(house: cast.House, sign_in: Any) -> None:
    cast.book(house, starts_at=cast.at(10, days=14))
    letter = send(house.nadia)
    page = reverse("sessions:letter", args=[letter.public_id])
    assert sign_in(house.uma.user).get(page).status_code == 404

    house.ana.is_active = False
    house.ana.save()

    assert sign_in(house.uma.user).get(page).status_code == 200


def test_the_pages_are_the_clients_own(house: cast.House, nadia: Browser, sign_in: Any) -> None:
    letter = send(house.nadia)
    cast.book(house, starts_at=cast.at(10, days=14))
    own = [house.nadia.public_id]
    pages = [
        own_page(house),
        reverse("screening:letter_form_pdf", args=own),
        reverse("screening:letter_file", args=[*own, letter.public_id]),
    ]
    strangers = [house.bens_account, house.ana.user, house.desk, house.admin]

    assert {sign_in(user).get(page).status_code for user in strangers for page in pages} == {404}
    posts = ["screening:letter_form", "screening:letter_send"]
    assert {sign_in(user).post(reverse(name, args=own)).status_code for user in strangers for name in posts} == {404}
    staff = [reverse(name, args=[letter.public_id]) for name in ("sessions:letter", "sessions:letter_file")]
    others = [house.bens_account, house.nadias_account, house.uma.user, house.desk, house.admin]
    assert {sign_in(user).get(page).status_code for user in others for page in staff} == {404}
    assert not AccessRecord.objects.exclude(reader_role="client").exists()
    assert nadia.get(pages[0]).status_code == 200


def test_a_letter_of_one_client_is_not_found_under_another(house: cast.House, nadia: Browser, sign_in: Any) -> None:
    letter = send(house.nadia)
    address = reverse("screening:letter_file", args=[house.ben.public_id, letter.public_id])

    assert sign_in(house.bens_account).get(address).status_code == 404


def test_nobody_who_is_not_yet_recognised_reads_anything(house: cast.House, nadia: Browser) -> None:
    house.nadia.is_claimed = False
    house.nadia.save()

    assert nadia.get(own_page(house)).status_code == 404


def test_a_document_is_only_ever_an_attachment_and_each_opening_is_written_down(
    house: cast.House, nadia: Browser, ana: Browser
) -> None:
    cast.book(house, starts_at=cast.at(10, days=14))
    upload(nadia, house, files.photo(), name="../../../etc/passwd")
    letter = Letter.objects.get()
    before = AccessRecord.objects.filter(what="a letter").count()
    addresses = {
        nadia: reverse("screening:letter_file", args=[house.nadia.public_id, letter.public_id]),
        ana: reverse("sessions:letter_file", args=[letter.public_id]),
    }

    for browser, address in addresses.items():
        response = browser.get(address)
        assert response.content.startswith(b"\xff\xd8\xff")
        assert response["Content-Disposition"] == 'attachment; filename="letter.jpg"'
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Cache-Control"] == "no-store"
        assert "sandbox" in response["Content-Security-Policy"]

    assert AccessRecord.objects.filter(what="a letter").count() == before + 2
    assert "passwd" not in str(list(LetterFile.objects.values_list()))


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (files.EICAR, "We can read PDF, JPEG and PNG files"),
        (files.HTML + files.pdf(), "We can read PDF, JPEG and PNG files"),
        (files.SVG, "We can read PDF, JPEG and PNG files"),
        (files.zipped(), "We can read PDF, JPEG and PNG files"),
        (files.HEIC, "saved this photo as HEIC"),
        (files.bomb(10_000), "too large for us to open"),
        (files.pdf(password="x"), "locked with a password"),
        (b"%PDF-" + b"0" * 26_000_000, "10 MB at most"),
        (b"", "This file is empty"),
    ],
    ids=["virus", "polyglot", "svg", "zip bomb", "heic", "100 megapixels", "locked", "26 MB", "empty"],
)
def test_what_is_no_letter_is_refused_in_a_sentence(house: cast.House, nadia: Browser, data: bytes, told: str) -> None:
    assert told in upload(nadia, house, data)
    assert not Letter.objects.exists()


@pytest.mark.parametrize("count", [2, 200])
def test_many_files_at_once_are_refused_in_a_sentence(house: cast.House, nadia: Browser, count: int) -> None:
    body = {"document": [SimpleUploadedFile(f"{number}.jpg", files.photo(20, 20)) for number in range(count)]}

    response = nadia.post(reverse("screening:letter_send", args=[house.nadia.public_id]), body, follow=True)

    assert "one file at a time" in page_of(response)
    assert not Letter.objects.exists()


def test_sending_needs_the_token_of_the_page(house: cast.House, nadia: Browser) -> None:
    strict = Browser(enforce_csrf_checks=True)
    strict.cookies = nadia.cookies
    body = {"document": SimpleUploadedFile("x.jpg", files.photo())}

    assert strict.post(reverse("screening:letter_send", args=[house.nadia.public_id]), body).status_code == 403
    assert not Letter.objects.exists()


def test_a_photo_beside_an_empty_field_is_taken(house: cast.House, nadia: Browser) -> None:
    assert "Received. A therapist looks at it" in upload(nadia, house, files.photo())
    assert Letter.objects.get().file.content_type == "image/jpeg"


def test_the_answer_to_a_refused_letter_is_read_signed_in_only(house: cast.House, nadia: Browser, ana: Browser) -> None:
    letter = send(house.nadia)

    ana.post(reverse("sessions:letter_refuse", args=[letter.public_id]), {"reason": "The second page is missing."})

    assert "The second page is missing." in page_of(nadia.get(own_page(house)))
    assert Message.objects.filter(kind="document_answered").count() == 1
    assert "second page" not in str(list(Message.objects.values_list()))


def test_a_letter_can_be_taken_back(house: cast.House, nadia: Browser) -> None:
    letter = send(house.nadia)

    nadia.post(reverse("screening:letter_withdraw", args=[house.nadia.public_id, letter.public_id]))

    assert not LetterFile.objects.exists()


@pytest.mark.parametrize(("until", "booked"), [("2026-06-15", True), ("2026-06-14", False)])
def test_a_letter_holds_on_the_day_that_it_names_and_whoever_waits_longer_is_told(
    house: cast.House, nadia: Browser, ana: Browser, until: str, booked: bool
) -> None:
    guest = Guest(house, house.nadias_account)
    guest.book_step(whom=house.nadia.public_id)
    guest.hold(cast.at(10, days=14))
    guest.confirm()
    letter = send(house.nadia)

    answer = ana.post(reverse("sessions:letter_accept", args=[letter.public_id]), word(expires_on=until), follow=True)

    assert (MassageSession.objects.get().status == "booked") is booked
    own = page_of(nadia.get(own_page(house)))
    assert ("It ends before Monday 15 June" in page_of(answer)) is not booked
    assert ("The letter that was accepted ends before that day." in own) is not booked
    assert f"Accepted until {'Monday 15' if booked else 'Sunday 14'} June 2026" in own


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"codes": []}, "Tick what it is about"),
        ({"codes": ["cancer"]}, "cancer"),
        ({"signer": ""}, "Write who signed it"),
        ({"signed_on": "2026-06-02"}, "still to come"),
        ({"expires_on": "2026-05-01"}, "before it was signed"),
        ({"pressure": "enormous"}, "enormous"),
        ({"allow_areas": ["lower_back"]}, "both opened and to be left alone"),
        ({"signed_on": "2024-01-01"}, "covers nothing any more"),
    ],
)
def test_what_a_therapist_left_out_is_said(
    house: cast.House, nadia: Browser, ana: Browser, changes: dict[str, Any], told: str
) -> None:
    letter = send(house.nadia)

    response = ana.post(reverse("sessions:letter_accept", args=[letter.public_id]), word(**changes), follow=True)

    assert response.status_code == 200
    assert told in page_of(response)
    # What was filled in is still there.
    assert 'value="doctor"' in page_of(response)
    assert Letter.objects.get().state == "received"


def test_a_statement_is_offered_where_it_can_end_a_wait(house: cast.House, ana: Browser) -> None:
    cast.answer(house.nadia, STONES)
    letter = send(house.nadia)
    page = page_of(ana.get(reverse("sessions:letter", args=[letter.public_id])))
    assert "Symptoms are over" in page

    body = word(kind="statement", ended=["kidney_stones"], codes=[], signed_on="2026-06-01")
    ana.post(reverse("sessions:letter_accept", args=[letter.public_id]), body)

    assert cast.assess(house.nadia, cast.at(10, days=7)).ahead.ask_now_codes == ("kidney_stones",)


def test_a_second_word_on_a_letter_is_told_so(house: cast.House, nadia: Browser, ana: Browser) -> None:
    letter = send(house.nadia)
    accept(letter, house)

    response = ana.post(
        reverse("sessions:letter_refuse", args=[letter.public_id]), {"reason": "Too late."}, follow=True
    )

    assert "said their word on this letter already" in page_of(response)
    assert Letter.objects.get().state == "accepted"


def test_a_second_time_waits_until_the_first_letter_is_here(house: cast.House, nadia: Browser) -> None:
    cast.book(house, starts_at=cast.at(10, days=14))
    guest = Guest(house, house.nadias_account)
    guest.hold(cast.at(10, days=16))
    guest.book_step(whom=house.nadia.public_id)

    assert guest.get(reverse("sessions:confirm"))["Location"] == reverse("sessions:time")
    page = page_of(guest.get(reverse("sessions:time")))
    assert "We keep Monday 15 June, 10:00 for you already" in page


def test_a_time_that_is_too_near_is_not_kept(house: cast.House, nadia: Browser) -> None:
    guest = Guest(house, house.nadias_account)
    guest.hold(cast.at(11, days=2))
    guest.book_step(whom=house.nadia.public_id)

    page = page_of(guest.browser.get(reverse("sessions:confirm"), follow=True))

    assert "Choose a day from Thursday 4 June" in page
    assert not MassageSession.objects.filter(status="requested").exists()


def test_the_desk_keeps_a_time_and_hears_no_more_than_that_a_document_is_missing(
    house: cast.House, nadia: Browser, sign_in: Any
) -> None:
    dora = sign_in(house.desk)
    address = reverse("sessions:desk_book", args=[house.nadia.public_id])
    asked = {"service": "swedish-60", "therapist": house.ana.slug, "day": "2026-06-15"}
    key = re.search(r'name="key" value="([^"]+)"', dora.get(address, asked).content.decode())
    assert key

    body = {**asked, "starts_at": cast.at(10, days=14).isoformat(), "key": key.group(1)}
    page = page_of(dora.post(address, body, follow=True))

    session = MassageSession.objects.get()
    assert (session.status, session.clearance_until) == ("requested", cast.NOW + timedelta(days=5))
    assert "waits for a document until Sat 6 Jun, 8:00" in page
    assert CONDITION not in page and "doctor" not in page


def test_no_address_and_no_cache_of_the_pages_holds_a_condition(house: cast.House, nadia: Browser) -> None:
    response = nadia.get(own_page(house))

    assert response["Cache-Control"] == "no-store"
    assert not re.search(r'(?:href|action)="[^"]*osteo', response.content.decode())


def test_a_refused_letter_is_read_by_whoever_treats_the_client(house: cast.House, nadia: Browser, ana: Browser) -> None:
    letter = send(house.nadia)
    refuse(letter, house)

    assert "Not accepted, by Ana Quiroga" in page_of(ana.get(reverse("sessions:letter", args=[letter.public_id])))


def test_pages_say_whether_the_letter_is_missing_or_being_read(house: cast.House, nadia: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=14))
    own = [f"/sessions/{session.public_id}/{end}" for end in ("", "booked/")]
    for shown in (page_of(nadia.get(address)) for address in own):
        assert "A document is still missing" in shown
    assert "a letter is missing" in page_of(nadia.get("/account/"))

    send(house.nadia)

    for shown in (page_of(nadia.get(address)) for address in [*own, "/account/"]):
        assert "a therapist looks at it" in shown and "missing" not in shown
    assert "Letter needed" not in page_of(nadia.get("/account/"))


def test_what_leads_on_from_a_kept_time_is_the_letter(house: cast.House, nadia: Browser) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=14))

    for end in ("", "booked/"):
        page = nadia.get(f"/sessions/{session.public_id}/{end}").content.decode()
        leading = re.findall(r'<a class="btn btn-primary"[^>]*>([^<]*)', page)
        assert leading == ["To your letters"]


def test_a_booked_session_that_needs_a_letter_now_stands_again_once_it_is_accepted(
    house: cast.House, sign_in: Any, ana: Browser
) -> None:
    session = cast.book(house, starts_at=cast.at(10, days=14))
    cast.answer(house.nadia, BONES)
    session.refresh_from_db()
    assert session.held_back_at is not None and session.clearance_until is None

    nadia = sign_in(house.nadias_account)
    shown = guests.page_of(nadia.get(reverse("sessions:detail", args=[session.public_id])))
    assert "A doctor’s letter can settle it." in shown and f'href="{own_page(house)}"' in shown
    assert 'href="/sessions/find/?service=swedish-60">take a later time</a>: we keep that for you' in shown
    asked = page_of(nadia.get(own_page(house)))
    assert CONDITION in asked and "Nothing is missing" not in asked
    upload(nadia, house, files.photo())

    letter = Letter.objects.get()
    response = ana.post(reverse("sessions:letter_accept", args=[letter.public_id]), word(), follow=True)
    assert "Accepted" in page_of(response)
    session.refresh_from_db()
    assert (session.status, session.held_back_at, session.needs_review) == ("booked", None, False)
    card = page_of(ana.get(reverse("sessions:staff_session", args=[session.public_id])))
    assert "With a letter" in card and "Letter needed" not in card


def test_who_booked_without_signing_in_is_led_to_a_person_and_to_no_closed_page(
    house: cast.House, nadia: Browser
) -> None:
    typed = cast.make_client("Nadia R", account=house.nadias_account, is_claimed=False)
    cast.answer(typed, BONES)
    session = cast.book(house, client=typed, starts_at=cast.at(10, days=14))
    closed = reverse("screening:letters_of", args=[typed.public_id])

    mail = document_missing(Message.objects.get(kind="document_missing", subject_id=session.pk), cast.NOW)
    by_link = Browser().get(reverse("sessions:manage", args=[links.make(session)])).content.decode()

    assert isinstance(mail, Mail)
    for words in (mail.text, mail.html, by_link):
        assert "without signing in" in words and "bring the" in words and closed not in words
    assert nadia.get(closed).status_code == 404

"""A client's own side: answers, who read them, answering again, taking consent back; and the guardian's yes."""

from datetime import date, timedelta

import pytest

from screening import flow, services, vault
from screening.document import GivenRow
from screening.models import AccessRecord, Consent, GuardianConsent, Screening
from tests.screening.factories import NOW, make_client, make_user
from tests.screening.helpers import answer
from tests.screening.views.helpers import CONSENT, NOW_PAGE, RESULT, latest_revision, leads, text

pytestmark = pytest.mark.django_db

ANSWERS = "/screening/answers/"


@pytest.fixture
def signed_in(client, user, client_record, studio, at, booking):
    client.force_login(user)
    return client


def path(record, end="") -> str:
    return f"{ANSWERS}{record.public_id}/{end}"


def said(response) -> str:
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def test_answers_are_for_the_signed_in_only(client, client_record, studio):
    for address in (ANSWERS, path(client_record), path(client_record, "withdraw/")):
        response = client.get(address)
        assert response.status_code == 302, address
        assert response.headers["Location"].startswith("/accounts/")


def test_a_guests_own_answers_need_signing_in_too(browser, guest):
    answer(guest)

    assert browser.get(path(guest)).status_code == 302


def test_somebody_elses_answers_are_not_found(signed_in, client_record):
    other = make_client(account=make_user("other@example.com", "Omar"))
    answer(other)

    for address in (path(other), path(other, "withdraw/"), f"{ANSWERS}nobody/"):
        assert signed_in.get(address).status_code == 404, address
    for end in ("withdraw/", "renew/"):
        assert signed_in.post(path(other, end)).status_code == 404
    assert AccessRecord.objects.count() == 0
    assert Screening.objects.count() == 1


def test_a_client_whose_address_was_typed_by_a_guest_is_not_shown_before_it_is_recognised(signed_in, user):
    typed = make_client(account=user, name="N", is_claimed=False)
    answer(typed)

    assert signed_in.get(path(typed)).status_code == 404


def test_one_reads_ones_own_answers_and_every_reading_of_them(signed_in, client_record):
    rows = {
        "nerve_damage": GivenRow("Long-standing, unchanged and already checked", sites=frozenset({"legs", "feet"})),
        "spinal_surgery": GivenRow("Less than 12 weeks ago", event_on=date(2026, 10, 1)),
    }
    screening = answer(client_record, rows)
    therapist = vault.Reader(name="Ana Quiroga", role="therapist", account=99)
    vault.open_answers(screening, reader=therapist, purpose="before a session", now=NOW - timedelta(hours=2))

    assert signed_in.get(ANSWERS).headers["Location"] == path(client_record)
    page = said(signed_in.get(path(client_record)))

    assert "Sciatica, trapped nerve or numb areas" in page
    assert "Long-standing, unchanged and already checked<br>Legs, feet" in page
    assert "Thursday 1 October" in page
    assert "Ana Quiroga, therapist" in page
    assert "before a session" in page
    assert "Nadia Rahman (you)" in page
    assert list(AccessRecord.objects.values_list("reader_name", "purpose")) == [
        ("Ana Quiroga", "before a session"),
        ("Nadia Rahman", "own answers"),
    ]


def test_looking_oneself_never_pushes_out_who_else_has_read(signed_in, client_record):
    screening = answer(client_record)
    therapist = vault.Reader(name="Ana Quiroga", role="therapist", account=99)
    vault.open_answers(screening, reader=therapist, purpose="before a session", now=NOW - timedelta(days=9))
    own = vault.Reader(name="Nadia Rahman", role="client")
    for minutes in range(51):
        vault.open_answers(screening, reader=own, purpose="own answers", now=NOW - timedelta(minutes=minutes))

    page = said(signed_in.get(path(client_record)))

    assert "Ana Quiroga, therapist" in page and page.index("Ana Quiroga") < page.index("What you opened yourself")


@pytest.mark.parametrize(
    ("proxies", "address"), [(0, "127.0.0.1"), (1, "198.51.100.7"), (2, "203.0.113.5"), (3, "127.0.0.1")]
)
def test_the_record_names_the_address_that_our_own_proxies_saw(signed_in, client_record, settings, proxies, address):
    answer(client_record)
    settings.TRUSTED_PROXIES = proxies

    signed_in.get(path(client_record), HTTP_X_FORWARDED_FOR="203.0.113.5, 198.51.100.7")

    assert AccessRecord.objects.get().address == address


def test_an_account_that_looks_after_several_chooses_whose(signed_in, user, client_record):
    make_client(account=user, name="Lina Rahman", relation="child")

    page = said(signed_in.get(ANSWERS))

    assert "Whose answers?" in page
    assert "Lina Rahman" in page and "Nadia Rahman" in page


def test_nothing_kept_is_said(signed_in, client_record):
    page = said(signed_in.get(path(client_record)))

    assert "Nothing is kept at the moment." in page
    assert "Answer the questions" in page


def test_answering_again_opens_the_form_and_comes_back(signed_in, client_record):
    answer(client_record, {"heartburn": "Yes"}, now=NOW - timedelta(days=3))

    response = signed_in.post(path(client_record, "renew/"))

    assert response.headers["Location"] == NOW_PAGE
    assert signed_in.session[flow.CLIENT_KEY] == client_record.public_id
    assert signed_in.session[flow.NEXT_KEY] == "accounts:home"
    page = said(signed_in.get(NOW_PAGE))
    assert "Your account" in page and "Steps of booking" not in page
    assert Screening.objects.filter(state="draft").count() == 1


def test_answering_for_the_first_time_begins_with_consent(signed_in, client_record):
    assert signed_in.post(path(client_record, "renew/")).headers["Location"] == CONSENT
    assert Screening.objects.count() == 0


def test_looking_changes_nothing(signed_in, client_record):
    answer(client_record)

    assert signed_in.get(path(client_record, "renew/")).status_code == 405
    page = said(signed_in.get(path(client_record, "withdraw/")))

    assert "We erase the health answers of Nadia Rahman at once" in page
    assert Screening.objects.count() == 1


def test_consent_is_taken_back_by_a_post(signed_in, client_record):
    answer(client_record, {"heartburn": "Yes"})

    assert signed_in.post(path(client_record, "withdraw/")).headers["Location"] == path(client_record)

    assert Screening.objects.count() == 0
    assert Consent.objects.get().withdrawn_at == NOW
    page = said(signed_in.get(path(client_record)))
    assert "Done. The answers are erased." in page
    assert "we keep none" in page


# --- Consent for somebody under 18, and without a date of birth ---


def test_a_minor_needs_a_guardians_signature(browser, guest):
    guest.date_of_birth = date(2012, 5, 5)
    guest.save()
    page = said(browser.get(CONSENT))
    assert "For a parent or guardian" in page
    assert "Under 16 you stay in the room" in page

    consent = {"agree": "on", "version": "2026-11"}
    page = said(browser.post(CONSENT, {**consent, "name": "Mara"}))
    for words in ("Please say who you are.", "Please type your first and last name.", "They have to want it too."):
        assert words in page
    assert 'value="Mara"' in page
    assert GuardianConsent.objects.count() == 0

    signed = {**consent, "name": "Mara  Rahman", "relation": "parent", "child_agrees": "on", "may_decide": "on"}
    assert browser.post(CONSENT, signed).headers["Location"] == NOW_PAGE
    row = GuardianConsent.objects.get()
    assert (row.guardian_name, row.relation, row.given_at) == ("Mara Rahman", "parent", NOW)


def test_a_guardians_yes_can_be_read_taken_back_and_given_again(signed_in, user):
    mia = make_client(account=user, name="Mia Rahman", relation="child", born=date(2012, 5, 5))
    answer(mia)
    services.give_guardian_consent(
        client=mia, name="Nadia Rahman", relation="parent", child_agrees=True, given_by=user, now=NOW
    )
    assert "Nadia Rahman (mother or father) agreed" in said(signed_in.get(path(mia)))
    assert "sessions that are booked keep their time but cannot start" in said(signed_in.get(path(mia, "guardian/")))
    assert GuardianConsent.objects.get().withdrawn_at is None

    assert signed_in.post(path(mia, "guardian/")).headers["Location"] == path(mia)

    assert GuardianConsent.objects.get().withdrawn_at == NOW
    assert "Agree for Mia" in said(signed_in.get(path(mia)))
    assert signed_in.post(path(mia, "guardian/")).status_code == 404
    assert signed_in.post(path(mia, "renew/")).headers["Location"] == CONSENT
    assert "For a parent or guardian" in said(signed_in.get(CONSENT))


def test_nobody_else_takes_a_guardians_yes_back(signed_in):
    other = make_client(account=make_user("other@example.com", "Omar"), born=date(2012, 5, 5))
    services.give_guardian_consent(
        client=other, name="Omar Aziz", relation="parent", child_agrees=True, given_by=None, now=NOW
    )

    assert signed_in.get(path(other, "guardian/")).status_code == 404
    assert signed_in.post(path(other, "guardian/")).status_code == 404
    assert GuardianConsent.objects.get().withdrawn_at is None


def test_at_sixteen_the_guardian_is_on_the_premises(browser, guest):
    guest.date_of_birth = date(2010, 5, 5)
    guest.save()

    assert "At 16 and 17 you are on the premises" in said(browser.get(CONSENT))


def test_somebody_who_turns_eighteen_before_the_session_needs_nobody(browser, guest, booking):
    guest.date_of_birth = date(2008, 12, 1)
    guest.save()
    assert "For a parent or guardian" in said(browser.get(CONSENT))

    booking(starts_at=NOW + timedelta(days=20))
    assert "For a parent or guardian" not in said(browser.get(CONSENT))


def test_a_missing_date_of_birth_is_asked_first(browser, guest):
    guest.date_of_birth = None
    guest.save()
    consent = {"agree": "on", "version": "2026-11"}

    assert "Date of birth" in said(browser.get(CONSENT))
    for typed in ("", "2027-01-01", "0000-00-00", "1800-01-01", "x"):
        assert "date" in said(browser.post(CONSENT, {**consent, "date_of_birth": typed})), typed
    assert Consent.objects.count() == 0

    assert browser.post(CONSENT, {**consent, "date_of_birth": "1990-02-03"}).headers["Location"] == NOW_PAGE
    guest.refresh_from_db()
    assert guest.date_of_birth == date(1990, 2, 3)


def test_a_child_that_is_too_young_by_the_date_typed_is_told(browser, guest):
    guest.date_of_birth = None
    guest.save()
    consent = {"agree": "on", "version": "2026-11", "date_of_birth": "2021-02-03"}

    assert browser.post(CONSENT, consent).headers["Location"] == RESULT
    assert "children under 8" in said(browser.get(RESULT))


def test_the_account_says_when_it_was_answered_and_asks_whether_anything_has_changed(signed_in, client_record, at):
    answer(client_record, {"heartburn": "Yes"})
    at(NOW + timedelta(days=10))
    page = text(signed_in.get("/account/"))

    assert "Last answered on Monday 23 November 2026." in page
    assert "Nobody but you." in page
    tell = f"/screening/answers/{client_record.public_id}/tell/"
    assert f'action="{tell}"' in page
    assert signed_in.get(tell).status_code == 405
    assert leads(signed_in.post(tell)) == "/screening/again/"
    assert leads(signed_in.post("/screening/again/", {"changed": "no"})) == "/screening/still/"
    sent = {"is-heartburn": "still", "revision": latest_revision()}
    assert leads(signed_in.post("/screening/still/", sent)) == "/account/"
    assert "still so on Thursday 3 December 2026" in text(signed_in.get("/account/"))


def test_the_account_names_who_else_read_the_answers(signed_in, client_record):
    form = answer(client_record)
    vault.open_answers(form, reader=vault.Reader("Ana Quiroga", "therapist"), purpose="before a session", now=NOW)

    assert "Ana Quiroga, therapist, Mon 23 Nov: before a session" in text(signed_in.get("/account/"))

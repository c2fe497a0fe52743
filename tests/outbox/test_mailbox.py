"""The mailbox page: what would have been sent, on a machine that sends nothing."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from django.test import Client as Browser
from django.urls import reverse

from massage_booking.outbox import mailbox as box
from massage_booking.outbox.backends import MailboxBackend
from tests.cast import make_studio

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Any, tmp_path: Path) -> Iterator[Path]:
    settings.MAILBOX = True
    settings.MAIL_DIR = tmp_path / "mail"
    make_studio()
    yield settings.MAIL_DIR


def keep(subject: str = "Hello", text: str = "Hello Nadia.", html: str = "", to: str = "nadia@example.com") -> str:
    mail = EmailMultiAlternatives(subject, text, "studio@localhost", [to], connection=MailboxBackend())
    if html:
        mail.attach_alternative(html, "text/html")
        mail.attach("session.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar; method=REQUEST")
    mail.send()
    return box.stems()[0]


def test_a_kept_mail_is_for_the_owner_of_the_folder_only(folder: Path) -> None:
    keep()

    assert folder.stat().st_mode & 0o077 == 0
    assert [file.suffix for file in folder.iterdir()] == [".eml"]


def test_the_newest_mail_stands_first_with_its_code(client: Browser) -> None:
    keep("Booked")
    keep("Your code", "Your code to sign in:\n\nK7M-2QX\n\nIt works for ten minutes.")

    page = client.get(reverse("outbox:mailbox")).content.decode()

    assert page.index("Your code") < page.index("Booked")
    assert "K7M-2QX" in page


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Your code:\n\nABC-DEF\n\nBye", "ABC-DEF"),
        ("Your code:\n\n482913\n", "482913"),
        ("Hello NADIA,\n\nsee you on Monday.", ""),
        ("WEDNESDAY THE THIRD\n", ""),
        ("--\n", ""),
    ],
)
def test_only_a_line_of_its_own_is_read_as_a_code(text: str, code: str) -> None:
    letter = box.letter_of(keep(text=text))

    assert letter is not None
    assert letter.code == code


def test_an_empty_mailbox_says_what_will_be_there(client: Browser) -> None:
    assert "No mail yet" in client.get(reverse("outbox:mailbox")).content.decode()


def test_a_mail_is_shown_as_text_that_cannot_act(client: Browser) -> None:
    stem = keep("<b>Bold</b>", "Come: http://testserver/sessions/manage/abc/\n<script>alert(1)</script>")

    page = client.get(reverse("outbox:mail", args=[stem])).content.decode()

    assert "&lt;b&gt;Bold&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert 'href="http://testserver/sessions/manage/abc/"' in page


def test_the_html_part_has_a_page_of_its_own_shut_in_a_sandbox(client: Browser) -> None:
    stem = keep(html='<p style="color:red">Hello <script>alert(1)</script></p>')

    answer = client.get(reverse("outbox:mail_as_it_looks", args=[stem]))

    policy = answer["Content-Security-Policy"]
    assert answer.content.decode().strip() == '<p style="color:red">Hello <script>alert(1)</script></p>'
    assert "default-src 'none'" in policy
    assert "sandbox" in policy
    assert "script" not in policy


def test_what_hangs_on_a_mail_is_handed_out_as_a_file(client: Browser) -> None:
    stem = keep(html="<p>Hello</p>")

    answer = client.get(reverse("outbox:attachment", args=[stem, 1]))

    assert answer["Content-Disposition"] == 'attachment; filename="session.ics"'
    assert answer["Content-Type"].startswith("text/calendar")
    assert answer.content.replace(b"\r\n", b"\n") == b"BEGIN:VCALENDAR\n"


@pytest.mark.parametrize(
    "stem",
    ["..", "20260601T070000000000-0123abcd", "settings", "20260601T070000000000-0123ABCD", "%2e%2e%2fsecret_key"],
)
@pytest.mark.parametrize("page", ["", "html/", "parts/1/"])
def test_a_name_that_is_no_mail_is_not_found(client: Browser, stem: str, page: str) -> None:
    assert client.get(f"/mailbox/{stem}/{page}").status_code == 404


def test_parts_that_a_mail_does_not_have_are_not_found(client: Browser) -> None:
    stem = keep()

    assert client.get(reverse("outbox:mail_as_it_looks", args=[stem])).status_code == 404
    assert client.get(reverse("outbox:attachment", args=[stem, 1])).status_code == 404
    assert client.get(f"/mailbox/{stem}/parts/{2**80}/").status_code == 404


def test_without_the_setting_there_is_no_mailbox(client: Browser, settings: Any) -> None:
    stem = keep()
    settings.MAILBOX = False

    for address in (reverse("outbox:mailbox"), reverse("outbox:mail", args=[stem])):
        assert client.get(address).status_code == 404


def test_reading_is_all_one_can_do(client: Browser) -> None:
    assert client.post(reverse("outbox:mailbox")).status_code == 405

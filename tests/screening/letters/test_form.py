"""The form for the doctor prints what it must, in any name's letters."""

import io
from dataclasses import replace
from datetime import date
from typing import Any

from pypdf import PdfReader

from screening.pdf import DoctorForm, draw
from tests import cast

FORM = DoctorForm(
    studio="Stillwater Massage",
    address=["4 Weir Lane", "Galway"],
    phone="020 912 0144",
    client="Łucja Żółć-Ñandú",
    born=date(1990, 5, 1),
    doctor="Dr Müller",
    referral="my physiotherapist",
    conditions=["Thin bones"],
    techniques=["swedish", "deep_tissue"],
    lasts_days=90,
    made_at=cast.NOW,
)


def words_of(content: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(io.BytesIO(content)).pages).split())


def test_it_asks_for_facts_and_says_who_asks() -> None:
    words = words_of(draw(FORM)).replace("\u00a0", " ")

    for wanted in (
        "Łucja Żółć-Ñandú, born 1 May 1990", "To: Dr Müller", "my physiotherapist", "Thin bones", "stable, since",
        "clot", "broken bones", "Areas to leave alone", "lower back", "light", "medium", "firm", "Deep tissue",
        "after 90 days at the latest", "Name:", "Role:", "Signature:", "Stamp of the practice", "4 Weir Lane",
    ):  # fmt: skip
        assert wanted in words, wanted


def test_letters_that_no_font_has_leave_a_box_and_no_word_in_the_log(caplog: Any) -> None:
    caplog.set_level("DEBUG")
    words = words_of(draw(replace(FORM, client="山田 Łucja")))

    assert "Łucja" in words
    assert "山" not in caplog.text


def test_its_metadata_name_nobody() -> None:
    metadata = PdfReader(io.BytesIO(draw(FORM))).metadata

    assert "Łucja" not in str(metadata)
    assert "bones" not in str(metadata)


def test_every_page_says_whom_it_is_about_and_keeps_a_condition_with_its_boxes() -> None:
    conditions = [f"Condition {number} " + "in many words " * (number % 3) * 6 for number in range(24)]
    pages = [page.extract_text() for page in PdfReader(io.BytesIO(draw(replace(FORM, conditions=conditions)))).pages]

    assert len(pages) > 1
    for text in pages:
        assert "About: Łucja Żółć-Ñandú, born 1 May 1990" in text
        assert text.count("Condition ") == text.count("not known to me")

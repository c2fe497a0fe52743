"""Whatever is sent, what is kept is a picture or pages, written anew."""

import io
import subprocess
import sys
from typing import Any

import pytest
from PIL import Image
from pypdf import PdfReader

from massage_booking.core.errors import Refused
from screening import cleaning, uploads
from tests.screening.letters import files


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "upload_empty"),
        (files.EICAR, "upload_unknown"),
        (files.SVG, "upload_unknown"),
        (files.HTML + files.pdf(), "upload_unknown"),
        (files.zipped(), "upload_unknown"),
        (files.HEIC, "upload_heic"),
        (files.bomb(10_000), "upload_too_many_pixels"),
        (files.bomb(20_000), "upload_too_many_pixels"),
        (files.photo()[:400], "upload_broken"),
        (b"\xff\xd8\xff\xe0" + files.HTML, "upload_broken"),
        (b"%PDF-1.7\n" + files.HTML, "upload_broken"),
        (files.pdf(password="secret"), "upload_locked"),
        (files.pdf(pages=21), "upload_too_many_pages"),
        (b"%PDF-1.7" + b" " * cleaning.MOST_BYTES, "upload_too_big"),
    ],
    ids=[
        "empty", "virus", "svg", "html before pdf", "zip bomb", "heic", "100 megapixels", "400 megapixels",
        "cut off", "html as jpeg", "html as pdf", "locked", "too long", "too big",
    ],
)  # fmt: skip
def test_what_is_no_letter_is_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(cleaning.Unclean) as refused:
        cleaning.clean(data)

    assert refused.value.code == code
    assert code in uploads.SENTENCES


@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_a_photo_is_painted_anew_upright_and_without_metadata(kind: str) -> None:
    found = cleaning.clean(files.photo(kind=kind, tail=files.HTML))

    assert files.CANARY.encode() not in found.content
    assert b"script" not in found.content
    image = Image.open(io.BytesIO(found.content))
    assert (image.format, dict(image.getexif()), image.size) == (kind, {}, (1100, 800))


def test_a_large_photo_becomes_one_of_ordinary_size() -> None:
    found = cleaning.clean(files.photo(5000, 7000))

    assert max(Image.open(io.BytesIO(found.content)).size) == cleaning.LONGEST_SIDE


def test_a_pdf_keeps_its_pages_and_what_was_filled_in_and_nothing_that_acts() -> None:
    found = cleaning.clean(files.pdf(pages=2, active=True, tail=files.HTML))

    reader = PdfReader(io.BytesIO(found.content))
    assert len(reader.pages) == 2
    for sign in (b"JavaScript", b"/JS", b"/AA", b"OpenAction", b"EICAR", b"cron.d", b"evil", b"script"):
        assert sign not in found.content, sign
    assert files.CANARY.encode() not in found.content
    assert b"Filled in by hand" in found.content
    assert not reader.attachments


def test_the_process_of_its_own_answers_like_the_function() -> None:
    found = uploads.clean(files.photo())
    assert found.content_type == "image/jpeg"
    assert files.CANARY.encode() not in found.content

    with pytest.raises(Refused, match="upload_locked"):
        uploads.clean(files.pdf(password="secret"))


def test_a_process_that_dies_is_a_file_that_could_not_be_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    def dies(*args: Any, **kwargs: Any) -> Any:
        return subprocess.CompletedProcess(args, -9, stdout=b"", stderr=b"")

    monkeypatch.setattr(subprocess, "run", dies)
    with pytest.raises(Refused, match="upload_broken"):
        uploads.clean(files.photo())


def test_memory_is_bounded_in_the_process_of_its_own() -> None:
    program = "from screening import cleaning; cleaning._set_bounds(); b'x' * (2 * cleaning.MEMORY)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert b"MemoryError" in done.stderr

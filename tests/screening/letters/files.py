"""Files that people, and others, send."""

import io
import zipfile
from typing import Any

from PIL import Image
from pypdf import PdfWriter
from pypdf.annotations import FreeText, Link
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

CANARY = "Canary-6f1e"
EICAR = rb"X5O!P%@AP[4\PZX54(P^)7CC)7}$EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><script>alert(1)</script>"
HEIC = b"\x00\x00\x00\x18ftypheic" + b"\x00" * 64


def photo(width: int = 800, height: int = 1100, *, kind: str = "JPEG", tail: bytes = b"") -> bytes:
    """Return a picture as a phone makes it, with a place and a maker in its metadata."""
    image = Image.new("RGB", (width, height), "white")
    exif = image.getexif()
    exif[0x010F] = CANARY
    exif[0x0112] = 6  # lying on its side
    file = io.BytesIO()
    image.save(file, kind, exif=exif)
    return file.getvalue() + tail


def bomb(side: int) -> bytes:
    """Return a small file of a very large picture."""
    file = io.BytesIO()
    Image.new("1", (side, side)).save(file, "PNG")
    return file.getvalue()


def pdf(pages: int = 1, *, password: str = "", active: bool = False, tail: bytes = b"") -> bytes:
    writer = PdfWriter()
    for _ in range(pages):
        writer.add_blank_page(300, 400)
    writer.add_annotation(0, FreeText(text="Filled in by hand", rect=(10, 10, 200, 60)))
    if active:
        _arm(writer)
    if password:
        writer.encrypt(password)
    file = io.BytesIO()
    writer.write(file)
    return file.getvalue() + tail


def _arm(writer: PdfWriter) -> None:
    action: Any = DictionaryObject(
        {NameObject("/S"): NameObject("/JavaScript"), NameObject("/JS"): TextStringObject("app.alert(1)")}
    )
    writer.root_object[NameObject("/OpenAction")] = action
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): action})
    writer.add_attachment("../../etc/cron.d/evil", EICAR)
    writer.add_annotation(0, Link(rect=(0, 0, 50, 50), url="https://evil.example/"))
    writer.add_metadata({"/Author": CANARY})


def zipped() -> bytes:
    """Return a zip bomb that calls itself a document."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"\x00" * 5_000_000)
    return file.getvalue()

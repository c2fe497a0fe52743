"""What came as a document becomes a new one: read whole, checked, and written anew without anything but its pages.

Plain Python, so that it can run in a process of its own with bounds on memory and time (`uploads` starts it): nobody
knows what a stranger's file does to the libraries that read it. `python -m screening.cleaning` reads the file from its
standard input and writes one line that says what it is, then the clean bytes.
"""

import json
import sys
import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from PIL import Image, ImageOps
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

MOST_BYTES: Final = 10 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
MOST_PAGES: Final = 20
MOST_OBJECTS: Final = 20_000
DEEPEST: Final = 40
LONGEST_SIDE: Final = 3000  # pixels: an A4 page at 250 dots an inch
QUALITY: Final = 85
MEMORY: Final = 1024 * 1024 * 1024
SECONDS: Final = 20

PDF, JPEG, PNG = "application/pdf", "image/jpeg", "image/png"
HEIF_BRANDS: Final = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1", b"avif")
# What a page of paper has no use for: scripts, actions, files inside, and what says who made it where.
ACTIVE_KEYS: Final = frozenset(
    {"/AA", "/OpenAction", "/JS", "/JavaScript", "/EmbeddedFiles", "/EmbeddedFile", "/EF", "/AF", "/Launch", "/URI",
     "/Metadata", "/PieceInfo", "/LastModified", "/RichMediaContent", "/RichMediaSettings", "/XFA", "/Thumb"}
)  # fmt: skip
ACTIVE_ANNOTATIONS: Final = frozenset(
    {"/FileAttachment", "/RichMedia", "/Screen", "/Movie", "/Sound", "/3D", "/Link", "/Popup"}
)


class Unclean(Exception):
    """The file is not taken; `code` names the sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Clean:
    """A document as it is kept."""

    content: bytes
    content_type: str


def kind_of(data: bytes) -> str:
    """Tell by its first bytes what a file is. Raises Unclean: upload_empty, upload_heic, upload_unknown."""
    if not data:
        raise Unclean("upload_empty")
    if data.startswith(b"%PDF-"):
        return PDF
    if data.startswith(b"\xff\xd8\xff"):
        return JPEG
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return PNG
    if data[4:8] == b"ftyp" and data[8:12] in HEIF_BRANDS:
        raise Unclean("upload_heic")
    raise Unclean("upload_unknown")


def clean(data: bytes) -> Clean:
    """Return the document written anew. Raises Unclean."""
    if len(data) > MOST_BYTES:
        raise Unclean("upload_too_big")
    kind = kind_of(data)
    found = Clean(_clean_pdf(data), PDF) if kind == PDF else Clean(_clean_picture(data, kind), kind)
    if len(found.content) > MOST_BYTES:
        raise Unclean("upload_too_big")
    return found


# --- Pictures ---------------------------------------------------------------


def _clean_picture(data: bytes, kind: str) -> bytes:
    """Decode a picture and paint it onto a new one: no metadata, no second image, nothing after its end."""
    image = _opened(data, kind)
    try:
        # A large photo of a letter is decoded at a fraction of its size where the format can.
        image.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image)
        upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
        upright = upright.convert("RGBA")
    except Exception as error:  # broken files raise whatever the decoder stumbled over
        raise Unclean("upload_broken") from error
    fresh = Image.new("RGB", upright.size, "white")
    fresh.paste(upright, mask=upright.getchannel("A"))
    file = BytesIO()
    if kind == PNG:
        fresh.save(file, "PNG", optimize=True)
    else:
        fresh.save(file, "JPEG", quality=QUALITY)
    return file.getvalue()


def _opened(data: bytes, kind: str) -> Image.Image:
    """Return the picture with its size known and nothing decoded yet: bombs end here."""
    formats = ["PNG"] if kind == PNG else ["JPEG"]
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            Image.open(BytesIO(data), formats=formats).verify()
            image = Image.open(BytesIO(data), formats=formats)
        except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
            raise Unclean("upload_too_many_pixels") from error
        except Exception as error:  # as above
            raise Unclean("upload_broken") from error
    if image.width * image.height > MOST_PIXELS:
        raise Unclean("upload_too_many_pixels")
    return image


# --- PDFs -------------------------------------------------------------------


def _clean_pdf(data: bytes) -> bytes:
    """Copy the pages into a new file, without actions, scripts, files inside and metadata."""
    try:
        reader = PdfReader(BytesIO(data), strict=False)
        if reader.is_encrypted:
            raise Unclean("upload_locked")
        count = len(reader.pages)
        if count > MOST_PAGES:
            raise Unclean("upload_too_many_pages")
        if count == 0:
            raise Unclean("upload_broken")
        writer = PdfWriter()
        for page in reader.pages:
            writer.add_page(page)
        writer.metadata = None
        _strip(writer)
        file = BytesIO()
        writer.write(file)
        content = file.getvalue()
        if len(PdfReader(BytesIO(content)).pages) != count:
            raise Unclean("upload_broken")
    except Unclean:
        raise
    except Exception as error:  # broken files raise whatever the parser stumbled over
        raise Unclean("upload_broken") from error
    return content


def _strip(writer: PdfWriter) -> None:
    """Take what is active or tells of its maker out of every object of a file."""
    objects = list(writer._objects)
    if len(objects) > MOST_OBJECTS:
        raise Unclean("upload_broken")
    for value in objects:
        if value is not None:
            _strip_value(value, 0)


def _strip_value(value: Any, depth: int) -> None:
    if depth > DEEPEST:
        raise Unclean("upload_broken")
    if isinstance(value, DictionaryObject):
        for key in [key for key in value if key in ACTIVE_KEYS or _is_action(key, value.raw_get(key))]:
            del value[NameObject(key)]
        annotations = value.get("/Annots")
        if annotations is not None:
            value[NameObject("/Annots")] = _quiet(annotations)
        inner = [value.raw_get(key) for key in value]
    elif isinstance(value, ArrayObject):
        inner = list(value)
    else:
        return
    for item in inner:
        # What is referred to is an object of the file itself, and has its own turn.
        if not isinstance(item, IndirectObject):
            _strip_value(item, depth + 1)


def _is_action(key: str, value: Any) -> bool:
    """Tell an action from what else goes by the letter A."""
    resolved = value.get_object() if isinstance(value, IndirectObject) else value
    if not isinstance(resolved, DictionaryObject) or isinstance(resolved, StreamObject):
        return False
    return key in ("/A", "/PA", "/Next") and "/S" in resolved


def _quiet(annotations: Any) -> ArrayObject:
    """Keep notes, stamps and filled-in fields, which show something; leave out what only does something."""
    listed = annotations.get_object()
    kept = ArrayObject()
    for item in listed if isinstance(listed, ArrayObject) else []:
        resolved = item.get_object()
        if isinstance(resolved, DictionaryObject) and resolved.get("/Subtype") not in ACTIVE_ANNOTATIONS:
            kept.append(item)
    return kept


# --- The process of its own -------------------------------------------------


def _set_bounds() -> None:
    """Bound memory and processor time, where the system can."""
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:  # pragma: no cover
        return
    for what, most in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, SECONDS)):
        try:
            resource.setrlimit(what, (most, most))
        except (ValueError, OSError):  # pragma: no cover - a system that bounds it already
            continue


def main() -> int:
    """Clean standard input into standard output."""
    _set_bounds()
    try:
        found = clean(sys.stdin.buffer.read(MOST_BYTES + 1))
    except Unclean as refusal:
        sys.stdout.buffer.write(json.dumps({"refused": refusal.code}).encode() + b"\n")
        return 0
    except (MemoryError, RecursionError):
        sys.stdout.buffer.write(b'{"refused": "upload_broken"}\n')
        return 0
    sys.stdout.buffer.write(json.dumps({"content_type": found.content_type}).encode() + b"\n")
    sys.stdout.buffer.write(found.content)
    return 0


if __name__ == "__main__":
    sys.exit(main())

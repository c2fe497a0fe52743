"""Portraits: small, clean, and no way in for bombs."""

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from PIL import Image

from massage_booking.core.errors import Refused
from tests import cast
from therapists import pictures, services
from therapists.messages import sentence
from therapists.models import Portrait

ORIENTATION, CAMERA, GPS = 0x0112, 0x0110, 0x8825


def photograph(width: int = 1200, height: int = 1500, kind: str = "JPEG", mode: str = "RGB", **more: Any) -> bytes:
    file = BytesIO()
    Image.new(mode, (width, height), "sienna").save(file, kind, **more)
    return file.getvalue()


def with_metadata(width: int, height: int, orientation: int) -> bytes:
    exif = Image.Exif()
    exif[ORIENTATION], exif[CAMERA] = orientation, "Somebody's phone"
    exif[GPS] = {1: "N", 2: (53.0, 16.0, 0.0)}
    return photograph(width, height, exif=exif, icc_profile=b"a profile that names a screen")


def claiming(width: int, height: int) -> bytes:
    """Return a PNG of a few bytes that says it is very large."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.mark.django_db
def test_a_photograph_becomes_a_small_webp(house: cast.House) -> None:
    services.set_portrait(therapist=house.ana, data=photograph(), now=cast.NOW)

    portrait = Portrait.objects.get(therapist=house.ana)
    image = Image.open(BytesIO(bytes(portrait.image)))
    assert (image.format, image.size) == ("WEBP", (512, 640))
    assert (portrait.content_type, portrait.width, portrait.height) == ("image/webp", 512, 640)
    assert portrait.changed_at == cast.NOW


@pytest.mark.django_db
def test_a_new_portrait_takes_the_place_of_the_old_and_can_be_removed(house: cast.House) -> None:
    services.set_portrait(therapist=house.ana, data=photograph(), now=cast.NOW)
    services.set_portrait(therapist=house.ana, data=photograph(300, 200), now=cast.at(12))

    assert list(Portrait.objects.values_list("width", "changed_at")) == [(300, cast.at(12))]

    services.remove_portrait(therapist=house.ana, now=cast.at(13))
    assert not Portrait.objects.exists()


def test_place_camera_and_profile_are_gone_and_the_picture_stands_upright() -> None:
    picture = pictures.make_portrait(with_metadata(400, 200, orientation=6))

    image = Image.open(BytesIO(picture.content))
    assert image.size == (200, 400)
    assert (dict(image.getexif()), image.info.get("icc_profile"), image.info.get("xmp")) == ({}, None, None)
    assert b"phone" not in picture.content


@pytest.mark.parametrize(
    ("kind", "mode"), [("PNG", "RGBA"), ("PNG", "P"), ("PNG", "L"), ("JPEG", "CMYK"), ("JPEG", "L"), ("WEBP", "RGBA")]
)
def test_every_usual_kind_of_picture_is_read(kind: str, mode: str) -> None:
    file = BytesIO()
    Image.new("RGBA" if mode == "RGBA" else "RGB", (200, 250), "sienna").convert(mode).save(file, kind)

    picture = pictures.make_portrait(file.getvalue())

    assert (picture.width, picture.height) == (200, 250)


TOO_MANY = "The picture has more than 40 million pixels. Save it smaller and try again."
UNREADABLE = "This file is not a picture that we can read. Use a JPEG, PNG or WebP file."


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"", UNREADABLE),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", UNREADABLE),
        (b"GIF89a" + b"\x00" * 40, UNREADABLE),
        (b"\x89PNG\r\n\x1a\n" + b"\xff" * 200, UNREADABLE),
        (photograph()[:4000], UNREADABLE),
        (claiming(300, 300), UNREADABLE),
        (claiming(8000, 6000), TOO_MANY),
        (claiming(12_000, 8_000), TOO_MANY),
        (claiming(60_000, 60_000), TOO_MANY),
        (b"x" * (8 * 1024 * 1024 + 1), "The file is larger than 8 MB. Save the picture smaller and try again."),
        (photograph(100, 400), "The picture is too small: 120 pixels on its shorter side are the least."),
    ],
    ids=[
        "empty",
        "svg",
        "gif",
        "broken",
        "cut off",
        "no pixels",
        "48 million",
        "96 million",
        "3.6 billion",
        "large",
        "tiny",
    ],
)
def test_what_is_not_a_decent_picture_is_refused_with_a_sentence(data: bytes, told: str) -> None:
    with pytest.raises(Refused) as refusal:
        pictures.make_portrait(data)

    assert sentence(refusal.value) == told

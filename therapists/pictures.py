"""Portraits: whatever a camera made becomes one small WebP without its metadata."""

from dataclasses import dataclass
from io import BytesIO
from typing import Final

from PIL import Image, ImageOps

from massage_booking.core.errors import Refused

MOST_BYTES: Final = 8 * 1024 * 1024
MOST_PIXELS: Final = 40_000_000
LONGEST_SIDE: Final = 640  # pixels
SHORTEST_SIDE: Final = 120
FORMATS: Final = ("JPEG", "PNG", "WEBP")
QUALITY: Final = 82


@dataclass(frozen=True)
class Picture:
    """A WebP file and its size in pixels."""

    content: bytes
    width: int
    height: int
    content_type: str = "image/webp"


def make_portrait(data: bytes) -> Picture:
    """Read a picture and write it anew: at most 640 pixels a side, upright, without place, camera or profile.

    Raises Refused: picture_too_big, picture_too_many_pixels, picture_too_small, picture_unreadable.
    """
    if len(data) > MOST_BYTES:
        raise Refused("picture_too_big", megabytes=MOST_BYTES // 1024 // 1024)
    image = _shrunk(_opened(data))
    # A new image: nothing of the old one's metadata, not even its colour profile, can come along.
    clean = Image.new("RGB", image.size, "white")
    clean.paste(image, mask=image.getchannel("A"))
    file = BytesIO()
    clean.save(file, "WEBP", quality=QUALITY)
    return Picture(file.getvalue(), clean.width, clean.height)


def _opened(data: bytes) -> Image.Image:
    """Return the picture with its size known and nothing decoded yet: bombs end here."""
    too_many = Refused("picture_too_many_pixels", megapixels=MOST_PIXELS // 1_000_000)
    try:
        image = Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many from error
    except Exception as error:  # broken files raise whatever the parser stumbled over
        raise Refused("picture_unreadable") from error
    if image.width * image.height > MOST_PIXELS:
        raise too_many
    if min(image.size) < SHORTEST_SIDE:
        raise Refused("picture_too_small", pixels=SHORTEST_SIDE)
    return image


def _shrunk(image: Image.Image) -> Image.Image:
    """Decode, turn upright and shrink."""
    try:
        # A JPEG can be decoded at a fraction of its size; twice what is needed keeps it sharp.
        image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))
        upright = ImageOps.exif_transpose(image).convert("RGBA")
    except Exception as error:  # as above: cut-off and broken files
        raise Refused("picture_unreadable") from error
    upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    return upright

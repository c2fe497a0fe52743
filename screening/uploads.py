"""Documents that clients send: one at a time, cleaned in a process of its own, with a sentence for each refusal."""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Final

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile

from massage_booking.core.errors import Refused
from screening import cleaning
from screening.cleaning import Clean, Unclean

FIELD: Final = "document"
# Longer than the child gives itself: it should end by its own bound.
PATIENCE: Final = cleaning.SECONDS + 10
SENTENCES: Final[dict[str, str]] = {
    "upload_missing": "Choose the file first, or take a photo.",
    "upload_empty": "This file is empty. Please choose another.",
    "upload_unknown": "We can read PDF, JPEG and PNG files. This one is something else; a photo of the letter will do.",
    "upload_heic": "Your phone saved this photo as HEIC, which we cannot read. Please send it as JPEG: "
    "on an iPhone a screenshot of the photo will do.",
    "upload_too_big": "This file is too large: 10 MB at most. A photo of the letter is usually smaller.",
    "upload_too_many": "Please send one file at a time.",
    "upload_too_many_pixels": "This picture is too large for us to open. A photo of ordinary size will do.",
    "upload_too_many_pages": "This PDF has too many pages: 20 at most. Please send only the letter.",
    "upload_locked": "This PDF is locked with a password. Please send it without one, or send a photo of it.",
    "upload_broken": "We could not open this file. Please send it again, or send a photo of the letter.",
}


def sent(files: Sequence[UploadedFile]) -> bytes:
    """Return the one file of a form. Raises Refused: upload_missing, upload_too_many, upload_too_big."""
    if len(files) > 1:
        raise Refused("upload_too_many")
    if not files:
        raise Refused("upload_missing")
    (file,) = files
    if (file.size or 0) > cleaning.MOST_BYTES:
        raise Refused("upload_too_big")
    return file.read()


def clean(data: bytes) -> Clean:
    """Return the document written anew, without anything but its pages. Raises Refused: see SENTENCES."""
    try:
        if len(data) > cleaning.MOST_BYTES:
            raise Unclean("upload_too_big")
        cleaning.kind_of(data)
    except Unclean as refusal:
        raise Refused(refusal.code) from refusal
    try:
        # Our own module with our own interpreter; the file goes in through a pipe.
        done = subprocess.run(
            [sys.executable, "-m", "screening.cleaning"],
            input=data,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=settings.BASE_DIR,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Refused("upload_broken") from None
    return _answer(done)


def _answer(done: "subprocess.CompletedProcess[bytes]") -> Clean:
    head, _, content = done.stdout.partition(b"\n")
    try:
        said = json.loads(head)
    except ValueError:
        # Ended by one of its bounds.
        raise Refused("upload_broken") from None
    if done.returncode or "refused" in said:
        raise Refused(said.get("refused", "upload_broken"))
    return Clean(content, said["content_type"])
